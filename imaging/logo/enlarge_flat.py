"""Enlarging flat artwork so that letters and edges stay crisp: the text-safe route.

Each colour's coverage is enlarged smoothly and cut again where two colours hold equal shares, so that an edge
is about one pixel wide at any size and lies where it lay to a fraction of a pixel. Then the result is shrunk
and compared: what it lacks of the source's coverage is put back (Irani and Peleg, 1991), which keeps corners
and strokes thinner than a pixel. Gradients are resampled smoothly.
"""

import math

import cv2
import numpy as np
import numpy.typing as npt

from imaging.bands import resample
from imaging.logo.clean import CleanLogo
from imaging.logo.coverage import CLEAR, SHADED, Coverage, find_coverage
from imaging.logo.shrink import shrink
from imaging.types import Pixels

Floats = npt.NDArray[np.float32]

WHOLE = 255
_TILE_PX, _HALO_PX = 64, 8
"""Source pixels that are enlarged at once, and those around them that are looked at."""
_ROUNDS = 2
"""Comparisons with the source."""
_STEP = 0.6
"""Share of what is lacking that a round puts back: with all of it strokes overshoot."""
_GAIN = 1.0
"""Steepness of the cut: 1 makes an edge one pixel wide where the source's is."""
_ROUNDING = 6.0
"""Levels that a pixel may be off its mixture; more is a tint of its own, and is kept."""
_BLEED_SHARE = 1e-3
"""A clear pixel takes the colour beside it where this much of it reaches there."""


def enlarge_flat(logo: CleanLogo, *, width_px: int, height_px: int) -> Pixels:
    """Enlarge a clean logo to an exact size.

    Args:
        logo: flat or with gradients; photographic ones, and sizes that do not grow, are resampled by Lanczos.
        width_px: At least 1.
        height_px: At least 1.

    Returns:
        (height_px, width_px, 4) RGBA, straight alpha, colours bled under clear pixels.
    """
    height, width = logo.pixels.shape[:2]
    scale = math.ceil(max(width_px / width, height_px / height))
    if logo.kind == "photographic" or scale <= 1:
        return resample(logo.pixels, width_px=width_px, height_px=height_px)
    colors = np.array([entry.color for entry in logo.palette], np.uint8).reshape(-1, 3)
    coverage = find_coverage(logo.pixels, colors)
    large: Pixels = np.zeros((height * scale, width * scale, 4), np.uint8)
    for top in range(0, height, _TILE_PX):
        for left in range(0, width, _TILE_PX):
            rows, columns = slice(top, min(top + _TILE_PX, height)), slice(left, min(left + _TILE_PX, width))
            tile = _enlarged(logo.pixels, coverage, rows, columns, colors=colors, scale=scale)
            large[_times(rows, scale), _times(columns, scale)] = tile
    return shrink(large, width_px=width_px, height_px=height_px)


def _times(part: slice, scale: int) -> slice:
    return slice(part.start * scale, part.stop * scale)


def _enlarged(
    pixels: Pixels, coverage: Coverage, rows: slice, columns: slice, *, colors: Pixels, scale: int
) -> Pixels:
    """One tile, (h * scale, w * scale, 4)."""
    height, width = coverage.alpha.shape
    tall = slice(max(0, rows.start - _HALO_PX), min(height, rows.stop + _HALO_PX))
    wide = slice(max(0, columns.start - _HALO_PX), min(width, columns.stop + _HALO_PX))
    labels, planes = coverage.planes(tall, wide)
    size = ((wide.stop - wide.start) * scale, (tall.stop - tall.start) * scale)
    shade: Floats = coverage.shade[tall, wide].astype(np.float32)
    if len(labels) == 1:
        large = _filled(labels[0], shade, size, colors=colors)
    else:
        rest = _premultiplied(pixels[tall, wide]) - _mixture(labels, planes, shade, colors=colors)
        rest[np.abs(rest).max(axis=2) <= _ROUNDING] = 0
        smooth, crisp = _crisp(planes, scale=scale)
        mixture = _mixture(labels, crisp, _smoothly(shade, size), colors=colors)
        mixture += cv2.resize(rest, size, interpolation=cv2.INTER_LINEAR)
        large = _painted(mixture, labels, smooth, colors=colors)
    top, left = (rows.start - tall.start) * scale, (columns.start - wide.start) * scale
    return large[
        top : top + (rows.stop - rows.start) * scale, left : left + (columns.stop - columns.start) * scale
    ]


def _crisp(planes: Floats, *, scale: int) -> tuple[Floats, Floats]:
    """Coverage enlarged: smooth, as (N, H, W) fields, and cut, as shares that sum to 1."""
    field = planes.copy()
    height, width = planes.shape[1:]
    for _ in range(_ROUNDS):
        _, crisp = _cut(field, scale=scale)
        for index, large in enumerate(crisp):
            back = cv2.resize(large, (width, height), interpolation=cv2.INTER_AREA)
            field[index] += _STEP * (planes[index] - back)
    return _cut(field, scale=scale)


def _cut(field: Floats, *, scale: int) -> tuple[Floats, Floats]:
    size = (field.shape[2] * scale, field.shape[1] * scale)
    smooth = np.stack([_smoothly(plane, size) for plane in field])
    most, next_most = np.maximum(smooth[0], smooth[1]), np.minimum(smooth[0], smooth[1])
    for plane in smooth[2:]:
        next_most = np.maximum(next_most, np.minimum(most, plane))
        most = np.maximum(most, plane)
    crisp = np.empty_like(smooth)
    for plane, share in zip(smooth, crisp, strict=True):
        lead = plane - np.where(plane >= most, next_most, most)
        np.clip(0.5 + 0.5 * _GAIN * scale * lead, 0, 1, out=share)
    if len(field) > 2:  # noqa: PLR2004 - two add up to 1 as they are
        crisp /= crisp.sum(axis=0)
    return smooth, crisp


def _smoothly(planes: Floats, size: tuple[int, int]) -> Floats:
    return np.asarray(cv2.resize(planes, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _filled(label: int, shade: Floats, size: tuple[int, int], *, colors: Pixels) -> Pixels:
    if label == SHADED:
        return _straight(_smoothly(shade, size))
    result: Pixels = np.zeros((size[1], size[0], 4), np.uint8)
    if label != CLEAR:
        result[:] = (*colors[label - 1], WHOLE)
    return result


def _mixture(labels: list[int], shares: Floats, shade: Floats, *, colors: Pixels) -> Floats:
    """(H, W, 4): the colours in their shares, multiplied by alpha, and alpha, 0-255."""
    mixture = np.zeros((*shares.shape[1:], 4), np.float32)
    for label, share in zip(labels, shares, strict=True):
        if label == SHADED:
            mixture += share[..., None] * shade
        elif label != CLEAR:
            mixture += share[..., None] * np.array([*colors[label - 1], WHOLE], np.float32)
    return mixture


def _painted(mixture: Floats, labels: list[int], smooth: Floats, *, colors: Pixels) -> Pixels:
    """Straight RGBA; clear pixels take the flat colour that comes nearest to them."""
    result = _straight(mixture)
    if labels[0] == CLEAR:
        reached = (result[..., 3] == 0) & (smooth[1:].max(axis=0) > _BLEED_SHARE)
        flat = [colors[label - 1] if label != SHADED else (0, 0, 0) for label in labels[1:]]
        result[reached, :3] = np.array(flat, np.uint8)[smooth[1:].argmax(axis=0)[reached]]
    return result


def _premultiplied(pixels: Pixels) -> Floats:
    planes = pixels.astype(np.float32)
    planes[..., :3] *= planes[..., 3:] / WHOLE
    return planes


def _straight(mixture: Floats) -> Pixels:
    """Straight RGBA of colours that are multiplied by alpha, 0-255."""
    color = mixture[..., :3] * (WHOLE / np.maximum(mixture[..., 3:], 1.0))
    result: Pixels = np.clip(np.rint(np.dstack([color, mixture[..., 3]])), 0, WHOLE).astype(np.uint8)
    return result
