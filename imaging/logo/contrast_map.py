"""How much the visible pixels around each pixel differ: what is flat, and what is an edge."""

import cv2
import numpy as np

from imaging.logo.banded import bands
from imaging.types import Mask, Pixels

WHOLE = 255


def local_contrast(rgb: Pixels, visible: Mask, *, side_px: int, clear_counts: bool = False) -> Mask:
    """The largest difference, over the channels, of the visible pixels in a square window.

    Args:
        rgb: (H, W, 3) uint8.
        visible: (H, W) uint8, 1 where the pixel counts.
        side_px: side of the window, odd.
        clear_counts: a pixel that does not count makes the window's contrast full.

    Returns:
        (H, W) uint8, sRGB levels; full contrast where nothing in the window counts.
    """
    contrast: Mask = np.empty(visible.shape, np.uint8)
    window = np.ones((side_px, side_px), np.uint8)
    for band in bands(*visible.shape, halo_px=side_px // 2):
        hidden = visible[band.around] == 0
        bright, dark = rgb[band.around].copy(), rgb[band.around].copy()
        bright[hidden], dark[hidden] = (WHOLE, 0) if clear_counts else (0, WHOLE)
        spread = cv2.absdiff(cv2.dilate(bright, window), cv2.erode(dark, window))
        contrast[band.rows] = _strongest(spread)[band.inner]
    return contrast


def difference(first: Pixels, second: Pixels) -> Mask:
    """(H, W) uint8: the largest difference over the channels of two images, (H, W, 3) uint8."""
    return _strongest(cv2.absdiff(first, second))


def _strongest(spread: cv2.typing.MatLike) -> Mask:
    red, green, blue = cv2.split(spread)
    return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)
