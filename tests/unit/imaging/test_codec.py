"""Decode and encode."""

import tracemalloc
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFile

from imaging.codec.decode import decode
from imaging.codec.encode import encode, flatten, srgb_profile
from imaging.codec.header import DecodeLimits, probe, sniff
from imaging.errors import (
    CorruptImageError,
    ImageDimensionsError,
    ImageTooLargeError,
    UnsupportedFormatError,
)
from imaging.types import Pixels

LIMITS = DecodeLimits()
FORMATS = ["png", "jpeg", "webp", "avif"]


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def gradient(channels: int) -> Pixels:
    """Smooth colours, so that lossy formats stay close."""
    ys, xs = np.mgrid[0:48, 0:64]
    planes = [xs * 4, ys * 5, 255 - xs * 3, np.clip(xs * 8, 0, 255)][:channels]
    return np.stack(planes, axis=2).astype(np.uint8)


@pytest.mark.parametrize("kind", [*FORMATS, "gif"])
def test_format_is_told_by_magic_bytes(kind: str) -> None:
    """Each accepted format is known by its first bytes."""
    data = saved(Image.fromarray(gradient(3)), kind)
    assert sniff(data).lower() == kind
    assert decode(data, limits=LIMITS)[0].shape == (48, 64, 3)


@pytest.mark.parametrize("data", [b"", b"GIF", b"%!PS-Adobe", b"BM" + bytes(60), b"II*\x00" + bytes(60)])
def test_other_formats_are_refused(data: bytes) -> None:
    """Bytes of no accepted format never reach a decoder."""
    with pytest.raises(UnsupportedFormatError):
        decode(data, limits=LIMITS)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("channels", [3, 4])
def test_round_trip(kind: str, channels: int) -> None:
    """What is encoded decodes to the same image: exactly for PNG, closely for the others."""
    pixels = gradient(channels)
    back, _ = decode(encode(pixels, to=kind, quality=95), limits=LIMITS)
    expected = flatten(pixels, (255, 255, 255)) if kind == "jpeg" else pixels
    assert back.shape == expected.shape
    visible = expected[..., 3] > 128 if expected.shape[2] == 4 else np.ones(expected.shape[:2], bool)
    error = np.abs(back.astype(int) - expected)[visible]
    assert error.max() == 0 if kind == "png" else error.mean() < 3


@pytest.mark.parametrize("kind", FORMATS)
def test_bytes_are_deterministic(kind: str) -> None:
    """The same pixels give the same bytes."""
    assert encode(gradient(4), to=kind, dpi=300) == encode(gradient(4), to=kind, dpi=300)


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_resolution_is_written(kind: str) -> None:
    """The resolution tag survives; a probe reads it back."""
    header = probe(encode(gradient(3), to=kind, dpi=300), limits=LIMITS)
    assert header.dpi == pytest.approx(300, abs=0.2)


def test_srgb_is_declared() -> None:
    """PNG carries the sRGB chunk, the others a profile without a date."""
    assert b"sRGB" in encode(gradient(3), to="png")
    assert Image.open(BytesIO(encode(gradient(3), to="jpeg"))).info["icc_profile"] == srgb_profile()
    assert srgb_profile()[24:36] == bytes(12)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(orientation: int) -> None:
    """Every EXIF orientation comes out upright, and the header's size is the upright one."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(Image.fromarray(gradient(3)), "png", exif=exif)
    pixels, header = decode(data, limits=LIMITS)
    expected = (64, 48) if orientation >= 5 else (48, 64)
    assert pixels.shape[:2] == expected == (header.height, header.width)


@pytest.mark.parametrize(
    ("mode", "channels"),
    [("1", 3), ("L", 3), ("LA", 4), ("P", 3), ("RGB", 3), ("RGBA", 4), ("I;16", 3)],
)
def test_every_png_mode_becomes_rgb_or_rgba(mode: str, channels: int) -> None:
    """Bilevel, gray, palette and 16-bit files become 8-bit colour; alpha appears only where it was."""
    image = Image.fromarray(np.full((4, 4), 40_000, np.uint16)) if mode == "I;16" else None
    image = image or Image.new("L", (4, 4), 180).convert(mode)
    pixels, _ = decode(saved(image, "png"), limits=LIMITS)
    assert pixels.shape == (4, 4, channels)
    assert pixels.dtype == np.uint8
    if mode == "I;16":
        assert pixels[0, 0, 0] == round(40_000 / 257)


def test_palette_transparency_is_kept() -> None:
    """A transparent palette entry is transparent."""
    image = Image.new("P", (4, 4), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 0)
    pixels, _ = decode(saved(image, "png", transparency=0), limits=LIMITS)
    assert pixels[0, 0, 3] == 0
    assert tuple(pixels[1, 1]) == (0, 0, 255, 255)


def test_cmyk_jpeg_becomes_rgb() -> None:
    """A CMYK JPEG is readable colour."""
    pixels, _ = decode(saved(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "jpeg"), limits=LIMITS)
    red, green, blue = pixels[4, 4]
    assert red > 200
    assert max(green, blue) < 60


def test_embedded_profile_is_converted() -> None:
    """Colours under an embedded profile are converted to sRGB; a broken profile is ignored."""
    flat = Image.new("RGB", (8, 8), (200, 100, 50))
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    same, _ = decode(saved(flat, "png", icc_profile=lab.tobytes()), limits=LIMITS)
    broken, _ = decode(saved(flat, "png", icc_profile=b"not a profile"), limits=LIMITS)
    assert np.abs(same.astype(int) - (200, 100, 50)).max() <= 1
    assert np.array_equal(broken[0, 0], (200, 100, 50))


@pytest.mark.parametrize("kind", FORMATS)
def test_limits_are_held_before_pixels(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the limits is refused without decoding a pixel."""
    data = saved(Image.new("RGB", (4000, 4000)), kind)
    for name in ("load", "load_prepare"):
        monkeypatch.setattr(ImageFile.ImageFile, name, lambda _: pytest.fail("pixels were decoded"))
    tracemalloc.start()
    with pytest.raises(ImageTooLargeError):
        decode(data, limits=DecodeLimits(max_megapixels=15))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    with pytest.raises(ImageDimensionsError):
        decode(data, limits=DecodeLimits(max_side_px=3999))


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif"])
def test_cut_files_are_corrupt(kind: str) -> None:
    """A file cut anywhere is corrupt by name, never a partial picture."""
    rng = np.random.default_rng(1)
    data = saved(Image.fromarray(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8)), kind)
    for share in (0.3, 0.6, 0.9):
        with pytest.raises((CorruptImageError, UnsupportedFormatError)):
            decode(data[: int(len(data) * share)], limits=LIMITS)


def test_flatten_lays_on_the_colour() -> None:
    """Clear pixels take the ground, solid ones stay, half ones mix."""
    pixels = np.array([[[9, 9, 9, 0], [200, 0, 0, 255], [200, 0, 0, 128]]], np.uint8)
    assert flatten(pixels, (0, 0, 100)).tolist() == [[[0, 0, 100], [200, 0, 0], [100, 0, 50]]]
