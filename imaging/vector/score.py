"""How faithful a trace is, and how economical."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Pixels
from imaging.vector.drawing import Drawing
from imaging.vector.rasterize import render_svg

Floats = npt.NDArray[np.float32]

WORKING_MP = 2.0
"""Larger images are compared at this size: their seams and steps are the same, and memory is bounded."""
_SIGMA_PX, _WINDOW = 1.5, (11, 11)
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
"""Constants of Wang et al. (2004)."""


@dataclass(frozen=True, slots=True)
class TraceScore:
    """A trace beside the pixels it came from."""

    paths: int
    """`<path>` elements."""
    subpaths: int
    """Closed outlines."""
    nodes: int
    """On-curve points."""
    bytes: int
    """Of the SVG, UTF-8."""
    ssim: float
    """At the input's size, `WORKING_MP` at most, over white and over black, the lower one; 1 is alike."""
    alpha_iou: float
    """Sum of the lesser alphas over the sum of the greater ones, 0-1."""


def score(drawing: Drawing, svg: str, pixels: Pixels) -> TraceScore:
    """Render the SVG at the size of the (H, W, 4) pixels, `WORKING_MP` at most, and compare."""
    pixels = _bounded(pixels)
    height, width = pixels.shape[:2]
    again = render_svg(svg, width_px=width, height_px=height)
    low = min(ssim(_over(again, ground), _over(pixels, ground)) for ground in (255, 0))
    one, two = again[..., 3], pixels[..., 3]
    most = int(np.maximum(one, two).sum(dtype=np.int64))
    iou = int(np.minimum(one, two).sum(dtype=np.int64)) / most if most else 1.0
    return TraceScore(
        drawing.paths, drawing.subpaths, drawing.nodes, len(svg.encode()), round(low, 5), round(iou, 5)
    )


def ssim(first: Floats, second: Floats) -> float:
    """Mean structural similarity of (H, W, C) images, 0-255.

    Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural
    Similarity" (2004), with their Gaussian window; the mean over channels.
    """
    mean1, mean2 = _blur(first), _blur(second)
    spread1 = _blur(first * first) - mean1 * mean1
    spread2 = _blur(second * second) - mean2 * mean2
    shared = _blur(first * second) - mean1 * mean2
    light = (2 * mean1 * mean2 + _C1) / (mean1 * mean1 + mean2 * mean2 + _C1)
    structure = (2 * shared + _C2) / (spread1 + spread2 + _C2)
    return float((light * structure).mean(dtype=np.float64))


def _bounded(pixels: Pixels) -> Pixels:
    """The image, averaged down to `WORKING_MP` where it is larger."""
    height, width = pixels.shape[:2]
    scale = (WORKING_MP * 1e6 / (height * width)) ** 0.5
    if scale >= 1:
        return pixels
    premultiplied = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], 4)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA), np.uint8)


def _blur(image: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(image, _WINDOW, _SIGMA_PX), np.float32)


def _over(pixels: Pixels, ground: int) -> Floats:
    """(H, W, 3) float32 composited on a grey ground."""
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return np.asarray(pixels[..., :3] * alpha + ground * (1 - alpha), np.float32)
