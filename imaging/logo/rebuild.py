"""Compressed artwork put together anew from its colours: every edge pixel from the pure colours beside it.

What no mixture of near colours explains is ringing: it takes the colour it is nearest to, or, along the rim,
is that colour over the ground that the keying has left.
"""

from dataclasses import replace

import cv2
import numpy as np

from imaging.logo.mixtures import LUMA_FIRST, Floats, Indices, Mixtures, explain, mixed, nearest_pure
from imaging.logo.part import Part
from imaging.types import Color, Mask, Pixels

_REACH_PX = 4
"""How far from an edge pixel its pure colours may be: JPEG blurs over 3."""
_RIM_PX = 4
"""How far from what is clear the ground may be left in compressed artwork."""
_ERROR, _ERROR_PER_NOISE = 6.0, 1.0
"""Distance (luma first) from the line of its two colours within which a pixel is their mixture."""
_CRISP = 1.6
"""How much steeper an edge gets: halving the size and compression have flattened it."""


def rebuild(
    part: Part, pure: Mask, palette: Pixels, *, noise: float, ground: Color | None
) -> tuple[Pixels, Mask]:
    """Colour and alpha of compressed artwork in the exact colours of the palette.

    Args:
        part: a band.
        pure: (H, W) uint8, 1 on the pixels whose colour is certain.
        palette: (K, 3).
        noise: level of compression noise, in sRGB levels.
        ground: the colour that was keyed out; None when not known.
    """
    pinned = part.pinned(palette)
    color, alpha = pinned.reshape(-1, 3).copy(), part.alpha.copy()
    plain, pure_plain = (image.reshape(-1, 3).astype(np.float32) for image in (part.rgb, pinned))
    rest = np.flatnonzero((pure == 0) & (part.alpha > 0))
    if pure.any() and rest.size:
        _, nearest = nearest_pure(pure)
        space, pure_space = plain @ LUMA_FIRST.T, pure_plain @ LUMA_FIRST.T
        mixtures = explain(rest, space, pure_space, nearest=nearest, reach_px=_REACH_PX)
        known = mixtures.error <= _ERROR + _ERROR_PER_NOISE * noise
        color[rest[known]] = mixed(pure_plain, _crisp(mixtures[known]))
        rest = rest[~known]
    colors = palette[1:][palette[1:].any(axis=1) | (np.arange(1, 256) == 1)]
    if rest.size:
        found, share = _colour_over_ground(part, rest, plain[rest], colors, ground=ground)
        color[rest] = found
        alpha.reshape(-1)[rest] = np.rint(alpha.reshape(-1)[rest] * share).astype(np.uint8)
    return color.reshape(part.rgb.shape), alpha


def _crisp(mixtures: Mixtures) -> Mixtures:
    return replace(mixtures, share=np.clip(0.5 + _CRISP * (mixtures.share - 0.5), 0, 1))


def _colour_over_ground(
    part: Part, points: Indices, plain: Floats, colors: Pixels, *, ground: Color | None
) -> tuple[Pixels, Floats]:
    """For each pixel the palette colour that it is, and how much of it; all of it except along the rim."""
    ends = colors.astype(np.float32) @ LUMA_FIRST.T
    space = plain @ LUMA_FIRST.T
    apart = np.linalg.norm(space[:, None] - ends[None], axis=2)
    best, share = apart.argmin(axis=1), np.ones(len(points), np.float32)
    if ground is None:
        return colors[best], share
    clear = cv2.dilate(
        (part.alpha == 0).astype(np.uint8), np.ones((2 * _RIM_PX + 1, 2 * _RIM_PX + 1), np.uint8)
    )
    rim = clear.reshape(-1)[points] > 0
    start = np.array(ground, np.float32) @ LUMA_FIRST.T
    way = ends - start
    along = (space[rim] - start) @ way.T / np.maximum((way**2).sum(axis=1), 1.0)
    along = np.clip(along, 0, 1)
    error = np.linalg.norm(space[rim][:, None] - start - along[..., None] * way[None], axis=2)
    best[rim] = error.argmin(axis=1)
    share[rim] = np.clip(0.5 + _CRISP * (along[np.arange(len(along)), best[rim]] - 0.5), 0, 1)
    return colors[best], share
