"""Sharpening a network's small mask along the edges of the full-size image."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.matte.window import Enlarged
from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float32]

_NETWORK_SIDE_PX = 320
"""Side of the mask that the segmentation networks in use give before it is enlarged."""
_EDGE_CONTRAST = 1e-3
"""The guided filter's epsilon: variance, on a 0-1 scale, from which contrast counts as an edge."""
_MOST_CHANGE = 0.5
"""The filter may sharpen the matte, not overrule the network: alpha moves by this share at most."""


_NOISE = 6
"""Levels from clear and from solid that a network's mask wavers by where it is sure."""
_FILTER_RADIUS_PX = 5
"""The filter's coefficients are smooth: they are computed on a copy so small that its radius is this."""
_TILE_PX = 128


def decided(mask: Mask) -> Mask:
    """Make what is all but clear clear and what is all but solid solid, and spread the rest in between.

    Without this more than half of a cut-out's pixels are a little transparent: a veil on any new ground, and
    work and bytes for nothing.

    Args:
        mask: (H, W) as stretched from a network's saliency.
    """
    levels = (np.arange(256) - _NOISE) * (255 / (255 - 2 * _NOISE))
    table = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(mask, table), np.uint8)


def refine(mask: Mask, image: Pixels) -> Mask:
    """Let the soft edge of an enlarged mask follow the image's own edges.

    A guided filter (K. He, J. Sun, X. Tang, "Guided Image Filtering", IEEE TPAMI 2013) with the image's
    luma as guide and a radius of three of the network's pixels, its coefficients from a smaller copy (K. He,
    J. Sun, "Fast Guided Filter", arXiv 1505.00996). Only the uncertain band of the mask changes.

    Args:
        mask: (H, W) matte, enlarged to the image's size.
        image: (H, W, 3) uint8 RGB.

    Returns:
        (H, W) matte.
    """
    height, width = mask.shape
    guide = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    radius = max(1, round(3 * max(mask.shape) / _NETWORK_SIDE_PX))
    shrink = max(1, radius // _FILTER_RADIUS_PX)
    small = (max(1, width // shrink), max(1, height // shrink))
    slope, offset = (
        Enlarged(layer, height=height, width=width)
        for layer in _coefficients(
            _shrunk(guide, small), _shrunk(mask, small), radius_px=max(1, radius // shrink)
        )
    )
    refined = mask.copy()
    for top in range(0, height, _TILE_PX):
        for left in range(0, width, _TILE_PX):
            tile = (slice(top, min(top + _TILE_PX, height)), slice(left, min(left + _TILE_PX, width)))
            if ((mask[tile] > 0) & (mask[tile] < 255)).any():  # noqa: PLR2004 - neither clear nor solid
                refined[tile] = _sharpened(mask[tile], slope[tile] * _unit(guide[tile]) + offset[tile])
    return refined


def _sharpened(mask: Mask, sharp: Floats) -> Mask:
    coarse = _unit(mask)
    change = np.clip(sharp - coarse, -_MOST_CHANGE, _MOST_CHANGE)
    uncertain = np.clip(4 * coarse * (1 - coarse) / 0.3, 0, 1)
    refined: Mask = np.clip(np.rint((coarse + uncertain * change) * 255), 0, 255).astype(np.uint8)
    return refined


def _coefficients(guide: Floats, source: Floats, *, radius_px: int) -> tuple[Floats, Floats]:
    """The paper's algorithm 1: the locally linear image of `guide` nearest to `source`."""
    mean_guide, mean_source = _mean(guide, radius_px), _mean(source, radius_px)
    squares: Floats = guide * guide
    variance = _mean(squares, radius_px) - mean_guide * mean_guide
    covariance = _mean(guide * source, radius_px) - mean_guide * mean_source
    slope = covariance / (variance + np.float32(_EDGE_CONTRAST))
    offset = mean_source - slope * mean_guide
    return _mean(np.asarray(slope, np.float32), radius_px), _mean(np.asarray(offset, np.float32), radius_px)


def _shrunk(layer: Mask, size: tuple[int, int]) -> Floats:
    return _unit(np.asarray(cv2.resize(layer, size, interpolation=cv2.INTER_AREA), np.uint8))


def _unit(layer: Mask) -> Floats:
    return np.asarray(layer, np.float32) / np.float32(255)


def _mean(layer: Floats, radius_px: int) -> Floats:
    side = 2 * radius_px + 1
    return np.asarray(cv2.blur(layer, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
