"""A mark of one colour: what is inked, and what is left clear so that it is still the mark."""

from imaging.logo.variants import make_variant
from imaging.types import Pixels


def one_color(image: Pixels) -> Pixels:
    """(H, W, 4) in black alone; a system gives it its own colour and looks only at coverage.

    Web Application Manifest, "monochrome" purpose: user agents present a solid fill through its alpha.

    Raises:
        NoForegroundError: nothing shows.
    """
    made, _ = make_variant(image, variant="mono", palette=())
    height, width = image.shape[:2]
    drawn: Pixels = made[:height, :width].copy()
    drawn[..., :3] = 0
    return drawn
