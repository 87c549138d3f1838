"""From a network's raw saliency to a mask, and to what it says of the image."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from imaging.types import Mask

Saliency = npt.NDArray[np.float32]
"""Raw output of a salient-object network for one image: (S, S), 0-1, not stretched."""


def to_mask(raw: Saliency, *, height: int, width: int) -> Mask:
    """Stretch one image's saliency to 0-255 and resize it to the image, as rembg does.

    The stretch makes the faintest maximum solid: ask `has_foreground` first.

    Args:
        raw: (S, S).
        height: Of the image, pixels.
        width: Of the image, pixels.

    Returns:
        (height, width) uint8.
    """
    low, high = float(raw.min()), float(raw.max())
    if high <= low:
        return np.zeros((height, width), np.uint8)
    stretched = ((raw - low) / (high - low)).clip(0, 1)
    levels = Image.fromarray((stretched * 255).astype(np.uint8))
    return np.asarray(levels.resize((width, height), Image.Resampling.LANCZOS))
