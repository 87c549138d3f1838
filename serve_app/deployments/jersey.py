"""A player's name and number: set in type, each in its zone of the garment."""

from collections.abc import Sequence
from dataclasses import dataclass

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
        """A name stands in the middle of its zone's height, a number at its top."""
        spare = max(0.0, self.zone.size_in[1] - self.text.height_in)
        return 0.0, spare / 2 if self.part == "name" else 0.0


def lettered(
    side: SideSpec, placement: PlacementSpec, *, palette: Sequence[Color] = (), ppi: float = SHOWN_PPI
) -> tuple[Lettered, ...]:
    """The name and the number of a placement, as far as it has them.

    Args:
        side: Of the garment.
        placement: The order.
        palette: The logo's colours, one of which the text takes where it stands out.
        ppi: Pixels an inch.

    Raises:
        InvalidFieldsError: the side has no zone for it, or the text cannot be set; names the field.
    """
    color = placement.text_color or lettering_color(placement.color, palette)
    texts = {"name": placement.name, "number": placement.number}
    return tuple(
        _set(part, text, side, color=color, ppi=min(MAX_PPI, max(MIN_PPI, ppi)))
        for part, text in texts.items()
        if text
    )


def _set(part: str, text: str, side: SideSpec, *, color: Color, ppi: float) -> Lettered:
    zone = next((zone for zone in side.zones if zone.id == ZONES[part]), None)
    if zone is None:
        raise _refused(part, f"The {side.side} of this garment has no place for a {part}.")
    try:
        done = set_text(text, box_in=zone.size_in, color=color, letter_height_in=HEIGHT_IN[part], ppi=ppi)
    except LetteringError as error:
        raise _refused(part, str(error)) from error
    return Lettered(part, zone, done)


def _refused(part: str, message: str) -> InvalidFieldsError:
    return InvalidFieldsError(message, (FieldError(part, message),))
