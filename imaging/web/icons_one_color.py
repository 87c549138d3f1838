"""A mark of one colour: what is inked, and what is left clear so that it is still the mark."""

import numpy as np

from imaging.logo.trim import bounding_box
from imaging.logo.variants import make_variant
from imaging.types import Pixels


def one_color(image: Pixels) -> Pixels:
    """(H, W, 4) in black alone; a system gives it its own colour and looks only at coverage.

    Web Application Manifest, "monochrome" purpose: user agents present a solid fill through its alpha.

    Raises:
        NoForegroundError: nothing shows.
    """
    x0, y0, x1, y1 = bounding_box(image[..., 3])
    made, _ = make_variant(np.ascontiguousarray(image[y0:y1, x0:x1]), variant="mono", palette=())
    drawn: Pixels = np.zeros_like(image)
    drawn[y0:y1, x0:x1, 3] = made[..., 3]
    return drawn
