"""The subject's own colours under a soft matte."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from imaging.matte.diffusion import Layers, settle, unmixed
from imaging.matte.window import Enlarged, Floats, Window
from imaging.types import Mask, Pixels

_SOLID = 255
_SMALL_PX = 64
"""Sides up to this are settled whole and thoroughly: all that is far away is decided there, for nothing."""
_SMALL_ROUNDS = 10
_ROUNDS = 8
_LAST_ROUNDS = 1
"""Of half the size; at full size the colours are only made to add up to the image."""
_MOST_LAYER_PX = 2_000_000
"""Layers are floats, 24 bytes a pixel: of images over 8 megapixels they are a quarter of the size."""
_TILE_PX = 128
"""Large levels are worked on in tiles that the soft edge crosses, small enough to stay in the cache."""


def estimate_foreground(image: Pixels, alpha: Mask) -> Pixels:
    """What the subject's colour would be at each pixel without the background shining through.

    T. Germer, T. Uelwer, S. Conrad, S. Harmeling, "Fast Multi-Level Foreground Estimation", ICPR 2020: both
    layers are smooth where alpha varies, and mix to the image; solved from coarse to fine. Here each pixel's
    two unknowns are solved in closed form, all pixels at once, and only in tiles that a soft edge crosses.

    Args:
        image: (H, W, 3) uint8 RGB.
        alpha: (H, W) matte.

    Returns:
        (H, W, 3) uint8 RGB: the image itself where alpha is 255, and where it is 0 far from the subject.
    """
    estimate = image.copy()
    for window, colors in soft_colors(image, alpha):
        estimate[window] = colors
    return estimate


def soft_colors(image: Pixels, alpha: Mask) -> Iterator[tuple[Window, Pixels]]:
    """The subject's colours where they are not the image's own: a window at a time, none where all is whole.

    Args:
        image: (H, W, 3) uint8 RGB.
        alpha: (H, W) matte.

    Yields:
        Rows and columns, and (h, w, 3) uint8 RGB for them.
    """
    if not _soft(alpha).any():
        return
    height, width = alpha.shape
    # 8 bits are enough to hand on to full size, at a quarter of the memory of floats.
    small = [_levels(layer) for layer in _small_layers(image, alpha)]
    subject, behind = (Enlarged(layer, height=height, width=width) for layer in small)
    for inner, _, _ in _soft_tiles(alpha, reach_px=0):
        opacity = cv2.cvtColor(np.ascontiguousarray(alpha[inner]), cv2.COLOR_GRAY2RGB).astype(
            np.uint8, copy=False
        )
        fine = unmixed(_unit(image[inner]), _unit(opacity), (_unit(subject[inner]), _unit(behind[inner])))
        yield inner, np.where(opacity == _SOLID, image[inner], _levels(fine)).astype(np.uint8, copy=False)


def _small_layers(image: Pixels, alpha: Mask) -> Layers:
    """Both layers at half of the image's size, or at what of it memory allows, from the coarsest level up."""
    height, width = (max(1, side // 2) for side in alpha.shape)
    levels = [(image, alpha)]
    while max(height, width) > 1:
        levels.append((_resize(levels[-1][0], (width, height)), _resize(levels[-1][1], (width, height))))
        height, width = max(1, height // 2), max(1, width // 2)
    levels = levels[1:] or levels
    while levels[0][1].size > _MOST_LAYER_PX:
        levels = levels[1:]
    coarsest = _unit(levels[-1][0])
    layers = (coarsest, coarsest.copy())
    for pixels, matte in reversed(levels):
        size = (matte.shape[1], matte.shape[0])
        subject, behind = (
            cv2.resize(layer, size, interpolation=cv2.INTER_LINEAR).reshape(*matte.shape, 3)
            for layer in layers
        )
        layers = (np.asarray(subject, np.float32), np.asarray(behind, np.float32))
        if max(size) <= _SMALL_PX:
            layers = settle(_unit(pixels), _unit(matte), layers, rounds=_SMALL_ROUNDS)
        else:
            last = matte.shape == levels[0][1].shape
            _settle_tiles(pixels, matte, layers, rounds=_LAST_ROUNDS if last else _ROUNDS)
    return layers


def _settle_tiles(image: Pixels, alpha: Mask, layers: Layers, *, rounds: int) -> None:
    """Settle the tiles with a soft pixel, each with as much around it as its rounds can reach, in place."""
    subject, behind = layers
    for inner, outer, kept in list(_soft_tiles(alpha, reach_px=rounds)):
        around = (subject[outer], behind[outer])
        settled = settle(_unit(image[outer]), _unit(alpha[outer]), around, rounds=rounds)
        subject[inner], behind[inner] = settled[0][kept], settled[1][kept]


def _soft(alpha: Mask) -> npt.NDArray[np.bool_]:
    return np.asarray((alpha > 0) & (alpha < _SOLID))


def _soft_tiles(alpha: Mask, *, reach_px: int) -> Iterator[tuple[Window, Window, Window]]:
    """Tiles with a soft pixel: the tile, the tile with what surrounds it, and the first in the second."""
    height, width = alpha.shape
    for top in range(0, height, _TILE_PX):
        for left in range(0, width, _TILE_PX):
            soft = _soft(alpha[top : top + _TILE_PX, left : left + _TILE_PX])
            if not soft.any():
                continue
            x, y, w, h = cv2.boundingRect(soft.astype(np.uint8))
            first, last = (top + y, left + x), (top + y + h, left + x + w)
            inner = (slice(first[0], last[0]), slice(first[1], last[1]))
            up, back = max(first[0] - reach_px, 0), max(first[1] - reach_px, 0)
            outer = (slice(up, last[0] + reach_px), slice(back, last[1] + reach_px))
            kept = (slice(first[0] - up, last[0] - up), slice(first[1] - back, last[1] - back))
            yield inner, outer, kept


def _resize(layer: Pixels, size: tuple[int, int]) -> Pixels:
    shrinks = size[0] < layer.shape[1] or size[1] < layer.shape[0]
    resized = cv2.resize(layer, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(resized, np.uint8).reshape(size[1], size[0], *layer.shape[2:])


def _unit(layer: Pixels) -> Floats:
    return np.asarray(layer, np.float32) / np.float32(255)


def _levels(layer: Floats) -> Pixels:
    levels: Pixels = np.rint(layer * 255).astype(np.uint8)
    return levels
