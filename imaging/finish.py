"""The last steps of a cut-out: crop to the subject, size, a colour behind it, or the matte itself."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from imaging.codec.encode import flatten
from imaging.logo.trim import trim
from imaging.resize import resize_exact
from imaging.types import Color, Pixels


@dataclass(frozen=True, slots=True)
class FinishOptions:
    """What is asked of the finished cut-out."""

    output: Literal["cutout", "mask"] = "cutout"
    crop: bool = False
    margin_frac: float = 0.0
    """Clear margin around the subject when cropping, as a share of the subject's longer side."""
    size_px: int | None = None
    """Longer side of the result."""
    background: Color | None = None


def finish(cutout: Pixels, *, options: FinishOptions) -> Pixels:
    """Run the asked steps, in this order: crop, size, then colour behind or matte.

    Args:
        cutout: (H, W, 4) uint8, straight alpha.
        options: The steps.

    Raises:
        NoForegroundError: to crop, and nothing is visible.
    """
    if options.crop:
        cutout = trim(cutout, margin_frac=options.margin_frac)
    if options.size_px is not None:
        height, width = cutout.shape[:2]
        scale = options.size_px / max(height, width)
        cutout = resize_exact(
            cutout, width_px=max(1, round(width * scale)), height_px=max(1, round(height * scale))
        )
    if options.output == "mask":
        return cv2.merge([np.ascontiguousarray(cutout[..., 3])] * 3).astype(np.uint8, copy=False)
    if options.background is not None:
        return flatten(cutout, options.background)
    return cutout
