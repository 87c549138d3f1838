"""Where artwork goes, in inches: fitted into its zone as print shops do."""

import math
from dataclasses import dataclass

from imaging.garment.errors import PlacementError
from imaging.garment.spec import Side, View, Zone

LOW_CONTRAST = 1.5
"""Below this an edge is hard to see on cloth. WCAG asks 3 of graphics; tone on tone can be a choice."""
_MAX_OFFSET_IN = 20.0


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


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in a zone, inches from its upper left corner."""

    x_in: float
    y_in: float
    width_in: float
    height_in: float


def fit_artwork(
    zone: Zone, *, size_px: tuple[int, int], width_in: float | None, offset_in: tuple[float, float]
) -> Box:
    """Fit artwork into a zone: as wide as asked or as fits, centred across, its top on the zone's top.

    Args:
        zone: where to print.
        size_px: width and height of the artwork.
        width_in: printed width; None takes the largest that fits. Never larger than fits.
        offset_in: moves the print right and down.

    Raises:
        PlacementError: the width is not above 0, or the offset is not a finite number within 20 in.
    """
    if width_in is not None and not (math.isfinite(width_in) and width_in > 0):
        raise PlacementError("The printed width must be above 0 in.")
    if not all(math.isfinite(part) and abs(part) <= _MAX_OFFSET_IN for part in offset_in):
        raise PlacementError(f"An offset must lie within {_MAX_OFFSET_IN:g} in.")
    aspect = size_px[1] / size_px[0]
    largest = min(zone.size_in[0], zone.size_in[1] / aspect)
    width = largest if width_in is None else min(width_in, largest)
    return Box((zone.size_in[0] - width) / 2 + offset_in[0], offset_in[1], width, width * aspect)


def describe(view: View, zone: Zone, box: Box, *, artwork_width_px: int, contrast_ratio: float) -> Placement:
    """Put the facts of a placement together."""
    return Placement(
        side=view.side,
        zone=zone.id,
        x_in=box.x_in,
        y_in=box.y_in,
        width_in=box.width_in,
        height_in=box.height_in,
        pixels_per_inch=view.pixels_per_inch,
        effective_dpi=artwork_width_px / box.width_in,
        contrast_ratio=contrast_ratio,
        low_contrast=contrast_ratio < LOW_CONTRAST,
    )
