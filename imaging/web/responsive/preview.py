"""What a page shows before the image is there: a ThumbHash and one colour."""

import base64

import cv2
import numpy as np
from PIL import Image

from imaging.types import Pixels
from imaging.web.responsive.thumbhash import MAX_SIDE_PX, thumbhash

BINS = 16
"""Of each channel: 16 levels wide."""


def preview_of(pixels: Pixels) -> tuple[str, str]:
    """The ThumbHash of an image of any size, base64 (about 28 characters), and its dominant colour."""
    small = _small(pixels, MAX_SIDE_PX)
    return base64.b64encode(thumbhash(small)).decode(), dominant_color(small)


def dominant_color(rgba: Pixels) -> str:
    """The commonest colour of what is seen, `#rrggbb`: the mean of the fullest cell of a colour histogram.

    Cells are blurred into their neighbours first, so that a colour that falls on the border of two of them
    does not lose against a rarer one.

    Args:
        rgba: (h, w, 4) uint8, small: every pixel is counted.
    """
    small = rgba.reshape(-1, 4).astype(np.float32)
    color, weight = small[:, :3], small[:, 3] / 255
    if not weight.any():
        return "#ffffff"
    cells = (color / (256 / BINS)).astype(np.intp)
    grid = np.zeros((BINS,) * 3, np.float32)
    np.add.at(grid, tuple(cells.T), weight)
    fullest = np.array(np.unravel_index(int(np.argmax(_blurred(grid))), grid.shape))
    near = weight * (np.abs(cells - fullest).max(axis=1) <= 1)
    mean = np.rint((color * near[:, None]).sum(axis=0) / near.sum()).astype(int)
    return "#{:02x}{:02x}{:02x}".format(*mean)


def _blurred(
    grid: np.ndarray[tuple[int, ...], np.dtype[np.float32]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Each cell with a quarter of each of its two neighbours, along every axis."""
    for axis in range(3):
        pad = [(1, 1) if one == axis else (0, 0) for one in range(3)]
        wide = np.moveaxis(np.pad(grid, pad), axis, 0)
        grid = np.moveaxis(wide[1:-1] + 0.25 * (wide[:-2] + wide[2:]), 0, axis)
    return grid


def _small(pixels: Pixels, side_px: int) -> Pixels:
    """(h, w, 4), both sides at most `side_px`; areas averaged, colours weighted by alpha."""
    height, width = pixels.shape[:2]
    scale = min(1.0, side_px / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if pixels.shape[2] == 3:  # noqa: PLR2004 - channels
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        return np.dstack([small, np.full(small.shape[:2], 255, np.uint8)])
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize(size, Image.Resampling.BOX))
