"""What share of each pixel of a clean logo belongs to which colour.

Every pixel is taken for at most two colours and some transparency. What has no flat colour, gradients,
half-clear areas, texture, is `SHADED`: one more colour, which varies from pixel to pixel.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.logo.contrast_map import local_contrast
from imaging.logo.mixtures import UNEVEN, Floats, Indices, explain, nearest_pure
from imaging.types import Mask, Pixels

CLEAR, SHADED = 0, UNEVEN
"""Labels beside the palette's, which are 1 to K, K up to 250."""
WHOLE = 255
_FAINT_ALPHA = 2
_SMOOTH_LEVELS = 10
"""Contrast of 3x3 pixels below which what has no palette colour is an area and not an edge."""
_ERROR = 16.0
"""sRGB levels beside the line of two colours from which 3x3 pixels at once are no edge."""
_REACH_PX = 2
_HALO_PX = 8


@dataclass(frozen=True, slots=True)
class Coverage:
    """Each pixel as `share` of label `second` and the rest of label `first`, both times alpha."""

    first: Mask
    """(H, W)."""
    second: Mask
    """(H, W)."""
    share: Mask
    """(H, W): 255 times the share of `second`."""
    alpha: Mask
    """(H, W): what is visible; whole on shaded pixels, whose own alpha is in `shade`."""
    shade: Pixels
    """(H, W, 4): colour times alpha, and alpha, of shaded pixels; near them, of the nearest one."""

    def planes(self, rows: slice, columns: slice) -> tuple[list[int], Floats]:
        """The labels of a part of the image, and the (N, h, w) share, 0-1, that each has of its pixels."""
        first, second = self.first[rows, columns], self.second[rows, columns]
        seen = self.alpha[rows, columns].astype(np.float32) / WHOLE
        part = self.share[rows, columns].astype(np.float32) / WHOLE * seen
        labels = sorted({*np.unique(first).tolist(), *np.unique(second).tolist()} - {CLEAR})
        planes = [np.where(first == k, seen - part, 0) + np.where(second == k, part, 0) for k in labels]
        if seen.size and float(seen.min()) < 1:
            labels, planes = [CLEAR, *labels], [1 - seen, *planes]
        kept = [i for i, plane in enumerate(planes) if plane.any()]
        return [labels[i] for i in kept], np.stack([planes[i] for i in kept]).astype(np.float32)


def find_coverage(pixels: Pixels, colors: Pixels) -> Coverage:
    """Take a clean logo apart.

    Args:
        pixels: (H, W, 4) RGBA.
        colors: (K, 3) its flat colours, K up to 250.
    """
    shape = pixels.shape[:2]
    first, second, share, alpha = (np.zeros(shape, np.uint8) for _ in range(4))
    shade: Pixels = np.zeros((*shape, 4), np.uint8)
    layers = (first, second, share, alpha, shade)
    for band in bands(*shape, halo_px=_HALO_PX):
        for layer, found in zip(layers, _of_band(pixels[band.around], colors), strict=True):
            layer[band.rows] = found[band.inner]
    return Coverage(first, second, share, alpha, shade)


def _of_band(pixels: Pixels, colors: Pixels) -> Iterator[npt.NDArray[np.uint8]]:
    rgb, alpha = np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3])
    alpha = np.where(alpha <= _FAINT_ALPHA, 0, alpha).astype(np.uint8)
    exact = _labels(rgb, colors)
    smooth = _smooth(rgb, alpha)
    pure = np.where((exact > 0) & (alpha == WHOLE), exact, 0).astype(np.uint8)
    pure[smooth & (pure == 0) & ((alpha < WHOLE) | (exact == 0))] = SHADED
    first, second = np.where(alpha > 0, pure, CLEAR).astype(np.uint8), np.zeros_like(alpha)
    rim = (alpha > 0) & (pure == 0) & (exact > 0)
    first[rim] = exact[rim]
    share = np.zeros_like(alpha)
    edge = np.flatnonzero((alpha > 0) & (first == 0))
    if edge.size:
        pure.reshape(-1)[_mix(edge, rgb, pure, layers=(first, second, share))] = SHADED
    shaded = pure == SHADED
    shade = _shade(rgb, alpha, shaded.astype(np.uint8))
    yield from (first, second, share, np.where(shaded, WHOLE, alpha).astype(np.uint8), shade)


def _labels(rgb: Pixels, colors: Pixels) -> Mask:
    """(H, W): which colour each pixel exactly has, from 1; 0 for none."""
    table = np.zeros(1 << 24, np.uint8)  # pages that no colour touches are never made
    table[colors.astype(np.int64) @ np.array([65536, 256, 1])] = np.arange(1, len(colors) + 1)
    packed = rgb[..., 0].astype(np.int32) << 16
    packed |= rgb[..., 1].astype(np.int32) << 8
    packed |= rgb[..., 2]
    labels: Mask = table[packed]
    return labels


def _smooth(rgb: Pixels, alpha: Mask) -> npt.NDArray[np.bool_]:
    """Visible pixels without an edge, in colour or in alpha, around them."""
    visible = (alpha > 0).astype(np.uint8)
    window = np.ones((3, 3), np.uint8)
    even = cv2.subtract(cv2.dilate(alpha, window), cv2.erode(alpha, window)) <= _SMOOTH_LEVELS
    return np.asarray(even & (local_contrast(rgb, visible, side_px=3) <= _SMOOTH_LEVELS) & (visible > 0))


def _mix(edge: Indices, rgb: Pixels, pure: Mask, *, layers: tuple[Mask, Mask, Mask]) -> Indices:
    """Explain edge pixels by the pure colours beside them, as far as they can be.

    Returns:
        Indices of those that cannot: no pure colour is near, only shaded ones are, or they form an area.
    """
    first, second, share = (layer.reshape(-1) for layer in layers)
    first[edge] = SHADED
    if not pure.any():
        return edge
    away, nearest = nearest_pure((pure > 0).astype(np.uint8))
    near = away.reshape(-1)[edge] <= 2 * _REACH_PX
    far, edge = edge[~near], edge[near]
    space = rgb.reshape(-1, 3).astype(np.float32)
    mixtures = explain(edge, space, space, nearest=nearest, labels=pure, reach_px=_REACH_PX)
    one, other = (pure.reshape(-1)[index] for index in (mixtures.first, mixtures.second))
    shades = (one == SHADED) & (other == SHADED) & (mixtures.share > 0) & (mixtures.share < 1)
    odd = np.zeros(pure.shape, np.uint8)
    odd.reshape(-1)[edge] = shades | (mixtures.error > _ERROR)
    odd.reshape(-1)[far] = 1
    apart = shades | (cv2.morphologyEx(odd, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)).reshape(-1)[edge] > 0)
    explained, mixtures = edge[~apart], mixtures[~apart]
    first[explained], second[explained] = one[~apart], other[~apart]
    share[explained] = np.rint(WHOLE * mixtures.share).astype(np.uint8)
    return np.concatenate([far, edge[apart]])


def _shade(rgb: Pixels, alpha: Mask, shaded: Mask) -> Pixels:
    """Premultiplied colour of the nearest shaded pixel."""
    premultiplied = np.dstack([cv2.multiply(rgb, cv2.merge([alpha] * 3), scale=1 / WHOLE), alpha])
    if not shaded.any():
        return np.zeros_like(premultiplied)
    if shaded.all():
        return np.asarray(premultiplied, np.uint8)
    _, nearest = nearest_pure(shaded)
    return np.asarray(premultiplied.reshape(-1, 4)[nearest], np.uint8)
