"""The quality search: SSIM, samples, targets, bytes."""

import numpy as np
import pytest
from skimage import data
from skimage.metrics import structural_similarity

from imaging.types import Pixels
from imaging.web.responsive.encoders import ENCODERS, read_back
from imaging.web.responsive.files import WebFile, write_file
from imaging.web.responsive.plan import WebFormat, WebSpec
from imaging.web.responsive.sample import TILE_PX, TILES, sample
from imaging.web.responsive.search import find_quality
from imaging.web.responsive.similarity import Reference, bands, luma


@pytest.fixture(scope="module")
def cat() -> Pixels:
    """A part of a photograph, 200 x 260 px."""
    return np.ascontiguousarray(data.chelsea()[60:260, 100:360])


def test_ssim_is_the_published_one(cat: Pixels) -> None:
    """Our SSIM is scikit-image's with the settings of the paper."""
    worse = read_back(ENCODERS["jpeg"].write(cat, quality=30, full_chroma=False), "jpeg")
    how = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
    expected = structural_similarity(luma(cat, 0).astype(np.uint8), worse, **how)
    assert Reference(cat).score(worse) == pytest.approx(expected, abs=2e-4)


def test_an_image_is_like_itself(cat: Pixels) -> None:
    """SSIM of an image to itself is 1, also of one pixel, of transparency, and seen in bands."""
    for pixels in (cat, cat[:1, :1], np.dstack([cat, cat[..., 0]]), np.tile(cat, (4, 3, 1))):
        assert Reference(pixels).score(pixels) == pytest.approx(1.0, abs=1e-6)


def test_lost_transparency_is_seen(cat: Pixels) -> None:
    """An image whose transparency is gone is not like it."""
    clear = np.dstack([cat, np.full(cat.shape[:2], 128, np.uint8)])
    assert Reference(clear).score(np.dstack([cat, np.full(cat.shape[:2], 255, np.uint8)])) < 0.95


def test_bands_lie_inside() -> None:
    """Of a large image bands of rows are taken, all inside; of a small one every row."""
    assert bands(300, 400) == [slice(0, 300)]
    rows = bands(3000, 4000)
    assert rows[0].start == 0
    assert rows[-1].stop == 3000
    assert sum(part.stop - part.start for part in rows) * 4000 < 700_000
    assert bands(1, 16_384 * 64) == [slice(0, 1)]


@pytest.mark.parametrize("quality", [94, 96])
def test_noise_in_full_colour_has_a_file(quality: int) -> None:
    """A JPEG of more than a byte a pixel is written too, though Pillow has no room to make it smaller."""
    noise = np.random.default_rng(1).integers(0, 256, (512, 512, 3), np.uint8)
    made = ENCODERS["jpeg"].write(noise, quality=quality, full_chroma=True)
    assert len(made) > 2 * 512 * 512
    assert read_back(made, "jpeg").shape == (512, 512)


def test_a_sample_is_as_hard_as_the_image(cat: Pixels) -> None:
    """The SSIM of tiles of an image, at one quality, is the image's within 0.003; a small image has none."""
    assert sample(cat) is None
    large = np.tile(np.hstack([data.chelsea(), data.coffee()[:300]]), (2, 1, 1))
    tiles = sample(large)
    assert tiles is not None
    assert tiles.shape == (TILES // 8 * TILE_PX, 8 * TILE_PX, 3)
    jpeg = ENCODERS["jpeg"]
    scores = [
        Reference(pixels, tile_px=side).score(
            read_back(jpeg.write(pixels, quality=80, full_chroma=False), "jpeg")
        )
        for pixels, side in ((large, None), (tiles, TILE_PX))
    ]
    assert scores[0] == pytest.approx(scores[1], abs=3e-3)


@pytest.mark.parametrize(
    ("to", "target"), [("jpeg", 0.97), ("jpeg", 0.98), ("webp", 0.98), ("avif", 0.98), ("avif", 0.95)]
)
def test_targets_are_met(cat: Pixels, to: WebFormat, target: float) -> None:
    """A photograph's file is as similar as asked, within what a step of quality makes."""
    found = find_quality(cat, ENCODERS[to], target_ssim=target)
    assert 1 - found.ssim == pytest.approx(1 - target, rel=0.25)
    assert found.ssim == pytest.approx(Reference(cat).score(read_back(found.data, to)), abs=1e-4)


def test_bytes_are_used_up(cat: Pixels) -> None:
    """A file held to a number of bytes is near it, not far under."""
    free = find_quality(cat, ENCODERS["jpeg"], target_ssim=0.98)
    held = find_quality(cat, ENCODERS["jpeg"], target_ssim=0.98, max_bytes=len(free.data) // 2)
    assert held.fits
    assert 0.4 * len(free.data) < len(held.data) <= len(free.data) // 2
    assert held.quality < free.quality


def test_bytes_that_cannot_be_met(cat: Pixels) -> None:
    """Too few bytes give the smallest file there is, and it says that it does not fit."""
    held = find_quality(cat, ENCODERS["webp"], target_ssim=0.98, max_bytes=50)
    assert not held.fits
    assert held.quality == ENCODERS["webp"].lowest


def test_artwork_is_lossless_webp() -> None:
    """Flat artwork in few colours is exact in WebP where that takes fewer bytes, and in PNG always."""
    pixels = np.full((200, 200, 3), 255, np.uint8)
    pixels[40:160, 40:160] = (200, 16, 46)
    for to in ("webp", "png"):
        made = write_file(pixels, to, spec=WebSpec((200,), (to,)), full_chroma=True)
        assert isinstance(made, WebFile)
        assert made.quality is None
        assert np.array_equal(read_back(made.data, to), pixels)


def test_png_over_its_bytes_gets_fewer_colors(cat: Pixels) -> None:
    """A PNG over `max_bytes` is written in 256 colours."""
    exact = write_file(cat, "png", spec=WebSpec((260,), ("png",)), full_chroma=True)
    few = write_file(cat, "png", spec=WebSpec((260,), ("png",), max_bytes=60_000), full_chroma=True)
    assert isinstance(exact, WebFile)
    assert isinstance(few, WebFile)
    assert len(few.data) < 0.6 * len(exact.data)
    assert len(np.unique(read_back(few.data, "png").reshape(-1, 3), axis=0)) <= 256
    assert few.ssim < exact.ssim == 1.0
