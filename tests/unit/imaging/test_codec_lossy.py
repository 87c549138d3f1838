"""JPEG, WebP and AVIF: what kind of picture gets what kind of file."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from imaging.codec.encode import encode, flatten
from imaging.types import Pixels


def flat_logo(channels: int) -> Pixels:
    """Three flat colours; the third is clear where there is alpha."""
    pixels = np.full((160, 200, 4), (20, 60, 200, 255), np.uint8)
    pixels[40:120, 50:150] = (220, 30, 40, 255)
    pixels[60:100, 80:120] = (0, 0, 0, 0)
    return np.ascontiguousarray(pixels[..., :channels])


def noise() -> Pixels:
    """A picture that no palette holds."""
    return np.random.default_rng(0).integers(0, 256, (160, 200, 3), dtype=np.uint8)


def opened(data: bytes) -> Pixels:
    """The pixels as Pillow reads them."""
    return np.asarray(Image.open(BytesIO(data)))


@pytest.mark.parametrize("channels", [3, 4])
def test_flat_artwork_is_exact_in_webp(channels: int) -> None:
    """A logo of few colours in areas comes back to the last bit at high quality."""
    pixels = flat_logo(channels)
    data = encode(pixels, to="webp", quality=90)
    assert b"VP8L" in data
    assert np.array_equal(opened(data), pixels)


def test_what_was_asked_to_be_lossy_is_lossy() -> None:
    """Low quality is lossy for artwork too, and photographs are lossy at any."""
    assert b"VP8L" not in encode(flat_logo(3), to="webp", quality=60)
    assert b"VP8L" not in encode(noise(), to="webp", quality=100)


def test_dithered_pictures_are_not_flat() -> None:
    """Few colours alone, strewn in dots, do not make a picture flat."""
    dots = np.random.default_rng(1).integers(0, 2, (160, 200, 1), dtype=np.uint8).repeat(3, axis=2) * 255
    assert b"VP8L" not in encode(dots, to="webp", quality=90)


@pytest.mark.parametrize("kind", ["jpeg", "avif"])
def test_coloured_edges_keep_their_colour(kind: str) -> None:
    """Red and blue lines of one pixel stay red and blue: colour has the full resolution."""
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:, ::2] = (200, 30, 30)
    pixels[:, 1::2] = (30, 30, 200)
    back = opened(encode(pixels, to=kind, quality=95)).astype(int)
    assert np.abs(back - pixels).mean() < 12


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1)])
@pytest.mark.parametrize("kind", ["jpeg", "webp", "avif"])
def test_thin_pictures_are_written(kind: str, shape: tuple[int, int]) -> None:
    """One row, one column and one pixel are pictures."""
    assert opened(encode(np.full((*shape, 3), 90, np.uint8), to=kind)).shape[:2] == shape


def test_flattening_leaves_no_seam() -> None:
    """A picture of many strips is laid on its ground as its formula says, everywhere."""
    pixels = np.random.default_rng(2).integers(0, 256, (1300, 700, 4), dtype=np.uint8)
    wide = pixels.astype(np.uint32)
    expected = (wide[..., :3] * wide[..., 3:] + np.uint32([10, 200, 90]) * (255 - wide[..., 3:]) + 127) // 255
    assert np.array_equal(flatten(pixels, (10, 200, 90)), expected)
