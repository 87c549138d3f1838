"""PNG's row filters over a band of rows, and which of them a band is given.

Filters are defined in the PNG specification, third edition, section 9. All arithmetic is modulo 256, so it is
done on bytes throughout; a band is small enough to stay in a processor's second cache.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from isal import isal_zlib

Bytes2D = npt.NDArray[np.uint8]

NONE, SUB, UP, AVERAGE, PAETH = range(5)
CONTINUOUS = (NONE, UP, AVERAGE, PAETH)
"""Candidates for pixels whose values mean nearness. `sub` is left out: it would save 0.2 % at most
(docs/decisions/0013-codecs.md)."""
INDEXED = (NONE, UP)
"""Candidates for palette indexes and packed bits, where only equality means anything."""

# Tried on 2 runs of 2 rows in each band of 64: within 1 % of compressing the whole band by every filter.
SAMPLE_RUNS = 2
SAMPLE_ROWS = 2
LEVEL = 2


def filter_rows(padded: Bytes2D, kind: int, *, bpp: int, out: Bytes2D) -> None:
    """Filter a band.

    Args:
        padded: (h + 1, bpp + n): the row above the band first, and `bpp` zero bytes left of each row.
        kind: One of the five filters.
        bpp: Bytes of a whole pixel, at least 1.
        out: (h, 1 + n), written: each row's filter byte, then the filtered row.
    """
    row, left = padded[1:, bpp:], padded[1:, :-bpp]
    up, corner = padded[:-1, bpp:], padded[:-1, :-bpp]
    out[:, 0] = kind
    body = out[:, 1:]
    if kind == NONE:
        body[:] = row
    elif kind == SUB:
        np.subtract(row, left, out=body)
    elif kind == UP:
        np.subtract(row, up, out=body)
    elif kind == AVERAGE:
        np.subtract(row, _floor_mean(left, up), out=body)
    else:
        np.subtract(row, _paeth(left, up, corner), out=body)


def choose_filter(padded: Bytes2D, *, bpp: int, candidates: Sequence[int]) -> int:
    """The filter under which a sample of the band compresses best; arguments as of `filter_rows`."""
    rows = padded.shape[0] - 1
    length = min(SAMPLE_ROWS, rows)
    starts = sorted({(rows - length) * (2 * run + 1) // (2 * SAMPLE_RUNS) for run in range(SAMPLE_RUNS)})
    sample = np.empty((length * len(starts), padded.shape[1] - bpp + 1), np.uint8)

    def size(kind: int) -> int:
        for place, start in enumerate(starts):
            part = sample[place * length : (place + 1) * length]
            filter_rows(padded[start : start + length + 1], kind, bpp=bpp, out=part)
        return len(isal_zlib.compress(sample, LEVEL))

    return min(candidates, key=size)


def _floor_mean(left: Bytes2D, up: Bytes2D) -> Bytes2D:
    """floor((left + up) / 2) without a ninth bit: common bits, and half of those that differ."""
    half = np.bitwise_xor(left, up)
    np.right_shift(half, 1, out=half)
    half += np.bitwise_and(left, up)
    return half


def _paeth(left: Bytes2D, up: Bytes2D, corner: Bytes2D) -> Bytes2D:
    """The nearest of left, up and corner to left + up - corner, in that order on ties.

    With a = |up - corner| and b = |left - corner|, the distances of left and of up are a and b. The corner's
    is a + b, hence never the least, unless the corner lies between the two; then it is |a - b|. So bytes
    suffice.
    """
    to_left, to_up = cv2.absdiff(up, corner), cv2.absdiff(left, corner)
    best: Bytes2D = np.bitwise_xor(left, up)
    best &= np.asarray(cv2.compare(to_left, to_up, cv2.CMP_LE), np.uint8)
    best ^= up
    nearer = np.asarray(cv2.compare(cv2.absdiff(to_left, to_up), cv2.min(to_left, to_up), cv2.CMP_LT))
    nearer *= np.not_equal(np.less(left, corner), np.less(up, corner)).view(np.uint8)
    best ^= np.bitwise_and(nearer, np.bitwise_xor(best, corner))
    return best
