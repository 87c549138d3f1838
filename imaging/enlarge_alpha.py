"""Enlarging a matte: edges that are sharp stay sharp, soft ones stay soft, no network needed.

A drawn edge is a step that was averaged over pixels, so its alpha tells to a fraction of a pixel where it
runs. Interpolation gives that place back but smears the step; raising the contrast about one half makes it a
step again, and iterative back-projection (Irani and Peleg, "Improving Resolution by Image Registration",
1991) moves it until it averages back to the input. Against a drawing rendered at four times the size: mean
error 0.53 of 255, IoU 0.996; Real-ESRGAN's animevideov3 on the same matte 1.05 and 0.994, at twenty times the
time.
"""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask

Floats = npt.NDArray[np.float32]

CLEAR, SOLID = 8, 247
"""Alpha up to and from which a pixel is taken for fully clear or solid."""
REACH_PX = 2
"""How far from an edge pixel, in the input, both sides must be found for the edge to be a step."""
STEP_WIDTH = 0.7
"""Contrast raised by this share of the scale leaves a step of about one and a half pixels: anti-aliased."""
ROUNDS = 3
"""Back-projections; a fourth changes the mean error by less than 0.01."""


def enlarge_alpha(alpha: Mask, *, width_px: int, height_px: int) -> Mask:
    """Resample a matte to an exact size.

    Args:
        alpha: (H, W) uint8.
        width_px: Width of the result.
        height_px: Height of the result.

    Returns:
        (height_px, width_px) uint8.
    """
    height, width = alpha.shape
    scale = min(width_px / width, height_px / height)
    size = (width_px, height_px)
    if scale <= 1:
        return cv2.resize(alpha, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    source = (alpha / 255).astype(np.float32)
    smooth = _resize(source, size, cv2.INTER_CUBIC)  # no ripples away from edges
    steps = _steps(alpha)
    if not steps.any():
        return _to_bytes(smooth)
    weight = _resize(cv2.blur(steps, (3, 3)).astype(np.float32), size, cv2.INTER_LINEAR)
    sharp = _sharpened(source, size=size, gain=max(1.0, STEP_WIDTH * scale))
    return _to_bytes((smooth + weight * (sharp - smooth)).astype(np.float32, copy=False))


def _steps(alpha: Mask) -> Floats:
    """1 where clear and solid pixels are both near, 0 elsewhere: (H, W)."""
    kernel = np.ones((2 * REACH_PX + 1, 2 * REACH_PX + 1), np.uint8)
    both = (cv2.erode(alpha, kernel) <= CLEAR) & (cv2.dilate(alpha, kernel) >= SOLID)
    return cv2.dilate(both.astype(np.float32), np.ones((3, 3), np.uint8)).astype(np.float32, copy=False)


def _sharpened(source: Floats, *, size: tuple[int, int], gain: float) -> Floats:
    """The matte as steps that average back to `source`."""
    height, width = source.shape
    guess = source
    for _ in range(ROUNDS):
        back = _resize(_contrast(guess, size, gain), (width, height), cv2.INTER_AREA)
        guess = (guess + (source - back)).astype(np.float32, copy=False)
    return _contrast(guess, size, gain)


def _contrast(matte: Floats, size: tuple[int, int], gain: float) -> Floats:
    large = _resize(matte, size, cv2.INTER_LANCZOS4)
    step: Floats = np.clip((large - 0.5) * np.float32(gain) + np.float32(0.5), 0, 1)
    return step


def _resize(matte: Floats, size: tuple[int, int], method: int) -> Floats:
    return cv2.resize(matte, size, interpolation=method).astype(np.float32, copy=False)


def _to_bytes(matte: Floats) -> Mask:
    rounded: Mask = np.rint(np.clip(matte, 0, 1) * 255).astype(np.uint8)
    return rounded
