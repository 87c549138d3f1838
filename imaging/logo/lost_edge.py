"""Where artwork runs out into its ground unseen: pale outlines, fades, shadows.

Artwork of exactly the ground's colour leaves no trace. What can be seen is artwork that comes close to it: an
outline with hardly more colour than the ground, and areas under the key's tolerance that are not quite the
ground. Where there is much of either, the cut is a guess there, and that is to be said.
"""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.types import Mask

_HALF = 128
_PALE, _PALE_NOISES = 24.0, 1.0
"""Artwork within so many sRGB levels, and so many times the noise, of the ground has no edge to speak of."""
_INWARD_PX = 3
"""How far inside its outline artwork is looked at: further than an anti-aliased edge is wide."""
_FAINT, _FAINT_LOSSY = 0.5, 5.0
"""Distance of a pixel that is not the ground: off it at all, and by more than a block's rounding."""
_FOOT_PX = 2
"""Faint pixels at the foot of an edge are no wider on either side."""
_RINGING_PX = 20
"""Around artwork lossy compression leaves faint pixels as far as its largest blocks reach."""


def lost_edge(alpha: Mask, *, distance: npt.NDArray[np.float32], noise: float) -> float:
    """How much of a cut-out's edge is a guess: the larger of two shares, 0-1.

    - The outline along which the artwork comes no further from the ground's colour than noise might.
    - Faint areas that were taken for the ground, over them and the artwork.

    Args:
        alpha: (H, W) matte.
        distance: (H, W) distance of each pixel from the ground, in sRGB levels.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork.
    """
    counts = np.zeros(4, np.int64)
    for band in bands(*alpha.shape, halo_px=_RINGING_PX + _FOOT_PX):
        found = _band(alpha[band.around], distance[band.around], noise)
        counts += [int(mask[band.inner].sum()) for mask in found]
    outline, pale, faint, visible = (int(count) for count in counts)
    return round(max(pale / max(1, outline), faint / max(1, faint + visible)), 3)


def _band(alpha: Mask, distance: npt.NDArray[np.float32], noise: float) -> tuple[Mask, Mask, Mask, Mask]:
    """1 on the outline, on its pale part, on faint areas in the ground, and on what shows."""
    visible = (alpha > 0).astype(np.uint8)
    half = (alpha >= _HALF).astype(np.uint8)
    outline = half - cv2.erode(half, _square(1), borderType=cv2.BORDER_REPLICATE)
    strong = (distance >= _PALE + _PALE_NOISES * noise).astype(np.uint8)
    pale = np.where(cv2.dilate(strong, _square(_INWARD_PX)) > 0, 0, outline).astype(np.uint8)
    faint = ((distance > (_FAINT_LOSSY if noise else _FAINT)) & (visible == 0)).astype(np.uint8)
    if noise:
        faint &= 1 - cv2.dilate(visible, _square(_RINGING_PX))
    return (
        np.asarray(outline, np.uint8),
        np.asarray(pale, np.uint8),
        np.asarray(cv2.erode(faint, _square(_FOOT_PX)), np.uint8),
        visible,
    )


def _square(reach: int) -> Mask:
    return np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
