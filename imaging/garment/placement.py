"""Where artwork goes, in inches: fitted into its zone as print shops do."""

import math
from dataclasses import dataclass

from imaging.garment.errors import PlacementError
from imaging.garment.spec import Point, Side, Zone

LOW_CONTRAST = 1.5
"""Below this an edge is hard to see on cloth. WCAG asks 3 of graphics; tone on tone can be a choice."""
MIN_WIDTH_IN, MAX_WIDTH_IN = 0.1, 60.0
"""What a width may be; over the zone's it is clamped, over this it is a mistake."""
_ROUNDING = 1e-3
"""A width over the largest by no more is that of somebody who rounded it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The artwork on the garment."""

    side: Side
    zone: str
    x_in: float
    """Left edge, from the zone's left edge."""
    y_in: float
    """Upper edge, from the zone's upper edge."""
    width_in: float
    height_in: float
    pixels_per_inch: float
    """Of the mock-up."""
    effective_dpi: float
    """Of the artwork's own pixels at this size on the cloth."""
    contrast_ratio: float
    """WCAG ratio, 1-21, of the artwork's outer edge to the garment's colour."""
    low_contrast: bool
    clamped: bool
    """A larger width was asked for than fits."""
    overhangs: bool
    """The offset carries a part of the artwork off the zone: that part is not printed."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in a zone, inches from its upper left corner."""

    x_in: float
    y_in: float
    width_in: float
    height_in: float
    clamped: bool = False
    """A larger width was asked for than fits."""

    @property
    def right_in(self) -> float:
        """Its right edge."""
        return self.x_in + self.width_in

    @property
    def bottom_in(self) -> float:
        """Its lower edge."""
        return self.y_in + self.height_in

    def overhangs(self, size_in: Point) -> bool:
        """Whether more than rounding of it lies off a zone of this size."""
        slack = 1e-6
        return (
            min(self.x_in, self.y_in) < -slack
            or self.right_in > size_in[0] + slack
            or self.bottom_in > size_in[1] + slack
        )


def fit_artwork(
    size_in: Point, *, size_px: tuple[int, int], width_in: float | None, offset_in: Point = (0.0, 0.0)
) -> Box:
    """Fit artwork into a zone: as wide as asked or as fits, centred across, its top on the zone's top.

    Args:
        size_in: width and height of the zone.
        size_px: width and height of the artwork.
        width_in: printed width; None takes the largest that fits. Never larger than fits.
        offset_in: moves the print right and down.

    Raises:
        PlacementError: the width is not 0.1 to 60 in, the offset is not finite, or it carries the print off
            the zone altogether.
    """
    if width_in is not None and not MIN_WIDTH_IN <= width_in <= MAX_WIDTH_IN:
        raise PlacementError(f"The printed width must be {MIN_WIDTH_IN:g} to {MAX_WIDTH_IN:g} in.")
    if not all(math.isfinite(part) for part in offset_in):
        raise PlacementError("An offset must be two numbers of inches.")
    aspect = size_px[1] / size_px[0]
    largest = min(size_in[0], size_in[1] / aspect)
    width = largest if width_in is None else min(width_in, largest)
    clamped = width_in is not None and width_in > largest * (1 + _ROUNDING)
    box = Box((size_in[0] - width) / 2 + offset_in[0], offset_in[1], width, width * aspect, clamped=clamped)
    if box.right_in <= 0 or box.bottom_in <= 0 or box.x_in >= size_in[0] or box.y_in >= size_in[1]:
        raise PlacementError(
            f"The offset carries the print off its zone of {size_in[0]:g} x {size_in[1]:g} in."
        )
    return box


def describe(
    side: Side,
    zone: Zone,
    box: Box,
    *,
    pixels_per_inch: float,
    artwork_width_px: int,
    contrast_ratio: float,
) -> Placement:
    """Put the facts of a placement together."""
    return Placement(
        side=side,
        zone=zone.id,
        x_in=box.x_in,
        y_in=box.y_in,
        width_in=box.width_in,
        height_in=box.height_in,
        pixels_per_inch=pixels_per_inch,
        effective_dpi=artwork_width_px / box.width_in,
        contrast_ratio=contrast_ratio,
        low_contrast=contrast_ratio < LOW_CONTRAST,
        clamped=box.clamped,
        overhangs=box.overhangs(zone.size_in),
    )
