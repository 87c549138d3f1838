"""How sure a keyed cut-out is: each part a share that was counted, not a guess."""

from collections.abc import Sequence

import cv2
import numpy as np

from imaging.logo.regions import Region
from imaging.types import Mask

_CLEAR, _SOLID = 8, 247
"""Alpha below the first does not show, above the second is whole; between lies an edge."""


def confidence(alpha: Mask, regions: Sequence[Region], *, uniformity: float) -> float:
    """Expected share of the logo that is decided right: the product of three shares, 0-1.

    - The border that has the ground's colour. What is not may be artwork that the picture cuts off, or a
      second ground.
    - The logo, holes included, less the area whose decision is expected to be wrong: each enclosed region
      counts with what it lacks to certainty.
    - The visible pixels, but for a rim of one pixel, that are whole: a clean key leaves nothing half clear.

    Args:
        alpha: (H, W) matte.
        regions: The decisions on enclosed regions.
        uniformity: Share of the border in the ground's colour, 0-1.
    """
    visible = (alpha >= _CLEAR).astype(np.uint8)
    logo_px = int(visible.sum()) + sum(region.area_px for region in regions if region.cleared)
    wrong_px = sum(region.area_px * (1 - region.confidence) for region in regions)
    return round(uniformity * max(0.0, 1 - wrong_px / max(1, logo_px)) * _wholeness(alpha, visible), 3)


def _wholeness(alpha: Mask, visible: Mask) -> float:
    inner = cv2.erode(visible, np.ones((3, 3), np.uint8)) > 0
    return float((alpha[inner] > _SOLID).mean()) if inner.any() else 1.0
