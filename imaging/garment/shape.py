"""Four points as a print zone: whether they can be one."""

import math

from imaging.garment.spec import Point, Quad

_LEAST_SINE = 0.1
"""Of a corner's angle: about 6 degrees. A sharper one is a line, not a rectangle seen at an angle."""
_LEAST_SCALE, _MOST_SCALE = 0.2, 1.5
"""Of the zone's pixels per inch to the view's: beyond it, inches or points are wrong."""


def zone_problem(quad: Quad, *, size_in: Point, size_px: int, pixels_per_inch: float) -> str | None:
    """What keeps four points from being a zone of these inches on a view; None when nothing does.

    Args:
        quad: upper left, upper right, lower right, lower left, as the print has them.
        size_in: the zone.
        size_px: side of the view.
        pixels_per_inch: of the view.
    """
    if any(not 0 <= value <= size_px for point in quad for value in point):
        return f"the zone must lie on the view, 0 to {size_px} px; it reaches {_extent(quad)}"
    if min(_sines(quad)) < _LEAST_SINE:
        return "the points must go round a convex shape: upper left, upper right, lower right, lower left"
    scale = math.sqrt(_area(quad) / (size_in[0] * size_in[1])) / pixels_per_inch
    if not _LEAST_SCALE <= scale <= _MOST_SCALE:
        return f"the points lie {scale:.2g} times as far apart as the inches and pixels_per_inch say"
    return None


def _sines(quad: Quad) -> list[float]:
    """Of each corner's turn; all above 0 where the points go clockwise round a convex shape."""
    sines = []
    for index in range(4):
        (x0, y0), (x1, y1), (x2, y2) = quad[index - 1], quad[index], quad[(index + 1) % 4]
        ahead, turned = (x1 - x0, y1 - y0), (x2 - x1, y2 - y1)
        length = math.hypot(*ahead) * math.hypot(*turned)
        sines.append((ahead[0] * turned[1] - ahead[1] * turned[0]) / length if length else 0.0)
    return sines


def _area(quad: Quad) -> float:
    """By the shoelace formula."""
    pairs = zip(quad, (*quad[1:], quad[0]), strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs)) / 2


def _extent(quad: Quad) -> str:
    xs, ys = zip(*quad, strict=True)
    return f"{min(xs):.0f} to {max(xs):.0f} across, {min(ys):.0f} to {max(ys):.0f} down"
