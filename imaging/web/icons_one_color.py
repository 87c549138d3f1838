"""A mark of one colour: what is inked, and what is left clear so that it is still the mark."""

import numpy as np

from imaging.logo.variants import make_variant
from imaging.types import Pixels
from imaging.web.icons_light import within

MOST_PX = 400_000
"""Pixels in which colours are told apart: 640 each way, or all of a wordmark."""


def one_color(mark: Pixels) -> Pixels:
    """A trimmed (H, W, 4) mark in black alone; a system gives it its own colour and looks only at coverage.

    Web Application Manifest, "monochrome" purpose: user agents present a solid fill through its alpha. To be
    made of the mark as it came: its edges are mixtures of numbers, which light would no longer tell apart.

    Raises:
        NoForegroundError: nothing shows.
    """
    height, width = mark.shape[:2]
    small = within(mark, longest_px=round(max(height, width) * min(1.0, (MOST_PX / (height * width)) ** 0.5)))
    made, _ = make_variant(small, variant="mono", palette=())
    drawn: Pixels = np.zeros_like(small)
    drawn[..., 3] = made[..., 3]
    return drawn
