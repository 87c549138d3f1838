"""Specks inside flat areas of compressed artwork: a few stray pixels in what is one colour all around."""

import cv2
import numpy as np

from imaging.logo.banded import bands
from imaging.logo.contrast_map import difference
from imaging.types import Mask, Pixels

WHOLE = 255
_MOST_PX = 3
"""An i's dot or a star has more pixels than this wherever compression has left it visible."""
_MEDIAN_PX, _RING_PX = 5, 3
_NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
_VOTES = 7
"""Neighbours of one colour amid which a pixel is not another; an edge's pixel has fewer."""


def fill_islands(rgb: Pixels, alpha: Mask) -> tuple[Pixels, int]:
    """Give islands of at most 3 pixels the one exact colour that is all around them.

    Args:
        rgb: (H, W, 3) uint8, flat areas in exact colours.
        alpha: (H, W) matte; islands at the rim of what is clear are left.

    Returns:
        The colours, and how many pixels were filled.
    """
    filled: Pixels = np.empty_like(rgb)
    count = 0
    for band in bands(*alpha.shape, halo_px=2 * _MEDIAN_PX):
        part = np.ascontiguousarray(rgb[band.around])
        islands, around = _islands(part, alpha[band.around])
        filled[band.rows] = np.where(islands[..., None], around, part)[band.inner]
        count += int(np.count_nonzero(islands[band.inner]))
    return filled, count


def _islands(rgb: Pixels, alpha: Mask) -> tuple[np.ndarray, Pixels]:
    """(H, W) bool, and (H, W, 3) the colour around each pixel."""
    window = np.ones((_RING_PX, _RING_PX), np.uint8)
    stray = (difference(rgb, np.asarray(cv2.medianBlur(rgb, _MEDIAN_PX), np.uint8)) > 0).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(stray, connectivity=8)
    small = (stats[:, cv2.CC_STAT_AREA] <= _MOST_PX)[labels] & (stray > 0)
    bright, dark = rgb.copy(), rgb.copy()
    bright[small], dark[small] = 0, WHOLE
    bright, dark = (np.asarray(m, np.uint8) for m in (cv2.dilate(bright, window), cv2.erode(dark, window)))
    solid = cv2.erode((alpha == WHOLE).astype(np.uint8), window) > 0
    amid = small & (difference(bright, dark) == 0)
    alone, other = _alone(rgb)
    bright[~amid] = other[~amid]
    return solid & (amid | alone), bright


def _alone(rgb: Pixels) -> tuple[np.ndarray, Pixels]:
    """Pixels of which at least seven neighbours have one other colour, and that colour."""
    common = np.asarray(cv2.medianBlur(rgb, _RING_PX), np.uint8)
    stray = np.flatnonzero(difference(rgb, common) > 0)
    height, width = rgb.shape[:2]
    row, column = np.divmod(stray, width)
    votes = np.zeros(len(stray), np.int64)
    for down, right in _NEIGHBOURS:
        beside = rgb[np.clip(row + down, 0, height - 1), np.clip(column + right, 0, width - 1)]
        votes += (beside == common[row, column]).all(axis=1)
    alone = np.zeros((height, width), np.bool_)
    alone[row, column] = votes >= _VOTES
    return alone, common
