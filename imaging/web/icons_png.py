"""Icons as PNG: a palette where it loses nothing, else the layout that fits, tagged as sRGB."""

from imaging.codec.encode import encode
from imaging.types import Pixels


def icon_png(image: Pixels, *, compact: bool = True) -> bytes:
    """A file of (H, W, 3) or (H, W, 4) pixels.

    Args:
        image: The icon.
        compact: Whether a palette, gray, or no alpha may be stored where that is the same picture.
    """
    return encode(image, to="png", compact=compact)
