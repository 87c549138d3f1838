"""Tracing a clean logo: the steps, in order."""

from collections.abc import Sequence

import numpy as np

from imaging.errors import ImagingError
from imaging.types import Color, Pixels
from imaging.vector.areas import shade
from imaging.vector.coverage import cover
from imaging.vector.drawing import Drawing
from imaging.vector.layers import build_layers
from imaging.vector.paints import flat_paints
from imaging.vector.specks import without_specks
from imaging.vector.working import stretched, working_copy

_AXES, _CHANNELS = 3, 4


class TraceInputError(ImagingError):
    """The pixels are not an RGBA image."""


def trace(pixels: Pixels, *, palette: Sequence[Color]) -> Drawing:
    """Outline a clean logo.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha: flat colours exact, edges anti-aliased.
        palette: its flat colours, largest first.

    Returns:
        Layers of few, smooth outlines; without layers where nothing shows.

    Raises:
        TraceInputError: the array is not of that shape and type, or empty.
    """
    if pixels.ndim != _AXES or pixels.shape[2] != _CHANNELS or pixels.dtype != np.uint8:
        raise TraceInputError("A trace takes (H, W, 4) RGBA pixels of eight bits.")
    height, width = pixels.shape[:2]
    if not pixels.size:
        raise TraceInputError("There are no pixels to trace.")
    work = working_copy(pixels)
    paints, labels = shade(work, flat_paints(work, palette))
    coverage = without_specks(cover(work, paints, labels), work, paints)
    layers = build_layers(coverage, paints)
    if work.shape != pixels.shape:
        layers = stretched(layers, x_factor=width / work.shape[1], y_factor=height / work.shape[0])
    return Drawing(width, height, layers)
