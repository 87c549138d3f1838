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

SourceFormat = Literal["JPEG", "PNG", "WEBP", "GIF", "AVIF", "SVG"]
"""SVG only where a logo is expected (`imaging.codec.svg`): `sniff` does not know it."""

SIGNATURE_BYTES = 32
EXIF_ORIENTATION = 0x0112
GRAY_MODES = frozenset({"1", "L", "LA", "I", "I;16", "F"})
PNG_BIT_DEPTH = 24
"""Where IHDR has its bit depth: IHDR is the first chunk of any PNG."""
AVIF_HEADER_BYTES = 64 * 1024
AV1_HIGH_BIT_DEPTH, AV1_TWELVE_BIT, AV1_MONOCHROME = 0x40, 0x20, 0x10
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
    is_gray: bool = False
    """The file can hold nothing but gray: a gray mode, or a palette of grays. WebP never says."""
    bit_depth: int = 8
    """Bits of one stored sample (of a palette index): 1 to 16."""

    @property
    def megapixels(self) -> float:
        """Of the decoded image."""
        return self.width * self.height / 1e6


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
    header = Header(
        format=kind,
        width=width,
        height=height,
        mode=image.mode,
        dpi=_dpi(image),
        is_gray=_is_gray(image, data),
        bit_depth=_bit_depth(kind, data),
    )
    return image, header


def probe(data: bytes, *, limits: DecodeLimits) -> Header:
    """The header alone; raises as `open_checked`."""
    image, header = open_checked(data, limits=limits)
    image.close()
    return header


def is_animated(data: bytes) -> bool:
    """Whether a file that `open_checked` takes has more than one frame; no pixel is decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data), formats=(sniff(data),)) as image:
                return bool(getattr(image, "is_animated", False))
    except (OSError, SyntaxError, ValueError, EOFError):
        return False  # whether it can be read at all is for others to say


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


def _is_gray(image: ImageFile.ImageFile, data: bytes) -> bool:
    if image.format == "AVIF":
        return bool(_av1_flags(data) & AV1_MONOCHROME)
    if image.mode == "P" and image.palette is not None:
        colors = image.palette.palette
        return bytes(colors[::3]) == bytes(colors[1::3]) == bytes(colors[2::3])
    return image.mode in GRAY_MODES


def _bit_depth(kind: SourceFormat, data: bytes) -> int:
    if kind == "PNG":
        return data[PNG_BIT_DEPTH]
    if kind == "AVIF" and (flags := _av1_flags(data)) & AV1_HIGH_BIT_DEPTH:
        return 12 if flags & AV1_TWELVE_BIT else 10
    return 8


def _av1_flags(data: bytes) -> int:
    """The third byte of the first av1C box (AV1 in ISOBMFF 1.2, 2.3.3); 0 where there is none."""
    at = data.find(b"av1C", 0, AVIF_HEADER_BYTES)
    return data[at + 6] if 0 <= at < len(data) - 6 else 0


def _dpi(image: ImageFile.ImageFile) -> float | None:
    value = image.info.get("dpi")
    try:
        dpi = float(value[0]) if isinstance(value, tuple) else None
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    # Cameras and editors write 0, 1 and 72 for "unknown"; only what a printer could mean is kept.
    return round(dpi, 2) if dpi is not None and 72 < dpi <= 2400 else None  # noqa: PLR2004 - explained above
