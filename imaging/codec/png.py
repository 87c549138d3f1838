"""PNG, written in strips of rows: bands are filtered and compressed apart, in threads where there are some.

Each band is a run of deflate blocks of its own that ends on a byte (a sync flush, RFC 1951) and refers to
nothing before it, so bands can be made in any order and by any number of threads; the bytes are the same.
What that costs in size and gains in time is told in docs/decisions/0013-codecs.md.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from io import BytesIO

import numpy as np
from isal import isal_zlib

from imaging.codec.png_chunks import EMPTY_FINAL_BLOCK, ZLIB_HEADER, adler32_of_both, chunk, head
from imaging.codec.png_filters import LEVEL, Bytes2D, choose_filter, filter_rows
from imaging.codec.png_layout import LAYOUTS, Layout, layout_of
from imaging.types import Pixels

BAND_BYTES = 512 * 1024
BAND_ROWS = 16
"""A band has at least this many rows, however wide they are: less is too little to choose a filter on."""
BANDS_IN_FLIGHT = 8
RAW_DEFLATE = -15

_Band = tuple[bytes, int, int]
"""Compressed bytes, Adler-32 and length of the filtered bytes."""


class PngEncoder:
    """Takes the rows of one image from top to bottom and gives the file in pieces.

    However the rows are cut, and whatever the pool, the pieces join to the same bytes. Beyond what it is
    given it holds at most `BANDS_IN_FLIGHT` bands of about `BAND_BYTES`.

    Args:
        width: Pixels.
        height: Pixels.
        layout: How pixels are stored; they must fit it (`layout_of` finds the smallest).
        dpi: Resolution tag.
        pool: Threads to make bands in; None makes them in the caller's. It must not be the pool that runs the
            caller, which waits for bands.
    """

    def __init__(
        self,
        width: int,
        height: int,
        *,
        layout: Layout = LAYOUTS["rgba"],
        dpi: float | None = None,
        pool: Executor | None = None,
    ) -> None:
        self._layout = layout
        self._shape = (height, width)
        self._pool = pool
        self._row_bytes = layout.row_bytes(width)
        self._band_rows = max(BAND_ROWS, BAND_BYTES // self._row_bytes)
        self._left = height
        """Rows that have not come yet."""
        self._band = self._new_band(above=None)
        self._filled = 0
        self._bands: deque[Future[_Band]] = deque()
        self._adler = 1
        self._out = [
            head(
                width,
                height,
                bit_depth=layout.bit_depth,
                color_type=layout.color_type,
                palette=layout.palette,
                dpi=dpi,
            ),
            chunk(b"IDAT", ZLIB_HEADER),
        ]

    def feed(self, rows: Pixels) -> bytes:
        """Take the next rows; they may be overwritten afterwards.

        Args:
            rows: (h, W, 3) or (h, W, 4), any h.

        Returns:
            What of the file is ready, possibly nothing.

        Raises:
            ValueError: more rows than the image has, or of another width.
        """
        if len(rows) > self._left or rows.shape[1] != self._shape[1]:
            raise ValueError(f"{rows.shape} does not fit: {self._left} rows of {self._shape[1]} px are left.")
        start = 0
        while start < len(rows):
            count = min(len(rows) - start, self._band_rows - self._filled)
            first = 1 + self._filled
            stored = self._layout.store(rows[start : start + count])
            self._band[first : first + count, self._layout.bpp :] = stored
            self._filled += count
            self._left -= count
            start += count
            if self._filled == self._band_rows or self._left == 0:
                self._send_band()
        return self._take(wait_above=BANDS_IN_FLIGHT)

    def finish(self) -> bytes:
        """The rest of the file.

        Raises:
            ValueError: rows are missing.
        """
        if self._left:
            raise ValueError(f"{self._left} rows are missing.")
        ready = self._take(wait_above=0)
        tail = chunk(b"IDAT", EMPTY_FINAL_BLOCK + self._adler.to_bytes(4, "big")) + chunk(b"IEND")
        return ready + tail

    def _new_band(self, *, above: Bytes2D | None) -> Bytes2D:
        """An empty band of the rows that still come, with the row above it (zeros above the first)."""
        rows = min(self._band_rows, self._left)
        band = np.empty((rows + 1, self._layout.bpp + self._row_bytes), np.uint8)
        band[:, : self._layout.bpp] = 0
        band[0] = 0 if above is None else above
        return band

    def _send_band(self) -> None:
        band, self._filled = self._band, 0
        self._bands.append(_start(self._pool, lambda: _compress(band, self._layout)))
        if self._left:
            self._band = self._new_band(above=band[-1])

    def _take(self, *, wait_above: int) -> bytes:
        """Finished bands from the front; waits for those beyond `wait_above`."""
        out, self._out = self._out, []
        while self._bands and (len(self._bands) > wait_above or self._bands[0].done()):
            data, adler, length = self._bands.popleft().result()
            self._adler = adler32_of_both(self._adler, adler, length)
            out.append(chunk(b"IDAT", data))
        return b"".join(out)


def encode_png(
    pixels: Pixels, *, dpi: float | None = None, compact: bool = False, pool: Executor | None = None
) -> bytes:
    """A whole image as PNG; equal pixels and options give equal bytes, whatever the pool.

    Args:
        pixels: (H, W, 3) or (H, W, 4).
        dpi: Resolution tag.
        compact: As for `layout_of`.
        pool: As for `PngEncoder`.
    """
    height, width = pixels.shape[:2]
    encoder = PngEncoder(width, height, layout=layout_of(pixels, compact=compact), dpi=dpi, pool=pool)
    out = BytesIO()
    step = max(BAND_ROWS, BAND_BYTES // width)
    for top in range(0, height, step):
        out.write(encoder.feed(pixels[top : top + step]))
    out.write(encoder.finish())
    return out.getvalue()


def _start(pool: Executor | None, work: Callable[[], _Band]) -> Future[_Band]:
    if pool is not None:
        return pool.submit(work)
    done: Future[_Band] = Future()
    done.set_result(work())
    return done


def _compress(band: Bytes2D, layout: Layout) -> _Band:
    """Filter and deflate one padded band."""
    kind = choose_filter(band, bpp=layout.bpp, candidates=layout.filters)
    filtered = np.empty((band.shape[0] - 1, band.shape[1] - layout.bpp + 1), np.uint8)
    filter_rows(band, kind, bpp=layout.bpp, out=filtered)
    deflate = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, RAW_DEFLATE)
    data = deflate.compress(filtered) + deflate.flush(isal_zlib.Z_SYNC_FLUSH)
    return data, isal_zlib.adler32(filtered), filtered.size
