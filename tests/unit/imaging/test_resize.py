"""Resampling, colours under transparency, and the measure of faithfulness."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.fidelity import compare
from imaging.finish import FinishOptions, finish
from imaging.resize import fill_under_transparency, resize_exact
from imaging.types import Pixels


def disc(size: int = 64) -> Pixels:
    """A blue disc on transparency whose hidden colour is bright red."""
    ys, xs = np.mgrid[0:size, 0:size]
    inside = (xs - size / 2) ** 2 + (ys - size / 2) ** 2 < (size / 3) ** 2
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[..., 0] = 255
    pixels[inside] = (20, 40, 200, 255)
    return pixels


@given(width=st.integers(1, 90), height=st.integers(1, 90), channels=st.sampled_from([3, 4]))
def test_size_is_exact(width: int, height: int, channels: int) -> None:
    """Any size is met exactly, with the channels of the input."""
    source = disc(33)[..., :channels]
    assert resize_exact(source, width_px=width, height_px=height).shape == (height, width, channels)


@pytest.mark.parametrize("size", [20, 63, 200])
def test_hidden_colour_does_not_bleed(size: int) -> None:
    """Resampling takes no colour from under transparent pixels."""
    result = resize_exact(disc(), width_px=size, height_px=size)
    seen = result[result[..., 3] > 40][:, :3].astype(int)
    assert np.abs(seen - (20, 40, 200)).max() <= 10


def test_seen_colours_grow_outwards() -> None:
    """Filled colours continue the artwork; seen pixels are untouched."""
    pixels = disc()
    filled = fill_under_transparency(pixels, beyond=(20, 40, 200))
    solid = pixels[..., 3] == 255
    assert np.array_equal(filled[solid], pixels[solid][:, :3])
    assert np.abs(filled.astype(int) - (20, 40, 200)).max() <= 1


def test_identical_images_are_faithful() -> None:
    """An image compared with itself has the best figures."""
    fidelity = compare(disc(), disc())
    assert (fidelity.psnr_downscaled_db, fidelity.delta_e, fidelity.alpha_iou) == (99.0, 0.0, 1.0)


def test_a_black_result_shows_in_the_figures() -> None:
    """A blank result and a shifted colour are told by the figures."""
    source = np.full((32, 32, 3), 180, np.uint8)
    black = compare(source, np.zeros((128, 128, 3), np.uint8))
    shifted = compare(source, np.full((128, 128, 3), (180, 180, 200), np.uint8))
    assert black.psnr_downscaled_db < 5
    assert black.delta_e > 50
    assert 3 < shifted.delta_e < 15


def test_finish_runs_its_steps_in_order() -> None:
    """Crop, margin, size and colour meet in one result."""
    options = FinishOptions(crop=True, margin_frac=0.25, size_px=100, background=(255, 255, 0))
    result = finish(disc(), options=options)
    assert result.shape == (100, 100, 3)
    assert tuple(result[0, 0]) == (255, 255, 0)
    assert tuple(result[50, 50]) == (20, 40, 200)


def test_finish_gives_the_matte() -> None:
    """The mask is the alpha in gray."""
    result = finish(disc(), options=FinishOptions(output="mask"))
    assert np.array_equal(result[..., 0], disc()[..., 3])
