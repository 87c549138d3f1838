"""A mock-up, step by step: tint, fit, warp, ink, ground."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.garment.artwork import ink, prepare_artwork, print_window, warp_artwork
from imaging.garment.contrast import edge_contrast
from imaging.garment.errors import PlacementError
from imaging.garment.placement import Box, Placement, describe, fit_artwork
from imaging.garment.scale import scale_view
from imaging.garment.spec import Garment, Side, View, Zone
from imaging.garment.tint import light_ground, tint
from imaging.types import Color, Mask, Pixels

STUDIO: Color = (236, 237, 239)
"""Ground of a mock-up when none is asked for."""
_MIN_PX, _MAX_PX = 64, 4096
_SOLID = 255
_PLANES, _RGBA = 3, 4


@dataclass(frozen=True, slots=True)
class Mockup:
    """The picture and what it shows."""

    pixels: Pixels
    """(size, size, 3) RGB."""
    placement: Placement


def render_mockup(
    garment: Garment,
    *,
    side: Side,
    artwork: Pixels,
    color: Color,
    zone: str | None = None,
    width_in: float | None = None,
    offset_in: tuple[float, float] = (0.0, 0.0),
    size_px: int = 2000,
    background: Color | None = None,
) -> Mockup:
    """Show artwork printed on a garment. The same input always gives the same bytes.

    Args:
        garment: from `load_garment`.
        side: which side to show and print.
        artwork: (H, W, 4) RGBA, straight alpha.
        color: the garment's colour.
        zone: print zone; None is the side's default.
        width_in: printed width; None is the largest that fits the zone, and it is never larger than that.
        offset_in: moves the print right and down from top-centre of the zone.
        size_px: side of the picture, 64-4096.
        background: ground colour; None is a light studio gray.

    Raises:
        UnknownSideError: the garment has no such side.
        UnknownZoneError: the side has no such zone.
        PlacementError: a width, offset or size out of range, or artwork that is not RGBA.
    """
    _check(artwork, size_px)
    view = scale_view(garment.view(side), size_px=size_px)
    place = view.zone(zone)
    size = (artwork.shape[1], artwork.shape[0])
    box = fit_artwork(place, size_px=size, width_in=width_in, offset_in=offset_in)
    shirt = tint(view.shading, neutral=view.shading_neutral, color=color)
    _print(shirt, artwork, view, place, box)
    ground = light_ground(view.shadow, size_px=size_px, background=background or STUDIO)
    contrast = edge_contrast(artwork, color)
    placement = describe(view, place, box, artwork_width_px=size[0], contrast_ratio=contrast)
    return Mockup(_cut_out(shirt, view.mask, ground), placement)


def _check(artwork: Pixels, size_px: int) -> None:
    if artwork.ndim != _PLANES or artwork.shape[2] != _RGBA or min(artwork.shape) < 1:
        raise PlacementError("Artwork must be RGBA with at least one pixel.")
    if not _MIN_PX <= size_px <= _MAX_PX:
        raise PlacementError(f"A mock-up is {_MIN_PX} to {_MAX_PX} px wide.")


def _print(shirt: Pixels, artwork: Pixels, view: View, zone: Zone, box: Box) -> None:
    """Ink the artwork into the tinted shirt, in place, touching only the pixels it can reach."""
    window = print_window(view, zone, box)
    if not shirt[window].size:
        return
    print_px = (box.width_in * view.pixels_per_inch, box.height_in * view.pixels_per_inch)
    prepared, filled = prepare_artwork(artwork, print_px=print_px)
    warped = warp_artwork(prepared, view, zone, box, filled=filled, window=window)
    inked = ink(
        shirt[window],
        warped,
        shading=view.shading[window],
        mask=view.mask[window],
        neutral=view.shading_neutral,
    )
    # Rounding must not touch cloth that carries no ink.
    np.copyto(shirt[window], inked, where=warped[..., 3:] > 0)


def _cut_out(shirt: Pixels, mask: Mask, ground: Pixels) -> Pixels:
    """Lay the shirt on the ground by its alpha; only the rim needs arithmetic."""
    cv2.copyTo(shirt, cv2.inRange(mask, _SOLID, _SOLID), ground)
    rim = np.nonzero((mask > 0) & (mask < _SOLID))
    alpha = mask[rim].astype(np.float32)[:, None] / _SOLID
    ground[rim] = np.round(shirt[rim] * alpha + ground[rim] * (1 - alpha)).astype(np.uint8)
    return ground
