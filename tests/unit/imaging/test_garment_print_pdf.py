"""The page of a print: a PDF whose pixels are the print file's."""

import re
import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image

from imaging.garment.print_file import render_print
from imaging.garment.print_pdf import print_pdf
from imaging.types import Pixels
from tests.unit.imaging.garment_prints import disc, placed, solid


def streams(pdf: bytes) -> dict[int, tuple[str, bytes]]:
    """Dictionary text and stream of each object that the cross-reference table points at."""
    start = int(re.search(rb"startxref\n(\d+)\n", pdf)[1])
    offsets = [int(line[:10]) for line in pdf[start:].splitlines() if line.endswith(b" n ")]
    found = {}
    for number, offset in enumerate(offsets, start=1):
        body = pdf[offset:]
        assert body.startswith(f"{number} 0 obj\n".encode())
        text = body[: body.index(b"endobj")].split(b"stream\n")[0].decode("latin-1")
        length = re.search(r"/Length (\d+)", text)
        data = body[body.index(b"stream\n") + 7 :][: int(length[1])] if length else b""
        found[number] = (text, data)
    return found


def unpacked(data: bytes, shape: tuple[int, int, int]) -> Pixels:
    """A Flate stream with PNG predictors, read by a PNG reader."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    height, width, channels = shape
    head = struct.pack(">IIBBBBB", width, height, 8, {1: 0, 3: 2}[channels], 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return np.asarray(Image.open(BytesIO(png))).reshape(shape)


def test_a_pdf_page_is_the_print_without_loss() -> None:
    """The page has the print's inches in points; its image and mask hold every byte of the pixels."""
    made = render_print(placed(disc(90), zone_in=(3, 2)), zone_in=(3, 2)).pixels
    parts = streams(print_pdf(made, dpi=300))
    assert "/MediaBox [0 0 216 144]" in parts[3][0]
    assert parts[4][1] == b"q 216 0 0 144 0 0 cm /Im0 Do Q"
    assert "/SMask 7 0 R" in parts[5][0]
    assert np.array_equal(unpacked(parts[5][1], (600, 900, 3)), made[..., :3])
    assert np.array_equal(unpacked(parts[7][1], (600, 900, 1)), made[..., 3:])
    assert zlib.decompress(parts[6][1])[36:40] == b"acsp"


def test_an_opaque_pdf_needs_no_mask() -> None:
    """RGB pixels give a page without a soft mask, of fractional points where the inches are odd."""
    parts = streams(print_pdf(solid(50, 70)[..., :3], dpi=150))
    assert len(parts) == 6
    assert "/MediaBox [0 0 24 33.6]" in parts[3][0]
    assert "SMask" not in parts[5][0]
