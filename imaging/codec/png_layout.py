"""How a PNG stores pixels: gray, colour or palette, with alpha or without, and never at a loss."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import cv2
import numpy as np
import numpy.typing as npt

from imaging.codec.png_filters import CONTINUOUS, INDEXED, Bytes2D
from imaging.codec.png_palette import MAX_COLORS, Palette, find_palette
from imaging.types import Pixels

LayoutName = Literal["gray", "gray_alpha", "rgb", "rgba"]
GRAY, RGB, INDEX, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
SAMPLE_STEP = 61
"""Rows of a first look are this far apart: a prime, so that it falls in with no pattern."""
OPAQUE = 255
RGBA_CHANNELS = 4
FEW_COLORS = 16
"""Up to this many colours fit four bits, which beats eight-bit gray."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How pixels are stored."""

    color_type: int
    bit_depth: int = 8
    samples: int = 1
    """Of each pixel."""
    table: Palette | None = None

    @property
    def bpp(self) -> int:
        """Bytes of a whole pixel as filters count them: at least 1."""
        return self.samples

    @property
    def filters(self) -> tuple[int, ...]:
        """The filters worth trying."""
        return CONTINUOUS if self.table is None else INDEXED

    @property
    def palette(self) -> npt.NDArray[np.uint8] | None:
        """(N, 4) RGBA, or None."""
        return None if self.table is None else self.table.colors

    def row_bytes(self, width: int) -> int:
        """Bytes of one stored row."""
        return -(-width * self.samples * self.bit_depth // 8)

    def store(self, rows: Pixels) -> Bytes2D:
        """(h, W, 3 or 4) pixels as (h, `row_bytes`) bytes."""
        if self.table is not None:
            return _packed(self.table.indexes(rows), self.bit_depth)
        return _STORE[self.color_type](rows).reshape(len(rows), -1)


LAYOUTS: Final[dict[LayoutName, Layout]] = {
    "gray": Layout(GRAY),
    "gray_alpha": Layout(GRAY_ALPHA, samples=2),
    "rgb": Layout(RGB, samples=3),
    "rgba": Layout(RGBA, samples=4),
}
"""For rows whose image is not known as a whole; gray ones store the first channel."""


def layout_of(pixels: Pixels, *, compact: bool = False) -> Layout:
    """A layout that keeps every value of (H, W, 3) or (H, W, 4) pixels, colours under clear ones too.

    Plainly: RGBA with four channels; with three, gray where all pixels are gray, and RGB. Many readers take
    the fourth channel of a cut-out for its alpha without looking at what the file is, so more is done only on
    request.

    Args:
        pixels: The whole image.
        compact: Also store at most 256 colours as a palette (more than 16 grays are better off as gray), gray
            with alpha as two channels, and no alpha where every pixel is opaque.
    """
    if not compact:
        return LAYOUTS["rgba" if pixels.shape[2] == RGBA_CHANNELS else "gray" if _is_gray(pixels) else "rgb"]
    gray, opaque = _is_gray(pixels), _is_opaque(pixels)
    table = find_palette(pixels, most=FEW_COLORS if gray else MAX_COLORS)
    if table is not None:
        return Layout(INDEX, bit_depth=table.bit_depth, table=table)
    if gray:
        return LAYOUTS["gray" if opaque else "gray_alpha"]
    return LAYOUTS["rgb" if opaque else "rgba"]


def _everywhere(pixels: Pixels, test: Callable[[Pixels], bool]) -> bool:
    """Whether a test holds for all rows; a few rows are asked first, then bands, up to the first no."""
    if not test(pixels[::SAMPLE_STEP]):
        return False
    return all(test(pixels[top : top + SAMPLE_STEP]) for top in range(0, len(pixels), SAMPLE_STEP))


def _is_gray(pixels: Pixels) -> bool:
    def test(rows: Pixels) -> bool:
        red, green, blue = rows[..., 0], rows[..., 1], rows[..., 2]
        return np.array_equal(red, green) and np.array_equal(red, blue)

    return _everywhere(pixels, test)


def _is_opaque(pixels: Pixels) -> bool:
    if pixels.shape[2] < RGBA_CHANNELS:
        return True
    return _everywhere(pixels, lambda rows: bool((rows[..., 3] == OPAQUE).all()))


def _packed(indexes: npt.NDArray[np.uint8], bit_depth: int) -> Bytes2D:
    """Indexes packed from the highest bit down, rows padded to whole bytes [PNG 7.2]."""
    if bit_depth == 8:  # noqa: PLR2004 - one byte each: nothing to pack
        return indexes
    if bit_depth == 1:
        return np.packbits(indexes, axis=1)
    each = 8 // bit_depth
    padded = np.pad(indexes, ((0, 0), (0, -indexes.shape[1] % each)))
    packed = np.zeros((len(padded), padded.shape[1] // each), np.uint8)
    for place in range(each):
        packed <<= np.uint8(bit_depth)
        packed |= padded[:, place::each]
    return packed


def _without_alpha(rows: Pixels) -> Pixels:
    if rows.shape[2] < RGBA_CHANNELS:
        return rows
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(rows), cv2.COLOR_RGBA2RGB), np.uint8)


def _with_alpha(rows: Pixels) -> Pixels:
    if rows.shape[2] == RGBA_CHANNELS:
        return rows
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(rows), cv2.COLOR_RGB2RGBA), np.uint8)


_STORE: Final[dict[int, Callable[[Pixels], Bytes2D]]] = {
    GRAY: lambda rows: rows[..., 0],
    GRAY_ALPHA: lambda rows: _with_alpha(rows)[..., ::3],
    RGB: _without_alpha,
    RGBA: _with_alpha,
}
