"""Cloth and thread close up, as functions of a place on the cloth in inches (numba scalars).

Each returns a height in inches, or a height and a factor on the cloth's own colour.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN201, PLR2004 - numba infers types; sizes are used once, where they are read

import numpy as np
from numba import njit

_MASK = 0xFFFFFFFF


@njit(fastmath=True, cache=True)
def chance(i, j, seed):
    """A number in 0 to 1 that belongs to a cell of the plane."""
    # In 64 bits with a mask: numba widens products of 32-bit numbers.
    h = (
        np.uint64(i & _MASK) * np.uint64(374761393) + np.uint64(j & _MASK) * np.uint64(668265263)
    ) & np.uint64(_MASK)
    h ^= np.uint64(seed & _MASK) * np.uint64(974634757) & np.uint64(_MASK)
    h = (h ^ (h >> np.uint64(13))) * np.uint64(1274126177) & np.uint64(_MASK)
    h = (h ^ (h >> np.uint64(16))) * np.uint64(2246822519) & np.uint64(_MASK)
    h ^= h >> np.uint64(15)
    return h / 4294967296.0


@njit(fastmath=True, cache=True)
def noise(x, y, seed):
    """Smooth noise of unit wavelength, about -1 to 1."""
    i, j = int(np.floor(x)), int(np.floor(y))
    fx, fy = x - i, y - j
    fx, fy = fx * fx * fx * (fx * (6 * fx - 15) + 10), fy * fy * fy * (fy * (6 * fy - 15) + 10)
    a = chance(i, j, seed) * (1 - fx) + chance(i + 1, j, seed) * fx
    b = chance(i, j + 1, seed) * (1 - fx) + chance(i + 1, j + 1, seed) * fx
    return 2 * (a * (1 - fy) + b * fy) - 1


@njit(fastmath=True, cache=True)
def clouds(x, y, seed):
    """Four octaves of noise."""
    return (
        0.53 * noise(x, y, seed) + 0.27 * noise(2.03 * x + 5.1, 2.03 * y, seed + 1)
        + 0.13 * noise(4.1 * x, 4.1 * y + 3.3, seed + 2) + 0.07 * noise(8.3 * x, 8.3 * y, seed + 3)
    )  # fmt: skip


@njit(fastmath=True, cache=True)
def twill(u, v, ends, seed):
    """A 3/1 twill with `ends` warp yarns to the inch: each floats over three picks and under one."""
    x, y = u * ends, v * ends * 0.62
    x += 0.25 * noise(u * 9, v * 3, seed)
    y += 0.20 * noise(u * 3, v * 9, seed + 1)
    i = int(np.floor(x))
    across = x - i - 0.5
    phase = (y + i) * 0.25 + 0.02 * chance(i, 0, seed)
    phase -= np.floor(phase)
    over = np.sin(np.pi * min(phase / 0.8, 1.0)) if phase < 0.8 else 0.0
    round_ = np.sqrt(max(0.0, 1 - 3.2 * across * across))
    height = round_ * (0.35 + 0.65 * np.sqrt(over))
    yarn = 0.75 + 0.5 * chance(i, int(np.floor(y * 0.03)), seed + 3)
    tone = (
        1
        + 0.05 * (chance(i, 1, seed) - 0.5)
        + 0.07 * (height - 0.6)
        + 0.03 * noise(x * 0.7, y * 0.5, seed + 5)
    )
    return 0.0016 * height * yarn, tone


@njit(fastmath=True, cache=True)
def canvas(u, v, ends, seed):
    """A plain weave of uneven yarn, `ends` to the inch both ways."""
    x, y = u * ends, v * ends * 0.92
    x += 0.16 * noise(u * 2, v * 5, seed) + 0.3 * noise(u * 0.7, v * 0.7, seed + 9)
    y += 0.16 * noise(u * 5, v * 2, seed + 1) + 0.3 * noise(u * 0.7, v * 0.7, seed + 8)
    i, j = int(np.floor(x)), int(np.floor(y))
    fx, fy = x - i - 0.5, y - j - 0.5
    # Slubs: a yarn thickens now and then along its way.
    warp = 0.36 + 0.10 * noise(i * 7.7, v * 1.6, seed + 2)
    weft = 0.38 + 0.10 * noise(u * 1.6, j * 7.7, seed + 3)
    warp_over = (i + j) % 2 == 0
    wx, wy = fx / warp * 0.8, fy / weft * 0.8
    lift = np.cos(np.pi * fy) if warp_over else -np.cos(np.pi * fy)
    lift2 = -np.cos(np.pi * fx) if warp_over else np.cos(np.pi * fx)
    a = np.sqrt(max(0.0, 1 - wx * wx)) * 0.9 + 0.75 * lift if abs(wx) < 1 else -1.5
    b = np.sqrt(max(0.0, 1 - wy * wy)) * 0.9 + 0.75 * lift2 if abs(wy) < 1 else -1.5
    height = max(a, b, -0.55)
    yarn = chance(i, 11, seed) if a > b else chance(13, j, seed)
    speck = chance(i // 2, j // 3, seed + 21)
    tone = 1 + 0.10 * (yarn - 0.5) + 0.05 * height - (0.10 if speck > 0.985 else 0.0)
    return 0.0052 * height, tone


@njit(fastmath=True, cache=True)
def stitches(across, along, pitch, width, seed):
    """One row of lockstitch along across = 0: loaves of twisted thread between needle holes."""
    far = abs(across)
    if far > 0.16:
        return 0.0, 1.0
    k = int(np.floor(along / pitch))
    f = along / pitch - k
    wander = 0.10 * width * (chance(k, 3, seed) - 0.5)
    a = across - wander - 0.10 * width * (f - 0.5)
    sunk = np.exp(-((across / 0.040) ** 2))
    height, tone = -0.011 * sunk, 1 - 0.05 * sunk
    ends = min(f, 1 - f)
    hole = np.exp(-((min(f, 1 - f) * pitch / 0.012) ** 2) - (across / (0.6 * width)) ** 2)
    height -= 0.012 * hole
    tone -= 0.30 * hole
    body = 1 - (a / (0.5 * width)) ** 2
    if body > 0 and ends > 0.07:
        rise = min(1.0, (ends - 0.07) / 0.12)
        loaf = np.sqrt(body) * np.sqrt(rise * (2 - rise))
        ply = np.cos(2 * np.pi * (along / (0.75 * width) + a / width * 0.9))
        height += 0.5 * width * loaf * 1.15 + 0.0010 * ply * loaf
        tone = 1.05 + 0.04 * ply * loaf
    return height, tone


@njit(fastmath=True, cache=True)
def pucker(along, distance, reach, seed):
    """Small gathers that a sewn line leaves beside it."""
    wave = noise(along * 3.1, 0.5 + distance * 0.8, seed) + 0.6 * noise(along * 6.3, 7.5 + distance, seed + 1)
    return wave * np.exp(-distance / reach)
