"""Decoding: deep, indexed, gray and managed colours; what a header tells; damaged files."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from imaging.codec.decode import decode
from imaging.codec.header import DecodeLimits, probe
from imaging.codec.to_srgb import eight_bit
from imaging.errors import CorruptImageError, ImagingError
from imaging.types import Pixels

LIMITS = DecodeLimits()
Values = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]
SRGB = ImageCms.createProfile("sRGB")


def png(values: Values, color_type: int, *, extra: bytes = b"", bits: int | None = None) -> bytes:
    """A PNG of (H, W, samples) values, written by the book; `extra` chunks stand before the pixels."""
    height, width = values.shape[:2]
    bits = bits or values.itemsize * 8
    rows = b"".join(b"\0" + row.astype(row.dtype.newbyteorder(">")).tobytes() for row in values)
    head = struct.pack(">IIBBBBB", width, height, bits, color_type, 0, 0, 0)
    body = [chunk(b"IHDR", head), extra, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def pixels_of(data: bytes) -> Pixels:
    """The decoded pixels."""
    return decode(data, limits=LIMITS)[0]


def gray_profile(gamma: float) -> bytes:
    """A gray ICC profile of one gamma: header, tag table, white point, curve (ICC.1:2001-04)."""
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", 2) + b"g\0" + bytes(78)
    at = 128 + 4 + 3 * 12
    table = struct.pack(">I", 3)
    for name, body in ((b"wtpt", white), (b"kTRC", curve), (b"desc", text)):
        table += name + struct.pack(">2I", at, len(body))
        at += len(body)
    head = struct.pack(">I4sI4s4s4s", at, b"none", 0x02100000, b"mntr", b"GRAY", b"XYZ ")
    head = head.ljust(36, b"\0") + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + white + curve + text


def wide_profile() -> bytes:
    """Display P3: its primaries under the sRGB curve and D50, as a matrix profile (SMPTE EG 432-1)."""
    raw = bytearray(ImageCms.ImageCmsProfile(SRGB).tobytes())
    columns = {b"rXYZ": (0.51512, 0.2412, -0.00105), b"gXYZ": (0.29198, 0.69225, 0.04189)}
    columns[b"bXYZ"] = (0.1571, 0.06657, 0.78407)
    for index in range(struct.unpack_from(">I", raw, 128)[0]):
        name, at, _ = struct.unpack_from(">4sII", raw, 132 + 12 * index)
        if name in columns:
            struct.pack_into(">3i", raw, at + 8, *(round(value * 65536) for value in columns[name]))
    return bytes(raw)


def test_every_16_bit_value_is_rounded() -> None:
    """Each of the 65,536 values becomes the nearest of 256, as 65535 / 255 = 257 has it."""
    values = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    assert np.array_equal(eight_bit(values), np.rint(values / 257).astype(np.uint8))


@pytest.mark.parametrize(("color_type", "samples"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_16_bit_files_are_rounded(color_type: int, samples: int) -> None:
    """Gray, RGB and their alpha twins of 16 bits are rounded, not cut."""
    values = np.random.default_rng(0).integers(0, 65_536, (9, 14, samples), dtype=np.uint16)
    wanted = np.rint(values / 257).astype(np.uint8)
    if samples < 3:
        wanted = np.dstack([wanted[..., :1].repeat(3, axis=2), wanted[..., 1:]])
    assert np.array_equal(pixels_of(png(values, color_type)), wanted)


@pytest.mark.parametrize(("color_type", "samples"), [(0, 1), (2, 3)])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_a_transparent_colour_is_clear(color_type: int, samples: int, kind: type) -> None:
    """The one colour that tRNS names is clear, at 8 and at 16 bits, in gray and in RGB."""
    top = int(np.iinfo(kind).max)
    values = np.random.default_rng(1).integers(0, top, (6, 7, samples)).astype(kind)
    values[2, 3] = values[4, 4] = top
    named = chunk(b"tRNS", struct.pack(">H", top) * samples)
    alpha = pixels_of(png(values, color_type, extra=named))[..., 3]
    assert sorted(map(tuple, np.argwhere(alpha == 0))) == [(2, 3), (4, 4)]
    assert set(np.unique(alpha)) == {0, 255}


def test_bilevel_with_a_transparent_value() -> None:
    """One-bit gray may clear its black or its white."""
    rows = np.array([[[0b10110000]]], np.uint8)
    data = png(rows, 0, bits=1, extra=chunk(b"tRNS", b"\0\1"))
    wide = bytearray(data)
    wide[16:20] = struct.pack(">I", 4)
    wide[29:33] = struct.pack(">I", zlib.crc32(bytes(wide[12:29])))
    assert pixels_of(bytes(wide))[0].tolist() == [
        [255, 255, 255, 0],
        [0, 0, 0, 255],
        *[[255, 255, 255, 0]] * 2,
    ]


def test_palette_alpha_may_be_partial() -> None:
    """Each palette entry has its own alpha."""
    palette = chunk(b"PLTE", bytes([255, 0, 0, 0, 255, 0, 0, 0, 255])) + chunk(b"tRNS", bytes([0, 128]))
    values = np.array([[[0], [1], [2]]], np.uint8)
    assert pixels_of(png(values, 3, extra=palette))[0].tolist() == [
        [255, 0, 0, 0],
        [0, 255, 0, 128],
        [0, 0, 255, 255],
    ]


def test_wide_gamut_is_converted() -> None:
    """Display P3 red 200 is an sRGB red beyond 200; gray has no gamut and stays."""
    image = Image.new("RGB", (8, 8), (200, 60, 60))
    image.paste((90, 90, 90), (0, 0, 4, 8))
    for kind in ("png", "webp"):
        lossless = {"lossless": True} if kind == "webp" else {}
        pixels = pixels_of(saved(image, kind, icc_profile=wide_profile(), **lossless))
        # By the matrix of CSS Color 4, 17 (P3 to sRGB, linear) and the sRGB curve: (217.6, 41.7, 52.3).
        assert np.abs(pixels[4, 6] - (217.6, 41.7, 52.3)).max() <= 1, kind
        assert np.abs(pixels[4, 1].astype(int) - 90).max() <= 1, kind


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_gray_profiles_apply_to_gray(mode: str) -> None:
    """Gray of gamma 1.0 gets lighter under sRGB's curve, stays gray, and keeps its alpha."""
    image = Image.new(mode, (4, 4), 55 if mode == "L" else (55, 77))
    pixel = pixels_of(saved(image, "png", icc_profile=gray_profile(1.0)))[0, 0]
    linear = 55 / 255
    wanted = 255 * (1.055 * linear ** (1 / 2.4) - 0.055)
    assert np.abs(pixel[:3] - wanted).max() <= 1.5
    assert pixel[3:].tolist() == ([77] if mode == "LA" else [])


def test_alpha_is_not_colour_managed() -> None:
    """A profile changes colours and leaves alpha."""
    rng = np.random.default_rng(2)
    image = Image.fromarray(rng.integers(0, 256, (30, 20, 4), dtype=np.uint8))
    back = pixels_of(saved(image, "png", icc_profile=wide_profile()))
    assert np.array_equal(back[..., 3], np.asarray(image)[..., 3])
    assert not np.array_equal(back[..., :3], np.asarray(image)[..., :3])


def test_srgb_by_another_name_changes_nothing() -> None:
    """A profile that is sRGB leaves every pixel exactly as it was."""
    pixels = np.random.default_rng(3).integers(0, 256, (40, 30, 3), dtype=np.uint8)
    profile = ImageCms.ImageCmsProfile(SRGB).tobytes()
    assert np.array_equal(pixels_of(saved(Image.fromarray(pixels), "png", icc_profile=profile)), pixels)


@pytest.mark.parametrize(("mode", "color"), [("CMYK", (0, 255, 255, 0)), ("L", 120)])
def test_profiles_of_another_kind_are_ignored(mode: str, color: object) -> None:
    """An RGB profile in a gray or CMYK file is ignored, not an error."""
    image = Image.new(mode, (16, 16), color)
    with_profile = pixels_of(saved(image, "jpeg", icc_profile=wide_profile(), quality=95))
    assert np.array_equal(with_profile, pixels_of(saved(image, "jpeg", quality=95)))


def test_strips_leave_no_seam() -> None:
    """An image of many strips equals the same image converted whole."""
    pixels = np.random.default_rng(4).integers(0, 256, (1500, 900, 3), dtype=np.uint8)
    indexed = Image.fromarray(pixels).quantize(60)
    assert np.array_equal(pixels_of(saved(indexed, "png")), np.asarray(indexed.convert("RGB")))


@pytest.mark.parametrize("kind", ["jpeg", "webp", "png"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_pillows(kind: str, orientation: int) -> None:
    """Each of the eight orientations turns pixels as Pillow's own function does."""
    from PIL import ImageOps  # noqa: PLC0415 - the reference, used here only

    pixels = np.random.default_rng(5).integers(0, 256, (24, 40, 3), dtype=np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(Image.fromarray(cv2.blur(pixels, (9, 9))), kind, exif=exif)
    upright = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    assert np.array_equal(pixels_of(data), np.asarray(upright.convert("RGB")))


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("channels", [3, 4])
def test_webp_is_what_pillow_reads(channels: int, *, lossless: bool) -> None:
    """The lean WebP decoder gives Pillow's pixels, of the first frame where there are more."""
    frames = [
        Image.fromarray(np.random.default_rng(seed).integers(0, 256, (50, 70, channels), dtype=np.uint8))
        for seed in (6, 7)
    ]
    for more in ({}, {"save_all": True, "append_images": frames[1:]}):
        data = saved(frames[0], "webp", lossless=lossless, **more)
        assert np.array_equal(pixels_of(data), np.asarray(Image.open(BytesIO(data))))


@pytest.mark.parametrize(
    ("mode", "kind", "gray", "bits"),
    [
        ("1", "png", True, 1),
        ("L", "png", True, 8),
        ("LA", "png", True, 8),
        ("I;16", "png", True, 16),
        ("RGB", "png", False, 8),
        ("L", "jpeg", True, 8),
        ("RGB", "jpeg", False, 8),
        ("CMYK", "jpeg", False, 8),
        ("RGB", "webp", False, 8),
        ("RGB", "avif", False, 8),
        ("L", "gif", True, 8),
    ],
)
def test_header_tells_gray_and_depth(mode: str, kind: str, bits: int, *, gray: bool) -> None:
    """Whether a file is gray and how deep it is shows without decoding."""
    header = probe(saved(Image.new(mode, (5, 5)), kind), limits=LIMITS)
    assert (header.is_gray, header.bit_depth) == (gray, bits)


@pytest.mark.parametrize(("color", "gray"), [((9, 9, 9), True), ((9, 9, 10), False)])
def test_palette_of_grays_is_gray(color: tuple[int, int, int], *, gray: bool) -> None:
    """A palette is gray when each of its colours is."""
    palette = chunk(b"PLTE", bytes([0, 0, 0, *color]))
    header = probe(png(np.array([[[0], [1]]], np.uint8), 3, extra=palette), limits=LIMITS)
    assert header.is_gray is gray


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_mutated_files_raise_by_name(kind: str) -> None:
    """Whatever is done to a file's bytes, it decodes or raises one of the named errors."""
    rng = np.random.default_rng(8)
    data = saved(Image.fromarray(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)), kind)
    named = 0
    for _ in range(150):
        broken = bytearray(data)
        for place in rng.integers(0, len(data), 4):
            broken[place] = rng.integers(0, 256)
        try:
            decode(bytes(broken), limits=LIMITS)
        except ImagingError:
            named += 1
    assert named > 0


def test_deep_files_are_whole_or_corrupt() -> None:
    """A 16-bit file that is cut short is corrupt, not half a picture."""
    values = np.random.default_rng(9).integers(0, 65_536, (40, 40, 3), dtype=np.uint16)
    data = png(values, 2)
    with pytest.raises(CorruptImageError):
        decode(data[: len(data) // 2], limits=LIMITS)


def test_foreign_files_decode_as_their_list_says(corpus: Path) -> None:
    """388 files that others made: each decodes or is refused as listed; AVIF and GIF are accepted besides."""
    lines = (corpus / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        name, *_, listed = line.split("\t")
        if not name.startswith("images"):
            continue
        try:
            accepted = decode((corpus / name).read_bytes(), limits=LIMITS)[1].format
        except ImagingError:
            accepted = None
        assert accepted in {"AVIF", "GIF"} or (accepted is not None) == (listed == "decodes"), name
