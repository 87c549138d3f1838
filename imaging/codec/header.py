"""What a file says of itself before any pixel is decoded: format by magic bytes, size, limits."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Literal

from PIL import Image, ImageFile

from imaging.errors import (
    CorruptImageError,
    ImageDimensionsError,
    ImageTooLargeError,
    ImagingError,
    UnsupportedFormatError,
)

SourceFormat = Literal["JPEG", "PNG", "WEBP", "GIF", "AVIF"]

SIGNATURE_BYTES = 32
EXIF_ORIENTATION = 0x0112
TRANSPOSED_ORIENTATIONS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class DecodeLimits:
    """What a decoder may be asked to take."""

    max_megapixels: float = 25.0
    max_side_px: int = 16_384


@dataclass(frozen=True, slots=True)
class Header:
    """Size and format of an image file."""

    format: SourceFormat
    width: int
    """Pixels, after the EXIF orientation is applied."""
    height: int
    mode: str
    """Pillow's mode of the stored pixels."""
    dpi: float | None
    """Resolution tag, when there is a plausible one."""


def sniff(data: bytes) -> SourceFormat:
    """The format, by magic bytes alone.

    Raises:
        UnsupportedFormatError: none of JPEG, PNG, WebP, GIF, AVIF.
    """
    start = data[:SIGNATURE_BYTES]
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WEBP"
    if start[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if start[4:8] == b"ftyp" and (b"avif" in start[8:] or b"avis" in start[8:]):
        return "AVIF"
    raise UnsupportedFormatError("The file is not a JPEG, PNG, WebP, GIF or AVIF image.")


def open_checked(data: bytes, *, limits: DecodeLimits) -> tuple[ImageFile.ImageFile, Header]:
    """Open without decoding pixels and hold the size against the limits.

    Raises:
        UnsupportedFormatError: not an accepted format.
        CorruptImageError: the header cannot be read.
        ImageDimensionsError: a side is zero or longer than `limits.max_side_px`.
        ImageTooLargeError: more than `limits.max_megapixels`.
    """
    kind = sniff(data)
    try:
        with warnings.catch_warnings():
            # Pillow warns of bombs by its own measure; ours comes right below.
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(data), formats=(kind,))
            check_limits(*image.size, limits=limits)
            transposed = _transposed(image)
    except ImagingError:
        raise
    except Image.DecompressionBombError as error:
        raise ImageTooLargeError(f"The image has more than {limits.max_megapixels:g} megapixels.") from error
    except Exception as error:
        # Damaged files raise far more than OSError from inside decoders; here, and in decode, all of it
        # means one thing.
        raise CorruptImageError(f"The {kind} header cannot be read.") from error
    width, height = (image.height, image.width) if transposed else image.size
    return image, Header(format=kind, width=width, height=height, mode=image.mode, dpi=_dpi(image))


def probe(data: bytes, *, limits: DecodeLimits) -> Header:
    """The header alone; raises as `open_checked`."""
    image, header = open_checked(data, limits=limits)
    image.close()
    return header


def check_limits(width: int, height: int, *, limits: DecodeLimits) -> None:
    """Hold a size in pixels against the limits; raises as `open_checked`."""
    longest = max(width, height)
    if min(width, height) < 1 or longest > limits.max_side_px:
        raise ImageDimensionsError(
            f"The image is {width}x{height} px; a side may have 1 to {limits.max_side_px} px."
        )
    if width * height > limits.max_megapixels * 1e6:
        raise ImageTooLargeError(
            f"The image has {width * height / 1e6:.1f} megapixels; {limits.max_megapixels:g} are taken."
        )


def _transposed(image: ImageFile.ImageFile) -> bool:
    """Whether the EXIF orientation swaps the sides, as far as the header tells.

    A PNG may carry its EXIF after the pixels; Pillow would decode them all to look, so it is not asked.
    """
    if image.format == "PNG" and "exif" not in image.info:
        return False
    return image.getexif().get(EXIF_ORIENTATION) in TRANSPOSED_ORIENTATIONS


def _dpi(image: ImageFile.ImageFile) -> float | None:
    value = image.info.get("dpi")
    try:
        dpi = float(value[0]) if isinstance(value, tuple) else None
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    # Cameras and editors write 0, 1 and 72 for "unknown"; only what a printer could mean is kept.
    return round(dpi, 2) if dpi is not None and 72 < dpi <= 2400 else None  # noqa: PLR2004 - explained above
