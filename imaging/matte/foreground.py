"""The subject's own colours under a soft matte."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float32]

_WIDE_PX = 90
_FINE_PX = 6
"""Sides of the two boxes, as in the paper."""
_COARSE = 4
"""The wide pass only carries low frequencies: it runs at a quarter of the size."""
_TINY = 1e-5


def estimate_foreground(image: Pixels, alpha: Mask) -> Pixels:
    """What the subject's colour would be at each pixel without the background shining through.

    Blur-fusion in two passes: M. Forte and F. Pitié, "Approximate Fast Foreground Colour Estimation",
    IEEE ICIP 2021, equations 3-5 with box blurs of 90 and 6 px.

    Args:
        image: (H, W, 3) uint8 RGB.
        alpha: (H, W) matte.

    Returns:
        (H, W, 3) uint8 RGB: the image itself where alpha is 255.
    """
    colors = np.asarray(image, np.float32) / np.float32(255)
    opacity = np.asarray(alpha, np.float32)[..., None] / np.float32(255)
    height, width = alpha.shape
    small = (max(1, width // _COARSE), max(1, height // _COARSE))
    small_image, small_alpha = _resize(colors, small), _resize(opacity, small)
    subject, behind = _fuse(
        small_image, small_image, small_image, small_alpha, side_px=max(1, _WIDE_PX // _COARSE)
    )
    subject, behind = _resize(subject, (width, height)), _resize(behind, (width, height))
    subject, _ = _fuse(colors, subject, behind, opacity, side_px=_FINE_PX)
    estimate = np.rint(subject * 255).astype(np.uint8)
    return np.where(opacity >= 1, image, estimate).astype(np.uint8)


def _fuse(
    image: Floats, subject: Floats, behind: Floats, alpha: Floats, *, side_px: int
) -> tuple[Floats, Floats]:
    """One pass: smooth both layers where they are seen, then give the subject what the mix leaves over."""
    seen = _blur(alpha, side_px)
    smooth = _blur(subject * alpha, side_px) / (seen + _TINY)
    backdrop = _blur(behind * (1 - alpha), side_px) / (1 - seen + _TINY)
    rest = image - alpha * smooth - (1 - alpha) * backdrop
    return np.clip(smooth + alpha * rest, 0, 1), np.clip(backdrop, 0, 1)


def _blur(layer: Floats, side_px: int) -> Floats:
    blurred = cv2.blur(layer, (side_px, side_px), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred, np.float32).reshape(layer.shape)


def _resize(layer: Floats, size: tuple[int, int]) -> Floats:
    shrinks = size[0] < layer.shape[1]
    resized = cv2.resize(layer, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(resized, np.float32).reshape(size[1], size[0], layer.shape[2])
