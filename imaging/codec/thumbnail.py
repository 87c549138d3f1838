"""Small pictures of large files."""

from imaging.bands import resample
from imaging.codec.decode import decode
from imaging.codec.encode import encode
from imaging.codec.header import DecodeLimits
from imaging.resize import is_opaque

QUALITY = 85
MAX_MEGAPIXELS = 100.0
"""What the service makes at most, and may look at again."""


def make_thumbnail(data: bytes, *, longest_px: int) -> bytes:
    """A small picture of a file: JPEG, or PNG where it is clear somewhere; never larger than the file's own.

    Args:
        data: PNG, JPEG, WebP, AVIF or GIF.
        longest_px: Longer side.

    Raises:
        ImagingError: the file is broken or too large.
    """
    pixels, _ = decode(data, limits=DecodeLimits(max_megapixels=MAX_MEGAPIXELS))
    height, width = pixels.shape[:2]
    scale = min(1.0, longest_px / max(width, height))
    size = {"width_px": max(1, round(width * scale)), "height_px": max(1, round(height * scale))}
    small = resample(pixels, **size)
    if is_opaque(small):
        return encode(small[..., :3], to="jpeg", quality=QUALITY)
    return encode(small, to="png")
