"""Cutting a transparent image to what shows, with even padding."""

import cv2
import numpy as np

from imaging.errors import NoForegroundError
from imaging.types import Mask, Pixels

VISIBLE_ALPHA = 8
"""Alpha below this, of 255, does not show on any ground and does not count."""


def bounding_box(alpha: Mask) -> tuple[int, int, int, int]:
    """The box of what shows: x0, y0, x1, y1 in pixels, the last two exclusive.

    Raises:
        NoForegroundError: when nothing shows.
    """
    x, y, width, height = cv2.boundingRect((alpha >= VISIBLE_ALPHA).astype(np.uint8))
    if not width or not height:
        raise NoForegroundError("The image is fully transparent.")
    return x, y, x + width, y + height


def trim(image: Pixels, *, margin_px: int = 0, margin_frac: float = 0.0) -> Pixels:
    """Crop to what shows and pad with transparency.

    Args:
        image: (H, W, 4) RGBA.
        margin_px: padding on every side, in pixels.
        margin_frac: padding on every side as a share of the longer side of what shows; adds to `margin_px`.

    Raises:
        NoForegroundError: when nothing shows.
    """
    x0, y0, x1, y1 = bounding_box(image[..., 3])
    pad = margin_px + round(margin_frac * max(x1 - x0, y1 - y0))
    return np.pad(image[y0:y1, x0:x1], ((pad, pad), (pad, pad), (0, 0)))
