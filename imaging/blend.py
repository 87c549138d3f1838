"""Two images mixed pixel by pixel, in strips: 16-bit products need far more memory than the result."""

from collections.abc import Iterator

import cv2
import numpy as np

from imaging.types import Mask, Pixels

STRIP_PX = 256 * 1024
"""Pixels that are mixed at once, about."""
SOLID = 255


def strips(height: int, width: int) -> Iterator[slice]:
    """The rows of an image from top to bottom, in strips of `STRIP_PX`; at least one row each."""
    step = max(1, STRIP_PX // width)
    return (slice(top, top + step) for top in range(0, height, step))


def mix(first: Pixels, second: Pixels, share: Mask) -> Pixels:
    """`share` of 255 of the first and the rest of the second, rounded.

    Args:
        first: (h, w, 3) uint8, a strip.
        second: The same, or (3,): one colour.
        share: (h, w) uint8.
    """
    part = cv2.merge([np.ascontiguousarray(share)] * 3).astype(np.uint16)
    mixed = first.astype(np.uint16) * part + second.astype(np.uint16) * (SOLID - part)
    rounded: Pixels = ((mixed + SOLID // 2) // SOLID).astype(np.uint8)
    return rounded
