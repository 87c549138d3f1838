"""Step 6 of the cut-out: no trace of the ground in the colours that a renderer may still blend in."""

import cv2
import numpy as np

from imaging.logo.banded import bands
from imaging.types import Mask, Pixels

_BLEED_PX = 4.0
"""How far artwork colour runs out under clear pixels: the reach of the widest resampling filter."""


def bleed(rgb: Pixels, alpha: Mask) -> Pixels:
    """RGBA whose clear pixels carry the nearest artwork colour near the edge, and black elsewhere.

    Straight-alpha images are often resized without premultiplying; the ground's colour left under clear
    pixels would then come back as a halo.

    Args:
        rgb: (H, W, 3) uint8.
        alpha: (H, W) matte.

    Returns:
        (H, W, 4) uint8 with straight alpha.
    """
    out: Pixels = np.empty((*alpha.shape, 4), np.uint8)
    for band in bands(*alpha.shape, halo_px=2 * round(_BLEED_PX)):
        out[band.rows] = _bleed_band(rgb[band.around], alpha[band.around])[band.inner]
    return out


def _bleed_band(rgb: Pixels, alpha: Mask) -> Pixels:
    out = np.dstack([rgb, alpha])
    clear = (alpha == 0).astype(np.uint8)
    if clear.all():
        out[..., :3] = 0
    if not clear.any() or clear.all():
        return out
    away, labels = cv2.distanceTransformWithLabels(
        clear, cv2.DIST_L2, cv2.DIST_MASK_3, labelType=cv2.DIST_LABEL_PIXEL
    )
    source = np.zeros(labels.max() + 1, np.int64)
    inside = np.flatnonzero(clear == 0)
    source[labels.reshape(-1)[inside]] = inside
    rim = np.flatnonzero((clear > 0) & (away <= _BLEED_PX))
    color = out[..., :3]
    color[clear > 0] = 0
    flat = out.reshape(-1, 4)
    flat[rim, :3] = rgb.reshape(-1, 3)[source[labels.reshape(-1)[rim]]]
    return out
