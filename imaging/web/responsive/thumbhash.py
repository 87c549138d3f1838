"""ThumbHash: an image in about 25 bytes (Evan Wallace, 2023; https://evanw.github.io/thumbhash/).

Written after the reference in JavaScript, whose hashes the tests hold. The package of this name on PyPI fails
on transparent images, rounds halves to even where the reference rounds up, and takes seconds.
"""

import math

import numpy as np
import numpy.typing as npt

from imaging.types import Pixels

MAX_SIDE_PX = 100
Plane = npt.NDArray[np.float64]


def thumbhash(rgba: Pixels) -> bytes:
    """The hash of an image.

    Args:
        rgba: (H, W, 4) uint8, straight alpha, both sides at most 100 px.

    Raises:
        ValueError: a side is longer.
    """
    height, width = rgba.shape[:2]
    if max(height, width) > MAX_SIDE_PX:
        raise ValueError(f"{width}x{height} px is over {MAX_SIDE_PX}")
    *planes, alpha = _planes(rgba)
    has_alpha = float(alpha.sum()) < width * height
    finest = 5 if has_alpha else 7
    across = max(1, _rounded(finest * width / max(width, height)))
    down = max(1, _rounded(finest * height / max(width, height)))
    shapes = ((max(3, across), max(3, down)), (3, 3), (3, 3))
    (light, light_ac, light_scale), (p, p_ac, p_scale), (q, q_ac, q_scale) = (
        _channel(plane, *shape) for plane, shape in zip(planes, shapes, strict=True)
    )
    wide = width > height
    head = _rounded(63 * light) | _rounded(31.5 + 31.5 * p) << 6 | _rounded(31.5 + 31.5 * q) << 12
    head |= _rounded(31 * light_scale) << 18 | has_alpha << 23
    tail = (down if wide else across) | _rounded(63 * p_scale) << 3 | _rounded(63 * q_scale) << 9 | wide << 15
    out: bytes = head.to_bytes(3, "little") + tail.to_bytes(2, "little")
    varying = [*light_ac, *p_ac, *q_ac]
    if has_alpha:
        solid, alpha_ac, alpha_scale = _channel(alpha, 5, 5)
        out += bytes([_rounded(15 * solid) | _rounded(15 * alpha_scale) << 4])
        varying += alpha_ac
    return out + _nibbles([_rounded(15 * value) for value in varying])


def _planes(rgba: Pixels) -> tuple[Plane, Plane, Plane, Plane]:
    """Light, yellow against blue, red against green, over the mean colour; and alpha; all about 0-1."""
    alpha = rgba[..., 3] / 255
    color = rgba[..., :3] / 255
    total = alpha.sum()
    mean = (color * alpha[..., None]).sum(axis=(0, 1)) / total if total else np.zeros(3)
    red, green, blue = np.moveaxis(mean * (1 - alpha[..., None]) + color * alpha[..., None], 2, 0)
    return (red + green + blue) / 3, (red + green) / 2 - blue, red - green, alpha


def _channel(plane: Plane, across: int, down: int) -> tuple[float, list[float], float]:
    """The constant of a cosine transform, its other terms scaled to 0-1, and their scale."""
    height, width = plane.shape
    rows = np.cos(math.pi / height * np.outer(np.arange(down), np.arange(height) + 0.5))
    columns = np.cos(math.pi / width * np.outer(np.arange(across), np.arange(width) + 0.5))
    # Rounded: what is zero but for the last bits of a sum must not fall on either side of a half by chance.
    terms = (rows @ plane @ columns.T / (width * height)).round(12)
    kept = [
        float(terms[y, x])
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y) and (x or y)
    ]
    scale = max(map(abs, kept), default=0.0)
    return float(terms[0, 0]), [0.5 + 0.5 / scale * value for value in kept] if scale else kept, scale


def _nibbles(values: list[int]) -> bytes:
    """Two values of four bits a byte, the first one low."""
    values = [*values, 0] if len(values) % 2 else values
    return bytes(low | high << 4 for low, high in zip(values[::2], values[1::2], strict=True))


def _rounded(value: float) -> int:
    """To the nearest, halves up, as JavaScript's Math.round."""
    return math.floor(value + 0.5)
