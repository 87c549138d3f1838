"""Resample an image that comes in bands of rows, without ever holding all of it."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from imaging.resize import OPAQUE
from imaging.types import Pixels

LANCZOS_LOBES = 3
"""Half of the filter's width, in pixels of whichever size is the coarser (Pillow's LANCZOS)."""
BAND_ROWS = 64
"""Rows that are taken in, and rows of the result that are made, at once."""

_Rows = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
"""(n, width_px, 3) uint8, or (n, width_px, 4) float32 with colour multiplied by alpha, 0-255."""


class BandResampler:
    """Takes the rows of an image from top to bottom and gives the rows of its resampled self.

    The filter is Pillow's Lanczos, widened when shrinking: along each row as it comes, then down the columns.
    Colours are weighted by alpha. However the rows are portioned, the result is the same.

    Args:
        height: Rows that will come.
        width: Pixels in each.
        height_px: Rows of the result.
        width_px: Pixels in each.
    """

    def __init__(self, *, height: int, width: int, height_px: int, width_px: int) -> None:
        self._size = (height, width)
        self._target = (height_px, width_px)
        self._step = height / height_px
        self._reach = LANCZOS_LOBES * max(1.0, self._step) + 1
        self._held: _Rows | None = None
        self._first = 0
        self._done = 0

    def feed(self, rows: Pixels) -> Iterator[Pixels]:
        """Take the next rows; give bands of the result, top to bottom, as they get ready.

        Args:
            rows: (n, width, 3|4) uint8.

        Yields:
            (m, width_px, C) uint8.

        Raises:
            ValueError: The rows are of another width, or more than were announced.
        """
        if self._size == self._target:
            yield rows
            return
        held = 0 if self._held is None else self._held.shape[0]
        if rows.shape[1] != self._size[1] or self._first + held + rows.shape[0] > self._size[0]:
            raise ValueError(f"{rows.shape} does not fit into {self._size} after {self._first + held} rows")
        for top in range(0, rows.shape[0], BAND_ROWS):
            across = _across(rows[top : top + BAND_ROWS], width_px=self._target[1])
            self._held = across if self._held is None else np.concatenate([self._held, across])
            yield from self._ready(self._held)

    def _ready(self, held: _Rows) -> Iterator[Pixels]:
        """The bands that can be made of what is held; drops the rows that no later one looks at."""
        end = self._first + held.shape[0]
        while self._done < self._target[0]:
            until = min(self._done + BAND_ROWS, self._target[0])
            first, last = self._needs(until)
            if last > end:
                break
            top, bottom = self._done * self._step - first, min(until * self._step, last) - first
            part = held[first - self._first : last - self._first]
            yield _down(part, top=top, bottom=bottom, rows_px=until - self._done)
            self._done = until
        first = self._needs(self._done)[0]
        self._held = held[first - self._first :].copy()
        self._first = first

    def _needs(self, until: int) -> tuple[int, int]:
        """Rows [first, last) of the source that the rows of the result up to `until` are made of."""
        first = math.floor(self._done * self._step - self._reach)
        last = math.ceil(until * self._step + self._reach)
        return max(first, 0), min(last, self._size[0])


def resample(pixels: Pixels, *, width_px: int, height_px: int) -> Pixels:
    """Resample a whole image band by band: uint8 in, uint8 out, and little beside them.

    Args:
        pixels: (H, W, 3|4) uint8.
        width_px: At least 1.
        height_px: At least 1.
    """
    height, width, channels = pixels.shape
    result: Pixels = np.empty((height_px, width_px, channels), np.uint8)
    sampler = BandResampler(height=height, width=width, height_px=height_px, width_px=width_px)
    done = 0
    for top in range(0, height, BAND_ROWS):
        for band in sampler.feed(pixels[top : top + BAND_ROWS]):
            result[done : done + band.shape[0]] = band
            done += band.shape[0]
    return result


def _across(rows: Pixels, *, width_px: int) -> _Rows:
    """Rows at the new width."""
    height, width, channels = rows.shape
    size, box = (width_px, height), (0.0, 0.0, float(width), float(height))
    if channels == 3:  # noqa: PLR2004 - RGB
        return _resized(np.ascontiguousarray(rows), size, box)
    planes = rows.astype(np.float32)
    planes[..., :3] *= planes[..., 3:] / OPAQUE
    return _resized_planes(planes, size, box)


def _down(rows: _Rows, *, top: float, bottom: float, rows_px: int) -> Pixels:
    """`rows_px` rows of the result out of the rows between `top` and `bottom` and what lies around them."""
    size, box = (rows.shape[1], rows_px), (0.0, top, float(rows.shape[1]), bottom)
    if rows.dtype == np.uint8:
        return _resized(np.ascontiguousarray(rows), size, box).astype(np.uint8, copy=False)
    mixed = _resized_planes(rows.astype(np.float32, copy=False), size, box)
    # By the unclipped alpha: where Lanczos overshoots, colour and alpha overshoot alike.
    mixed[..., :3] *= OPAQUE / np.maximum(mixed[..., 3:], 1.0)
    rounded: Pixels = np.rint(np.clip(mixed, 0, OPAQUE)).astype(np.uint8)
    return rounded


def _resized_planes(
    rows: npt.NDArray[np.float32], size: tuple[int, int], box: tuple[float, float, float, float]
) -> npt.NDArray[np.float32]:
    planes = [_resized(np.ascontiguousarray(rows[..., index]), size, box) for index in range(4)]
    return np.stack(planes, axis=2).astype(np.float32, copy=False)


def _resized(array: npt.NDArray[Any], size: tuple[int, int], box: tuple[float, float, float, float]) -> _Rows:
    return np.asarray(Image.fromarray(array).resize(size, Image.Resampling.LANCZOS, box=box))
