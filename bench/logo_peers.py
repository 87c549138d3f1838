"""What a logo's cut-out, vector and enlargement are held against."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import vtracer
from PIL import Image

from bench.rembg_peer import library
from imaging.errors import NoForegroundError
from imaging.logo.cutout import key_logo
from imaging.types import Pixels

Cut = Callable[[Pixels], Pixels]

_TOLERANCE = 32
"""Levels a channel may differ from the corner: the magic wand's usual setting."""


def keyed(rgb: Pixels) -> Pixels:
    """Our key: (H, W, 4); a picture that it refuses stays whole."""
    try:
        return key_logo(rgb).pixels
    except NoForegroundError:
        return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def flooded(rgb: Pixels) -> Pixels:
    """The magic wand in the four corners: every connected pixel near a corner's colour becomes clear."""
    height, width = rgb.shape[:2]
    image = rgb.copy()
    mask = np.zeros((height + 2, width + 2), np.uint8)
    reach = (_TOLERANCE,) * 3
    for corner in ((0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)):
        if not mask[corner[1] + 1, corner[0] + 1]:
            flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | 255 << 8
            cv2.floodFill(image, mask, corner, (0, 0, 0), reach, reach, flags)
    return np.dstack([rgb, 255 - mask[1:-1, 1:-1]])


def rembg_cut() -> Cut:
    """`rembg.remove` with u2net; the first import compiles for about a minute."""
    remove = library()

    def cut(rgb: Pixels) -> Pixels:
        file = io.BytesIO()
        Image.fromarray(rgb).save(file, "PNG", compress_level=1)
        with Image.open(io.BytesIO(remove(file.getvalue()))) as image:
            return np.asarray(image.convert("RGBA"))

    return cut


def plain_vtracer(rgb: Pixels) -> str:
    """The SVG of vtracer with its own settings on the picture as it came."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "PNG", compress_level=1)
    return str(vtracer.convert_raw_image_to_svg(file.getvalue(), img_format="png"))


def lanczos(pixels: Pixels, *, times: int) -> Pixels:
    """Pillow's Lanczos on premultiplied RGBA."""
    image = Image.fromarray(pixels).convert("RGBa")
    size = image.width * times, image.height * times
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS).convert("RGBA"))
