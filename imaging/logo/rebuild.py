"""Compressed artwork put together anew from its colours: every edge pixel from the pure colours beside it.

What no mixture of near colours explains is ringing: it takes the colour it is nearest to, or, along the rim,
is that colour over the ground that the keying has left.
"""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.merge import Flats
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
    part: Part, pure: Mask, flats: Flats, *, noise: float, ground: Color | None
) -> tuple[Pixels, Mask]:
    """Colour and alpha of compressed artwork in the exact colours of the palette.

    Args:
        part: a band.
        pure: (H, W) uint8, 1 on the pixels whose colour is certain.
        flats: the colours of the labels.
        noise: level of compression noise, in sRGB levels.
        ground: the colour that was keyed out; None when not known.
    """
    colors = flats.colors
    seen = colors if flats.seen is None else flats.seen
    pinned = part.pinned(colors)
    color, alpha = pinned.reshape(-1, 3).copy(), part.alpha.copy()
    plain, pure_plain = (image.reshape(-1, 3).astype(np.float32) for image in (part.rgb, pinned))
    pure_seen = part.pinned(seen).reshape(-1, 3).astype(np.float32)
    rest = np.flatnonzero((pure == 0) & (part.alpha > 0))
    start = plain[rest]
    if pure.any() and rest.size:
        _, nearest = nearest_pure(pure)
        space, pure_space = plain @ LUMA_FIRST.T, pure_seen @ LUMA_FIRST.T
        mixtures = explain(rest, space, pure_space, nearest=nearest, labels=part.labels, reach_px=_REACH_PX)
        known = mixtures.error <= _ERROR + _ERROR_PER_NOISE * noise
        color[rest[known]] = mixed(pure_plain, _crisp(mixtures[known]))
        rest = rest[~known]
        start = pure_plain[nearest.reshape(-1)[rest]]
    rim = _beside_clear(part.alpha, rest) if ground is not None else np.zeros(len(rest), np.bool_)
    inner, outer = rest[~rim], rest[rim]
    if inner.size:
        color[inner] = _toward_colors(plain[inner], start[~rim], colors)[0]
    if outer.size and ground is not None:
        base = np.broadcast_to(np.array(ground, np.float32), (len(outer), 3))
        others = colors[(colors != ground).any(axis=1)]
        _, end, share = _toward_colors(plain[outer], base, others if len(others) else colors)
        color[outer] = end
        alpha.reshape(-1)[outer] = np.rint(alpha.reshape(-1)[outer] * share).astype(np.uint8)
    return color.reshape(part.rgb.shape), alpha


def _beside_clear(alpha: Mask, points: Indices) -> npt.NDArray[np.bool_]:
    around = np.ones((2 * _RIM_PX + 1, 2 * _RIM_PX + 1), np.uint8)
    beside = cv2.dilate((alpha == 0).astype(np.uint8), around) > 0
    return np.asarray(beside.reshape(-1)[points])


def _crisp(mixtures: Mixtures) -> Mixtures:
    return replace(mixtures, share=np.clip(0.5 + _CRISP * (mixtures.share - 0.5), 0, 1))


def _toward_colors(plain: Floats, start: Floats, colors: Pixels) -> tuple[Pixels, Pixels, Floats]:
    """Pixels as mixtures of a colour of their own and the best of the palette.

    Args:
        plain: (N, 3) the pixels.
        start: (N, 3) what is beside or behind each.
        colors: (K, 3) what each may be.

    Returns:
        (N, 3) the mixtures, (N, 3) the palette colour in each, and (N,) its share.
    """
    ends = colors.astype(np.float32)
    best, share = np.zeros(len(plain), np.int64), np.zeros(len(plain), np.float32)
    least = np.full(len(plain), np.inf, np.float32)
    point, base = plain @ LUMA_FIRST.T, start @ LUMA_FIRST.T
    for index, end in enumerate(ends @ LUMA_FIRST.T):
        way = end - base
        along = np.einsum("ij,ij->i", point - base, way) / np.maximum(np.einsum("ij,ij->i", way, way), 1.0)
        along = np.clip(along, 0, 1).astype(np.float32)
        error = np.linalg.norm(point - base - along[:, None] * way, axis=1)
        better = error < least - 0.5
        best[better], share[better], least[better] = index, along[better], error[better]
    share = np.clip(0.5 + _CRISP * (share - 0.5), 0, 1).astype(np.float32)
    mixture: Pixels = np.rint(start + share[:, None] * (ends[best] - start)).astype(np.uint8)
    return mixture, colors[best], share
