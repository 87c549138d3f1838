"""Colours and pictures behind a cut-out."""

import io
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from imaging import blend
from imaging.codec.encode import flatten
from imaging.codec.header import DecodeLimits
from imaging.errors import CorruptImageError, ImageTooLargeError
from imaging.finish import Backdrop, FinishOptions, cover, finish, lay_over

LIMITS = DecodeLimits(max_megapixels=1.0)


def _png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def _stripes(height: int = 30, width: int = 90) -> np.ndarray:
    """Red, green and blue thirds, side by side."""
    picture = np.zeros((height, width, 3), np.uint8)
    for third in range(3):
        picture[:, third * width // 3 : (third + 1) * width // 3, third] = 200
    return picture


def _cutout(height: int = 20, width: int = 20) -> np.ndarray:
    """A white square in the middle of nothing."""
    pixels = np.zeros((height, width, 4), np.uint8)
    pixels[8:12, 8:12] = 255
    return pixels


def _laid(over: np.ndarray, under: np.ndarray, *, channels: int) -> np.ndarray:
    """On a plain colour where the picture below is to have no channels."""
    return lay_over(over, under[..., :channels]) if channels else flatten(over, (9, 99, 199))


def test_cover_keeps_the_middle() -> None:
    """A wide picture behind a square shows its middle third, unsqueezed."""
    assert np.array_equal(cover(_stripes(), height_px=30, width_px=30), _stripes()[:, 30:60])


@pytest.mark.parametrize(("height", "width"), [(7, 900), (900, 7), (1, 1), (30, 90)])
def test_cover_fills_any_shape(height: int, width: int) -> None:
    """Whatever the shape, the picture fills it to the last pixel."""
    assert cover(_stripes(), height_px=height, width_px=width).shape == (height, width, 3)


def test_picture_lies_under_the_cutout() -> None:
    """Where the cut-out is clear the picture shows, where it is solid the cut-out does."""
    options = FinishOptions(background=Backdrop(_png(_stripes()), LIMITS))
    result = finish(_cutout(), options=options)
    assert result.shape == (20, 20, 3)
    assert tuple(result[0, 0]) == (0, 200, 0)
    assert tuple(result[10, 10]) == (255, 255, 255)


def test_picture_is_fitted_after_crop_and_size() -> None:
    """The picture covers the result, not the input: a 4x4 subject sized to 40 stands on 40x40 of it."""
    options = FinishOptions(
        crop=True, margin_frac=0.5, size_px=40, background=Backdrop(_png(_stripes()), LIMITS)
    )
    result = finish(_cutout(), options=options)
    assert result.shape == (40, 40, 3)
    assert tuple(result[1, 1]) == (0, 200, 0)


def test_half_clear_edges_mix_in_srgb() -> None:
    """Alpha of one half gives the mean of the sRGB values, as on a plain colour."""
    cutout = np.full((1, 1, 4), 255, np.uint8)
    cutout[..., 3] = 128
    assert lay_over(cutout, np.zeros((1, 1, 3), np.uint8))[0, 0].tolist() == [128] * 3


def test_a_transparent_backdrop_stays_transparent() -> None:
    """A backdrop with alpha is blended, not flattened: the union of both layers is what shows."""
    under = np.zeros((1, 3, 4), np.uint8)
    under[0, 1:] = (10, 20, 30, 128)
    cutout = np.zeros((1, 3, 4), np.uint8)
    cutout[0, 2] = (200, 100, 50, 128)
    alpha = lay_over(cutout, under)[0, :, 3].tolist()
    assert alpha == [0, 128, 192]
    assert lay_over(cutout, under)[0, 1, :3].tolist() == [10, 20, 30]


@pytest.mark.parametrize("channels", [0, 3, 4])
def test_strips_do_not_show(channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In strips of single rows a cut-out lies on a colour or a picture as it does in one piece."""
    layers = np.random.default_rng(5).integers(0, 256, (2, 9, 40, 4), np.uint8)
    whole = _laid(*layers, channels=channels)
    monkeypatch.setattr(blend, "STRIP_PX", 1)
    np.testing.assert_array_equal(_laid(*layers, channels=channels), whole)


@pytest.mark.parametrize("channels", [0, 3, 4])
def test_memory_of_a_large_cutout(channels: int) -> None:
    """Laying a cut-out on anything takes at most 3 bytes a pixel beside the result."""
    layers = np.full((2, 2000, 2000, 4), 99, np.uint8)
    tracemalloc.start()
    try:
        result = _laid(*layers, channels=channels)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak - result.nbytes < 3 * 4e6


def test_matte_has_nothing_behind_it() -> None:
    """Asked for the matte, the backdrop is not even opened."""
    options = FinishOptions(output="mask", background=Backdrop(b"no image", LIMITS))
    assert finish(_cutout(), options=options)[10, 10].tolist() == [255] * 3


def test_backdrops_pass_the_same_gates() -> None:
    """A damaged or too large backdrop is refused as a damaged or too large image is."""
    for data, error in (
        (_png(_stripes())[:80], CorruptImageError),
        (_png(np.zeros((1200, 1200, 3), np.uint8)), ImageTooLargeError),
    ):
        with pytest.raises(error):
            finish(_cutout(), options=FinishOptions(background=Backdrop(data, LIMITS)))
