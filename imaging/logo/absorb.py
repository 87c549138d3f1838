"""Areas of compressed artwork that look shaded but are flat: strewn about a known colour, not drifting."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands, by_label
from imaging.logo.flats import Labels
from imaging.logo.merge import SHADED, Flats
from imaging.types import Mask, Pixels

_NEAR, _NEAR_PER_NOISE = 8.0, 0.4
"""sRGB levels, in any channel, from a colour within which compression strews it."""
_AROUND_PX, _DRIFT = 15, 3.5
"""Side of the square over which noise evens out, and how far its mean may be from the colour, in levels."""
_NEAR_SHARE = 0.75
"""Share of a flat area's pixels for which that holds."""


def absorb_noise(rgb: Pixels, areas: Labels, flats: Flats, *, noise: float) -> Flats:
    """Give areas that are only noisy the colours they are strewn about.

    Args:
        rgb: (H, W, 3) uint8, without its compression noise as far as that was possible.
        areas: (H, W) the area of each pixel.
        flats: colours and labels so far.
        noise: level of compression noise, in sRGB levels.
    """
    shaded = flats.labels == SHADED
    if not shaded.any() or not len(flats.colors):
        return flats
    nearest = np.zeros(shaded.shape, np.uint8)
    steady = np.zeros(shaded.shape, np.bool_)
    for band in bands(*shaded.shape, halo_px=_AROUND_PX // 2):
        part, at = rgb[band.around], shaded[band.around]
        label = np.zeros(at.shape, np.uint8)
        label[at] = _nearest(part[at], flats.colors, reach=_NEAR + _NEAR_PER_NOISE * noise)
        nearest[band.rows] = label[band.inner]
        steady[band.rows] = _steady(part, label, flats.colors)[band.inner]
    count = int(areas.max()) + 1
    size = np.bincount(areas[shaded], minlength=count)
    near = np.bincount(areas[steady], minlength=count)
    flat = by_label(near > _NEAR_SHARE * np.maximum(size, 1), areas) & shaded
    return Flats(np.where(flat, nearest, flats.labels).astype(np.uint8), flats.colors, flats.merged)


def _steady(rgb: Pixels, label: Mask, colors: Pixels) -> npt.NDArray[np.bool_]:
    """Where the mean around a labelled pixel is its colour: noise evens out, a gradient does not."""
    known = (label > 0).astype(np.float32)
    offset = (rgb.astype(np.float32) - colors[np.maximum(label, 1) - 1]) * known[..., None]
    window = (_AROUND_PX, _AROUND_PX)
    mean = np.abs(cv2.blur(offset, window)).max(axis=2) / np.maximum(cv2.blur(known, window), 1e-3)
    return np.asarray((label > 0) & (mean <= _DRIFT))


def _nearest(colors: Pixels, known: Pixels, *, reach: float) -> Mask:
    """(N,): which of (K, 3) each of (N, 3) is nearest to, from 1; 0 for none within reach."""
    label, least = np.zeros(len(colors), np.uint8), np.full(len(colors), reach + 1)
    for index, color in enumerate(known.astype(np.int16), start=1):
        apart = np.abs(colors.astype(np.int16) - color).max(axis=1)
        closer = apart < least
        label[closer], least[closer] = index, apart[closer]
    return label
