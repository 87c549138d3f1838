"""The PNG encoder: every layout, any size, any cut into strips, any number of threads."""

import shutil
import struct
import subprocess
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imaging.codec.png import BAND_BYTES, PngEncoder, encode_png
from imaging.codec.png_chunks import adler32_of_both
from imaging.codec.png_filters import choose_filter, filter_rows
from imaging.codec.png_layout import LAYOUTS, layout_of
from imaging.codec.png_palette import find_palette
from imaging.types import Pixels

SHAPES = [(1, 1), (1, 37), (37, 1), (3, 5), (17, 33), (300, 701), (5, 16_384)]
KINDS = ["noise", "smooth", "few", "two", "four", "gray", "gray_alpha", "opaque", "flat_alpha"]


def picture(kind: str, height: int, width: int, *, seed: int = 0) -> Pixels:
    """A picture that calls for one of the layouts."""
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, (height, width, 4), dtype=np.uint8)
    ys, xs = np.mgrid[0:height, 0:width]
    smooth = np.stack([xs, ys, xs + ys, 255 - xs], axis=2).astype(np.uint8)
    colors = rng.integers(0, 256, (256, 4), dtype=np.uint8)
    pictures = {
        "noise": noise,
        "smooth": smooth,
        "few": colors[noise[..., 0] // 2, :3],
        "two": colors[noise[..., 0] // 128, :3],
        "four": colors[noise[..., 0] // 64],
        "gray": noise[..., :1].repeat(3, axis=2),
        "gray_alpha": np.dstack([smooth[..., :1].repeat(3, axis=2), noise[..., 1]]),
        "opaque": np.dstack([noise[..., :3], np.full((height, width), 255, np.uint8)]),
        "flat_alpha": colors[noise[..., 0] // 16],
    }
    return np.ascontiguousarray(pictures[kind])


def by_pillow(data: bytes, channels: int) -> Pixels:
    """The pixels as Pillow reads them."""
    return np.asarray(Image.open(BytesIO(data)).convert("RGBA"))[..., :channels]


def by_opencv(data: bytes, channels: int) -> Pixels:
    """The pixels as OpenCV reads them; the missing alpha of a three-channel file is left out."""
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if bgr.ndim == 2:
        return cv2.cvtColor(bgr, cv2.COLOR_GRAY2RGB)
    return cv2.cvtColor(bgr, cv2.COLOR_BGRA2RGBA if bgr.shape[2] == 4 else cv2.COLOR_BGR2RGB)[..., :channels]


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Type and body of every chunk, the CRCs checked."""
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length)[0] == zlib.crc32(kind + body)
        found.append((kind, body))
        at += 12 + length
    return found


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("compact", [False, True])
def test_every_reader_gets_the_pixels_back(kind: str, shape: tuple[int, int], *, compact: bool) -> None:
    """Pillow, OpenCV and zlib's strict checksums agree with what was written."""
    pixels = picture(kind, *shape)
    data = encode_png(pixels, compact=compact)
    assert np.array_equal(by_pillow(data, pixels.shape[2]), pixels)
    opencv = by_opencv(data, pixels.shape[2])
    assert np.array_equal(opencv, pixels[..., : opencv.shape[2]])
    zlib.decompress(b"".join(body for name, body in chunks(data) if name == b"IDAT"))


@pytest.mark.skipif(shutil.which("pngcheck") is None, reason="pngcheck is not installed")
@pytest.mark.parametrize("kind", KINDS)
def test_pngcheck_finds_nothing(kind: str, tmp_path: Path) -> None:
    """The strictest reader there is has no complaint."""
    for number, shape in enumerate(SHAPES):
        path = tmp_path / f"{number}.png"
        path.write_bytes(encode_png(picture(kind, *shape), compact=True, dpi=300))
        answer = subprocess.run(["pngcheck", "-v", path], capture_output=True, text=True, check=False)
        assert answer.returncode == 0, answer.stdout


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    height=st.integers(1, 70),
    width=st.integers(1, 70),
    seed=st.integers(0, 99),
    compact=st.booleans(),
)
def test_round_trip_is_exact(kind: str, height: int, width: int, seed: int, *, compact: bool) -> None:
    """Whatever the picture and its size, the same pixels come back, those under clear alpha too."""
    pixels = picture(kind, height, width, seed=seed)
    assert np.array_equal(by_pillow(encode_png(pixels, compact=compact), pixels.shape[2]), pixels)


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(1, 400), max_size=8), threads=st.sampled_from([0, 1, 3]))
def test_bytes_do_not_depend_on_strips_or_threads(cuts: list[int], threads: int) -> None:
    """However the rows are handed over, and whoever compresses them, the file is the same."""
    pixels = picture("smooth", 700, 800)
    assert pixels.nbytes > 3 * BAND_BYTES
    pool = ThreadPoolExecutor(threads) if threads else None
    encoder = PngEncoder(800, 700, layout=LAYOUTS["rgba"], dpi=150, pool=pool)
    pieces, top = [], 0
    for cut in [*cuts, 700]:
        strip = pixels[top : min(700, top + cut)].copy()
        pieces.append(encoder.feed(strip))
        strip[:] = 7  # what was handed over may be overwritten
        top = min(700, top + cut)
    assert b"".join([*pieces, encoder.finish()]) == encode_png(pixels, dpi=150)
    if pool is not None:
        pool.shutdown()


def test_pieces_come_while_rows_go_in() -> None:
    """The file leaves the encoder as it grows: no more than a few bands wait for the end."""
    pixels = picture("noise", 2000, 1024)
    encoder = PngEncoder(1024, 2000)
    early = sum(len(encoder.feed(pixels[top : top + 50])) for top in range(0, 2000, 50))
    assert len(encoder.finish()) < BAND_BYTES < early


def test_wrong_rows_are_refused() -> None:
    """Rows of another width, too many and too few are errors of the caller's, named at once."""
    encoder = PngEncoder(8, 4)
    with pytest.raises(ValueError, match="does not fit"):
        encoder.feed(np.zeros((1, 9, 4), np.uint8))
    encoder.feed(np.zeros((3, 8, 4), np.uint8))
    with pytest.raises(ValueError, match="does not fit"):
        encoder.feed(np.zeros((2, 8, 4), np.uint8))
    with pytest.raises(ValueError, match="1 rows are missing"):
        encoder.finish()


@pytest.mark.parametrize(
    ("kind", "plain", "compact"),
    [
        ("noise", "RGBA", "RGBA"),
        ("few", "RGB", "P"),
        ("gray", "L", "L"),
        ("gray_alpha", "RGBA", "LA"),
        ("opaque", "RGBA", "RGB"),
        ("flat_alpha", "RGBA", "P"),
    ],
)
def test_layout_is_the_smallest_allowed(kind: str, plain: str, compact: str) -> None:
    """Gray stays gray and four channels stay four; palettes and dropped channels are for those who ask."""
    pixels = picture(kind, 90, 110)
    assert Image.open(BytesIO(encode_png(pixels))).mode == plain
    assert Image.open(BytesIO(encode_png(pixels, compact=True))).mode == compact


def test_one_coloured_pixel_is_not_lost() -> None:
    """A single odd pixel anywhere decides the layout: colour, alpha and the palette see every pixel."""
    for place in [(0, 0), (61, 5), (100, 60), (129, 99)]:
        gray = np.full((130, 100, 3), 90, np.uint8)
        gray[place] = (90, 90, 91)
        assert layout_of(gray) == LAYOUTS["rgb"]
        opaque = picture("opaque", 130, 100)
        opaque[place][3] = 254
        assert layout_of(opaque, compact=True) == LAYOUTS["rgba"]


@pytest.mark.parametrize(
    ("count", "bits"), [(1, 1), (2, 1), (3, 2), (5, 4), (16, 4), (17, 8), (256, 8), (257, None)]
)
def test_palette_takes_the_fewest_bits(count: int, bits: int | None) -> None:
    """Up to 256 colours have a palette of 1, 2, 4 or 8 bits; one more has none."""
    colors = np.zeros((count, 3), np.uint8)
    colors[:, 0], colors[:, 1] = np.arange(count) % 256, np.arange(count) // 256
    pixels = colors[np.arange(80 * 70) % count].reshape(80, 70, 3)
    table = find_palette(pixels)
    assert (None if table is None else table.bit_depth) == bits


@pytest.mark.parametrize("dpi", [72.0, 96.0, 150.0, 300.0, 600.0])
def test_resolution_reads_back(dpi: float) -> None:
    """The tag is within a hundredth of a dot of what was asked."""
    image = Image.open(BytesIO(encode_png(picture("smooth", 4, 4), dpi=dpi)))
    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.013)


def test_chunks_stand_in_order() -> None:
    """What describes the pixels comes before them, the palette before its transparency."""
    names = [name for name, _ in chunks(encode_png(picture("flat_alpha", 20, 20), dpi=300, compact=True))]
    assert names == [b"IHDR", b"sRGB", b"pHYs", b"PLTE", b"tRNS", b"IDAT", b"IDAT", b"IDAT", b"IEND"]


@given(first=st.binary(max_size=300), second=st.binary(max_size=300))
def test_checksums_combine(first: bytes, second: bytes) -> None:
    """Two checksums give the checksum of both runs of bytes."""
    combined = adler32_of_both(zlib.adler32(first), zlib.adler32(second), len(second))
    assert combined == zlib.adler32(first + second)


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("bpp", [1, 2, 3, 4])
def test_filters_are_those_of_the_specification(kind: int, bpp: int) -> None:
    """Each filter equals its definition, computed value by value."""
    rng = np.random.default_rng(kind)
    padded = rng.integers(0, 256, (5, bpp + 24), dtype=np.uint8)
    padded[:, :bpp] = 0
    out = np.empty((4, 25), np.uint8)
    filter_rows(padded, kind, bpp=bpp, out=out)
    for y in range(1, 5):
        for x in range(bpp, bpp + 24):
            a, b, c = int(padded[y, x - bpp]), int(padded[y - 1, x]), int(padded[y - 1, x - bpp])
            nearest = min((a, b, c), key=lambda value: abs(a + b - c - value))
            predicted = (0, a, b, (a + b) // 2, nearest)[kind]
            assert out[y - 1, x - bpp + 1] == (int(padded[y, x]) - predicted) % 256


def test_filter_suits_the_band() -> None:
    """Repeated rows take `up`; noise, which nothing predicts, is left alone."""
    rng = np.random.default_rng(0)
    same = np.broadcast_to(rng.integers(0, 256, 400, dtype=np.uint8), (33, 400)).copy()
    same[:, :4] = 0
    noise = rng.integers(0, 2, (33, 400), dtype=np.uint8) * 255
    noise[:, :4] = 0
    assert choose_filter(same, bpp=4, candidates=(0, 2, 3, 4)) in (2, 4)
    assert choose_filter(noise, bpp=4, candidates=(0, 3, 4)) == 0
