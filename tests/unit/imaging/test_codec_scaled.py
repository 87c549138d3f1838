"""Decoding no more than is needed, and telling animations apart."""

from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from imaging.codec.decode import decode
from imaging.codec.header import DecodeLimits, is_animated

LIMITS = DecodeLimits()


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The image as a file."""
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def waves(width: int, height: int) -> Image.Image:
    """A soft picture: every size of it looks the same."""
    ys, xs = np.mgrid[:height, :width]
    planes = [128 + 90 * np.sin(xs * (3 + k) / width + ys * 5 / height) for k in range(3)]
    return Image.fromarray(np.stack(planes, -1).astype(np.uint8))


@pytest.mark.parametrize(
    ("enough", "size"),
    [((401, 1), (800, 600)), ((400, 300), (400, 300)), ((120, 90), (200, 150)), ((1, 1), (100, 75))],
)
def test_jpeg_is_decoded_at_a_fraction(enough: tuple[int, int], size: tuple[int, int]) -> None:
    """A JPEG is decoded at the least of its own fractions that is enough, and looks the same."""
    image = waves(800, 600)
    pixels, _ = decode(saved(image, "JPEG", quality=95), limits=LIMITS, enough_px=enough)
    assert pixels.shape == (size[1], size[0], 3)
    expected = cv2.resize(np.asarray(image), size, interpolation=cv2.INTER_AREA)
    assert np.abs(pixels.astype(int) - expected).mean() < 2


def test_enough_is_meant_upright() -> None:
    """What is enough of a turned JPEG is counted after it is turned; PNG is always decoded whole."""
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = saved(waves(800, 400), "JPEG", exif=exif)
    assert decode(turned, limits=LIMITS, enough_px=(200, 400))[0].shape == (400, 200, 3)
    assert decode(turned, limits=LIMITS, enough_px=(400, 200))[0].shape == (800, 400, 3)
    assert decode(saved(waves(80, 60), "PNG"), limits=LIMITS, enough_px=(1, 1))[0].shape == (60, 80, 3)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_animations_are_told(kind: str) -> None:
    """A file of two frames is animated, of one it is not; what is no image is none."""
    image = waves(16, 16)
    assert is_animated(saved(image, kind, save_all=True, append_images=[waves(16, 16).rotate(90)]))
    assert not is_animated(saved(image, kind))
    assert not is_animated(b"GIF89a")
