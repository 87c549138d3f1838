"""What the bag's maker adds: canvas, hem, seams, handle stitching, as relief and tone per pixel."""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN202 - numba infers types; sizes are used once, where they are read

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from garments.modelled.finish import Surface
from garments.modelled.weave import canvas, clouds, noise, pucker, stitches
from garments.tote_cloth import HEM_IN
from garments.tote_shape import BEHIND, HANDLE, HANDLE_AT_IN, HANDLE_BEHIND, HANDLE_IN, MOUTH, PANEL, SEWN_IN

Image = npt.NDArray[np.float32]

ENDS = 25.0
PITCH_IN, THREAD_IN = 0.145, 0.042


def draw_details(part: npt.NDArray[np.int8], attributes: Image) -> Surface:
    """Relief and tone of a window: (H, W) labels of `tote_shape`, (H, W, 4) attributes."""
    relief, tone = _draw(part, attributes)
    return Surface(relief, tone)


@njit(parallel=True, fastmath=True, cache=True)
def _draw(part, attributes):
    height, width = part.shape
    relief, tone = np.zeros((height, width), np.float32), np.ones((height, width), np.float32)
    for y in prange(height):
        for x in range(width):
            label = part[y, x]
            a, b, c, d = attributes[y, x]
            h, f = 0.0, 1.0
            if label in (PANEL, BEHIND):
                h, f = _panel(a, b)
                if label == BEHIND:
                    f *= 0.9
            elif label in (HANDLE, HANDLE_BEHIND):
                h, f = _handle(a, b, c, d, label)
            elif label == MOUTH:
                h, f = canvas(a, b * 3, ENDS, 8)
            relief[y, x], tone[y, x] = h, f
    return relief, tone


@njit(fastmath=True, cache=True)
def _crease(distance, along, seed):
    """Where the bag lay folded in its box."""
    off = distance + 0.05 * noise(along * 0.35, 0.5, seed)
    strength = 0.6 + 0.4 * noise(along * 0.5, 3.5, seed)
    return strength * (0.010 * np.exp(-((off / 0.07) ** 2)) - 0.014 * np.exp(-((off / 0.30) ** 2)))


@njit(fastmath=True, cache=True)
def _panel(u, v):
    h, f = canvas(u, v, ENDS, 5)
    h += 0.016 * clouds(u * 0.45, v * 0.45, 11) + 0.006 * clouds(u * 1.3, v * 1.3, 13)
    h += _crease(u - 0.15, v, 15) + _crease(v - 5.7, u, 17) + _crease(v - 10.9, u, 19)
    # The hem: doubled cloth down to a row of stitches.
    h += 0.020 / (1 + np.exp((v - HEM_IN) / 0.018))
    for at in (0.10, HEM_IN - 0.11):
        row, thread = stitches(v - at + 0.004 * noise(u, 0.5, 21), u, PITCH_IN, THREAD_IN, 23)
        h, f = h + row, f * thread
        h += 0.006 * pucker(u * 0.6, abs(v - at), 0.25, 25)
    side = 7.5 - abs(u)
    h += 0.006 * pucker(v * 0.6, side, 0.35, 27) + 0.006 * pucker(u * 0.6, 16.0 - v, 0.35, 29)
    # The cloth is drawn in around a handle's foot.
    x, y = abs(u) - HANDLE_AT_IN, v - 0.5 * SEWN_IN
    far = max(abs(x) - 0.5 * HANDLE_IN, abs(y) - 0.5 * SEWN_IN)
    h -= 0.016 * np.exp(-max(far, 0.0) / 0.14)
    return h, f


@njit(fastmath=True, cache=True)
def _handle(along, across, face, length, label):
    h, f = canvas(along, across + 0.31, ENDS * 1.12, 6 + label)
    h += 0.006 * clouds(along * 0.8, across, 31 + label)
    if face < 0:
        return h, f
    half = 0.5 * HANDLE_IN
    foot = min(along, length - along)
    for at in (-half + 0.11, half - 0.11):
        row, thread = stitches(across - at, along, PITCH_IN, THREAD_IN, 33)
        h, f = h + row, f * thread
        h += 0.004 * pucker(along, abs(across - at), 0.12, 35)
    if foot < SEWN_IN + 0.1:
        # A box with a cross.
        inner = half - 0.11
        low, high = 0.11, SEWN_IN - 0.22
        if abs(across) < inner:
            for at in (low, high):
                row, thread = stitches(foot - at, across, PITCH_IN, THREAD_IN, 37)
                h, f = h + row, f * thread
            if low < foot < high:
                slope = 2 * inner / (high - low)
                size = np.sqrt(1 + slope * slope)
                for sign in (-1.0, 1.0):
                    off = (across - sign * (-inner + slope * (foot - low))) / size
                    row, thread = stitches(off, foot * size, PITCH_IN, THREAD_IN, 39)
                    h, f = h + row, f * thread
        h -= 0.022 / (1 + np.exp((foot - 0.05) / 0.012))
    return h, f
