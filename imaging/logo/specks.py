"""Crumbs of compression noise in the ground that are not artwork: before the cut (step 2) and after it."""

import math

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.types import Mask

_WHOLE = 255
_FAINTEST, _NOISE_REACH = 16.0, 2.5
"""Noise stays within 16 levels of the ground and 2.5 times its own level; artwork that small does not."""
_LINE_REACH, _THICK_SHARE = 1.5, 0.03
"""The same of long lines, which carry less of an edge's strength; so much of one may be three pixels wide."""

_PEAK, _PEAK_REACH = 72.0, 4.0
"""Beside strong artwork single pixels ring this far, in levels and in multiples of the noise's level."""


def fill_specks(like_ground: Mask, *, distance: npt.NDArray[np.float32], noise: float) -> Mask:
    """Count small pale islands in the ground as ground.

    An island goes when it is both small and nowhere far from the ground's colour; an i's dot or a star far
    from it in colour stays at any size. Lossy compression also repeats straight edges as long pale lines a
    few pixels off: where there is noise, islands that are hardly anywhere three pixels wide and hardly stand
    out go too.

    Args:
        like_ground: (H, W) uint8, 1 where the pixel has the ground's colour.
        distance: (H, W) distance of each pixel from the ground, in sRGB levels.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork.
    """
    filled: Mask = np.empty_like(like_ground)
    most_px = 2 + 4 * noise
    for band in bands(*like_ground.shape, halo_px=_reach_px(most_px)):
        found = _specks(like_ground[band.around], distance[band.around], most_px=most_px, noise=noise)
        filled[band.rows] = like_ground[band.rows] | found[band.inner]
    return filled


def _reach_px(most_px: float) -> int:
    """Rows around a band with which no larger group of pixels can pass for one of `most_px`."""
    return math.ceil(most_px) + 1


def _specks(like_ground: Mask, distance: npt.NDArray[np.float32], *, most_px: float, noise: float) -> Mask:
    """1 on the islands to fill."""
    other = 1 - like_ground
    count, labels, stats, _ = cv2.connectedComponentsWithStats(other, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] <= most_px
    thin = np.zeros(count, np.bool_)
    if noise:
        thick = labels[cv2.erode(other, np.ones((3, 3), np.uint8)) > 0]
        thin = np.bincount(thick, minlength=count) <= _THICK_SHARE * stats[:, cv2.CC_STAT_AREA]
    small[0] = thin[0] = False
    strongest = np.zeros(count, np.float32)
    members = (small | thin)[labels]
    np.maximum.at(strongest, labels[members], distance[members])
    speck = small & (strongest < _FAINTEST + _NOISE_REACH * noise)
    speck |= thin & (strongest < _FAINTEST + _LINE_REACH * noise)
    islands: Mask = speck.astype(np.uint8)[labels]
    return islands


def clear_crumbs(alpha: Mask, *, distance: npt.NDArray[np.float32], noise: float) -> Mask:
    """Clear what noise has left around a compressed logo.

    A chain of faint pixels may tie a crumb to the edge; once the chain is unmixed to nothing, the crumb
    stands alone. So visible pixels near to the ground's colour go where few of them hang together, they
    border on the ground, and no strong artwork is within two pixels, whose edge they would be; pale artwork
    hangs together in larger areas.

    Args:
        alpha: (H, W) matte.
        distance: (H, W) distance of each pixel from the ground, in sRGB levels.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork, which comes back unchanged.
    """
    if noise < 1:
        return alpha
    limit = max(_PEAK, _FAINTEST + _PEAK_REACH * noise)
    most_px = 2 + 2 * noise
    cleaned: Mask = np.empty_like(alpha)
    for band in bands(*alpha.shape, halo_px=2 * _reach_px(most_px)):
        part = _without_crumbs(alpha[band.around], distance[band.around] < limit, most_px=most_px)
        cleaned[band.rows] = part[band.inner]
    return cleaned


def _without_crumbs(alpha: Mask, near_ground: npt.NDArray[np.bool_], *, most_px: float) -> Mask:
    visible = alpha > 0
    pale = (visible & near_ground).astype(np.uint8)
    strong = cv2.dilate((visible & ~near_ground).astype(np.uint8), np.ones((5, 5), np.uint8))
    loose = np.where(strong > 0, 0, pale).astype(np.uint8)
    return np.where(_small_beside_ground(loose, alpha, most_px=most_px), 0, alpha).astype(np.uint8)


def _small_beside_ground(mask: Mask, alpha: Mask, *, most_px: float) -> npt.NDArray[np.bool_]:
    """Which pixels of a mask hang together in small groups that border on something not whole."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    beside = cv2.dilate((alpha < _WHOLE).astype(np.uint8), np.ones((3, 3), np.uint8))
    small = np.zeros(count, np.bool_)
    small[np.unique(labels[(beside > 0) & (mask > 0)])] = True
    small &= stats[:, cv2.CC_STAT_AREA] <= most_px
    return np.asarray(small[labels], np.bool_)
