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


PEAK_MIN = 0.7
"""Least maximum of raw saliency of an image that has a subject.

Measured on u2net and u2netp: flat colours, gradients, noise, stripes and textures without a subject peak at
0.09 and 0.67 at most (u2netp on a brick wall: 0.97); photos and drawings, down to a mark of 1 % of the area
or a square 6 % darker than its ground, peak at 0.91 at least.
"""

FLOOR_MAX = 0.3
"""Greatest minimum of raw saliency of an image that has a ground.

u2netp finds white noise salient everywhere (minimum 0.41): where nothing is ground, nothing can be cut out.
The minimum is 0.001 at most in every image with a subject that was measured.
"""


def has_foreground(raw: Saliency) -> bool:
    """Whether the network saw something that stands out: the raw output, since a stretched mask hides it."""
    return float(raw.max()) >= PEAK_MIN and float(raw.min()) <= FLOOR_MAX


def confidence(raw: Saliency, mask: Mask) -> float:
    """How sharply the raw saliency tells the mask's inside from its outside.

    Args:
        raw: (S, S).
        mask: (H, W), of the same image.

    Returns:
        Mean saliency inside (mask of 128 and more) less the mean outside, 0-1. Measured with u2net: 0.99 for
        a portrait, 0.86 for a cat that blends with its ground, 0.55 for scattered coins; 0 for an empty mask.
    """
    side = raw.shape[0]
    small = np.asarray(Image.fromarray(mask).resize((side, side), Image.Resampling.BOX))
    inside = small >= 128  # noqa: PLR2004 - half of 0-255
    if not inside.any():
        return 0.0
    outside = float(raw[~inside].mean()) if not inside.all() else 0.0
    return max(0.0, float(raw[inside].mean()) - outside)
