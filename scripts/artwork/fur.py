"""Fur: noise drawn out along the lines in which hair lies."""

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_STEPS = 22


def strands(side_px: int, *, center: tuple[float, float], seed: int) -> Floats:
    """A texture of strands that run away from the face's centre, (side, side), about 0-1 with mean 0.5.

    Line integral convolution (B. Cabral, L. Leedom, SIGGRAPH 1993) of white noise along a field that points
    outward and waves a little, with the steps done as image warps.

    Args:
        side_px: side of the square texture.
        center: where the strands start, as shares of the side.
        seed: of the noise; the same seed gives the same texture.
    """
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:side_px, 0:side_px].astype(np.float32)
    wave = cv2.GaussianBlur(random.normal(size=(side_px, side_px)).astype(np.float32), (0, 0), side_px / 40)
    wave *= 0.55 / wave.std()
    angle = np.arctan2(y - center[1] * side_px, x - center[0] * side_px) + wave
    step_x, step_y = np.cos(angle) * 1.6, np.sin(angle) * 1.6
    noise = cv2.GaussianBlur(random.random((side_px, side_px), np.float32), (0, 0), 1.1)
    total: Floats = np.zeros((side_px, side_px), np.float32)
    at_x, at_y = x, y
    for _ in range(_STEPS):
        total = total + np.asarray(
            cv2.remap(noise, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT), np.float32
        )
        at_x, at_y = at_x - step_x, at_y - step_y
    clumps = np.asarray(cv2.GaussianBlur(total, (0, 0), side_px / 300), np.float32)
    mix: Floats = _normalised(total) * 0.16 + _normalised(clumps) * 0.10
    return np.asarray(np.clip(mix + 0.5, 0, 1), np.float32)


def _normalised(layer: Floats) -> Floats:
    return np.asarray((layer - layer.mean()) / layer.std(), np.float32)
