"""The colours of a finished logo: exact, named, with the share of what shows that each has."""

from dataclasses import dataclass

import numpy as np

from imaging.color import dominant_colors
from imaging.logo.banded import bands
from imaging.logo.names import name_colors
from imaging.types import Color, Mask, Pixels

_MAIN_COLORS = 8
_LEAST_SHARE = 1e-5


@dataclass(frozen=True, slots=True)
class PaletteColor:
    """One colour of a logo."""

    color: Color
    name: str
    """Plain words: the nearest CSS colour, with `light` or `dark` where that reads better."""
    coverage: float
    """Share of the visible area, weighted by alpha, 0-1; edges are mixtures and count for no colour."""


def palette_of(pixels: Pixels, colors: Pixels) -> tuple[PaletteColor, ...]:
    """The given colours, as far as they occur, largest first.

    Args:
        pixels: (H, W, 4) RGBA.
        colors: (K, 3) uint8, K up to 255; the same may come twice.
    """
    colors = np.unique(colors, axis=0)
    coverage = _coverage(pixels, colors)
    order = [int(i) for i in np.argsort(-coverage, kind="stable") if coverage[i] > 0]
    exact = [_color(colors[i]) for i in order]
    return _named(exact, [float(coverage[i]) for i in order])


def main_colors(pixels: Pixels) -> tuple[PaletteColor, ...]:
    """The colours that stand for the most of a shaded or photographic image."""
    swatches = dominant_colors(pixels, _MAIN_COLORS, min_coverage=0.01)
    return _named([swatch.color for swatch in swatches], [swatch.coverage for swatch in swatches])


def _named(colors: list[Color], coverage: list[float]) -> tuple[PaletteColor, ...]:
    names = name_colors(colors)
    return tuple(map(PaletteColor, colors, names, (round(share, 6) for share in coverage)))


def _color(rgb: Pixels) -> Color:
    red, green, blue = (int(channel) for channel in rgb)
    return red, green, blue


def _coverage(pixels: Pixels, colors: Pixels) -> np.ndarray:
    """Alpha-weighted share of each colour."""
    table = np.zeros(1 << 24, np.uint8)  # pages that no colour touches are never made
    table[colors.astype(np.int64) @ np.array([65536, 256, 1])] = np.arange(1, len(colors) + 1)
    total = np.zeros(256)
    for band in bands(*pixels.shape[:2]):
        part = pixels[band.rows]
        total += np.bincount(_lookup(table, part), weights=part[..., 3].reshape(-1), minlength=256)
    return total[1 : len(colors) + 1] / max(float(total.sum()), 1.0)


def _lookup(table: Mask, pixels: Pixels) -> Mask:
    packed = pixels[..., 0].astype(np.int32)
    for channel in (1, 2):
        packed <<= 8
        packed |= pixels[..., channel]
    return table[packed.reshape(-1)]
