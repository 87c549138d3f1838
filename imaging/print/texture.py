"""Telling photographs from flat artwork, and what becomes of them in one ink."""

import cv2
import numpy as np

from imaging.print.inks import Inks
from imaging.types import Mask, Pixels

_LEAST_COLORS = 4
"""Fewer palette colours than this make no photograph."""
_FLAT_SHARE = 0.5
"""A photograph has less than this share of its pixels in exact palette colours."""
_APART_PX = 4
_STEP, _BUSY_SHARE = 26.0, 0.3
"""Grey levels over `_APART_PX` that make a place busy, and the share of busy places in a photograph."""
_VISIBLE = 128
_BLUR_SHARE = 0.003
"""Radius of the blur, as a share of the mean side: what is finer than that does not print in one ink."""


def is_texture(pixels: Pixels, inks: Inks) -> bool:
    """Whether artwork is a photograph or the like, without flat areas whose edges could be measured."""
    narrow = pixels.shape[1] <= _APART_PX
    if narrow or len(inks.colors) < _LEAST_COLORS or inks.flat_share >= _FLAT_SHARE:
        return False
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY)
    busy = cv2.absdiff(grey[:, _APART_PX:], grey[:, :-_APART_PX]) > _STEP
    within = (pixels[:, _APART_PX:, 3] >= _VISIBLE) & (pixels[:, :-_APART_PX, 3] >= _VISIBLE)
    return int(np.count_nonzero(busy & within)) > _BUSY_SHARE * max(1, int(np.count_nonzero(within)))


def stamp(pixels: Pixels, *, light_is_ink: bool) -> Mask:
    """A photograph in one ink: its dark parts, or its light ones, with smooth edges.

    The cut is Otsu's ("A threshold selection method from gray-level histograms", 1979) between the tones
    of what shows.

    Returns:
        (H, W) coverage, 0-255.
    """
    solid = pixels[..., 3] >= _VISIBLE
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY)
    fill = np.uint8(np.median(grey[solid])) if solid.any() else np.uint8(0)
    grey[~solid] = fill
    soft = np.asarray(
        cv2.GaussianBlur(grey, (0, 0), max(0.8, _BLUR_SHARE * float(np.sqrt(grey.size)))), np.uint8
    )
    shown = soft[solid] if solid.any() else soft.reshape(-1)
    cut, _ = cv2.threshold(shown.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    sign = 1.0 if light_is_ink else -1.0
    # Steep enough for a crisp edge, and still some grey levels wide for a smooth one.
    ink = np.clip(127.5 + sign * 10.0 * (soft.astype(np.float32) - (cut + 0.5)), 0, 255)
    coverage: Mask = np.rint(ink * (pixels[..., 3] / np.float32(255))).astype(np.uint8)
    return coverage
