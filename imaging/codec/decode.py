"""File to pixels: 8-bit sRGB, upright, straight alpha, first frame only.

Memory beyond the file, at its peak, in bytes a pixel: 7 for JPEG (4 decoded, 3 given), 8 for RGBA as PNG, 6
to 8 for WebP, 10 for AVIF. The decoded image becomes the result strip by strip, whatever its colours need.
"""

import warnings
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ImageFile

from imaging.codec.header import EXIF_ORIENTATION, DecodeLimits, Header, open_checked
from imaging.codec.profile import profile_transform
from imaging.codec.to_srgb import array_to_srgb, image_to_srgb
from imaging.errors import CorruptImageError
from imaging.types import Pixels

DEEP = 16
_TURNS = {3: cv2.ROTATE_180, 6: cv2.ROTATE_90_CLOCKWISE, 7: cv2.ROTATE_180, 8: cv2.ROTATE_90_COUNTERCLOCKWISE}
_MIRRORS = {2: 1, 4: 0}
"""OpenCV's codes by EXIF orientation; 5 and 7 are transposed first."""
_AS_STORED = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION


def decode(
    data: bytes, *, limits: DecodeLimits, enough_px: tuple[int, int] | None = None
) -> tuple[Pixels, Header]:
    """Decode an image file.

    EXIF orientation is applied, an embedded ICC profile is converted to sRGB, CMYK, palette, gray and 16-bit
    images become 8-bit RGB, or RGBA when the file has any transparency. Animations give their first frame.

    Args:
        data: The file.
        limits: What is taken.
        enough_px: Width and height, upright, that are enough: a JPEG at least twice as large is decoded
            at a half, a quarter or an eighth of its size, in its own transform. None decodes every pixel.

    Returns:
        The pixels, (H, W, 3) or (H, W, 4), and the header, of the size that was decoded.

    Raises:
        ImagingError: one of the errors of `open_checked`, by name.
    """
    image, header = open_checked(data, limits=limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if enough_px is not None:
                _draft(image, header, enough_px)
            pixels, orientation = _pixels(data, image, header)
    except MemoryError:
        raise
    except Exception as error:
        raise CorruptImageError(f"The {header.format} data is damaged and cannot be decoded.") from error
    finally:
        image.close()
    pixels = _upright(pixels, orientation)
    # An orientation that stands behind the pixels shows only now.
    return pixels, replace(header, height=pixels.shape[0], width=pixels.shape[1])


def _draft(image: ImageFile.ImageFile, header: Header, enough_px: tuple[int, int]) -> None:
    """Let a JPEG be decoded at a fraction of its size; nothing happens to other formats."""
    transposed = image.size != (header.width, header.height)
    image.draft(None, enough_px[::-1] if transposed else enough_px)


def _pixels(data: bytes, image: ImageFile.ImageFile, header: Header) -> tuple[Pixels, int | None]:
    """Pixels as stored, in sRGB, and the EXIF orientation that is still to be applied."""
    if header.format == "WEBP":
        # Pillow needs 16 bytes a pixel for WebP: it decodes through two canvases of an animation and a copy.
        orientation, transform = image.getexif().get(EXIF_ORIENTATION), profile_transform(image, "RGB")
        image.close()
        return array_to_srgb(_by_opencv(data), transform), orientation
    image.load()
    orientation = image.getexif().get(EXIF_ORIENTATION)
    if header.bit_depth == DEEP and image.mode in {"RGB", "RGBA"}:
        # Pillow keeps the upper byte, which is not the nearest value for a quarter of them. It was asked all
        # the same for what stands behind the pixels, and for its verdict on the file.
        transform = profile_transform(image, "RGB")
        image.close()
        return array_to_srgb(_by_opencv(data), transform), orientation
    return image_to_srgb(image), orientation


def _by_opencv(data: bytes) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
    """(H, W, 3) BGR or (H, W, 4) BGRA, 8 or 16 bits, as stored."""
    _silence()
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), _AS_STORED)
    if pixels is None:
        raise ValueError("OpenCV cannot decode the file")
    return pixels  # type: ignore[return-value]  # its stubs know only of arrays of any number


@cache
def _silence() -> None:
    """A damaged file is an answer to its sender, not a line on stderr for everyone who sends one."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _upright(pixels: Pixels, orientation: int | None) -> Pixels:
    """Undo an EXIF orientation (CIPA DC-008, tag 274); 1 and unknown values change nothing."""
    if orientation in {5, 7}:
        pixels = np.asarray(cv2.transpose(pixels), np.uint8)
    if orientation in _TURNS:
        return np.asarray(cv2.rotate(pixels, _TURNS[orientation]), np.uint8)
    if orientation in _MIRRORS:
        return np.asarray(cv2.flip(pixels, _MIRRORS[orientation]), np.uint8)
    return pixels
