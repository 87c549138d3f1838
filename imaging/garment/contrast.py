"""Whether artwork will be seen on a colour."""

import cv2
import numpy as np

from imaging.color import luminance, srgb_to_linear
from imaging.types import Color, Pixels

_SAMPLE_PX = 512
_VISIBLE = 128
_EDGE_PX = 5


def edge_contrast(artwork: Pixels, color: Color) -> float:
    """WCAG 2.2 contrast between a colour and the outer edge of artwork laid on it.

    Only the edge meets the cloth: a black logo with a white outline is fine on black.

    Args:
        artwork: (H, W, 4) RGBA; its edge is the visible band next to clear pixels or to the border.
        color: the garment.

    Returns:
        1 to 21, the median over the edge; 1 for artwork that is clear throughout.
    """
    scale = min(1.0, _SAMPLE_PX / max(artwork.shape[:2]))
    size = tuple(max(1, round(side * scale)) for side in artwork.shape[1::-1])
    small = cv2.resize(artwork, size, interpolation=cv2.INTER_NEAREST)
    visible = (small[..., 3] >= _VISIBLE).astype(np.uint8)
    inner = cv2.erode(visible, np.ones((_EDGE_PX, _EDGE_PX), np.uint8), borderValue=0)
    edge = small[..., :3][(visible == 1) & (inner == 0)]
    if not len(edge):
        return 1.0
    light = srgb_to_linear(edge) @ np.array([0.2126, 0.7152, 0.0722])
    cloth = luminance(color)
    ratio = (np.maximum(light, cloth) + 0.05) / (np.minimum(light, cloth) + 0.05)
    return float(np.median(ratio))
