"""Islands of the ground that compression has hidden from the keying."""

import cv2
import numpy as np

from imaging.logo.banded import by_label
from imaging.types import Color, Mask, Pixels

HALF_CLEAR = 128
_THICK_PX = 5
"""An island that holds a square of this side is artwork of nearly the ground's colour, as a pale rim."""


def clear_left_ground(rgb: Pixels, alpha: Mask, *, ground: Color | None) -> tuple[Mask, int]:
    """Clear what has exactly the ground's colour and touches what is clear already.

    White artwork on a white ground is either enclosed by other colours, and is kept, or has been keyed out:
    what is left of it beside clear pixels, and is thin, is noise that was stained too far to be keyed.

    Args:
        rgb: (H, W, 3) uint8, flat areas in exact colours.
        alpha: (H, W) matte.
        ground: the colour that was keyed out; None when not known.

    Returns:
        The matte, and how many islands were cleared.
    """
    if ground is None:
        return alpha, 0
    left = (cv2.inRange(rgb, np.array(ground), np.array(ground)) > 0) & (alpha > 0)
    if not left.any():
        return alpha, 0
    count, labels = cv2.connectedComponents(left.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    beside = cv2.dilate((alpha < HALF_CLEAR).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    thick = cv2.erode(left.astype(np.uint8), np.ones((_THICK_PX, _THICK_PX), np.uint8)) > 0
    touching = np.zeros(count, np.uint8)
    touching[np.unique(np.asarray(labels)[beside & left])] = 1
    touching[np.unique(np.asarray(labels)[thick])] = 0
    cleared = by_label(touching, np.asarray(labels, np.int32)) > 0
    return np.where(cleared, 0, alpha).astype(np.uint8), int(touching.sum())
