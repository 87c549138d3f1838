"""Pixels to file: PNG, JPEG, WebP, AVIF; deterministic bytes, sRGB and resolution tags written."""

from concurrent.futures import Executor
from functools import cache
from io import BytesIO
from typing import Any, Literal

import numpy as np
from PIL import Image, ImageCms

from imaging.blend import mix, strips
from imaging.codec.png import encode_png
from imaging.codec.png_palette import find_palette
from imaging.types import Color, Pixels

OutputFormat = Literal["png", "jpeg", "webp", "avif"]
CONTENT_TYPES: dict[OutputFormat, str] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
}
EXTENSIONS: dict[OutputFormat, str] = {"png": "png", "jpeg": "jpg", "webp": "webp", "avif": "avif"}

WEBP_METHOD = 2
LOSSLESS_WEBP = {"lossless": True, "quality": 20}
"""For flat artwork; its "quality" is effort. Lossy WebP would halve the resolution of colours."""
LOSSLESS_FROM_QUALITY = 80
FLAT_CHANGES = 0.1
"""Artwork is flat when at most this share of pixels differs from the one to the left."""
SAMPLE_ROWS = 64
AVIF_SPEED = {"photo": 9, "artwork": 8}
"""9 takes half the time of 8; photographs get no larger by it, artwork a third."""
PHOTO_CHANGES = 0.5
"""A picture is photographic when more than this share of pixels differs from the one to the left."""
FULL_COLOR = "4:4:4"
"""Colour at full resolution: halving it saves 4-25 % of the size and blurs coloured edges in every logo."""
ICC_DATE = slice(24, 36)  # creation date in an ICC header (ICC.1:2022, 7.2.8): the only bytes that change


def encode(
    pixels: Pixels,
    *,
    to: OutputFormat = "png",
    quality: int = 90,
    dpi: float | None = None,
    compact: bool = False,
    pool: Executor | None = None,
) -> bytes:
    """Write a file.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8 sRGB. JPEG has no alpha: it is laid on white.
        to: The format.
        quality: 1-100, for the lossy formats. From 80 on, flat artwork of at most 256 colours becomes
            lossless WebP: exact where anything is seen, faster, a little larger.
        dpi: Resolution tag; none is written when None (AVIF has none).
        compact: PNG: a palette, two channels or no alpha where that loses nothing (`layout_of`).
        pool: Threads for what can be shared among them; not the pool that runs the caller.

    Returns:
        The file; equal pixels and options give equal bytes.
    """
    if to == "png":
        return encode_png(pixels, dpi=dpi, compact=compact, pool=pool)
    if to == "jpeg":
        pixels = flatten(pixels, (255, 255, 255))
    image = Image.fromarray(np.ascontiguousarray(pixels))
    options = _options(to, quality=quality, dpi=dpi)
    if to == "webp" and quality >= LOSSLESS_FROM_QUALITY and _is_flat(pixels):
        options |= LOSSLESS_WEBP
    elif to == "avif":
        options["speed"] = AVIF_SPEED["photo" if _changes(pixels) > PHOTO_CHANGES else "artwork"]
    out = BytesIO()
    image.save(out, **options)
    return out.getvalue()


def flatten(pixels: Pixels, ground: Color) -> Pixels:
    """Lay RGBA on a solid colour; RGB passes unchanged."""
    if pixels.shape[2] == 3:  # noqa: PLR2004 - channels
        return pixels
    height, width = pixels.shape[:2]
    out = np.empty((height, width, 3), np.uint8)
    base = np.array(ground, dtype=np.uint8)
    for rows in strips(height, width):
        out[rows] = mix(pixels[rows, :, :3], base, pixels[rows, :, 3])
    return out


def _options(to: OutputFormat, *, quality: int, dpi: float | None) -> dict[str, Any]:
    resolution = {"dpi": (dpi, dpi)} if dpi else {}
    profile = {"icc_profile": srgb_profile()}
    if to == "jpeg":
        return {"format": "JPEG", "quality": quality, "subsampling": FULL_COLOR, **profile, **resolution}
    if to == "webp":
        exif = {"exif": _resolution_exif(dpi)} if dpi else {}
        return {"format": "WEBP", "quality": quality, "method": WEBP_METHOD, **profile, **exif}
    return {
        "format": "AVIF",
        "quality": quality,
        "subsampling": FULL_COLOR,
        "max_threads": 1,  # the bytes depend on it, and a second thread gains nothing at this speed
        **profile,
    }


def _is_flat(pixels: Pixels) -> bool:
    """At most 256 colours, in areas and not in dithered dots."""
    return _changes(pixels) <= FLAT_CHANGES and find_palette(pixels) is not None


def _changes(pixels: Pixels) -> float:
    """Share of pixels that differ from the one to the left, 0-1, in a sample of rows."""
    rows = pixels[:: max(1, len(pixels) // SAMPLE_ROWS)]
    changes = (rows[:, 1:] != rows[:, :-1]).any(axis=2)
    return float(changes.mean()) if changes.size else 0.0


def _resolution_exif(dpi: float) -> bytes:
    exif = Image.Exif()
    exif[0x011A] = exif[0x011B] = float(dpi)  # XResolution, YResolution
    exif[0x0128] = 2  # ResolutionUnit: inch
    return exif.tobytes()


@cache
def srgb_profile() -> bytes:
    """An sRGB ICC profile whose bytes do not depend on the clock."""
    raw = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    raw[ICC_DATE] = bytes(12)
    return bytes(raw)
