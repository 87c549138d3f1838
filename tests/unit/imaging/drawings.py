"""Drawings that tests of several steps share."""

import numpy as np

from imaging.types import Pixels

BLUE = (20, 40, 200)


def disc(size_px: int = 64) -> Pixels:
    """A blue disc on transparency whose hidden colour is bright red."""
    ys, xs = np.mgrid[0:size_px, 0:size_px]
    inside = (xs - size_px / 2) ** 2 + (ys - size_px / 2) ** 2 < (size_px / 3) ** 2
    pixels = np.zeros((size_px, size_px, 4), np.uint8)
    pixels[..., 0] = 255
    pixels[inside] = (*BLUE, 255)
    return pixels
