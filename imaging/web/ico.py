"""Windows icons: several sizes of one icon in a file, and what such a file holds.

Pillow writes either all sizes as PNG or all as bitmaps, with a mask that says nothing. Readers older than
Windows Vista, and IE of RSS and desktop shortcuts, know bitmaps alone, so the two sizes that they ask for are
bitmaps with a true mask; PNG in an icon must be RGBA of eight bits (docs/decisions/0025-web-icons.md).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image

from imaging.errors import CorruptImageError
from imaging.types import Pixels

BITMAP_UP_TO_PX = 32
"""Sizes up to this are bitmaps, larger ones PNG, which is a quarter of the bytes."""
MOST_PX = 256
_HEAD, _ENTRY, _BITMAP = struct.Struct("<HHH"), struct.Struct("<BBBBHHII"), struct.Struct("<IiiHHIIiiII")
_ICON = 1
_HALF = 128
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class IcoImage:
    """One size in a file."""

    pixels: Pixels
    """(side, side, 4)."""
    png: bool


def write_ico(images: Sequence[Pixels], *, pngs: Sequence[bytes | None] = ()) -> bytes:
    """An icon of several sizes, smallest first.

    Args:
        images: (side, side, 4) RGBA each, sides up to 256, each its own.
        pngs: Files of the images, RGBA of eight bits; used where a size is stored as PNG.

    Raises:
        ValueError: an image is not square, or too large.
    """
    order = sorted(range(len(images)), key=lambda index: len(images[index]))
    parts = []
    for index in order:
        image = images[index]
        side = len(image)
        if image.shape != (side, side, 4) or not 1 <= side <= MOST_PX:
            raise ValueError(f"an icon cannot hold an image of shape {image.shape}")
        png = pngs[index] if index < len(pngs) else None
        parts.append((side, _bitmap(image) if png is None or side <= BITMAP_UP_TO_PX else png))
    out, offset = [_HEAD.pack(0, _ICON, len(parts))], _HEAD.size + _ENTRY.size * len(parts)
    for side, data in parts:
        out.append(_ENTRY.pack(side % MOST_PX, side % MOST_PX, 0, 0, 1, 32, len(data), offset))
        offset += len(data)
    return b"".join([*out, *(data for _, data in parts)])


def read_ico(data: bytes) -> list[IcoImage]:
    """Every image of an icon of bitmaps of 32 bits and PNG, in the order of the file.

    Raises:
        CorruptImageError: it is none, is cut off, or an image is of another kind.
    """
    try:
        zero, kind, count = _HEAD.unpack_from(data)
        if (zero, kind) != (0, _ICON):
            raise CorruptImageError("These bytes are no icon.")
        entries = [_ENTRY.unpack_from(data, _HEAD.size + _ENTRY.size * index) for index in range(count)]
        return [_image(entry[0] or MOST_PX, data[entry[7] : entry[7] + entry[6]]) for entry in entries]
    except (struct.error, OSError, ValueError) as error:
        if isinstance(error, CorruptImageError):
            raise
        raise CorruptImageError("The icon is cut off or broken.") from error


def _bitmap(image: Pixels) -> bytes:
    """BITMAPINFOHEADER, blue-green-red-alpha from the lowest row up, then the mask of what is clear."""
    side = len(image)
    mask = np.packbits(image[::-1, :, 3] < _HALF, axis=1)
    rows = np.pad(mask, ((0, 0), (0, -mask.shape[1] % 4))).tobytes()
    colors = np.ascontiguousarray(image[::-1, :, [2, 1, 0, 3]]).tobytes()
    head = _BITMAP.pack(_BITMAP.size, side, 2 * side, 1, 32, 0, len(colors) + len(rows), 0, 0, 0, 0)
    return head + colors + rows


def _image(side: int, data: bytes) -> IcoImage:
    if data.startswith(_PNG):
        with Image.open(BytesIO(data)) as image:
            pixels = np.asarray(image.convert("RGBA"))
        if pixels.shape[:2] != (side, side):
            raise CorruptImageError("A PNG in the icon has not the size that the icon says.")
        return IcoImage(pixels, png=True)
    size, width, height, _, bits, packing, *_ = _BITMAP.unpack_from(data)
    if (width, height, bits, packing) != (side, 2 * side, 32, 0):
        raise CorruptImageError("An image of the icon is no bitmap of 32 bits of its size.")
    colors = np.frombuffer(data, np.uint8, side * side * 4, size).reshape(side, side, 4)
    return IcoImage(np.ascontiguousarray(colors[::-1, :, [2, 1, 0, 3]]), png=False)
