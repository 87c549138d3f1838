"""A matte and its image made into one transparent picture, and what can be said of it."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.matte.foreground import soft_colors
from imaging.types import Mask, Pixels

SOLID = 128
"""Alpha from which a pixel counts as the subject."""
_BAND_ROWS = 256
_COUNTED_SIDE_PX = 2048
"""Holes are counted on a copy of about this side: labels take 4 bytes a pixel."""
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
    cut = cv2.cvtColor(image, cv2.COLOR_RGB2RGBA).astype(np.uint8, copy=False)
    for window, colors in soft_colors(image, mask):
        cut[window][..., :3] = colors
    cv2.mixChannels([np.ascontiguousarray(mask)], [cut], [0, 3])
    for top in range(0, mask.shape[0], _BAND_ROWS):
        band = slice(top, top + _BAND_ROWS)
        cut[band] = cv2.bitwise_and(cut[band], cut[band], mask=mask[band])
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
    step = max(1, max(alpha.shape) // _COUNTED_SIDE_PX)
    holes = _count_holes(np.ascontiguousarray(solid[::step, ::step]), max(1, least // step**2))
    return Facts((x, y, x + width, y + height), float(alpha.mean() / 255), holes)


def _count_holes(solid: Mask, least_px: int) -> int:
    """Clear regions of at least `least_px` pixels that do not reach the border."""
    clear = np.pad(1 - solid, 1, constant_values=1)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(clear, connectivity=4)
    areas = stats[:, cv2.CC_STAT_AREA]
    return sum(1 for i in range(1, count) if i != labels[0, 0] and areas[i] >= least_px)
