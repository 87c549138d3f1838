"""What the cap's maker adds: twill, seams, topstitching, eyelets, the snaps, as relief and tone per pixel."""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN202, PLR0917, PLR2004 - numba infers types; sizes are used once, where they are read

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from garments.cap_shape import BAND, BRIM, BUTTON, CROWN, INSIDE, LIP, STRAP, STRAP_UNDER, TAPE
from garments.modelled.finish import Surface
from garments.modelled.weave import chance, clouds, noise, pucker, stitches, twill

Image = npt.NDArray[np.float32]

ENDS = 88.0
PITCH_IN, THREAD_IN = 0.118, 0.030
EYELET_RISE_IN = 3.95
VISOR_REACH_IN = 4.55


def draw_details(part: npt.NDArray[np.int8], attributes: Image, point: Image) -> Surface:
    """Relief and tone of a window.

    Args:
        part: (H, W) labels of `cap_shape`.
        attributes: (H, W, 4), see the parts.
        point: (H, W, 3) inches, worn level.
    """
    relief, tone = _draw(part, attributes, point)
    return Surface(relief, tone)


@njit(parallel=True, fastmath=True, cache=True)
def _draw(part, attributes, point):
    height, width = part.shape
    relief, tone = np.zeros((height, width), np.float32), np.ones((height, width), np.float32)
    for y in prange(height):
        for x in range(width):
            label = part[y, x]
            a, b, c, d = attributes[y, x]
            h, f = 0.0, 1.0
            if label in (CROWN, LIP):
                h, f = _crown(a, b, c, d)
            elif label == BRIM:
                h, f = _visor(a, b, c, d, point[y, x, 0], point[y, x, 2])
            elif label == BUTTON:
                h, f = _button(a, b, c)
            elif label == TAPE:
                h, f = _tape(a, b, c)
            elif label in (STRAP, STRAP_UNDER):
                h, f = _snap(a, b, c, label == STRAP)
            elif label == INSIDE:
                h, f = twill(a, b, ENDS, 9)
                f *= 0.80
            elif label == BAND:
                h, f = twill(a, b * 1.4, ENDS * 0.8, 10)
                f *= 0.92
            relief[y, x], tone[y, x] = h, f
    return relief, tone


@njit(fastmath=True, cache=True)
def _crown(s, t, q, w):
    panel = 1 + int(np.floor((s + 40.0 - q) * 1.3))
    h, f = twill(q + 0.37 * panel, t, ENDS, 3)
    front = 1.0 if abs(s) < 3.3 else 0.0
    h += (0.010 - 0.004 * front) * clouds(s * 0.9, t * 0.9, 31) + 0.0025 * clouds(s * 3.1, t * 3.1, 37)
    near = w - abs(q)
    side = 1.0 if q > 0 else -1.0
    join = s + side * near
    seed = int(np.floor((join + 40.0) * 2.0 + 0.5)) if abs(join) > 0.6 else 80
    # The seam: two edges pressed open, a groove between them, a row of stitches either side.
    groove = np.exp(-((near / 0.020) ** 2))
    near_seam = near + 0.0015 * noise(t * 14, side, seed)
    h += (
        -0.034 * groove
        + 0.012 / (1 + np.exp((near_seam - 0.235) / 0.018))
        + 0.004 * np.exp(-(((near - 0.05) / 0.035) ** 2))
    )
    f *= 1 - 0.42 * np.exp(-((near / 0.011) ** 2))
    if w > 0.30:
        row, thread = stitches(near_seam - 0.125, t + 0.031 * side, PITCH_IN, THREAD_IN, seed)
        h, f = h + row, f * thread
        gather = 0.0035 + 0.0025 * (abs(join) > 1.0)
        h += gather * pucker(t, abs(near - 0.125), 0.17, seed + int(side))
    if abs(s) > VISOR_REACH_IN:
        for k in range(2):
            row, thread = stitches(t - 0.10 - 0.24 * k, s, PITCH_IN, THREAD_IN, 5 + k)
            h, f = h + row, f * thread
        h += 0.005 * pucker(s, abs(t - 0.2), 0.22, 41) + 0.010 / (1 + np.exp((t - 0.42) / 0.02))
    else:
        # Where the visor is sewn in, the cloth rolls under.
        roll = min(1.0, t / 0.10)
        h += -0.050 * (1 - roll) * (1 - roll) + 0.004 * pucker(s, t, 0.30, 43)
    ring, dye = _eyelet(q, t - EYELET_RISE_IN, panel)
    return h + ring, f * dye


@njit(fastmath=True, cache=True)
def _eyelet(x, y, seed):
    """An eyelet overcast with thread."""
    r = np.sqrt(x * x + y * y)
    if r > 0.34:
        return 0.0, 1.0
    turn = np.arctan2(y, x) / (2 * np.pi) + 0.5
    thread = turn * 46.0
    k = int(np.floor(thread))
    ragged = 0.010 * (chance(k, seed, 51) - 0.5)
    inner, outer = 0.070 + 0.4 * ragged, 0.170 + ragged
    middle, half = 0.5 * (inner + outer), 0.5 * (outer - inner)
    sink = -0.012 * np.exp(-((max(0.0, r - outer) / 0.05) ** 2))
    if r < inner:
        return -0.06 * min(1.0, (inner - r) / 0.02), 0.10 + 0.5 * max(0.0, 1 - (inner - r) / 0.016)
    if r > outer:
        return sink, 1 - 0.25 * np.exp(-((r - outer) / 0.012))
    body = np.sqrt(max(0.0, 1 - ((r - middle) / half) ** 2))
    ply = np.sqrt(abs(np.sin(np.pi * thread)))
    return sink * 0 + 0.030 * body + 0.006 * ply * body, 1.02 + 0.06 * (ply - 0.6)


@njit(fastmath=True, cache=True)
def _visor(along, inset, seam, face, x, z):
    h, f = twill(x * 0.995 + 7.0, z, ENDS, 4)
    h += 0.004 * clouds(x * 1.2, z * 1.2, 61)
    if face < -0.99:
        return h, f * 0.92
    h -= 0.016 * np.exp(-(((face + 0.25) / 0.10) ** 2)) * (inset <= 0)
    if inset > 0.03:
        first, step = 0.115, 0.262
        k = np.floor((inset - first) / step + 0.5)
        k = min(max(k, 0.0), 8.0)
        off = inset - (first + step * k) + 0.0025 * noise(along * 2.0, k, 63)
        if seam > 0.03:
            row, thread = stitches(off, along + 0.043 * k, PITCH_IN, THREAD_IN, 65 + int(k))
            h, f = h + row, f * thread
        # The cloth stands up a little between its rows.
        h += 0.007 * (1 - np.exp(-((off / 0.075) ** 2))) + 0.0022 * pucker(along, abs(off), 0.12, 67 + int(k))
    h -= 0.03 * np.exp(-((max(seam, 0.0) / 0.05) ** 2))
    f *= 1 - 0.25 * np.exp(-((max(seam, 0.0) / 0.035) ** 2))
    return h, f


@njit(fastmath=True, cache=True)
def _button(x, z, r):
    h, f = twill(x + 3.0, z, ENDS, 6)
    turn = np.arctan2(z, x)
    # The cloth is gathered under the rim.
    h += 0.010 * max(0.0, (r - 0.24) / 0.14) * noise(turn * 6.0, r * 2, 71)
    return h + 0.003 * clouds(x * 6, z * 6, 73), f


@njit(fastmath=True, cache=True)
def _tape(along, across, face):
    # Bias tape: the twill runs at 45 degrees.
    h, f = twill((along + across) * 0.7071, (along - across) * 0.7071, ENDS, 7)
    if face > 0.0:
        for at in (-0.105, 0.105):
            row, thread = stitches(across - at, along, PITCH_IN, THREAD_IN, 81)
            h, f = h + row, f * thread
        h += 0.005 * pucker(along, abs(abs(across) - 0.105), 0.10, 83)
    return h, f


@njit(fastmath=True, cache=True)
def _snap(s, across, face, upper):
    """Moulded plastic: a raised rim, and a row of studs pressed through holes."""
    h = 0.0006 * noise(s * 60, across * 60, 91) + 0.0015 * clouds(s * 2, across * 2, 93)
    f = 0.97
    if face > 0 and upper:
        h += 0.012 / (1 + np.exp(-(abs(across) - 0.262) / 0.008))
        k = min(max(np.floor((s + 0.88) / 0.27 + 0.5), 0.0), 5.0)
        x = s - (-0.88 + 0.27 * k)
        r = np.sqrt(x * x + across * across)
        if r < 0.16:
            dome = np.sqrt(max(0.0, 1 - (r / 0.082) ** 2))
            h += 0.032 * dome if r < 0.082 else -0.030 / (1 + np.exp((r - 0.104) / 0.004))
            h += 0.010 * np.exp(-(((r - 0.118) / 0.012) ** 2))
            f *= 1 - 0.45 * np.exp(-(((r - 0.094) / 0.012) ** 2))
    if not upper:
        h += 0.012 / (1 + np.exp(-(abs(across) - 0.262) / 0.008))
    return h, f
