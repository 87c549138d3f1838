"""PNG framing: signature, header chunks, the zlib wrapper around separately compressed bands.

Numbers in brackets are sections of the PNG specification, third edition (W3C, 2025); those of RFC 1950 are
named.
"""

import struct

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
METRES_PER_INCH = 0.0254
ZLIB_HEADER = b"\x78\x01"
"""Deflate, 32 KiB window, "fastest": RFC 1950, 2.2."""
EMPTY_FINAL_BLOCK = b"\x03\x00"
"""A last deflate block with nothing in it, which ends a stream whose bands are all open-ended."""
ADLER_MODULUS = 65_521
OPAQUE = 255


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    """Length, type, body and CRC of one chunk [5.3]."""
    crc = isal_zlib.crc32(body, isal_zlib.crc32(kind))
    return b"".join((struct.pack(">I", len(body)), kind, body, struct.pack(">I", crc)))


def head(
    width: int,
    height: int,
    *,
    bit_depth: int,
    color_type: int,
    palette: npt.NDArray[np.uint8] | None = None,
    dpi: float | None = None,
) -> bytes:
    """Everything before the first pixel: IHDR, sRGB, pHYs, PLTE, tRNS, in the order of [5.6].

    Args:
        width: Pixels.
        height: Pixels.
        bit_depth: Bits of one sample.
        color_type: 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA [11.2.1].
        palette: (N, 4) RGBA, entries that are not opaque first, for color type 3.
        dpi: Resolution tag; whole pixels per metre are stored, so 300 reads back as 299.9994.
    """
    parts = [SIGNATURE]
    parts.append(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bit_depth, color_type, 0, 0, 0)))
    parts.append(chunk(b"sRGB", b"\x00"))  # rendering intent: perceptual [11.3.2.5]
    if dpi:
        per_metre = round(dpi / METRES_PER_INCH)
        parts.append(chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)))
    if palette is not None:
        parts.append(chunk(b"PLTE", palette[:, :3].tobytes()))
        clear = int(np.count_nonzero(palette[:, 3] != OPAQUE))
        if clear:
            parts.append(chunk(b"tRNS", palette[:clear, 3].tobytes()))
    return b"".join(parts)


def adler32_of_both(first: int, second: int, second_bytes: int) -> int:
    """Adler-32 of two runs of bytes one after the other, from the checksum of each (RFC 1950, 8.2).

    Args:
        first: Checksum of the first run.
        second: Checksum of the second run, taken on its own.
        second_bytes: Length of the second run.
    """
    low, high = first & 0xFFFF, first >> 16
    # The second run's sums began at 1; beginning at `low` adds `low - 1` once for each of its bytes.
    high += (second >> 16) + second_bytes * (low - 1)
    low += (second & 0xFFFF) - 1
    return (high % ADLER_MODULUS) << 16 | low % ADLER_MODULUS
