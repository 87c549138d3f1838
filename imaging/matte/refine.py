"""Sharpening a network's small mask along the edges of the full-size image."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float32]

_NETWORK_SIDE_PX = 320
"""Side of the mask that the segmentation networks in use give before it is enlarged."""
_EDGE_CONTRAST = 1e-3
"""The guided filter's epsilon: variance, on a 0-1 scale, from which contrast counts as an edge."""
_MOST_CHANGE = 0.5
"""The filter may sharpen the matte, not overrule the network: alpha moves by this share at most."""


def refine(mask: Mask, image: Pixels) -> Mask:
    """Let the soft edge of an enlarged mask follow the image's own edges.

    A guided filter (K. He, J. Sun, X. Tang, "Guided Image Filtering", IEEE TPAMI 2013) with the image's
    luma as guide and a radius of three of the network's pixels. Only the uncertain band of the mask changes.

    Args:
        mask: (H, W) matte, enlarged to the image's size.
        image: (H, W, 3) uint8 RGB.

    Returns:
        (H, W) matte.
    """
    coarse = np.asarray(mask, np.float32) / np.float32(255)
    guide = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)
    radius = max(1, round(3 * max(mask.shape) / _NETWORK_SIDE_PX))
    sharp: Floats = _guided(guide, coarse, radius_px=radius)
    change = np.clip(sharp - coarse, -_MOST_CHANGE, _MOST_CHANGE)
    uncertain = np.clip(4 * coarse * (1 - coarse) / 0.3, 0, 1)
    refined: Mask = np.clip(np.rint((coarse + uncertain * change) * 255), 0, 255).astype(np.uint8)
    return refined


def _guided(guide: Floats, source: Floats, *, radius_px: int) -> Floats:
    """The paper's algorithm 1: the locally linear image of `guide` that is nearest to `source`."""
    mean_guide, mean_source = _mean(guide, radius_px), _mean(source, radius_px)
    squares: Floats = guide * guide
    variance = _mean(squares, radius_px) - mean_guide * mean_guide
    covariance = _mean(guide * source, radius_px) - mean_guide * mean_source
    slope = covariance / (variance + np.float32(_EDGE_CONTRAST))
    offset = mean_source - slope * mean_guide
    blended: Floats = _mean(np.asarray(slope, np.float32), radius_px) * guide
    return blended + _mean(np.asarray(offset, np.float32), radius_px)


def _mean(layer: Floats, radius_px: int) -> Floats:
    side = 2 * radius_px + 1
    return np.asarray(cv2.blur(layer, (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)
