"""Text whose middle stands above its ends, its letters upright."""

import cv2
import numpy as np

from imaging.types import Pixels


def arched(pixels: Pixels, *, rise_px: float) -> Pixels:
    """Shift each column down along an arc of a circle, by fractions of a pixel.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.
        rise_px: how far the ends hang below the middle.

    Returns:
        (H + rise, W, 4), straight alpha.
    """
    height, width = pixels.shape[:2]
    half = width / 2
    radius = (half**2 + rise_px**2) / (2 * rise_px)
    along = np.arange(width, dtype=np.float64) + 0.5 - half
    drop = (radius - np.sqrt(radius**2 - along**2)).astype(np.float32)
    size = height + int(np.ceil(rise_px))
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(size, dtype=np.float32))
    premultiplied = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
    bent = cv2.remap(
        premultiplied, x, y - drop, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
    )
    return np.asarray(cv2.cvtColor(bent, cv2.COLOR_mRGBA2RGBA), np.uint8)
