"""Resampling in bands against resampling at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imaging.bands import BandResampler, resample
from imaging.types import Pixels


def whole(pixels: Pixels, *, width_px: int, height_px: int) -> Pixels:
    """Pillow on the image in one piece: all rows, then all columns."""
    across = Image.fromarray(pixels).resize((width_px, pixels.shape[0]), Image.Resampling.LANCZOS)
    return np.asarray(across.resize((width_px, height_px), Image.Resampling.LANCZOS))


@given(
    size=st.tuples(st.integers(1, 700), st.integers(1, 60)),
    target=st.tuples(st.integers(1, 900), st.integers(1, 60)),
    cuts=st.lists(st.integers(1, 200), min_size=1, max_size=9),
)
def test_bands_are_the_whole(size: tuple[int, int], target: tuple[int, int], cuts: list[int]) -> None:
    """However the rows arrive, the bands are the image resampled at once, to one level."""
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    sampler = BandResampler(height=size[0], width=size[1], height_px=target[0], width_px=target[1])
    bands, top = [], 0
    while top < size[0]:
        rows = cuts[len(bands) % len(cuts)]
        bands += list(sampler.feed(pixels[top : top + rows]))
        top += rows
    result = np.concatenate(bands)
    expected = whole(pixels, width_px=target[1], height_px=target[0])
    assert result.shape == expected.shape
    assert np.abs(result.astype(int) - expected).max() <= 1


@given(target=st.tuples(st.integers(1, 900), st.integers(1, 60)))
def test_transparent_bands_are_the_whole(target: tuple[int, int]) -> None:
    """Row by row or at once, a transparent image comes out the same."""
    pixels = np.random.default_rng(3).integers(0, 256, (80, 20, 4), np.uint8)
    sizes = {"height": 80, "width": 20, "height_px": target[0], "width_px": target[1]}
    sampler = BandResampler(**sizes)
    by_row = np.concatenate([band for row in pixels for band in sampler.feed(row[None])])
    at_once = np.concatenate(list(BandResampler(**sizes).feed(pixels)))
    assert np.abs(by_row.astype(int) - at_once).max() <= 1


def test_only_a_few_rows_are_held() -> None:
    """The first rows of the result come long before the last rows of the source."""
    sampler = BandResampler(height=10_000, width=4, height_px=20_000, width_px=8)
    made = sum(band.shape[0] for band in sampler.feed(np.zeros((1000, 4, 3), np.uint8)))
    assert 1500 < made < 2000


def test_the_same_size_is_left_alone() -> None:
    """Nothing is filtered where nothing is to be done."""
    pixels = np.random.default_rng(2).integers(0, 256, (300, 5, 4), np.uint8)
    np.testing.assert_array_equal(resample(pixels, width_px=5, height_px=300), pixels)


def test_hidden_colour_does_not_bleed() -> None:
    """No colour comes in from under transparent pixels."""
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[..., 0] = 255
    pixels[10:30, 10:30] = (20, 40, 200, 255)
    result = resample(pixels, width_px=150, height_px=150)
    seen = result[result[..., 3] > 100][:, :3].astype(int)
    assert np.abs(seen - (20, 40, 200)).max() <= 3


def test_wrong_rows_are_refused() -> None:
    """Rows of another width, and more rows than announced, are errors."""
    sampler = BandResampler(height=10, width=4, height_px=20, width_px=8)
    with pytest.raises(ValueError, match="does not fit"):
        list(sampler.feed(np.zeros((2, 5, 3), np.uint8)))
    with pytest.raises(ValueError, match="does not fit"):
        list(BandResampler(height=10, width=4, height_px=20, width_px=8).feed(np.zeros((11, 4, 3), np.uint8)))
