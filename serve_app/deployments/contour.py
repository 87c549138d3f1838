"""The contour round a logo on a garment: whether, in which colour, and as wide in print as asked for."""

from collections.abc import Sequence

from imaging.bands import resample
from imaging.garment.contrast import edge_contrast
from imaging.garment.print_file import MAX_DPI
from imaging.logo.outline import STANDS_OUT, add_outline, outline_color
from imaging.types import Color, Pixels
from serve_app.artwork import PlacementSpec
from serve_app.deployments.placing import Place
from serve_app.domain import Notice

MOST_SHARE = 0.25
"""A contour takes at most this share of the print's width, or height, on either side: half is left for the
logo."""

NARROWED = Notice(
    code="outline_narrowed",
    message="The contour is narrower than asked for: it takes at most a quarter of the print on either side.",
    fix="Choose a smaller outline_in, or a larger width_in.",
)


def contour_color(pixels: Pixels, placement: PlacementSpec, *, palette: Sequence[Color]) -> Color | None:
    """The colour of the contour that artwork gets on its garment, None for none.

    Args:
        pixels: (H, W, 4) RGBA.
        placement: The order.
        palette: The logo's flat colours.
    """
    if placement.outline == "none":
        return None
    if placement.outline == "auto" and edge_contrast(pixels, placement.color) >= STANDS_OUT:
        return None
    return placement.outline_color or outline_color(pixels, placement.color, palette=palette)


def contour_in(place: Place) -> float:
    """Width of the contour in inches: as asked for, as far as it leaves room for the logo."""
    return min(place.placement.outline_in, MOST_SHARE * min(place.box_in()))


def with_contour(pixels: Pixels, *, width_in: float, box_in: tuple[float, float], color: Color) -> Pixels:
    """Draw the contour so that it is as wide as given once logo and contour together fill a box.

    Args:
        pixels: (H, W, 4) RGBA.
        width_in: Of the contour, at most `MOST_SHARE` of the box's sides.
        box_in: Width and height that both together may have.
        color: Of the contour.

    Returns:
        RGBA, larger by the contour on every side; of at most `MAX_DPI` pixels an inch, as nothing is printed
        finer and a contour of many thousand pixels would not fit into memory.
    """
    height, width = pixels.shape[:2]
    ppi = max(width / (box_in[0] - 2 * width_in), height / (box_in[1] - 2 * width_in))
    if ppi > MAX_DPI:
        size = [max(1, round(side * MAX_DPI / ppi)) for side in (width, height)]
        pixels, ppi = resample(pixels, width_px=size[0], height_px=size[1]), MAX_DPI
    return add_outline(pixels, width_px=width_in * ppi, color=color)
