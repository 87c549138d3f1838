"""Bands of flat colour for shading that no gradient follows, photographs and noise: few and bounded."""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000, to_lab
from imaging.types import Pixels
from imaging.vector.paints import Paint

Bools = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int16]

_MOST_BANDS = 12
_NEAR_DELTA_E = 3.0
"""Mean CIEDE2000 within a band at which no more bands are needed."""
_MOST_SAMPLES = 6000
_ROUNDS = 12
_SMOOTH_PX = 5


def bands(pixels: Pixels, where: Bools) -> tuple[Numbers, list[Paint]]:
    """Split the pixels `where` into bands of about one colour.

    Returns:
        (H, W) number of each pixel's band, -1 elsewhere, and the bands' paints.
    """
    numbers = np.full(where.shape, -1, np.int16)
    color = pixels[where].astype(np.float32)
    if not len(color):
        return numbers, []
    centers = _centers(color[:: max(1, len(color) // _MOST_SAMPLES)])
    smooth = cv2.medianBlur(pixels, _SMOOTH_PX)[where].astype(np.float32)
    nearest = np.empty(len(smooth), np.int16)
    for low in range(0, len(smooth), 1 << 16):
        part = smooth[low : low + (1 << 16)]
        nearest[low : low + (1 << 16)] = _nearest(part, centers)
    numbers[where] = nearest
    return numbers, [_paint(center) for center in centers]


def _paint(center: npt.NDArray[np.float32]) -> Paint:
    red, green, blue, alpha = (round(float(value)) for value in center)
    return Paint((red, green, blue), round(alpha / 255, 3) if alpha < 250 else 1.0)


def _centers(color: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Colours of as few bands as keep near: the widest is halved along its main axis, then all settle."""
    owner = np.zeros(len(color), np.int64)
    for count in range(1, _MOST_BANDS + 1):
        centers = np.stack([color[owner == k].mean(axis=0) for k in range(count)])
        for _ in range(_ROUNDS):
            owner = _nearest(color, centers)
            sizes = np.bincount(owner, minlength=count)
            moved = np.stack(
                [color[owner == k].mean(axis=0) if sizes[k] else centers[k] for k in range(count)]
            )
            if np.abs(moved - centers).max() < 0.5:
                break
            centers = moved
        miss = delta_e_2000(to_lab(color[:, :3]), to_lab(centers[owner, :3]))
        if miss.mean() <= _NEAR_DELTA_E or count == _MOST_BANDS:
            break
        spread = [np.square(color[owner == k] - centers[k]).sum() for k in range(count)]
        widest = color[owner == int(np.argmax(spread))]
        axis = np.linalg.svd(widest - widest.mean(axis=0), full_matrices=False)[2][0]
        high = (color - widest.mean(axis=0)) @ axis > 0
        owner = np.where((owner == int(np.argmax(spread))) & high, count, owner)
    return centers.astype(np.float32)


def _nearest(color: npt.NDArray[np.float32], centers: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    """(N,) which of the (K, 4) centres is nearest to each of the (N, 4) colours."""
    away = np.empty((len(color), len(centers)), np.float32)
    for k, center in enumerate(centers):
        gap = np.square(color - center)
        away[:, k] = gap[:, 0] + gap[:, 1] + gap[:, 2] + gap[:, 3]
    return np.asarray(away.argmin(axis=1), np.int64)
