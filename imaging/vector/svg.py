"""A drawing as SVG: true size in inches, one compound path a layer, grouped by colour."""

from html import escape

from imaging.color import to_hex
from imaging.vector.drawing import (
    Circle,
    Contour,
    Cubic,
    Drawing,
    Layer,
    Line,
    LinearGradient,
    Point,
    RadialGradient,
)
from imaging.vector.numbers import number

_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def to_svg(drawing: Drawing, *, width_in: float, title: str | None = None) -> str:
    """The drawing as an SVG document.

    Args:
        drawing: what to write.
        width_in: width in inches; the height follows. Coordinates stay pixels of the traced image.
        title: text of `<title>`.
    """
    height_in = width_in * drawing.height_px / drawing.width_px
    head = (
        f'<svg {_NAMESPACE} width="{number(width_in, 4)}in" height="{number(height_in, 4)}in" '
        f'viewBox="0 0 {drawing.width_px} {drawing.height_px}">'
    )
    parts = [head]
    if title:
        parts.append(f"<title>{escape(title)}</title>")
    defs, groups = [], []
    for index, layer in enumerate(drawing.layers):
        paint, extra = _paint(layer, index)
        if extra:
            defs.append(extra)
        groups.append(f'<g id="{_name(layer, index, drawing)}" {paint}><path d="{path_data(layer)}"/></g>')
    if defs:
        parts.append(f"<defs>{''.join(defs)}</defs>")
    return "\n".join([*parts, *groups, "</svg>"]) + "\n"


def path_data(layer: Layer) -> str:
    """The `d` attribute of a layer's compound path."""
    return "".join(
        _circle(shape) if isinstance(shape, Circle) else _contour(shape) for shape in layer.contours
    )


def _name(layer: Layer, index: int, drawing: Drawing) -> str:
    if isinstance(layer.fill, LinearGradient | RadialGradient):
        return f"shade-{index + 1}"
    before = sum(other.fill == layer.fill for other in drawing.layers[:index])
    name = f"color-{to_hex(layer.fill)[1:]}"
    return f"{name}-{before + 1}" if before else name


def _paint(layer: Layer, index: int) -> tuple[str, str]:
    """The group's attributes, and the definition they refer to."""
    fill = layer.fill
    if not isinstance(fill, LinearGradient | RadialGradient):
        veil = f' fill-opacity="{number(layer.opacity, 3)}"' if layer.opacity < 1 else ""
        return f'fill="{to_hex(fill)}"{veil}', ""
    name = f"ramp-{index + 1}"
    if isinstance(fill, LinearGradient):
        (x1, y1), (x2, y2) = fill.start, fill.end
        kind = "linearGradient"
        place = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    else:
        kind = "radialGradient"
        place = f'cx="{number(fill.center[0])}" cy="{number(fill.center[1])}" r="{number(fill.radius)}"'
    stops = "".join(
        f'<stop offset="{number(stop.offset, 4)}" stop-color="{to_hex(stop.color)}"'
        + (f' stop-opacity="{number(stop.opacity, 3)}"' if stop.opacity < 1 else "")
        + "/>"
        for stop in fill.stops
    )
    define = f'<{kind} id="{name}" gradientUnits="userSpaceOnUse" {place}>{stops}</{kind}>'
    return f'fill="url(#{name})"', define


def _pair(point: Point) -> str:
    x, y = number(point[0]), number(point[1])
    return x + (y if y.startswith("-") else f" {y}")


def _contour(contour: Contour) -> str:
    """One closed outline; the closing line is left to `Z`."""
    at = contour.start
    parts = [f"M{_pair(at)}"]
    for place, segment in enumerate(contour.segments):
        if isinstance(segment, Cubic):
            parts.append(f"C{_pair(segment.control1)} {_pair(segment.control2)} {_pair(segment.end)}")
        elif place < len(contour.segments) - 1:
            parts.append(_line(at, segment))
        at = segment.end
    return "".join([*parts, "Z"])


def _line(at: Point, line: Line) -> str:
    old, new = (number(at[0]), number(at[1])), (number(line.end[0]), number(line.end[1]))
    if old[1] == new[1]:
        return f"H{new[0]}"
    return f"V{new[1]}" if old[0] == new[0] else f"L{_pair(line.end)}"


def _circle(circle: Circle) -> str:
    """Two half arcs; clockwise around paint, the other way around a hole."""
    (x, y), radius = circle.center, number(circle.radius)
    sweep = 0 if circle.hole else 1
    left, right = _pair((x - circle.radius, y)), _pair((x + circle.radius, y))
    arc = f"A{radius} {radius} 0 1 {sweep} "
    return f"M{left}{arc}{right}{arc}{left}Z"
