"""A matte and its image made into one transparent picture, and what can be said of it."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.matte.foreground import estimate_foreground
from imaging.types import Mask, Pixels

SOLID = 128
"""Alpha from which a pixel counts as the subject."""
HOLE_SHARE = 0.0005
"""Smallest hole that counts, as a share of the image: smaller ones are noise of the mask."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a matte says of its subject."""

    bbox: tuple[int, int, int, int]
    """x0, y0, x1, y1 in pixels, the last two exclusive; all 0 when there is no subject."""
    coverage: float
    """Sum of alpha over the image's area, 0-1."""
    holes: int
    """Openings in the subject through which the background shows."""


def apply(image: Pixels, mask: Mask) -> Pixels:
    """Cut the subject out: the mask as straight alpha, the background's colour taken out of soft edges.

    Args:
        image: (H, W, 3) uint8 RGB.
        mask: (H, W) matte.

    Returns:
        (H, W, 4) RGBA; clear pixels are black.
    """
    cut = np.zeros((*mask.shape, 4), np.uint8)
    color = cv2.copyTo(estimate_foreground(image, mask), mask, np.zeros_like(image))
    cv2.mixChannels([color, np.ascontiguousarray(mask)], [cut], [0, 0, 1, 1, 2, 2, 3, 3])
    return cut


def foreground_facts(alpha: Mask, *, min_hole_px: int | None = None) -> Facts:
    """Measure a matte.

    Args:
        alpha: (H, W) matte.
        min_hole_px: area from which an opening counts; by default 1/2000 of the image, at least 4 px.
    """
    solid = (alpha >= SOLID).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(solid)
    least = max(4, int(alpha.size * HOLE_SHARE)) if min_hole_px is None else min_hole_px
    return Facts((x, y, x + width, y + height), float(alpha.mean() / 255), _count_holes(solid, least))


def _count_holes(solid: Mask, least_px: int) -> int:
    """Clear regions of at least `least_px` pixels that do not reach the border."""
    clear = np.pad(1 - solid, 1, constant_values=1)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(clear, connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA]
    return sum(1 for i in range(1, count) if i != labels[0, 0] and areas[i] >= least_px)
