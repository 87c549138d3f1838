"""A player's name and number: set in type, each in its zone of the garment."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imaging.garment.errors import LetteringError
from imaging.garment.lettering import MAX_PPI, MIN_PPI, Lettering, lettering_color, set_text
from imaging.garment.mockup import Print
from imaging.garment.placement import Box, fit_artwork
from imaging.garment.spec import SideSpec, Zone
from imaging.types import Color
from serve_app.artwork import PlacementSpec
from serve_app.errors import FieldError, InvalidFieldsError

SHOWN_PPI = 150.0
"""Of lettering on a mock-up: twice what the largest shows."""
ZONES = {"name": "back_name", "number": "back_number"}
HEIGHT_IN = {"name": 2.0, "number": 8.0}
"""Of the letters on adult jerseys; a long name comes out smaller."""

DISTANCE_IN = 0.25
"""Between a logo and what is set below it."""
DISTANCE_BELOW_IN = 0.5
"""Between a logo and what is set above it: a number is large, and wants more room around it."""


@dataclass(frozen=True, slots=True, eq=False)
class Lettered:
    """One text in its zone."""

    part: str
    """`name` or `number`."""
    zone: Zone
    text: Lettering

    def as_print(self) -> Print:
        """For a mock-up."""
        return Print(self.text.pixels, self.zone.id, self.text.width_in, self._offset_in())

    def box(self) -> Box:
        """For a print file."""
        size_px = (self.text.pixels.shape[1], self.text.pixels.shape[0])
        width_in, offset_in = self.text.width_in, self._offset_in()
        return fit_artwork(self.zone.size_in, size_px=size_px, width_in=width_in, offset_in=offset_in)

    def _offset_in(self) -> tuple[float, float]:
        """A name stands at the foot of its zone, a number at the top of its own, below."""
        spare = max(0.0, self.zone.size_in[1] - self.text.height_in)
        return 0.0, spare if self.part == "name" else 0.0


def lettered(
    side: SideSpec,
    placement: PlacementSpec,
    *,
    palette: Sequence[Color] = (),
    ppi: float = SHOWN_PPI,
    font_folders: tuple[Path, ...] = (),
) -> tuple[Lettered, ...]:
    """The name and the number of a placement, as far as it has them.

    Args:
        side: Of the garment.
        placement: The order.
        palette: The logo's colours, one of which the text takes where it stands out.
        ppi: Pixels an inch.
        font_folders: Fonts of scripts that the packaged ones lack.

    Raises:
        InvalidFieldsError: the side has no zone for it, or the text cannot be set; names the field.
    """
    color = placement.text_color or lettering_color(placement.color, palette)
    texts = {"name": placement.name, "number": placement.number}
    ppi = min(MAX_PPI, max(MIN_PPI, ppi))
    return tuple(
        _set(part, text, side, color=color, ppi=ppi, font_folders=font_folders)
        for part, text in texts.items()
        if text
    )


def _set(
    part: str, text: str, side: SideSpec, *, color: Color, ppi: float, font_folders: tuple[Path, ...]
) -> Lettered:
    zone = next((zone for zone in side.zones if zone.id == ZONES[part]), None)
    if zone is None:
        raise _refused(part, f"The {side.side} of this garment has no place for a {part}.")
    try:
        done = set_text(
            text,
            box_in=zone.size_in,
            color=color,
            letter_height_in=HEIGHT_IN[part],
            ppi=ppi,
            font_folders=font_folders,
        )
    except LetteringError as error:
        raise _refused(part, str(error)) from error
    return Lettered(part, zone, done)


def _refused(part: str, message: str) -> InvalidFieldsError:
    return InvalidFieldsError(message, (FieldError(part, message),))


def rooms_in(side: SideSpec, zone: Zone, texts: Sequence[Lettered]) -> tuple[float, float]:
    """Heights that texts leave of a zone above the highest and below the lowest, a little distance kept.

    Args:
        side: Of the garment.
        zone: Where the logo goes.
        texts: What is set beside it, at least one.

    Returns:
        Inches above and below, each from 0 to the zone's height.
    """
    _, top_px, _, foot_px = outline_px(zone, Box(0.0, 0.0, *zone.size_in))
    _, tops_px, _, feet_px = zip(*(outline_px(text.zone, text.box()) for text in texts), strict=True)
    above_in = (min(tops_px) - top_px) / side.pixels_per_inch - DISTANCE_IN
    below_in = (foot_px - max(feet_px)) / side.pixels_per_inch - DISTANCE_BELOW_IN
    height_in = zone.size_in[1]
    return max(0.0, min(above_in, height_in)), max(0.0, min(below_in, height_in))


def overlap(zone: Zone, box: Box, texts: Sequence[Lettered]) -> bool:
    """Whether a logo's box on its zone covers a part of a text."""
    left, top, right, bottom = outline_px(zone, box)
    others = [outline_px(text.zone, text.box()) for text in texts]
    return any(left < x1 and x0 < right and top < y1 and y0 < bottom for x0, y0, x1, y1 in others)


def outline_px(zone: Zone, box: Box) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a box on the garment's view, in pixels; exact where seen square on."""
    (x0, y0), (x1, y1), _, (x3, y3) = zone.quad_px
    width, height = zone.size_in
    at = [
        (
            x0 + (x1 - x0) * x / width + (x3 - x0) * y / height,
            y0 + (y1 - y0) * x / width + (y3 - y0) * y / height,
        )
        for x in (box.x_in, box.right_in)
        for y in (box.y_in, box.bottom_in)
    ]
    xs, ys = zip(*at, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
