"""What a garment is, once loaded."""

from dataclasses import dataclass
from typing import Literal

from imaging.garment.errors import UnknownSideError, UnknownZoneError
from imaging.types import Color, Mask, Pixels

Side = Literal["front", "back"]
Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle that may be printed on."""

    id: str
    size_in: Point
    """Width and height in inches."""
    origin_px: Point
    """Its upper left corner on the view, in the view's own pixels."""
    quad_px: Quad | None
    """Its four corners clockwise from the upper left where it is seen at an angle; None when square on."""


@dataclass(frozen=True, slots=True)
class View:
    """One side of a garment: square maps of one size, and what may be printed where."""

    side: Side
    pixels_per_inch: float
    shading: Mask
    """(S, S): `shading_neutral` is the garment's plain colour, 0 black; spaced as linear light ** (1/2.2)."""
    shading_neutral: int
    mask: Mask
    """(S, S) alpha of the garment."""
    displacement: Pixels
    """(s, s, 3), s <= S: red and green are how far the cloth runs ahead in x and y, 128 for none."""
    displacement_in: float
    """Inches that 127 steps of `displacement` stand for."""
    shadow: Mask
    """(s, s): brightness of the ground, 255 fully lit."""
    zones: tuple[Zone, ...]
    default_zone: str

    def zone(self, zone_id: str | None) -> Zone:
        """The named zone, or the default one.

        Raises:
            UnknownZoneError: this side has no zone of that name.
        """
        wanted = zone_id or self.default_zone
        for zone in self.zones:
            if zone.id == wanted:
                return zone
        known = ", ".join(zone.id for zone in self.zones)
        raise UnknownZoneError(f"No print zone {wanted!r} on the {self.side}; there are: {known}.")


@dataclass(frozen=True, slots=True)
class Garment:
    """A garment with its pictures in memory (about 9 MB a side)."""

    id: str
    name: str
    views: tuple[View, ...]
    colors: tuple[tuple[str, Color], ...]
    """Colours it is sold in, as (name, colour)."""

    def view(self, side: str) -> View:
        """The view of a side.

        Raises:
            UnknownSideError: there is no such side.
        """
        for view in self.views:
            if view.side == side:
                return view
        known = ", ".join(view.side for view in self.views)
        raise UnknownSideError(f"The {self.name} has no side {side!r}; it has: {known}.")
