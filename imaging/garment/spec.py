"""What a garment is: its sides and zones, known from its file, and a side's pictures, read when shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from imaging.garment.errors import UnknownSideError, UnknownZoneError
from imaging.types import Color, Mask, Pixels

Side = Literal["front", "back"]
SIDES: tuple[Side, ...] = ("front", "back")
Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle that may be printed on."""

    id: str
    size_in: Point
    """Width and height in inches."""
    quad_px: Quad
    """Its corners on the view, in the view's pixels, as the print has them: upper left, upper right, lower
    right, lower left."""


@dataclass(frozen=True, slots=True, eq=False)
class SideSpec:
    """One side of a garment without its pictures."""

    side: Side
    size_px: int
    """Side of the view's square pictures."""
    pixels_per_inch: float
    shading_neutral: int
    """The byte of `shading` that stands for the garment's plain colour."""
    displacement_in: float
    """Inches that 127 steps of `displacement` stand for."""
    zones: tuple[Zone, ...]
    default_zone: str

    def zone(self, zone_id: str | None) -> Zone:
        """The named zone, or the default one.

        Raises:
            UnknownZoneError: this side has no zone of that name.
        """
        wanted = self.default_zone if zone_id is None else zone_id
        for zone in self.zones:
            if zone.id == wanted:
                return zone
        known = ", ".join(zone.id for zone in self.zones)
        raise UnknownZoneError(f"No print zone {wanted!r} on the {self.side}; there are: {known}.")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class View(SideSpec):
    """One side of a garment with its pictures, about 9 MB."""

    shading: Mask
    """(S, S): `shading_neutral` is the garment's plain colour, 0 black; spaced as linear light ** (1/2.2)."""
    mask: Mask
    """(S, S) alpha of the garment."""
    displacement: Pixels
    """(s, s, 3), s <= S: red and green are how far the cloth runs ahead in x and y, 128 for none."""
    shadow: Mask
    """(s, s): brightness of the ground, 255 fully lit."""
    no_ink: Mask | None = None
    """(s, s): 255 where parts of the garment lie over the print."""


@dataclass(frozen=True, slots=True, eq=False)
class Garment:
    """A garment; its pictures are read by `open_view`, which may keep them."""

    id: str
    name: str
    sides: tuple[SideSpec, ...]
    colors: tuple[tuple[str, Color], ...]
    """Colours it is sold in, as (name, colour)."""
    open_view: Callable[[Side], View]

    def spec(self, side: str) -> SideSpec:
        """What is known of a side without its pictures.

        Raises:
            UnknownSideError: there is no such side.
        """
        for spec in self.sides:
            if spec.side == side:
                return spec
        known = ", ".join(spec.side for spec in self.sides)
        raise UnknownSideError(f"The garment {self.id} has no side {side!r}; it has: {known}.")

    def view(self, side: str) -> View:
        """A side with its pictures.

        Raises:
            UnknownSideError: there is no such side.
            GarmentFileError: a picture cannot be read.
        """
        return self.open_view(self.spec(side).side)
