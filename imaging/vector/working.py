"""The size at which a large image is traced: edges are found within pixels, so fewer of them do."""

from dataclasses import replace

import cv2
import numpy as np

from imaging.types import Pixels
from imaging.vector.drawing import (
    Circle,
    Contour,
    Cubic,
    Fill,
    Layer,
    Line,
    LinearGradient,
    Point,
    RadialGradient,
)

_USUAL_PX, _FINE_PX, _BUSY_PX = 2_000_000, 4_000_000, 500_000
"""Pixels traced at most: usually, when hairlines would get lost at that size, and of noise."""
_LOST_SHARE = 0.004
"""Share of what shows that an opening by two pixels may take away, else there are hairlines."""
_BUSY_SHARE, _BUSY_STEP = 0.25, 24
"""An image is noise when this share of its pixels differ from the next by so many levels."""
_TINY_PX, _BLOCK_PX = 4, 8
"""Of images no wider or no higher than 4 pixels, each pixel becomes a block of 8."""


def working_copy(pixels: Pixels) -> Pixels:
    """The image itself, or a smaller one: of at most 2 MP, 4 MP where it has hairlines, 0.5 MP of noise."""
    height, width = pixels.shape[:2]
    if min(height, width) <= _TINY_PX and height * width <= _BUSY_PX // _BLOCK_PX**2:
        return np.repeat(np.repeat(pixels, _BLOCK_PX, axis=0), _BLOCK_PX, axis=1)
    small = _shrunk(pixels, _USUAL_PX) if height * width > _USUAL_PX else pixels
    if height * width > _BUSY_PX and _busy(small):
        return _shrunk(small, _BUSY_PX)
    if small is pixels:
        return pixels
    shown = np.asarray(cv2.inRange(small[..., 3], 128, 255))
    opened = cv2.morphologyEx(shown, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    lost = np.count_nonzero(shown) - np.count_nonzero(opened)
    return _shrunk(pixels, _FINE_PX) if lost > _LOST_SHARE * float(np.count_nonzero(shown)) else small


def _busy(pixels: Pixels) -> bool:
    step = cv2.absdiff(pixels[:, 1:], pixels[:, :-1]).max(axis=2)
    return bool(np.count_nonzero(step > _BUSY_STEP) > _BUSY_SHARE * step.size)


def _shrunk(pixels: Pixels, most_px: int) -> Pixels:
    """Premultiplied mean over areas, so that clear pixels lend no colour."""
    height, width = pixels.shape[:2]
    factor = min(1.0, (most_px / (height * width)) ** 0.5)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    alpha = cv2.resize(pixels[..., 3], size, interpolation=cv2.INTER_AREA)
    premultiplied = np.empty((*pixels.shape[:2], 3), np.uint8)
    for channel in range(3):
        premultiplied[..., channel] = cv2.multiply(pixels[..., channel], pixels[..., 3], scale=1 / 255)
    color = cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], 3)
    level = np.maximum(alpha, 1)[..., None].astype(np.float32)
    straight = np.clip(np.rint(color * (255 / level)), 0, 255).astype(np.uint8)
    return np.concatenate([straight, np.asarray(alpha, np.uint8).reshape(size[1], size[0], 1)], axis=2)


def stretched(layers: tuple[Layer, ...], *, x_factor: float, y_factor: float) -> tuple[Layer, ...]:
    """The layers with all coordinates multiplied."""

    def moved(point: Point) -> Point:
        return point[0] * x_factor, point[1] * y_factor

    mean = (x_factor * y_factor) ** 0.5

    def contour(shape: Contour | Circle) -> Contour | Circle:
        if isinstance(shape, Circle):
            return replace(shape, center=moved(shape.center), radius=shape.radius * mean)
        segments = tuple(
            Line(moved(part.end))
            if isinstance(part, Line)
            else Cubic(moved(part.control1), moved(part.control2), moved(part.end))
            for part in shape.segments
        )
        return Contour(moved(shape.start), segments)

    def fill(paint: Fill) -> Fill:
        if isinstance(paint, LinearGradient):
            return replace(paint, start=moved(paint.start), end=moved(paint.end))
        if isinstance(paint, RadialGradient):
            return replace(paint, center=moved(paint.center), radius=paint.radius * mean)
        return paint

    return tuple(
        replace(layer, fill=fill(layer.fill), contours=tuple(contour(shape) for shape in layer.contours))
        for layer in layers
    )
