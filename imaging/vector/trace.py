"""Tracing a clean logo: the steps, in order."""

from collections.abc import Sequence

from imaging.types import Color, Pixels
from imaging.vector.areas import shade
from imaging.vector.coverage import cover
from imaging.vector.drawing import Drawing
from imaging.vector.layers import build_layers
from imaging.vector.paints import flat_paints
from imaging.vector.specks import without_specks


def trace(pixels: Pixels, *, palette: Sequence[Color]) -> Drawing:
    """Outline a clean logo.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha: flat colours exact, edges anti-aliased.
        palette: its flat colours, largest first.

    Returns:
        Layers of few, smooth outlines; without layers where nothing shows.
    """
    height, width = pixels.shape[:2]
    paints, labels = shade(pixels, flat_paints(pixels, palette))
    coverage = without_specks(cover(pixels, paints, labels), pixels, paints)
    return Drawing(width, height, build_layers(coverage, paints))
