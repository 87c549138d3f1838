"""Placements of the service to garments of `imaging.garment`, and back to stages and files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from imaging.garment.contrast import edge_contrast
from imaging.garment.mockup import Print, render_prints
from imaging.garment.placement import MIN_WIDTH_IN
from imaging.garment.print_file import Placed, render_print
from imaging.garment.print_pdf import print_pdf
from imaging.garment.spec import Zone
from imaging.garment.wardrobe import Wardrobe
from imaging.types import Color, Pixels
from serve_app.artwork import PlacementFit, PlacementSpec, PrintPart, PrintSpec
from serve_app.deployments.contour import NARROWED, contour_color, contour_in, with_contour
from serve_app.deployments.jersey import SHOWN_PPI
from serve_app.deployments.logos import with_alpha
from serve_app.deployments.placing import Place, place_on
from serve_app.deployments.print_losses import losses
from serve_app.domain import Encoded, MockupSpec, Notice, Staged
from serve_app.telemetry import Stopwatch

POINTS_PER_INCH = 72.0


class Garments:
    """The garments of a folder.

    Args:
        folder: See `imaging.garment.wardrobe.Wardrobe`.
        keep_sides: Sides whose pictures stay in memory.
        font_folders: Fonts of scripts that the packaged ones lack.
    """

    def __init__(self, folder: Path, *, keep_sides: int, font_folders: tuple[Path, ...] = ()) -> None:
        self._wardrobe = Wardrobe(folder, keep=keep_sides)
        self._font_folders = font_folders

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the garments."""
        return self._wardrobe.names

    def describe(self) -> list[dict[str, Any]]:
        """What can be ordered, ready for JSON."""
        return self._wardrobe.describe()

    def fit(self, placement: PlacementSpec, *, size_px: tuple[int, int]) -> PlacementFit:
        """How large artwork of this shape gets.

        Raises:
            GarmentError: there is no such garment, side or zone, or the placement cannot be.
            InvalidFieldsError: a name or number cannot be set on it.
        """
        place = self._place(placement)
        box = place.fit(size_px)
        return PlacementFit(box.width_in, box.height_in, place.zone.size_in)

    def dress(self, artwork: Staged, placement: PlacementSpec) -> Staged:
        """Draw a contour round artwork where one is wanted, and tell how it lies on the garment.

        Raises:
            GarmentError: there is no such garment, side or zone, or the placement cannot be.
        """
        pixels = with_alpha(artwork.pixels)
        place = self._place(placement)
        outline = contour_color(pixels, placement, palette=_palette(artwork))
        notices: tuple[Notice, ...] = ()
        if outline is not None:
            width_in = contour_in(place)
            pixels = with_contour(pixels, width_in=width_in, box_in=place.box_in(), color=outline)
            notices = (NARROWED,) if width_in < placement.outline_in else ()
        box = place.fit(_size(pixels))
        contrast = edge_contrast(pixels, placement.color)
        facts = place.facts(box, contrast=contrast, outline=outline)
        notices += place.notices(box, contrast=contrast)
        return artwork.then(pixels, report={"placement": facts}, notices=notices)

    def mock_up(self, artwork: Staged, spec: MockupSpec) -> Staged:
        """A picture of the placement; raises `GarmentError`."""
        watch = Stopwatch()
        placement = spec.placement
        with watch("mock_up"):
            place = self._place(placement, palette=_palette(artwork))
            pixels = with_alpha(artwork.pixels)
            width_in = max(MIN_WIDTH_IN, place.fit(_size(pixels)).width_in)  # see `Place.fit`
            logo = Print(pixels, place.zone.id, width_in, place.offset_in)
            mockup = render_prints(
                self._wardrobe.get(placement.garment),
                (logo, *(text.as_print() for text in place.texts)),
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
            notices = losses(printed, placed, zone_in=zone.size_in, part=part)
        return artwork.then(printed.pixels, dpi=spec.dpi, timings_ms=watch.times_ms, notices=notices)

    def _placed(
        self, artwork: Staged, placement: PlacementSpec, spec: PrintSpec, part: PrintPart
    ) -> tuple[Zone, Placed]:
        if part == "logo":
            # Beside lettering of the mock-up's resolution, so that both have it at the same inches.
            place, pixels = self._place(placement), with_alpha(artwork.pixels)
            return place.zone, Placed(pixels, place.fit(_size(pixels)))
        place = self._place(placement, palette=_palette(artwork), ppi=spec.dpi)
        text = next(item for item in place.texts if item.part == part)
        return text.zone, Placed(text.text.pixels, text.box())

    def _place(
        self, placement: PlacementSpec, *, palette: Sequence[Color] = (), ppi: float = SHOWN_PPI
    ) -> Place:
        side = self._wardrobe.get(placement.garment).spec(placement.side)
        return place_on(side, placement, palette=palette, ppi=ppi, font_folders=self._font_folders)


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


def _palette(artwork: Staged) -> tuple[Color, ...]:
    return tuple(part.color for part in artwork.logo.palette) if artwork.logo else ()


def _size(pixels: Pixels) -> tuple[int, int]:
    return pixels.shape[1], pixels.shape[0]
