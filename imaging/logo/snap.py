"""Flat areas in their exact colour, and edges between them as true mixtures of the two.

Clean artwork is touched only where a colour has moved. Compressed artwork is put together anew: every edge
pixel from the two pure colours beside it, so that no third tint is left.
"""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.logo.merge import Flats
from imaging.logo.mixtures import Floats, Indices, explain, mixed, nearest_pure
from imaging.logo.part import Part
from imaging.logo.rebuild import rebuild
from imaging.types import Color, Mask, Pixels

WHOLE = 255

_HALO_PX = 16
_REACH_PX = 2
"""How far from an edge pixel its pure colours may be: anti-aliasing is 1 deep."""
_ERROR = 6.0
"""sRGB levels beside the line of its two colours within which a pixel is their mixture."""
_RIM_LEVELS = 12
"""A half-clear pixel this near to the artwork's colour beside it has that colour: rounding took it off."""


def snap(
    rgb: Pixels, alpha: Mask, flats: Flats, *, noise: float, ground: Color | None
) -> tuple[Pixels, Mask]:
    """Give every flat area its colour, and edges the mixtures that follow from it.

    Args:
        rgb: (H, W, 3) uint8.
        alpha: (H, W) matte.
        flats: of the same image.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork.
        ground: the colour that was keyed out of compressed artwork; None when not known.

    Returns:
        Colour and alpha. Alpha only changes, and only shrinks, where compression left some of the ground.
    """
    if not len(flats.colors):
        return rgb, alpha
    snapped: Pixels = np.empty_like(rgb)
    matte: Mask = np.empty_like(alpha)
    for band in bands(*alpha.shape, halo_px=_HALO_PX):
        part = Part(rgb[band.around], alpha[band.around], flats.labels[band.around])
        color, clear = _snap_band(part, flats.colors, noise=noise, ground=ground)
        snapped[band.rows], matte[band.rows] = color[band.inner], clear[band.inner]
    return snapped, matte


def _snap_band(part: Part, colors: Pixels, *, noise: float, ground: Color | None) -> tuple[Pixels, Mask]:
    pure = (part.labels > 0).astype(np.uint8)
    if noise >= 1:
        return rebuild(part, pure, colors, noise=noise, ground=ground)
    if not pure.any():
        return part.rgb, part.alpha
    pinned = part.pinned(colors)
    edges = _edges(part, pure, moved=(pinned != part.rgb).any(axis=2))
    if not edges.size:
        return pinned, part.alpha
    away, nearest = nearest_pure(pure)
    result = pinned.reshape(-1, 3).copy()
    _follow(result, part, pinned, edges, away=away, nearest=nearest)
    return result.reshape(part.rgb.shape), part.alpha


def _edges(part: Part, pure: Mask, *, moved: npt.NDArray[np.bool_]) -> Indices:
    """Indices of the edge pixels that may need another colour."""
    around = np.ones((2 * _REACH_PX + 1, 2 * _REACH_PX + 1), np.uint8)
    follow = (cv2.dilate(moved.astype(np.uint8), around) > 0) | (part.alpha < WHOLE)
    return np.flatnonzero(follow & (pure == 0) & (part.alpha > 0))


def _follow(
    result: Pixels,
    part: Part,
    pinned: Pixels,
    edges: Indices,
    *,
    away: Floats,
    nearest: Indices,
) -> None:
    """Clean artwork: mixtures move with their colours, half-clear rims take the colour beside them."""
    near = away.reshape(-1)[edges] <= 2 * _REACH_PX
    edges = edges[near]
    space, pure_space = (image.reshape(-1, 3).astype(np.float32) for image in (part.rgb, pinned))
    mixtures = explain(edges, space, pure_space, nearest=nearest, reach_px=_REACH_PX)
    known = mixtures.error <= _ERROR
    result[edges[known]] = mixed(pure_space, mixtures[known])
    alone = edges[~known & (part.alpha.reshape(-1)[edges] < WHOLE)]
    beside = pinned.reshape(-1, 3)[nearest.reshape(-1)[alone]]
    apart = np.abs(space[alone] - beside).max(axis=1)
    reach = _RIM_LEVELS + 255 / np.maximum(part.alpha.reshape(-1)[alone], 1)
    result[alone[apart <= reach]] = beside[apart <= reach]
