"""Flat areas in their exact colour, and edges between them as true mixtures of the two.

Clean artwork is touched only where a colour has moved. Compressed artwork is put together anew: every edge
pixel from the two pure colours beside it, so that no third tint is left.
"""

import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.logo.contrast_map import difference
from imaging.logo.merge import Flats
from imaging.logo.mixtures import Indices, explain, mixed, nearest_pure
from imaging.logo.part import Part
from imaging.logo.rebuild import rebuild
from imaging.types import Color, Mask, Pixels

Flags = npt.NDArray[np.bool_]
WHOLE = 255

_HALO_PX = 16
_REACH_PX = 2
"""How far from an edge pixel its pure colours may be: anti-aliasing is 1 deep."""
_ERROR = 6.0
"""sRGB levels beside the line of its two colours within which a pixel is their mixture."""
_PLAIN_SHARE = 0.97
"""An edge pixel that is this much of one colour is that colour, rounded."""
_ALIKE_LEVELS = 3
"""A pixel this near to a palette colour is a near-duplicate of it."""
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
        color, clear = _snap_band(part, flats, noise=noise, ground=ground)
        snapped[band.rows], matte[band.rows] = color[band.inner], clear[band.inner]
    return snapped, matte


def _snap_band(part: Part, flats: Flats, *, noise: float, ground: Color | None) -> tuple[Pixels, Mask]:
    pure = (part.labels > 0).astype(np.uint8)
    if noise >= 1:
        return rebuild(part, pure, flats, noise=noise, ground=ground)
    if not pure.any():
        return part.rgb, part.alpha
    pinned = part.pinned(flats.colors)
    edges = _edges(part, pure, moved=difference(pinned, part.rgb) > 0)
    if not edges.size:
        return pinned, part.alpha
    away, nearest = nearest_pure(pure)
    result = pinned.reshape(-1, 3).copy()
    left = _follow(
        result, part, pinned, edges, near=away.reshape(-1)[edges] <= 2 * _REACH_PX, nearest=nearest
    )
    left = _take_beside(result, part, pinned, left, nearest=nearest, reduced=flats.seen is not None)
    _take_alike(result, left, flats)
    return result.reshape(part.rgb.shape), part.alpha


def _edges(part: Part, pure: Mask, *, moved: npt.NDArray[np.bool_]) -> Indices:
    """Indices of the edge pixels that may need another colour: half-clear, or all once a colour moved."""
    edge = (pure == 0) & (part.alpha > 0)
    return np.flatnonzero(edge if moved.any() else edge & (part.alpha < WHOLE))


def _follow(
    result: Pixels, part: Part, pinned: Pixels, edges: Indices, *, near: Flags, nearest: Indices
) -> Indices:
    """Let mixtures move with their colours; gives the edge pixels that are no mixture of near ones."""
    space, pure_space = (image.reshape(-1, 3).astype(np.float32) for image in (part.rgb, pinned))
    mixtures = explain(edges[near], space, space, nearest=nearest, labels=part.labels, reach_px=_REACH_PX)
    known = mixtures.error <= _ERROR
    found, at = mixtures[known], edges[near][known]
    plain = np.abs(found.share - 0.5) > _PLAIN_SHARE - 0.5
    found.share[plain] = np.rint(found.share[plain])
    target = mixed(pure_space, found)
    moved = np.clip(space[at] + (target.astype(np.float32) - mixed(space, found)), 0, WHOLE)
    result[at] = np.where(plain[:, None], target, moved).astype(np.uint8)
    return np.concatenate([edges[near][~known], edges[~near]])


def _take_beside(
    result: Pixels, part: Part, pinned: Pixels, left: Indices, *, nearest: Indices, reduced: bool
) -> Indices:
    """Half-clear rims take the colour beside them if they are near it; gives the pixels that are not.

    Where colours were reduced every pixel takes the colour beside it: its own may be gone.
    """
    beside = pinned.reshape(-1, 3)[nearest.reshape(-1)[left]]
    alpha = part.alpha.reshape(-1)[left]
    apart = np.abs(result[left].astype(np.float32) - beside).max(axis=1)
    takes = (alpha < WHOLE) & (apart <= _RIM_LEVELS + WHOLE / np.maximum(alpha, 1))
    takes |= reduced
    result[left[takes]] = beside[takes]
    others: Indices = left[~takes]
    return others


def _take_alike(result: Pixels, left: Indices, flats: Flats) -> None:
    """Strokes too thin to be flat take the palette's colour that theirs is a near-duplicate of."""
    for color in flats.colors:
        alike = np.abs(result[left].astype(np.int16) - color).max(axis=1) <= _ALIKE_LEVELS
        result[left[alike]] = color
