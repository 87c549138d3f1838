"""Flat areas in their exact colour, and edges between them as true mixtures of the two.

Clean artwork is touched only where a colour has moved. Compressed artwork is put together anew: every edge
pixel from the two pure colours beside it, so that no third tint is left.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.logo.merge import SHADED, Flats
from imaging.logo.mixtures import LUMA_FIRST, Floats, Mixtures, explain, nearest_pure
from imaging.types import Mask, Pixels

_HALO_PX = 16
_REACH_PX, _NOISY_REACH_PX = 2, 4
"""How far from an edge pixel its pure colours may be: anti-aliasing is 1 deep, JPEG blurs over 3."""
_ERROR, _ERROR_PER_NOISE = 6.0, 1.0
"""sRGB levels beside the line of its two colours within which a pixel is their mixture."""
_RIM_LEVELS = 12
"""A half-clear pixel this near to the artwork's colour beside it has that colour: rounding took it off."""
_CRISP = 1.6
"""How much steeper an edge of compressed artwork gets."""
_TINTED = 48.0
"""sRGB levels from a colour within which an unexplained pixel of compressed artwork is that colour."""


class _Part(NamedTuple):
    rgb: Pixels
    alpha: Mask
    labels: Mask


def snap(rgb: Pixels, alpha: Mask, flats: Flats, *, noise: float) -> Pixels:
    """Give every flat area its colour, and edges the mixtures that follow from it.

    Args:
        rgb: (H, W, 3) uint8.
        alpha: (H, W) matte.
        flats: of the same image.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork.
    """
    if not len(flats.colors):
        return rgb
    snapped: Pixels = np.empty_like(rgb)
    palette = np.zeros((256, 3), np.uint8)
    palette[1 : len(flats.colors) + 1] = flats.colors
    for band in bands(*alpha.shape, halo_px=_HALO_PX):
        part = _Part(rgb[band.around], alpha[band.around], flats.labels[band.around])
        snapped[band.rows] = _snap_band(part, palette, noise=noise)[band.inner]
    return snapped


def _snap_band(part: _Part, palette: Pixels, *, noise: float) -> Pixels:
    pure = (part.labels > 0).astype(np.uint8)
    if not pure.any():
        return part.rgb
    flat = pure.astype(bool) & (part.labels != SHADED)
    pinned = np.where(flat[..., None], palette[part.labels], part.rgb)
    edges = _edges(part, pure, moved=(pinned != part.rgb).any(axis=2), noise=noise)
    if not edges.size:
        return pinned
    away, nearest = nearest_pure(pure)
    result = pinned.reshape(-1, 3).copy()
    if noise < 1:
        _follow(result, part, pinned, edges, away=away, nearest=nearest)
    else:
        _rebuild(result, part, pinned, edges, nearest=nearest, palette=palette, noise=noise)
    return result.reshape(part.rgb.shape)


def _edges(part: _Part, pure: Mask, *, moved: npt.NDArray[np.bool_], noise: float) -> npt.NDArray[np.int64]:
    """Indices of the edge pixels that may need another colour."""
    edge = (pure == 0) & (part.alpha > 0)
    if noise < 1:
        side = 2 * _REACH_PX + 1
        edge &= (cv2.dilate(moved.astype(np.uint8), np.ones((side, side), np.uint8)) > 0) | (part.alpha < 255)  # noqa: PLR2004 - whole
    return np.flatnonzero(edge)


def _follow(
    result: Pixels,
    part: _Part,
    pinned: Pixels,
    edges: npt.NDArray[np.int64],
    *,
    away: Floats,
    nearest: npt.NDArray[np.int64],
) -> None:
    """Clean artwork: mixtures move with their colours, half-clear rims take the colour beside them."""
    near = away.reshape(-1)[edges] <= 2 * _REACH_PX
    edges = edges[near]
    space, pure_space = (image.reshape(-1, 3).astype(np.float32) for image in (part.rgb, pinned))
    mixtures = explain(edges, space, pure_space, nearest=nearest, reach_px=_REACH_PX)
    known = mixtures.error <= _ERROR
    result[edges[known]] = mixed(pure_space, mixtures[known])
    alone = edges[~known & (part.alpha.reshape(-1)[edges] < 255)]  # noqa: PLR2004 - whole
    beside = pinned.reshape(-1, 3)[nearest.reshape(-1)[alone]]
    apart = np.abs(space[alone] - beside).max(axis=1)
    reach = _RIM_LEVELS + 255 / np.maximum(part.alpha.reshape(-1)[alone], 1)
    result[alone[apart <= reach]] = beside[apart <= reach]


def _rebuild(
    result: Pixels,
    part: _Part,
    pinned: Pixels,
    edges: npt.NDArray[np.int64],
    *,
    nearest: npt.NDArray[np.int64],
    palette: Pixels,
    noise: float,
) -> None:
    """Compressed artwork: every edge pixel anew."""
    plain, pure_plain = (image.reshape(-1, 3).astype(np.float32) for image in (part.rgb, pinned))
    mixtures = explain(
        edges, plain @ LUMA_FIRST.T, pure_plain @ LUMA_FIRST.T, nearest=nearest, reach_px=_NOISY_REACH_PX
    )
    known = mixtures.error <= _ERROR + _ERROR_PER_NOISE * noise
    found = mixtures[known]
    share = np.clip(0.5 + _CRISP * (found.share - 0.5), 0, 1)
    result[edges[known]] = mixed(pure_plain, Mixtures(found.first, found.second, share, found.error))
    colors = palette[np.unique(part.labels[(part.labels > 0) & (part.labels != SHADED)])].astype(np.float32)
    rest = edges[~known]
    if not rest.size or not colors.size:
        return
    apart = np.linalg.norm((plain[rest][:, None] - colors[None]) @ LUMA_FIRST.T, axis=2)
    tinted = apart.min(axis=1) <= _TINTED
    result[rest[tinted]] = colors[apart.argmin(axis=1)[tinted]].astype(np.uint8)


def mixed(pure: Floats, mixtures: Mixtures) -> Pixels:
    """(N, 3) uint8: the mixtures of these pure colours, (H * W, 3)."""
    start, end = pure[mixtures.first], pure[mixtures.second]
    colors: Pixels = np.rint(start + mixtures.share[:, None] * (end - start)).astype(np.uint8)
    return colors
