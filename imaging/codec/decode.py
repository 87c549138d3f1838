"""File to pixels: 8-bit sRGB, upright, straight alpha, first frame only."""

import warnings
from dataclasses import replace
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms, ImageOps

from imaging.codec.header import DecodeLimits, Header, open_checked
from imaging.errors import CorruptImageError
from imaging.types import Pixels

SIXTEEN_BIT_MODES = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I"})
SIXTEEN_TO_EIGHT = 257.0  # 65535 / 255
SRGB = ImageCms.createProfile("sRGB")


def decode(data: bytes, *, limits: DecodeLimits) -> tuple[Pixels, Header]:
    """Decode an image file.

    EXIF orientation is applied, an embedded ICC profile is converted to sRGB, CMYK, palette, gray and 16-bit
    images become 8-bit RGB, or RGBA when the file has any transparency. Animations give their first frame.

    Returns:
        The pixels, (H, W, 3) or (H, W, 4), and the header.

    Raises:
        ImagingError: one of the errors of `open_checked`, by name.
    """
    image, header = open_checked(data, limits=limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
            upright = ImageOps.exif_transpose(image)
            rgb = _to_srgb(upright)
    except MemoryError:
        raise
    except Exception as error:
        raise CorruptImageError(f"The {header.format} data is damaged and cannot be decoded.") from error
    pixels = np.asarray(rgb, dtype=np.uint8)
    # An orientation that stands behind the pixels shows only now.
    return pixels, replace(header, height=pixels.shape[0], width=pixels.shape[1])


def _to_srgb(image: Image.Image) -> Image.Image:
    """8-bit sRGB, as RGB or RGBA."""
    image = _to_eight_bit(image)
    transparent = image.has_transparency_data
    profile = image.info.get("icc_profile")
    if image.mode in {"P", "PA", "1", "La", "RGBa"} or (image.mode == "RGB" and transparent):
        image = image.convert("RGBA" if transparent else "RGB")
    alpha = image.getchannel("A") if image.mode in {"RGBA", "LA"} else None
    color = _convert_profile(image, profile) if profile else image.convert("RGB")
    if alpha is None:
        return color
    color.putalpha(alpha)
    return color


def _to_eight_bit(image: Image.Image) -> Image.Image:
    if image.mode in SIXTEEN_BIT_MODES:
        wide = np.asarray(image, dtype=np.float32)
        return Image.fromarray(np.clip(np.rint(wide / SIXTEEN_TO_EIGHT), 0, 255).astype(np.uint8))
    if image.mode == "F":
        return image.convert("L")
    return image


def _convert_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """Through the embedded profile to sRGB; a profile that cannot be used is ignored, as browsers do."""
    base = image.convert({"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode))
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(base, source, SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return base.convert("RGB")
    return converted if converted is not None else base.convert("RGB")
