"""The subject's own colours under a soft matte."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask, Pixels

Window = tuple[slice, slice]
Floats = npt.NDArray[np.float32]

_WIDE_PX = 90
_FINE_PX = 6
"""Sides of the two boxes, as in the paper."""
_COARSE = 4
"""The wide pass only carries low frequencies: it runs at a quarter of the size."""
_TINY = 1e-5
_SOLID = 255
_TILE_PX = 128
"""The fine pass runs on the tiles that the soft edge crosses, small enough to stay in the cache."""


def estimate_foreground(image: Pixels, alpha: Mask) -> Pixels:
    """What the subject's colour would be at each pixel without the background shining through.

    Blur-fusion in two passes: M. Forte and F. Pitié, "Approximate Fast Foreground Colour Estimation",
    IEEE ICIP 2021, equations 3-5 with box blurs of 90 and 6 px.

    Args:
        image: (H, W, 3) uint8 RGB.
        alpha: (H, W) matte.

    Returns:
        (H, W, 3) uint8 RGB: the image itself where alpha is 255, and where it is 0 far from the subject.
    """
    height, width = alpha.shape
    small = (max(1, width // _COARSE), max(1, height // _COARSE))
    opacity = alpha[..., None]
    mixed = _unit(_resize(image, small))
    subject, behind = _fuse(
        mixed, mixed, mixed, _unit(_resize(opacity, small)), side_px=max(1, _WIDE_PX // _COARSE)
    )
    # 8 bits are enough to hand on the low frequencies, at a quarter of the memory of floats.
    subject_8bit, behind_8bit = (_resize(_levels(layer), (width, height)) for layer in (subject, behind))
    estimate = image.copy()
    for inner, outer, kept in _soft_tiles(alpha):
        layers = (_unit(layer[outer]) for layer in (image, subject_8bit, behind_8bit, opacity))
        fine, _ = _fuse(*layers, side_px=_FINE_PX)
        estimate[inner] = np.where(opacity[inner] == _SOLID, image[inner], _levels(fine)[kept])
    return estimate


def _soft_tiles(alpha: Mask) -> Iterator[tuple[Window, Window, Window]]:
    """Tiles with a soft pixel: the tile, the tile with what its blur reaches, and the first in the second."""
    height, width = alpha.shape
    for top in range(0, height, _TILE_PX):
        for left in range(0, width, _TILE_PX):
            bottom, right = min(top + _TILE_PX, height), min(left + _TILE_PX, width)
            inner = (slice(top, bottom), slice(left, right))
            if not ((alpha[inner] > 0) & (alpha[inner] < _SOLID)).any():
                continue
            up, back = max(top - _FINE_PX, 0), max(left - _FINE_PX, 0)
            outer = (slice(up, bottom + _FINE_PX), slice(back, right + _FINE_PX))
            yield inner, outer, (slice(top - up, bottom - up), slice(left - back, right - back))


def _fuse(
    image: Floats, subject: Floats, behind: Floats, alpha: Floats, *, side_px: int
) -> tuple[Floats, Floats]:
    """One pass: smooth both layers where they are seen, then give the subject what the mix leaves over."""
    seen = _blur(alpha, side_px)
    smooth = _blur(subject * alpha, side_px) / (seen + _TINY)
    backdrop = _blur(behind * (1 - alpha), side_px) / (1 - seen + _TINY)
    rest = image - alpha * smooth - (1 - alpha) * backdrop
    return np.clip(smooth + alpha * rest, 0, 1), np.clip(backdrop, 0, 1)


def _blur(layer: Floats, side_px: int) -> Floats:
    blurred = cv2.blur(layer, (side_px, side_px), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float32).reshape(layer.shape)


def _resize(layer: Pixels, size: tuple[int, int]) -> Pixels:
    shrinks = size[0] < layer.shape[1]
    resized = cv2.resize(layer, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(resized, np.uint8).reshape(size[1], size[0], layer.shape[2])


def _unit(layer: Pixels) -> Floats:
    return np.asarray(layer, np.float32) / np.float32(255)


def _levels(layer: Floats) -> Pixels:
    levels: Pixels = np.rint(layer * 255).astype(np.uint8)
    return levels
