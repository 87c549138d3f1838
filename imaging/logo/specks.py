"""Crumbs of compression noise in the ground that are not artwork: before the cut (step 2) and after it."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask

_WHOLE = 255
_FAINTEST, _NOISE_REACH = 16.0, 2.5
"""Noise stays within 16 levels of the ground and 2.5 times its own level; artwork that small does not."""

_PEAK, _PEAK_REACH = 72.0, 4.0
"""Beside strong artwork single pixels ring this far, in levels and in multiples of the noise's level."""


def fill_specks(like_ground: Mask, *, distance: npt.NDArray[np.float32], noise: float) -> Mask:
    """Count small pale islands in the ground as ground.

    An island goes when it is both small and nowhere far from the ground's colour; an i's dot or a star far
    from it in colour stays at any size.

    Args:
        like_ground: (H, W) uint8, 1 where the pixel has the ground's colour.
        distance: (H, W) distance of each pixel from the ground, in sRGB levels.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - like_ground, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] <= 2 + 4 * noise
    small[0] = False
    strongest = np.zeros(count, np.float32)
    which = np.asarray(labels, np.int64)
    members = small[which]
    np.maximum.at(strongest, which[members], distance[members])
    speck = (small & (strongest < _FAINTEST + _NOISE_REACH * noise))[which]
    return np.where(speck, 1, like_ground).astype(np.uint8)


def clear_crumbs(alpha: Mask, *, distance: npt.NDArray[np.float32], noise: float) -> Mask:
    """Clear what noise has left around a compressed logo.

    A chain of faint pixels may tie a crumb to the edge; once the chain is unmixed to nothing, the crumb
    stands alone. So visible pixels near to the ground's colour go where few of them hang together and they
    border on the ground; pale artwork hangs together in larger areas.

    Args:
        alpha: (H, W) matte.
        distance: (H, W) distance of each pixel from the ground, in sRGB levels.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork, which comes back unchanged.
    """
    if noise < 1:
        return alpha
    limit = max(_PEAK, _FAINTEST + _PEAK_REACH * noise)
    pale = ((alpha > 0) & (distance < limit)).astype(np.uint8)
    strong = cv2.dilate(((alpha > 0) & (distance >= limit)).astype(np.uint8), np.ones((5, 5), np.uint8))
    for loose in (pale, np.where(strong > 0, 0, pale).astype(np.uint8)):
        alpha = np.where(_small_beside_ground(loose, alpha, most_px=2 + 2 * noise), 0, alpha).astype(np.uint8)
    return alpha


def _small_beside_ground(mask: Mask, alpha: Mask, *, most_px: float) -> npt.NDArray[np.bool_]:
    """Which pixels of a mask hang together in small groups that border on something not whole."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    beside = cv2.dilate((alpha < _WHOLE).astype(np.uint8), np.ones((3, 3), np.uint8))
    small = np.zeros(count, np.bool_)
    small[np.unique(labels[(beside > 0) & (mask > 0)])] = True
    small &= stats[:, cv2.CC_STAT_AREA] <= most_px
    return small[np.asarray(labels, np.int64)]
