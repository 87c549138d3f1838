"""A mock-up, step by step: place, tint, ink, cut out."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.garment.artwork import prepare_artwork
from imaging.garment.contrast import edge_contrast
from imaging.garment.errors import PlacementError
from imaging.garment.ink import print_on
from imaging.garment.placement import Box, Placement, describe, fit_artwork
from imaging.garment.platen import Platen, build_platen
from imaging.garment.prepared import SHARED, Prepared
from imaging.garment.scene import Rim, Scene, build_scene
from imaging.garment.spec import Garment, Point, Side, View, Zone
from imaging.garment.tint import ColorTable, cloth_table, ground_table, ink_tables
from imaging.types import Color, Pixels

STUDIO: Color = (236, 237, 239)
"""Ground of a mock-up when none is asked for."""
MIN_PX, MAX_PX = 64, 4096
"""Sides of a mock-up."""
_PLANES, _RGBA = 3, 4


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """Artwork, and where on a side it goes."""

    artwork: Pixels
    """(H, W, 4) RGBA, straight alpha."""
    zone: str | None = None
    """None is the side's default."""
    width_in: float | None = None
    """None is the largest that fits the zone, and it is never larger than that."""
    offset_in: Point = (0.0, 0.0)
    """Moves the print right and down from top-centre of the zone."""


@dataclass(frozen=True, slots=True, eq=False)
class Mockup:
    """The picture and what it shows."""

    pixels: Pixels
    """(size, size, 3) RGB."""
    placements: tuple[Placement, ...]
    """Of each print, in the order given."""

    @property
    def placement(self) -> Placement:
        """Of the first print."""
        return self.placements[0]


def render_mockup(
    garment: Garment,
    *,
    side: Side,
    artwork: Pixels,
    color: Color,
    zone: str | None = None,
    width_in: float | None = None,
    offset_in: Point = (0.0, 0.0),
    size_px: int = 2000,
    background: Color | None = None,
    more: Sequence[Print] = (),
    prepared: Prepared = SHARED,
) -> Mockup:
    """Show artwork printed on a garment. The same input always gives the same bytes.

    Args:
        garment: from a `Wardrobe`.
        side: which side to show and print.
        artwork: (H, W, 4) RGBA, straight alpha.
        color: the garment's colour.
        zone: print zone; None is the side's default.
        width_in: printed width; None is the largest that fits the zone, and it is never larger than that.
        offset_in: moves the print right and down from top-centre of the zone. What it carries off the zone
            is not printed.
        size_px: side of the picture, 64-4096.
        background: ground colour; None is a light studio gray.
        more: further prints, each over those before it: a name, a number.
        prepared: keeps what mock-ups share; it changes their time, never their bytes.

    Raises:
        UnknownSideError: the garment has no such side.
        UnknownZoneError: the side has no such zone.
        PlacementError: a width, offset or size out of range, or artwork that is not RGBA.
    """
    prints = (Print(artwork, zone, width_in, offset_in), *more)
    return render_prints(
        garment, prints, side=side, color=color, size_px=size_px, background=background, prepared=prepared
    )


def render_prints(
    garment: Garment,
    prints: Sequence[Print],
    *,
    side: Side,
    color: Color,
    size_px: int = 2000,
    background: Color | None = None,
    prepared: Prepared = SHARED,
) -> Mockup:
    """Show a garment with any number of prints, none included; see `render_mockup`."""
    if not MIN_PX <= size_px <= MAX_PX:
        raise PlacementError(f"A mock-up is {MIN_PX} to {MAX_PX} px wide.")
    spec = garment.spec(side)
    zones = [spec.zone(item.zone) for item in prints]
    boxes = [_fitted(item, zone) for item, zone in zip(prints, zones, strict=True)]
    view = garment.view(side)
    scene = prepared.get(view, size_px, lambda: build_scene(view, size_px=size_px))
    ground = ground_table(background or STUDIO)
    picture = _tinted(scene, cloth_table(spec.shading_neutral, color), ground)
    placements = []
    for item, zone, box in zip(prints, zones, boxes, strict=True):
        _print(picture, item, box, zone=zone, view=view, scene=scene, prepared=prepared)
        placements.append(
            describe(
                side,
                zone,
                box,
                pixels_per_inch=scene.pixels_per_inch,
                artwork_width_px=item.artwork.shape[1],
                contrast_ratio=edge_contrast(item.artwork, color),
            )
        )
    _soften(picture, scene.rim, ground)
    return Mockup(picture, tuple(placements))


def check_artwork(artwork: Pixels) -> None:
    """Raise PlacementError for anything but RGBA with at least one pixel."""
    if artwork.ndim != _PLANES or artwork.shape[2] != _RGBA or min(artwork.shape) < 1:
        raise PlacementError("Artwork must be RGBA with at least one pixel.")


def _fitted(item: Print, zone: Zone) -> Box:
    check_artwork(item.artwork)
    height, width = item.artwork.shape[:2]
    return fit_artwork(
        zone.size_in, size_px=(width, height), width_in=item.width_in, offset_in=item.offset_in
    )


def _tinted(scene: Scene, cloth: ColorTable, ground: ColorTable) -> Pixels:
    """The bare garment on its ground, the rim still as if all were garment."""
    picture = np.asarray(cv2.applyColorMap(scene.tone, ground[:, None, :]), np.uint8)
    shirt = cv2.applyColorMap(scene.tone, cloth[:, None, :])
    cv2.copyTo(shirt, scene.cloth, picture)
    return picture


def _print(
    picture: Pixels, item: Print, box: Box, *, zone: Zone, view: View, scene: Scene, prepared: Prepared
) -> None:
    """Ink one artwork into the picture."""

    def build() -> Platen:
        return build_platen(view, scene, zone)

    platen = prepared.get(view, (scene.tone.shape[0], zone.id), build)
    across, down = platen.pixels_per_inch
    sheet = prepare_artwork(item.artwork, print_px=(box.width_in * across, box.height_in * down))
    tables = ink_tables(view.shading_neutral)
    print_on(picture, sheet, box, platen=platen, tone=scene.tone, tables=tables)


def _soften(picture: Pixels, rim: Rim, ground: ColorTable) -> None:
    """Mix the ground into the rim by the garment's alpha, in place."""
    flat = picture.reshape(-1, 3)
    mixed = flat[rim.at] * rim.share + ground[rim.ground] * (1 - rim.share)
    flat[rim.at] = np.round(mixed).astype(np.uint8)
