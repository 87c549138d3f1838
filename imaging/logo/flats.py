"""Where a logo is flat and where it is shaded: connected areas without edges, and how even each one is.

A true flat is one colour all over, up to compression noise. A gradient is just as free of edges, but drifts.
What is neither is an edge, a stroke thinner than the window, or photographic.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands, by_label
from imaging.logo.contrast_map import local_contrast
from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int32]

OPAQUE_ENOUGH, NOISY_OPAQUE = 128, 230
"""Alpha from which a pixel's colour is sure to about a level, whatever rounding did to it. In compressed
artwork the ringing of the edge stains half-clear pixels."""
_EVEN, _EVEN_PER_NOISE = 3.0, 0.25
"""Contrast of 3x3 pixels without an edge, in sRGB levels, and more of it for each level of noise."""
_FLAT, _FLAT_PER_NOISE = 1.0, 0.22
"""Standard deviation of a flat area, in sRGB levels, and more of it for each level of noise."""
_DEEP_PX, _DEEP_SHARE = 9, 0.01
"""Side of the square that a deep area holds without its rim, and its least share of all areas."""
_OUTLINED = 24.0
"""Contrast in the 7x7 pixels around a thin flat: a stroke has it, a sliver of a gradient has not."""


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas without edges."""

    labels: Labels
    """(H, W): the area that a pixel belongs to; 0 for none."""
    size_px: npt.NDArray[np.int64]
    """(N,): of each area; area 0 is what belongs to none."""
    mean: Floats
    """(N, 3): colour, sRGB 0-255."""
    flat: npt.NDArray[np.bool_]
    """(N,): one colour all over."""
    thick: npt.NDArray[np.bool_]
    """(N,): holds a square of 5x5 pixels."""
    deep: npt.NDArray[np.bool_]
    """(N,): holds a square of 11x11 pixels, so that there is colour no edge has stained, and is not small."""


def find_areas(rgb: Pixels, alpha: Mask, *, noise: float) -> Areas:
    """Split the artwork into areas without edges.

    Args:
        rgb: (H, W, 3) uint8.
        alpha: (H, W) matte.
        noise: level of compression noise that is left, in sRGB levels; 0 for clean artwork.
    """
    visible = (alpha >= (OPAQUE_ENOUGH if noise < 1 else NOISY_OPAQUE)).astype(np.uint8)
    contrast = local_contrast(rgb, visible, side_px=3)
    even = ((contrast <= _EVEN + _EVEN_PER_NOISE * noise) & (visible > 0)).astype(np.uint8)
    count, found = cv2.connectedComponents(even, connectivity=4, ltype=cv2.CV_32S)
    labels = np.asarray(found, np.int32)
    size, mean, deviation = _statistics(rgb, labels, count)
    thick = np.zeros(count, np.bool_)
    thick[labels[cv2.erode(even, np.ones((3, 3), np.uint8)) > 0]] = True
    deep = np.zeros(count, np.bool_)
    deep[labels[cv2.erode(even, np.ones((_DEEP_PX, _DEEP_PX), np.uint8)) > 0]] = True
    deep &= size >= _DEEP_SHARE * max(1, int(size[1:].sum()))
    flat = deviation <= _FLAT + _FLAT_PER_NOISE * noise
    flat[0] = thick[0] = deep[0] = False
    flat &= thick | _outlined(rgb, visible, labels, thin=flat & ~thick)
    return Areas(labels, size, mean, flat, thick, deep)


def _statistics(rgb: Pixels, labels: Labels, count: int) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Pixels, mean colour and largest standard deviation over the channels of each area."""
    size = np.zeros(count, np.int64)
    first, second = np.zeros((3, count)), np.zeros((3, count))
    for band in bands(*labels.shape):
        of = labels[band.rows].reshape(-1)
        size += np.bincount(of, minlength=count)
        for channel in range(3):
            value = rgb[band.rows, :, channel].reshape(-1).astype(np.float64)
            first[channel] += np.bincount(of, weights=value, minlength=count)
            second[channel] += np.bincount(of, weights=value * value, minlength=count)
    whole = np.maximum(size, 1)
    mean = first / whole
    variance = np.maximum(second / whole - mean**2, 0)
    return size, mean.T, np.sqrt(variance.max(axis=0))


def _outlined(
    rgb: Pixels, visible: Mask, labels: Labels, *, thin: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Which of the thin areas stand out from what is around them."""
    if not thin.any():
        return thin
    contrast = local_contrast(rgb, visible, side_px=7, clear_counts=True)
    members = np.flatnonzero(by_label(thin, labels))
    of = labels.reshape(-1)[members]
    total = np.bincount(of, weights=contrast.reshape(-1)[members], minlength=len(thin))
    size = np.bincount(of, minlength=len(thin))
    return thin & (total >= _OUTLINED * np.maximum(size, 1))
