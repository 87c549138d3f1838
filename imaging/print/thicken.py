"""Making thin strokes as thick as they must be to print."""

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.logo.decontaminate import bleed
from imaging.logo.outline import grow
from imaging.print.inks import split_inks
from imaging.print.shades import shades
from imaging.print.strokes import Strokes, measure_strokes, stretches
from imaging.types import Color, Mask, Pixels

Flags = npt.NDArray[np.bool_]

_APART = 12.0
"""CIEDE2000 within which two inks make one stroke."""
_MOST_POINTS = 100_000
_CLASSES = 6
"""Strokes are grown in this many steps of how much they lack."""
_ENDS_PX = 2.5
"""An axis stops this far before its stroke does, besides half the thickness."""


def thicken(pixels: Pixels, *, palette: Sequence[Color], least_px: float) -> Pixels:
    """Grow each stroke that is too thin, on both sides and in its own ink, to the least thickness.

    Args:
        pixels: (H, W, 4) RGBA.
        palette: its flat colours.
        least_px: what every stroke is to have at the least.

    Returns:
        RGBA of the same size: strokes at the border are cut there.
    """
    inks = split_inks(pixels, palette)
    out = pixels
    for group in shades(pixels, inks, delta_e=_APART):
        for thin, grown, window in _grown(inks.coverage(group), least_px):
            out = out.copy() if out is pixels else out
            _ink_over(out[window], grown, inks.colors[_commonest(inks.first[window][thin > 0], group)])
    return out if out is pixels else bleed(out[..., :3], out[..., 3])


def _grown(coverage: Mask, least_px: float) -> Iterator[tuple[Mask, Mask, tuple[slice, slice]]]:
    """Parts of a shape that are too thin, as they are and grown; and where they belong."""
    strokes = measure_strokes(coverage, most_points=_MOST_POINTS)
    found = stretches(strokes)
    thin = np.isin(strokes.run, found.run[found.width_px < least_px]) & (strokes.width_px < least_px)
    lack = (least_px - strokes.width_px) / 2
    step = least_px / 2 / _CLASSES
    for index in range(_CLASSES):
        chosen = thin & (lack > index * step) & (lack <= (index + 1) * step)
        if chosen.any():
            window = _window(strokes, chosen, coverage.shape, margin_px=2 * least_px + 4)
            part = coverage[window] & _around(strokes, chosen, window)
            yield part, grow(part, by_px=float(lack[chosen].max())), window


def _window(
    strokes: Strokes, chosen: Flags, shape: tuple[int, ...], *, margin_px: float
) -> tuple[slice, slice]:
    x, y = strokes.x[chosen], strokes.y[chosen]
    low = [max(0, int(values.min() - margin_px)) for values in (y, x)]
    high = [
        min(side, int(values.max() + margin_px) + 2) for values, side in zip((y, x), shape[:2], strict=True)
    ]
    return slice(low[0], high[0]), slice(low[1], high[1])


def _around(strokes: Strokes, chosen: Flags, window: tuple[slice, slice]) -> Mask:
    """255 within the strokes chosen, ends and soft edges included."""
    near = np.zeros((window[0].stop - window[0].start, window[1].stop - window[1].start), np.uint8)
    x, y = strokes.x[chosen] - window[1].start, strokes.y[chosen] - window[0].start
    radius = strokes.width_px[chosen] / 2 + _ENDS_PX
    for at_x, at_y, reach in np.rint(np.stack([x, y, radius], axis=1)).astype(int).tolist():
        cv2.circle(near, (at_x, at_y), reach, 255, cv2.FILLED)
    return near


def _commonest(labels: Mask, group: list[int]) -> int:
    counts = np.bincount(labels, minlength=256)
    return max(group, key=lambda label: int(counts[label]))


def _ink_over(pixels: Pixels, pen: Mask, color: Color) -> None:
    """Draw in place, in straight alpha."""
    for band in bands(*pen.shape):
        share = pen[band.rows][..., None].astype(np.float32) / 255
        alpha = pixels[band.rows][..., 3:].astype(np.float32) / 255
        under = np.maximum(alpha - share, 0)
        total = share + under
        ink = np.array(color, np.float32) * share + pixels[band.rows][..., :3] * under
        rgb = ink / np.maximum(total, 1e-4)
        mixed = np.concatenate([rgb, 255 * total], axis=-1)
        np.copyto(pixels[band.rows], np.rint(mixed).clip(0, 255).astype(np.uint8), where=share > 0)
