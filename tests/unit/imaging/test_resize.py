"""Resampling, colours under transparency, and the measure of faithfulness."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.fidelity import Fidelity, compare
from imaging.finish import FinishOptions, finish
from imaging.resize import fill_under_transparency, resize_exact
from imaging.types import Pixels
from tests.unit.imaging.drawings import BLUE, disc

JUST_ENOUGH = Fidelity(psnr_downscaled_db=18.0, delta_e=12.0, alpha_iou=0.85)


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
    assert np.abs(seen - BLUE).max() <= 10


def test_seen_colours_grow_outwards() -> None:
    """Filled colours continue the artwork; seen pixels are untouched."""
    pixels = disc()
    filled = fill_under_transparency(pixels, beyond=BLUE)
    solid = pixels[..., 3] == 255
    assert np.array_equal(filled[solid], pixels[solid][:, :3])
    assert np.abs(filled.astype(int) - BLUE).max() <= 1


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


def _one_corner_black() -> tuple[Pixels, Pixels]:
    """White paper, and the same with a sixteenth lost: few colours are wrong, but those are far off."""
    white = np.full((64, 64, 3), 255, np.uint8)
    black = white.copy()
    black[:16, :16] = 0
    return white, black


def _green_for_blue() -> tuple[Pixels, Pixels]:
    """A dark blue, and a dark green that is as dark: a few levels off, and quite another colour."""
    return np.full((64, 64, 3), (0, 0, 50), np.uint8), np.full((64, 64, 3), (0, 35, 10), np.uint8)


def _half_of_it() -> tuple[Pixels, Pixels]:
    """A disc, and the same disc cut in half."""
    half = disc()
    half[:, :32, 3] = 0
    return disc(), half


@pytest.mark.parametrize(
    ("make", "figure"),
    [(_one_corner_black, "psnr_downscaled_db"), (_green_for_blue, "delta_e"), (_half_of_it, "alpha_iou")],
)
def test_each_figure_alone_can_refuse(make: Callable[[], tuple[Pixels, Pixels]], figure: str) -> None:
    """A part that is lost, another colour, and half a shape each show in one figure only, and are refused."""
    found = compare(*make())
    assert not found.is_faithful
    assert replace(found, **{figure: getattr(JUST_ENOUGH, figure)}).is_faithful


@pytest.mark.parametrize("worse", [{"psnr_downscaled_db": 17.9}, {"delta_e": 12.1}, {"alpha_iou": 0.84}])
def test_the_limits_of_faithfulness(worse: dict[str, float]) -> None:
    """18 dB, 12 of ΔE and 0.85 of the shape are just enough; less of any one is not."""
    assert JUST_ENOUGH.is_faithful
    assert not replace(JUST_ENOUGH, **worse).is_faithful


def test_finish_runs_its_steps_in_order() -> None:
    """Crop, margin, size and colour meet in one result."""
    options = FinishOptions(crop=True, margin_frac=0.25, size_px=100, background=(255, 255, 0))
    result = finish(disc(), options=options)
    assert result.shape == (100, 100, 3)
    assert tuple(result[0, 0]) == (255, 255, 0)
    assert tuple(result[50, 50]) == BLUE


def test_finish_gives_the_matte() -> None:
    """The mask is the alpha in gray."""
    result = finish(disc(), options=FinishOptions(output="mask"))
    assert np.array_equal(result[..., 0], disc()[..., 3])
