"""Making thin strokes as thick as they must be to print."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.logo.decontaminate import bleed
from imaging.print.inks import Inks, shades, split_inks
from imaging.print.strokes import Strokes, measure_strokes
from imaging.types import Color, Mask, Pixels

_APART = 12.0
_SHIFT = 4
"""Fractional bits of the points that OpenCV draws with."""


def thicken(pixels: Pixels, *, palette: Sequence[Color], least_px: float) -> Pixels:
    """Draw over the axis of each stroke that is too thin with a pen of the least thickness, in its own ink.

    Args:
        pixels: (H, W, 4) RGBA.
        palette: its flat colours.
        least_px: what every stroke is to have at the least.

    Returns:
        RGBA of the same size.
    """
    inks = split_inks(pixels, palette)
    out = pixels
    for group in shades(pixels, inks, delta_e=_APART):
        strokes = measure_strokes(inks.coverage(group))
        thin = strokes.width_px < least_px
        if thin.any():
            pen = _draw(strokes, thin, inks.alpha.shape, radius_px=least_px / 2)
            out = _ink_over(out, pen, inks.colors[_commonest(inks, group)])
    return out


def _draw(strokes: Strokes, thin: npt.NDArray[np.bool_], shape: tuple[int, ...], *, radius_px: float) -> Mask:
    pen = np.zeros(shape[:2], np.uint8)
    scale = 1 << _SHIFT
    radius = round((radius_px - 0.5) * scale)
    points = np.rint(np.stack([strokes.x[thin], strokes.y[thin]], axis=1) * scale).astype(int)
    for x, y in points.tolist():
        cv2.circle(pen, (x, y), max(radius, scale // 4), 255, cv2.FILLED, cv2.LINE_AA, _SHIFT)
    return pen


def _commonest(inks: Inks, group: list[int]) -> int:
    counts = np.bincount(inks.first.reshape(-1), minlength=256)
    return max(group, key=lambda label: counts[label])


def _ink_over(pixels: Pixels, pen: Mask, color: Color) -> Pixels:
    out = pixels.copy()
    for band in bands(*pen.shape):
        share = pen[band.rows][..., None].astype(np.float32) / 255
        alpha = pixels[band.rows][..., 3:].astype(np.float32) / 255
        total = share + alpha * (1 - share)
        rgb = np.array(color, np.float32) * share + pixels[band.rows][..., :3] * alpha * (1 - share)
        mixed = np.concatenate([rgb / np.maximum(total, 1e-4), 255 * total], axis=-1)
        out[band.rows] = np.where(share > 0, np.rint(mixed).clip(0, 255), pixels[band.rows]).astype(np.uint8)
    return bleed(out[..., :3], out[..., 3])
