"""How a logo lies on a garment, with what is set in type beside it: one answer for picture and print."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from imaging.color import to_hex
from imaging.garment.placement import LOW_CONTRAST as LOW_CONTRAST_RATIO
from imaging.garment.placement import MIN_WIDTH_IN, Box, fit_artwork
from imaging.garment.spec import SideSpec, Zone
from imaging.types import Color
from serve_app.artwork import PlacementSpec
from serve_app.deployments.jersey import SHOWN_PPI, Lettered, lettered, overlap, rooms_in
from serve_app.domain import Notice

ROOM_FOR_LETTERING = "nape"
"""Where the logo goes on a back that carries a name or a number, unless a zone is asked for."""
LEAST_ROOM_IN = 0.75
"""A logo lower than this beside lettering is not worth printing."""
BELOW_NUMBER_IN = (6.0, 3.5)
"""Width and height that a logo has below a number unless a width is asked for: small beside it."""

LOW_CONTRAST = Notice(
    code="low_contrast",
    message="The logo's edge hardly differs from the garment's colour.",
    fix="Send outline=auto without an outline_color, or choose another garment_color.",
)
CLAMPED = Notice(
    code="width_clamped",
    message="The width asked for does not fit: the largest that fits was taken.",
    fix="Choose a larger zone, or a smaller width_in.",
)
CUT_OFF = Notice(
    code="print_cut_off",
    message="The offset carries a part of the logo off its zone; that part is not printed.",
    fix="Choose a smaller offset_in or width_in.",
)
OVERLAP = Notice(
    code="prints_overlap",
    message="The logo and the name or number lie over each other.",
    fix="Choose another zone or none, a smaller width_in or another offset_in.",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a placement puts things."""

    placement: PlacementSpec
    zone: Zone
    room_in: tuple[float, float]
    """What of the zone the logo may take."""
    texts: tuple[Lettered, ...]
    down_in: float = 0.0
    """How far below the zone's top that room begins."""

    @property
    def offset_in(self) -> tuple[float, float]:
        """Right and down from top-centre of the zone: the room's, and what was asked for besides."""
        right_in, down_in = self.placement.offset_in
        return right_in, self.down_in + down_in

    def fit(self, size_px: tuple[int, int]) -> Box:
        """The logo in its zone; raises `PlacementError`."""
        spec = self.placement
        box = fit_artwork(self.room_in, size_px=size_px, width_in=spec.width_in)
        # Again with that width in the zone itself, which is what pictures and print files are made of. A tall
        # strip may be narrower than a width that can be asked for: it is then as wide as fits.
        width_in = max(MIN_WIDTH_IN, box.width_in)
        inside = fit_artwork(self.zone.size_in, size_px=size_px, width_in=width_in, offset_in=self.offset_in)
        return replace(inside, clamped=box.clamped)

    def box_in(self) -> tuple[float, float]:
        """Width and height that the logo may have: its room, and no wider than was asked for."""
        return min(self.room_in[0], self.placement.width_in or self.room_in[0]), self.room_in[1]

    def facts(self, box: Box, *, contrast: float, outline: Color | None) -> dict[str, Any]:
        """The `placement` of the answer.

        Args:
            box: The logo's, of `fit`.
            contrast: WCAG ratio of its edge to the garment.
            outline: Colour of the contour that was drawn.
        """
        spec = self.placement
        return {
            "garment": spec.garment,
            "garment_color": to_hex(spec.color),
            "side": spec.side,
            "zone": self.zone.id,
            "x_in": round(box.x_in, 4),
            "y_in": round(box.y_in, 4),
            "width_in": round(box.width_in, 4),
            "height_in": round(box.height_in, 4),
            "clamped": box.clamped,
            "contrast_ratio": round(contrast, 2),
            "outline": to_hex(outline) if outline else None,
        }

    def notices(self, box: Box, *, contrast: float) -> tuple[Notice, ...]:
        """What the client should look at."""
        found = (
            (contrast < LOW_CONTRAST_RATIO, LOW_CONTRAST),
            (box.clamped, CLAMPED),
            (box.overhangs(self.zone.size_in), CUT_OFF),
            (overlap(self.zone, box, self.texts), OVERLAP),
        )
        return tuple(notice for holds, notice in found if holds)


def place_on(
    side: SideSpec,
    placement: PlacementSpec,
    *,
    palette: Sequence[Color] = (),
    ppi: float = SHOWN_PPI,
    font_folders: tuple[Path, ...] = (),
) -> Place:
    """Find the zone, set the lettering, and see what room it leaves.

    Args:
        side: Of the garment.
        placement: The order.
        palette: The logo's colours, for the lettering.
        ppi: Pixels an inch of the lettering.
        font_folders: Fonts of scripts that the packaged ones lack.

    Raises:
        UnknownZoneError: the side has no such zone.
        InvalidFieldsError: a name or number cannot be set on it.
    """
    texts = lettered(side, placement, palette=palette, ppi=ppi, font_folders=font_folders)
    makes_room = bool(texts) and placement.zone is None
    if makes_room and ROOM_FOR_LETTERING in (zone.id for zone in side.zones):
        place = _above(side, placement, texts)
    elif makes_room:
        place = _below(side, placement, texts)
    else:
        zone = side.zone(placement.zone)
        place = Place(placement, zone, zone.size_in, texts)
    if place.room_in[1] >= LEAST_ROOM_IN:
        return place
    return replace(place, room_in=place.zone.size_in, down_in=0.0)


def _above(side: SideSpec, placement: PlacementSpec, texts: tuple[Lettered, ...]) -> Place:
    """At the nape, down to the lettering."""
    zone = side.zone(ROOM_FOR_LETTERING)
    above_in, _ = rooms_in(side, zone, texts)
    return Place(placement, zone, (zone.size_in[0], above_in), texts)


def _below(side: SideSpec, placement: PlacementSpec, texts: tuple[Lettered, ...]) -> Place:
    """On the usual zone, from the lettering down: a hood hides the nape."""
    zone = side.zone(None)
    _, below_in = rooms_in(side, zone, texts)
    room_in, down_in = (zone.size_in[0], below_in), zone.size_in[1] - below_in
    if placement.width_in is None and any(text.part == "number" for text in texts):
        room_in = min(room_in[0], BELOW_NUMBER_IN[0]), min(room_in[1], BELOW_NUMBER_IN[1])
    return Place(placement, zone, room_in, texts, down_in)
