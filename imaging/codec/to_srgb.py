"""Decoded pixels of any kind to 8-bit sRGB, strip by strip: only the result has the image's size."""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from imaging.codec.profile import profile_transform, transformed
from imaging.types import Pixels

STRIP_PX = 512 * 1024
SIXTEEN_BIT_MODES = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I"})
_COLOR_MODES = {"LA": "L", "L": "L", "I": "L", "CMYK": "CMYK"}
"""Pillow's mode of the colours alone that a profile speaks of, by the image's; RGB for all others."""

Stored = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]


def image_to_srgb(image: Image.Image) -> Pixels:
    """(H, W, 3), or (H, W, 4) when the image has any transparency, from a loaded image of any mode."""
    deep = image.mode in SIXTEEN_BIT_MODES
    mode = "L" if deep or image.mode == "F" else _COLOR_MODES.get(image.mode, "RGB")
    transform = profile_transform(image, mode)
    channels = 4 if image.has_transparency_data else 3
    out = np.empty((image.height, image.width, channels), np.uint8)
    for top, bottom in _strips(image.height, image.width):
        strip = image.crop((0, top, image.width, bottom))
        _write(_deep_to_eight(strip) if deep else strip, out[top:bottom], mode=mode, transform=transform)
    return out


def array_to_srgb(stored: Stored, transform: ImageCms.ImageCmsTransform | None) -> Pixels:
    """(H, W, 3) or (H, W, 4) sRGB from OpenCV's (H, W, 3 or 4) BGR(A) of 8 or 16 bits.

    Eight-bit pixels are changed in place and given back.
    """
    swap = cv2.COLOR_BGR2RGB if stored.shape[2] == 3 else cv2.COLOR_BGRA2RGBA  # noqa: PLR2004 - channels
    out = stored if stored.dtype == np.uint8 else np.empty(stored.shape, np.uint8)
    for top, bottom in _strips(*stored.shape[:2]):
        strip = np.asarray(cv2.cvtColor(eight_bit(stored[top:bottom]), swap), np.uint8)
        if transform is not None:
            color = Image.fromarray(np.ascontiguousarray(strip[..., :3]))
            strip[..., :3] = np.asarray(transformed(color, transform))
        out[top:bottom] = strip
    return out.view(np.uint8)


def eight_bit(values: Stored) -> npt.NDArray[np.uint8]:
    """round(v / 257) of 16-bit values, in whole numbers: (255 v + 32895) >> 16; 8-bit values pass."""
    if values.dtype == np.uint8:
        return values.view(np.uint8)
    wide = values.astype(np.uint32)
    wide *= np.uint32(255)
    wide += np.uint32(32_895)
    wide >>= np.uint32(16)
    return wide.astype(np.uint8)


def _strips(height: int, width: int) -> Iterator[tuple[int, int]]:
    rows = max(1, STRIP_PX // width)
    return ((top, min(height, top + rows)) for top in range(0, height, rows))


def _write(
    strip: Image.Image, out: Pixels, *, mode: str, transform: ImageCms.ImageCmsTransform | None
) -> None:
    """Fill (h, W, 3 or 4) from a strip of eight-bit values of any mode."""
    if out.shape[2] == 3:  # noqa: PLR2004 - channels
        out[:] = np.asarray(_color(strip, mode, transform))
        return
    # Through RGBA: there Pillow turns palettes, transparent colours and premultiplied alpha into alpha.
    whole = _as_mode(strip, "RGBA")
    if transform is None:
        out[:] = np.asarray(whole)
        return
    out[..., :3] = np.asarray(_color(whole, mode, transform))
    out[..., 3] = np.asarray(whole.getchannel("A"))


def _color(strip: Image.Image, mode: str, transform: ImageCms.ImageCmsTransform | None) -> Image.Image:
    if transform is None:
        return _as_mode(strip, "RGB")
    return transformed(_as_mode(strip, mode), transform)


def _as_mode(strip: Image.Image, mode: str) -> Image.Image:
    """Converted, or itself: Pillow would copy even what has the mode already."""
    return strip if strip.mode == mode else strip.convert(mode)


def _deep_to_eight(strip: Image.Image) -> Image.Image:
    """16-bit gray as L, or LA when one value of it is transparent."""
    values = np.clip(np.asarray(strip), 0, 65_535).astype(np.uint16)
    gray = Image.fromarray(eight_bit(values))
    clear = strip.info.get("transparency")
    if clear is not None:
        gray.putalpha(Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8)))
    return gray
