"""What stands out in an image, for crops that nobody aimed.

Colours far from the image's mean, smoothed (frequency-tuned saliency: Achanta et al., CVPR 2009), times local
detail, with a preference for colours of skin and a mild one for the middle: 10 ms and no network. A crop
needs one point, not an outline, and a segmentation network would cost more than all the files.
"""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Pixels
from imaging.web.responsive.plan import Focal

LOOKED_AT_PX = 160
COLOR_SIGMA_PX, DETAIL_SIGMA_PX, SPREAD_SIGMA_PX = 2.0, 4.0, 8.0
SKIN = (0.78, 0.57, 0.44)
"""Direction of its colour, whatever its lightness (as in smartcrop.js)."""
SKIN_APART = 0.14
"""Distance from that direction at which nothing is left of the preference."""
SKIN_GAIN = 4.0
CENTER_SIGMA = 0.6
"""Of the preference for the middle, in sides of the image."""
STRONGEST_SHARE = 0.1
"""Of the pixels, those whose centre of mass is the focal point: a mean of everything is the middle."""
Plane = npt.NDArray[np.float32]


def find_focal(pixels: Pixels) -> Focal:
    """The point that crops should hold.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8; of a transparent image, what is seen.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, LOOKED_AT_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA)
    strength = saliency(np.asarray(small, np.uint8))
    floor = np.quantile(strength, 1 - STRONGEST_SHARE)
    weight = np.maximum(strength - floor, 0)
    if not weight.any():
        return Focal()
    ys, xs = np.mgrid[: size[1], : size[0]] + 0.5
    total = float(weight.sum())
    x, y = float((xs * weight).sum()) / total / size[0], float((ys * weight).sum()) / total / size[1]
    return Focal(round(x, 3), round(y, 3))


def saliency(small: Pixels) -> Plane:
    """How much each pixel stands out, (h, w), 0 and up, of a picture of about 160 px."""
    # Of eight bits: lightness then weighs two and a half times what it has in CIE Lab, as faces need it.
    lab = cv2.cvtColor(np.ascontiguousarray(small[..., :3]), cv2.COLOR_RGB2LAB).astype(np.float32)
    seen = np.ones(small.shape[:2])
    if small.shape[2] == 4:  # noqa: PLR2004 - channels
        seen = small[..., 3] / 255
    mean = (lab * seen[..., None]).sum(axis=(0, 1)) / max(float(seen.sum()), 1e-6)
    odd = np.linalg.norm(cv2.GaussianBlur(lab, (0, 0), COLOR_SIGMA_PX) - mean, axis=2)
    light = lab[..., 0]
    detail = cv2.GaussianBlur(np.abs(light - cv2.GaussianBlur(light, (0, 0), 2)), (0, 0), DETAIL_SIGMA_PX)
    found = (odd * (1 + detail) * (1 + SKIN_GAIN * _skin(small)) * seen).astype(np.float32)
    strength = cv2.GaussianBlur(found, (0, 0), SPREAD_SIGMA_PX)
    return np.asarray(strength * _middle(*small.shape[:2]), np.float32)


def _skin(small: Pixels) -> Plane:
    """How near each colour is to one of skin, 0-1; black is not."""
    color = small[..., :3].astype(np.float32) / 255
    length = np.linalg.norm(color, axis=2, keepdims=True)
    apart = np.linalg.norm(color / np.maximum(length, 0.2) - np.array(SKIN) / np.linalg.norm(SKIN), axis=2)
    return np.asarray(np.clip(1 - apart / SKIN_APART, 0, 1), np.float32)


def _middle(height: int, width: int) -> Plane:
    ys, xs = np.mgrid[:height, :width] + 0.5
    apart = ((xs / width - 0.5) ** 2 + (ys / height - 0.5) ** 2) / (2 * CENTER_SIGMA**2)
    return np.asarray(np.exp(-apart), np.float32)
