"""Taking JPEG's blocks and ringing out of artwork, edges kept."""

import cv2
import numpy as np

from imaging.logo.banded import bands
from imaging.types import Mask, Pixels

_DIAMETER_PX = 7
_PASSES = 2


def deblock(rgb: Pixels, alpha: Mask, *, noise: float) -> Pixels:
    """Smooth within areas and not across their edges: a bilateral filter, twice.

    Args:
        rgb: (H, W, 3) uint8.
        alpha: (H, W) matte; clear pixels lend their nearest neighbours no colour.
        noise: level of the noise, in sRGB levels.
    """
    smooth: Pixels = np.empty_like(rgb)
    for band in bands(*alpha.shape, halo_px=_PASSES * _DIAMETER_PX // 2 + 1):
        part = np.ascontiguousarray(rgb[band.around])
        for _ in range(_PASSES):
            part = np.asarray(cv2.bilateralFilter(part, _DIAMETER_PX, 1.5 * noise + 6, 2.0), np.uint8)
        smooth[band.rows] = part[band.inner]
    smooth[alpha == 0] = rgb[alpha == 0]
    return smooth
