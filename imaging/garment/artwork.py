"""Artwork made ready to be bent onto cloth: premultiplied, shrunk, and as soft as a pixel of the mock-up."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Pixels

_DENSITY = 1.2
"""Least pixels of a sheet to one of the mock-up, up to twice as many."""
_SOFTNESS = 0.11
"""Variance of a sheet's edges in squared pixels of the mock-up. A pixel's own area has 1/12; a little more
keeps slanting edges from stepping."""
_SOFT_ALREADY = 0.25
"""Variance that averaging (1/12) and bilinear sampling (1/6) give, in squared pixels of the sheet."""
_BAND_PX = 250_000
"""Pixels of the artwork shrunk at once: what a processor's second cache holds."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Artwork at about the resolution at which it will be seen."""

    pixels: Pixels
    """(h, w, 4) premultiplied."""
    width_px: float
    """Part of it, from the left, that the artwork fills; it need not end on a whole pixel."""
    height_px: float
    """From the top."""


def prepare_artwork(artwork: Pixels, *, print_px: tuple[float, float]) -> Sheet:
    """Premultiply artwork and bring it to 1.2-2.4 pixels for each pixel of the mock-up, or more by enlarging.

    At that density, with edges softened to a pixel's area, a bilinear remap neither skips pixels nor steps,
    and needs no sharpening kernel, which would ring. Whole-number factors because OpenCV averages those many
    times faster.

    Args:
        artwork: (H, W, 4) RGBA, straight alpha.
        print_px: width and height of the print in pixels of the mock-up.
    """
    height, width = artwork.shape[:2]
    enlarge = max(1, round(print_px[0])), max(1, round(print_px[1]))
    if width < print_px[0] and height < print_px[1]:
        large = cv2.resize(_premultiplied(artwork), enlarge, interpolation=cv2.INTER_LINEAR)
        pixels = np.asarray(large, np.uint8).reshape(enlarge[1], enlarge[0], 4)
        return Sheet(pixels, float(enlarge[0]), float(enlarge[1]))
    across, down = (max(1, int(n / px / _DENSITY)) for n, px in zip((width, height), print_px, strict=True))
    small: Pixels = np.empty((-(-height // down), -(-width // across), 4), np.uint8)
    rows = max(1, _BAND_PX // (width * down))
    for top in range(0, small.shape[0], rows):
        small[top : top + rows] = _shrunk(artwork[top * down : (top + rows) * down], across=across, down=down)
    soft_x, soft_y = _kernel(width / across / print_px[0]), _kernel(height / down / print_px[1])
    if soft_x[0] or soft_y[0]:
        cv2.sepFilter2D(small, -1, soft_x, soft_y, dst=small, borderType=cv2.BORDER_CONSTANT)
    return Sheet(small, width / across, height / down)


def _shrunk(rows: Pixels, *, across: int, down: int) -> Pixels:
    """Means of `down` rows by `across` columns; what lies beyond the artwork is clear."""
    height, width = rows.shape[:2]
    band = _premultiplied(rows)
    if across == down == 1:
        return band
    right, below = -width % across, -height % down
    if right or below:
        clear = (0, 0, 0, 0)
        band = np.asarray(cv2.copyMakeBorder(band, 0, below, 0, right, cv2.BORDER_CONSTANT, value=clear))
    size = (band.shape[1] // across, band.shape[0] // down)
    small = np.asarray(cv2.resize(band, size, interpolation=cv2.INTER_AREA), np.uint8)
    return small.reshape(size[1], size[0], 4)


def _kernel(density: float) -> npt.NDArray[np.float32]:
    """Three taps that bring edges to `_SOFTNESS` at so many pixels of the sheet to one of the mock-up."""
    side = max(0.0, _SOFTNESS * density**2 - _SOFT_ALREADY) / 2
    return np.array([side, 1 - 2 * side, side], np.float32)


def _premultiplied(rows: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(rows, cv2.COLOR_RGBA2mRGBA), np.uint8)
