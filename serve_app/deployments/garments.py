"""Placements of the service to garments of `imaging.garment`, and back to stages and files."""

from pathlib import Path
from typing import Any

from imaging.color import to_hex
from imaging.garment.contrast import edge_contrast
from imaging.garment.mockup import Print, render_prints
from imaging.garment.placement import LOW_CONTRAST as LOW_CONTRAST_RATIO
from imaging.garment.placement import Box, fit_artwork
from imaging.garment.print_file import Placed, render_print
from imaging.garment.print_pdf import print_pdf
from imaging.garment.spec import SideSpec, Zone
from imaging.garment.wardrobe import Wardrobe
from imaging.logo.outline import STANDS_OUT, add_outline, outline_color
from imaging.types import Color, Pixels
from serve_app.artwork import PlacementFit, PlacementSpec, PrintPart, PrintSpec
from serve_app.deployments.jersey import lettered
from serve_app.deployments.logos import with_alpha
from serve_app.domain import Encoded, MockupSpec, Notice, Staged
from serve_app.telemetry import Stopwatch

POINTS_PER_INCH = 72.0
ROOM_FOR_LETTERING = "nape"
"""Where the logo goes on a back that carries a name or a number, unless a zone is asked for."""
SOFT_SHARE = 0.05
"""Half-clear share of a print from which cutting its edge changes how it looks."""

LOW_CONTRAST = Notice(
    code="low_contrast",
    message="The logo's edge hardly differs from the garment's colour.",
    fix="Send outline=auto, or choose another garment_color.",
)
CLAMPED = Notice(
    code="width_clamped",
    message="The width asked for does not fit the zone: the largest that fits was taken.",
    fix="Choose a larger zone, or a smaller width_in.",
)
CUT_OFF = Notice(
    code="print_cut_off",
    message="The offset carries a part of the logo off its zone; that part is not printed.",
    fix="Choose a smaller offset_in or width_in.",
)
EDGES_CUT = Notice(
    code="soft_parts_cut",
    message="Glows or shadows of the logo were half-clear; on the print file they are solid or gone.",
    fix="Send threshold=null where the printer takes soft edges, or artwork without them.",
)


class Garments:
    """The garments of a folder.

    Args:
        folder: See `imaging.garment.wardrobe.Wardrobe`.
        keep_sides: Sides whose pictures stay in memory.
    """

    def __init__(self, folder: Path, *, keep_sides: int) -> None:
        self._wardrobe = Wardrobe(folder, keep=keep_sides)

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the garments."""
        return self._wardrobe.names

    def describe(self) -> list[dict[str, Any]]:
        """What can be ordered, ready for JSON."""
        return self._wardrobe.describe()

    def fit(self, placement: PlacementSpec, *, size_px: tuple[int, int]) -> PlacementFit:
        """How large artwork of this shape gets; raises `GarmentError`."""
        side, zone = self._place(placement)
        lettered(side, placement)  # raises what is wrong with a name or number before any work is done
        box = fit_artwork(
            zone.size_in, size_px=size_px, width_in=placement.width_in, offset_in=placement.offset_in
        )
        return PlacementFit(box.width_in, box.height_in, zone.size_in)

    def dress(self, artwork: Staged, placement: PlacementSpec) -> Staged:
        """Draw a contour round artwork where one is wanted, and tell how it lies on the garment.

        Raises:
            GarmentError: there is no such garment, side or zone, or the placement cannot be.
        """
        pixels = with_alpha(artwork.pixels)
        outline = _outline(pixels, artwork, placement)
        if outline is not None:
            box = self._box(pixels, placement)
            width_px = placement.outline_in * pixels.shape[1] / box.width_in
            pixels = add_outline(pixels, width_px=width_px, color=outline)
        _, zone = self._place(placement)
        box = self._box(pixels, placement)
        contrast = edge_contrast(pixels, placement.color)
        facts = _facts(placement, zone, box, contrast=contrast, outline=outline)
        return artwork.then(pixels, report={"placement": facts}, notices=_notices(zone, box, contrast))

    def mock_up(self, artwork: Staged, spec: MockupSpec) -> Staged:
        """A picture of the placement; raises `GarmentError`."""
        watch = Stopwatch()
        placement = spec.placement
        side, zone = self._place(placement)
        with watch("mock_up"):
            logo = Print(with_alpha(artwork.pixels), zone.id, placement.width_in, placement.offset_in)
            mockup = render_prints(
                self._wardrobe.get(placement.garment),
                (logo, *(item.as_print() for item in lettered(side, placement, palette=_palette(artwork)))),
                side=placement.side,
                color=placement.color,
                size_px=spec.size_px,
                background=spec.background,
            )
        return artwork.then(mockup.pixels, timings_ms=watch.times_ms)

    def print_file(
        self, artwork: Staged, placement: PlacementSpec, spec: PrintSpec, part: PrintPart
    ) -> Staged:
        """One zone as it is printed, in exact inches; raises `GarmentError`."""
        watch = Stopwatch()
        with watch("print_file"):
            zone, placed = self._placed(artwork, placement, spec, part)
            printed = render_print(
                [placed],
                zone_in=zone.size_in,
                dpi=spec.dpi,
                threshold=spec.threshold,
                choke_px=spec.choke_px,
            )
        notices = (EDGES_CUT,) if printed.cut_share > SOFT_SHARE and part == "logo" else ()
        return artwork.then(printed.pixels, dpi=spec.dpi, timings_ms=watch.times_ms, notices=notices)

    def _placed(
        self, artwork: Staged, placement: PlacementSpec, spec: PrintSpec, part: PrintPart
    ) -> tuple[Zone, Placed]:
        side, zone = self._place(placement)
        if part == "logo":
            pixels = with_alpha(artwork.pixels)
            return zone, Placed(pixels, self._box(pixels, placement))
        texts = lettered(side, placement, palette=_palette(artwork), ppi=spec.dpi)
        text = next(item for item in texts if item.part == part)
        return text.zone, Placed(text.text.pixels, text.box())

    def _place(self, placement: PlacementSpec) -> tuple[SideSpec, Zone]:
        side = self._wardrobe.get(placement.garment).spec(placement.side)
        makes_room = (placement.name or placement.number) and placement.zone is None
        if makes_room and ROOM_FOR_LETTERING in (zone.id for zone in side.zones):
            return side, side.zone(ROOM_FOR_LETTERING)
        return side, side.zone(placement.zone)

    def _box(self, pixels: Pixels, placement: PlacementSpec) -> Box:
        _, zone = self._place(placement)
        size_px = (pixels.shape[1], pixels.shape[0])
        return fit_artwork(
            zone.size_in, size_px=size_px, width_in=placement.width_in, offset_in=placement.offset_in
        )


def page(printed: Staged) -> Encoded:
    """A print file as a PDF page of its exact size."""
    dpi = printed.dpi or POINTS_PER_INCH
    height, width = printed.pixels.shape[:2]
    return Encoded(
        print_pdf(printed.pixels, dpi=dpi),
        "application/pdf",
        round(width / dpi * POINTS_PER_INCH, 2),
        round(height / dpi * POINTS_PER_INCH, 2),
        dpi=None,
        timings_ms=printed.timings_ms,
        report=printed.report,
        notices=printed.notices,
        engine=printed.engine,
    )


def _outline(pixels: Pixels, artwork: Staged, placement: PlacementSpec) -> Color | None:
    """The colour of the contour that artwork gets on its garment, None for none."""
    unseen = edge_contrast(pixels, placement.color) < STANDS_OUT
    if placement.outline == "none" or (placement.outline == "auto" and not unseen):
        return None
    return placement.outline_color or outline_color(pixels, placement.color, palette=_palette(artwork))


def _palette(artwork: Staged) -> tuple[Color, ...]:
    return tuple(part.color for part in artwork.logo.palette) if artwork.logo else ()


def _facts(
    placement: PlacementSpec, zone: Zone, box: Box, *, contrast: float, outline: Color | None
) -> dict[str, Any]:
    return {
        "garment": placement.garment,
        "garment_color": to_hex(placement.color),
        "side": placement.side,
        "zone": zone.id,
        "x_in": round(box.x_in, 4),
        "y_in": round(box.y_in, 4),
        "width_in": round(box.width_in, 4),
        "height_in": round(box.height_in, 4),
        "clamped": box.clamped,
        "contrast_ratio": round(contrast, 2),
        "outline": to_hex(outline) if outline else None,
    }


def _notices(zone: Zone, box: Box, contrast: float) -> tuple[Notice, ...]:
    found = (
        (contrast < LOW_CONTRAST_RATIO, LOW_CONTRAST),
        (box.clamped, CLAMPED),
        (box.overhangs(zone.size_in), CUT_OFF),
    )
    return tuple(notice for holds, notice in found if holds)
