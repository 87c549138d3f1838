"""Shrinking by less than half without overshoot: no colour comes out that did not go in."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from imaging.logo.banded import bands
from imaging.types import Pixels

WHOLE = 255


def shrink(pixels: Pixels, *, width_px: int, height_px: int) -> Pixels:
    """Resample to an exact size by a triangle filter, colours weighted by alpha, band by band.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha; returned as it is when it has the size.
        width_px: At most W.
        height_px: At most H.
    """
    height, width = pixels.shape[:2]
    if (height, width) == (height_px, width_px):
        return pixels
    result: Pixels = np.empty((height_px, width_px, 4), np.uint8)
    step = height / height_px
    for band in bands(height_px, width_px, halo_px=2):
        top, bottom = band.around.start * step, min(band.around.stop * step, height)
        first, last = int(top), min(height, int(np.ceil(bottom)))
        box = (0.0, top - first, float(width), bottom - first)
        size = (width_px, band.around.stop - band.around.start)
        result[band.rows] = _resized(pixels[first:last], size, box)[band.inner]
    return result


def _resized(rows: Pixels, size: tuple[int, int], box: tuple[float, float, float, float]) -> Pixels:
    alpha = rows[..., 3].astype(np.float32)
    planes: list[npt.NDArray[Any]] = [
        rows[..., channel] * (alpha / np.float32(WHOLE)) for channel in range(3)
    ]
    mixed = [
        np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BILINEAR, box=box))
        for plane in [*planes, alpha]
    ]
    weight = WHOLE / np.maximum(mixed[3], 1.0)
    straight = np.dstack([plane * weight for plane in mixed[:3]] + [mixed[3]])
    rounded: Pixels = np.clip(np.rint(straight), 0, WHOLE).astype(np.uint8)
    return rounded
