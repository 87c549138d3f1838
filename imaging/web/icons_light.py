"""Pictures as linear light, colours weighted by coverage: the only place where pixels may be averaged."""

from functools import cache
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from imaging.color import linear_to_srgb, srgb_to_linear
from imaging.types import Pixels

Light: TypeAlias = npt.NDArray[np.float32]
"""(H, W, 4): red, green and blue in linear light times coverage, and coverage, all 0-1."""

STEPS = 65535
"""Linear light is looked up in this many steps: one of eight bits is nowhere less than ten of them."""
_FAINT = 3
"""Levels of alpha, of 255, that are not seen."""
_NO_COVERAGE = 1e-6
_AREA_FROM = 1.5
"""From this reduction on averages over areas are as sharp as any filter, and take a tenth of the time."""


def to_light(pixels: Pixels) -> Light:
    """Light of (H, W, 3) or (H, W, 4) pixels, straight alpha."""
    if pixels.shape[2] == 3:  # noqa: PLR2004 - channels
        pixels = np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2RGBA), np.uint8)
    light: Light = np.asarray(cv2.LUT(np.ascontiguousarray(pixels), _tables()), np.float32)
    alpha = np.ascontiguousarray(light[..., 3])
    if float(alpha.min()) < 1:
        cv2.multiply(light, cv2.merge([alpha, alpha, alpha, np.ones_like(alpha)]), dst=light)
    return light


def to_pixels(light: Light) -> Pixels:
    """(H, W, 4) RGBA, straight alpha; what is clear is black, so that equal looks are equal bytes."""
    pixels: Pixels = np.empty(light.shape, np.uint8)
    alpha = np.clip(light[..., 3], 0, 1)
    pixels[..., 3] = np.rint(alpha * 255)
    weight = np.where(pixels[..., 3] > 0, STEPS / np.maximum(alpha, 1e-6), 0).astype(np.float32)
    for channel in range(3):
        straight = light[..., channel] * weight
        np.clip(straight + np.float32(0.5), 0, STEPS, out=straight)
        pixels[..., channel] = _encoded()[straight.astype(np.uint16)]
    return pixels


def on_ground(light: Light, ground: Light) -> Light:
    """Light over a ground of one colour, (4,) light."""
    return np.asarray(light + ground * (1 - light[..., 3:]), np.float32)


def look(light: Light) -> Light:
    """About what the eye makes of it, over black: the square root of a colour's light, times coverage."""
    seen: Light = np.multiply(light, light[..., 3:])
    return np.sqrt(seen, out=seen)


def from_look(seen: Light) -> Light:
    """The light that looks so."""
    light: Light = np.divide(np.square(seen), np.maximum(seen[..., 3:], _NO_COVERAGE), dtype=np.float32)
    np.minimum(light[..., :3], light[..., 3:], out=light[..., :3])
    return light


def resized(light: Light, *, width: int, height: int) -> Light:
    """The whole of it at another size, stretched."""
    return window(light, (0.0, 0.0, float(light.shape[1]), float(light.shape[0])), width=width, height=height)


def window(light: Light, box: tuple[float, float, float, float], *, width: int, height: int) -> Light:
    """A part of it, in exact fractions of pixels, at a size.

    Args:
        light: The picture; beyond it everything is clear.
        box: left, top, right, bottom in its pixels; may reach beyond it.
        width: Of the result.
        height: Of the result.
    """
    x0, x1, left, right = _touched(box[0], box[2], width, light.shape[1])
    y0, y1, top, bottom = _touched(box[1], box[3], height, light.shape[0])
    part = _scaled(light, (left, top, right, bottom), width=x1 - x0, height=y1 - y0)
    if part.shape[:2] == (height, width):
        return part
    result: Light = np.zeros((height, width, 4), np.float32)
    result[y0:y1, x0:x1] = part
    return result


def _touched(low: float, high: float, pixels: int, length: int) -> tuple[int, int, float, float]:
    """Along one axis, which pixels of a result show some of the picture, and what of it they show.

    Args:
        low: Where the result begins, in the picture's pixels.
        high: Where it ends.
        pixels: Of the result.
        length: Of the picture.
    """
    scale = (high - low) / pixels
    first = min(pixels - 1, max(0, int(np.floor(-low / scale))))
    last = max(first + 1, min(pixels, int(np.ceil((length - low) / scale))))
    return first, last, low + first * scale, low + last * scale


def _scaled(light: Light, box: tuple[float, float, float, float], *, width: int, height: int) -> Light:
    reduction = min((box[2] - box[0]) / width, (box[3] - box[1]) / height)
    if reduction >= _AREA_FROM:
        left, top = round(box[0]), round(box[1])
        whole = (left, top, max(left + 1, round(box[2])), max(top + 1, round(box[3])))
        return np.asarray(
            cv2.resize(_cut(light, whole), (width, height), interpolation=cv2.INTER_AREA), np.float32
        )
    left, top = int(np.floor(box[0])), int(np.floor(box[1]))
    part = _cut(light, (left, top, int(np.ceil(box[2])), int(np.ceil(box[3]))))
    inner = (box[0] - left, box[1] - top, box[2] - left, box[3] - top)
    # Hamming's window is sharper than a triangle and, unlike Lanczos, rings no dark line around light art.
    method = Image.Resampling.HAMMING if reduction >= 1 else Image.Resampling.BICUBIC
    result: Light = np.empty((height, width, 4), np.float32)
    for index in range(4):
        plane = Image.fromarray(np.ascontiguousarray(part[..., index]))
        result[..., index] = np.asarray(plane.resize((width, height), method, box=inner))
    np.clip(result, 0, 1, out=result)
    np.minimum(result[..., :3], result[..., 3:], out=result[..., :3])  # no colour beyond its coverage
    return result


def within(pixels: Pixels, *, longest_px: int) -> Pixels:
    """RGBA no longer than that on its longer side, averaged; equal where it is not."""
    height, width = pixels.shape[:2]
    scale = longest_px / max(height, width)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    weighted = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGBA2mRGBA)
    small = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], 4)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA), np.uint8)


def _cut(light: Light, box: tuple[int, int, int, int]) -> Light:
    """A part of a picture in whole pixels, clear where it reaches beyond."""
    height, width = light.shape[:2]
    left, top, right, bottom = box
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, right), min(height, bottom)
    if box == (x0, y0, x1, y1):
        return light[y0:y1, x0:x1]
    part: Light = np.zeros((bottom - top, right - left, 4), np.float32)
    if x0 < x1 and y0 < y1:
        part[y0 - top : y1 - top, x0 - left : x1 - left] = light[y0:y1, x0:x1]
    return part


@cache
def _tables() -> npt.NDArray[np.float32]:
    """(1, 256, 4): what a level of each channel is; what nobody can tell from clear or solid is that."""
    level = np.arange(256)
    alpha = np.where(level <= _FAINT, 0, np.where(level >= 255 - _FAINT, 255, level)) / 255
    linear = srgb_to_linear(level)
    return np.stack([linear, linear, linear, alpha], axis=1)[None].astype(np.float32)


@cache
def _encoded() -> npt.NDArray[np.uint8]:
    return np.rint(linear_to_srgb(np.arange(STEPS + 1) / STEPS)).astype(np.uint8)
