"""The exact palette of an image that has few colours: found by hashing, without sorting its pixels."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Pixels

MAX_COLORS = 256
LOOK_PX = 4096
"""Pixels of a first look, which most photographs do not pass."""
BAND_PX = 256 * 1024
TABLE_BITS = 16
SPREAD = (2654435761, 2246822519, 3266489917, 668265263, 374761393, 2147483659, 40503, 16777619)
"""Odd multipliers for hashing, tried in turn until no two colours meet: the first is Knuth's, 2^32 / golden
ratio, the next four are xxHash's primes."""

Codes = npt.NDArray[np.uint32]
"""Pixels as one number each: their four bytes in memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """Up to 256 colours, those that are not opaque first."""

    colors: npt.NDArray[np.uint8]
    """(N, 4) RGBA."""
    _multiplier: np.uint32
    _codes: Codes
    """By hash: the colour that has it, or another of the palette's."""
    _index: npt.NDArray[np.uint8]
    """By hash: where that colour stands."""

    @property
    def bit_depth(self) -> int:
        """1, 2, 4 or 8: the fewest bits that tell the colours apart."""
        return next(bits for bits in (1, 2, 4, 8) if len(self.colors) <= 1 << bits)

    def indexes(self, rows: Pixels) -> npt.NDArray[np.uint8]:
        """(h, W) places in the palette; every colour of `rows` must be in it."""
        found: npt.NDArray[np.uint8] = self._index[_hash(_codes(rows), self._multiplier)]
        return np.reshape(found, rows.shape[:2])

    def missing(self, codes: Codes) -> Codes:
        """Those of the codes that are not in the palette."""
        known = self._codes[_hash(codes, self._multiplier)]
        new: Codes = codes[known != codes]
        return new


def find_palette(pixels: Pixels, *, most: int = MAX_COLORS) -> Palette | None:
    """The palette of (H, W, 3) or (H, W, 4) pixels, or None when they have more than `most` colours."""
    height, width = pixels.shape[:2]
    look = np.unique(_codes(pixels[:: max(1, height // 64), :: max(1, width // 64)])[:LOOK_PX])
    if len(look) > most or (table := _make(look)) is None:
        return None
    step = max(1, BAND_PX // width)
    for top in range(0, height, step):
        new = table.missing(_codes(pixels[top : top + step]))
        if new.size:
            known = table.colors.reshape(-1).view(np.uint32)
            every = np.unique(np.concatenate([known, np.unique(new)]))
            larger = _make(every) if len(every) <= most else None
            if larger is None:
                return None
            table = larger
    return table


def _make(codes: Codes) -> Palette | None:
    """A table in which no two of the codes meet; None in the unlikely case that none is found."""
    colors = codes.view(np.uint8).reshape(-1, 4)
    order = np.lexsort((colors[:, 2], colors[:, 1], colors[:, 0], colors[:, 3]))
    codes, colors = codes[order], colors[order]
    for value in SPREAD:
        multiplier = np.uint32(value & 0xFFFFFFFF)
        places = _hash(codes, multiplier)
        if len(np.unique(places)) == len(codes):
            by_hash = np.full(1 << TABLE_BITS, codes[0])
            by_hash[places] = codes
            index = np.zeros(1 << TABLE_BITS, np.uint8)
            index[places] = np.arange(len(codes))
            return Palette(colors, multiplier, by_hash, index)
    return None


def _hash(codes: Codes, multiplier: np.uint32) -> npt.NDArray[np.uint32]:
    """The upper bits of a product modulo 2^32 (Knuth, The Art of Computer Programming 3, 6.4)."""
    product: Codes = codes * multiplier
    product >>= np.uint32(32 - TABLE_BITS)
    return product


def _codes(pixels: Pixels) -> Codes:
    """Each pixel as one number, row by row."""
    if pixels.shape[2] == 3:  # noqa: PLR2004 - channels
        pixels = np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2RGBA), np.uint8)
    codes: Codes = np.ascontiguousarray(pixels).view(np.uint32)
    return codes.reshape(-1)
