"""Whether an image's colours may be stored at half their resolution."""

import cv2
import numpy as np

from imaging.types import Pixels

LOOKED_AT_PX = 1280
"""Longer side of what is looked at: every n-th pixel, so that edges stay as sharp as they are."""
LOST_LEVELS = 24.0
LOST_SHARE = 0.006
"""More than this share of pixels that lose 24 levels of Cb or Cr is text or artwork in saturated colours: the
repository's logos have 1 to 6 %, photographs 0 to 0.2 %."""


def needs_full_chroma(pixels: Pixels) -> bool:
    """Whether 4:2:0 would visibly blur coloured edges, so that 4:4:4 is worth its bytes (AVIF 5-10 %).

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8; what is under transparency counts as gray.
    """
    return lost_color_share(pixels) > LOST_SHARE


def lost_color_share(pixels: Pixels) -> float:
    """Share of pixels, 0-1, whose colour moves by 24 levels or more when it is halved and doubled again."""
    step = max(1, -(-max(pixels.shape[:2]) // LOOKED_AT_PX))
    small = np.ascontiguousarray(pixels[::step, ::step])
    height, width = (side - side % 2 for side in small.shape[:2])
    if min(height, width) < 2:  # noqa: PLR2004 - nothing to halve
        return 0.0
    small = small[:height, :width]
    chroma = cv2.cvtColor(np.ascontiguousarray(small[..., :3]), cv2.COLOR_RGB2YCrCb)[..., 1:].astype(
        np.float32
    )
    if small.shape[2] == 4:  # noqa: PLR2004 - channels
        chroma = 128 + (chroma - 128) * np.float32(1 / 255) * small[..., 3:].astype(np.float32)
    half = cv2.resize(chroma, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    back = cv2.resize(half, (width, height), interpolation=cv2.INTER_LINEAR)
    lost = np.abs(back - chroma)
    return float((np.maximum(lost[..., 0], lost[..., 1]) >= LOST_LEVELS).mean())
