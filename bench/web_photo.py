"""A photo-like picture of 12 megapixels, made of packaged photographs: the same on every machine.

Surfaces that hide each other, of sizes after a power law (the "dead leaves" model of natural images: Lee,
Mumford and Huang 2001), each one a piece of a photograph at some scale, lit from one side and more or less in
focus; then the blur of a lens and the noise of a sensor. So there is detail at every scale, as in what a
camera gives; a small photograph enlarged has none.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np
from skimage import data

from imaging.types import Pixels

WIDTH, HEIGHT = 4000, 3000
LEAVES = 350
LARGEST_PX, SMALLEST_PX = 1100.0, 90.0
LENS_SIGMA_PX = 0.7
NOISE_LEVELS = 3.0
SEED = 12


@cache
def photo(*, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """The picture, (height, width, 3) uint8 sRGB."""
    rng = np.random.default_rng(SEED)
    sources = [np.asarray(image) for image in _sources()]
    canvas = _cover(sources[2], width, height)
    for radius in sorted(_radii(rng, LEAVES), reverse=True):
        _lay_leaf(canvas, sources[int(rng.integers(len(sources)))], radius=radius, rng=rng)
    lens = cv2.GaussianBlur(canvas, (0, 0), LENS_SIGMA_PX).astype(np.float32)
    grain = np.asarray(rng.standard_normal(lens.shape, np.float32))
    noise = cv2.GaussianBlur(grain, (0, 0), 0.6)
    light = 0.6 + 0.4 * np.sqrt(lens / 255)  # shot noise: more where there is more light
    return np.asarray(np.clip(np.rint(lens + noise * light * NOISE_LEVELS), 0, 255), np.uint8)


def _sources() -> Sequence[Pixels]:
    """Photographs that are in scikit-image's wheel: nothing is fetched."""
    shipped: Any = data  # scikit-image has no types
    stereo = shipped.stereo_motorcycle()[0]
    return [
        shipped.coffee(),
        shipped.astronaut(),
        stereo,
        shipped.rocket(),
        shipped.chelsea(),
        shipped.retina(),
    ]


def _radii(rng: np.random.Generator, count: int) -> list[float]:
    """Radii with density r^-3 between the bounds, in pixels."""
    low, high = SMALLEST_PX**-2, LARGEST_PX**-2
    return [float((low + (high - low) * share) ** -0.5) for share in rng.random(count)]


def _cover(source: Pixels, width: int, height: int) -> Pixels:
    scale = max(width / source.shape[1], height / source.shape[0])
    large = cv2.resize(source, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return np.ascontiguousarray(large[:height, :width], np.uint8)


def _lay_leaf(canvas: Pixels, source: Pixels, *, radius: float, rng: np.random.Generator) -> None:
    """Paint one piece of a photograph, cut as a turned ellipse, shaded across."""
    height, width = canvas.shape[:2]
    x, y = int(rng.integers(width)), int(rng.integers(height))
    left, right = max(0, int(x - radius)), min(width, int(x + radius) + 1)
    top, bottom = max(0, int(y - radius)), min(height, int(y + radius) + 1)
    box = (right - left, bottom - top)
    scale = float(rng.uniform(0.5, 2.5))
    turn = cv2.getRotationMatrix2D((0.0, 0.0), float(rng.uniform(0, 360)), scale)
    turn[:, 2] = rng.uniform(0, 300, 2)
    piece = cv2.warpAffine(source, turn, box, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    depth = float(rng.choice((0.0, 0.0, 1.5, 4.0)))
    mask = np.zeros(box[::-1], np.uint8)
    axes = (round(radius * 16), round(radius * 16 * rng.uniform(0.4, 1.0)))
    angle = float(rng.uniform(0, 360))
    center = ((x - left) * 16, (y - top) * 16)
    cv2.ellipse(mask, center, axes, angle, 0, 360, 255, cv2.FILLED, cv2.LINE_AA, 4)
    if depth:
        piece, mask = (cv2.GaussianBlur(part, (0, 0), depth) for part in (piece, mask))
    ends = rng.uniform(0.75, 1.2, 2)
    shade = np.linspace(float(ends[0]), float(ends[1]), box[0], dtype=np.float32)[None, :, None]
    cover = mask[..., None].astype(np.float32) / 255
    under = canvas[top:bottom, left:right]
    mixed = under + (np.clip(piece * shade, 0, 255) - under) * cover
    canvas[top:bottom, left:right] = np.rint(mixed).astype(np.uint8)
