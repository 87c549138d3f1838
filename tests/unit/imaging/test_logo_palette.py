"""Palettes of logos: names, coverage, and fewer colours on request."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.logo.clean import CleanOptions, clean_logo
from imaging.logo.names import name_colors
from imaging.types import Color

NAVY, RED, GOLD, WHITE = (20, 33, 61), (200, 16, 46), (244, 169, 0), (255, 255, 255)


def _stripes(*stripes: tuple[Color, int], height: int = 60) -> np.ndarray:
    """Opaque vertical stripes, each of a colour and a width in pixels."""
    row = np.concatenate([np.full((width, 3), color, np.uint8) for color, width in stripes])
    return np.dstack([np.tile(row, (height, 1, 1)), np.full((height, len(row)), 255, np.uint8)])


def test_coverage_is_the_share_of_what_shows() -> None:
    """Shares follow the areas, largest first, and half-clear pixels count half."""
    image = _stripes((NAVY, 60), (GOLD, 30), (RED, 10))
    image[:, 60:90, 3] = 128
    palette = clean_logo(image).palette
    assert [entry.color for entry in palette] == [NAVY, GOLD, RED]
    total = 60 + 30 * 128 / 255 + 10
    assert [entry.coverage for entry in palette] == pytest.approx(
        [60 / total, 15.06 / total, 10 / total], abs=1e-4
    )


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ((0, 0, 0), "black"),
        (WHITE, "white"),
        ((255, 0, 0), "red"),
        ((0, 0, 128), "navy"),
        ((255, 215, 0), "gold"),
        ((253, 254, 255), "white"),
        ((130, 130, 130), "gray"),
        ((173, 216, 230), "light blue"),
        ((139, 0, 0), "dark red"),
    ],
)
def test_colours_have_the_names_people_use(color: Color, name: str) -> None:
    """Pure and nearly pure colours get their plain name."""
    assert name_colors([color]) == (name,)


@settings(max_examples=50)
@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), max_size=40, unique=True))
def test_no_two_colours_share_a_name(colors: list[Color]) -> None:
    """Every palette entry has a name of its own, in lower-case words."""
    names = name_colors(colors)
    assert len(set(names)) == len(colors)
    assert all(re.fullmatch(r"[a-z ]+( \d+)?", name) for name in names)


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_colours_than_asked_for(most: int) -> None:
    """`max_colors` holds, and every pixel has one of the colours that are left."""
    image = _stripes((NAVY, 50), (RED, 30), (GOLD, 20), (WHITE, 10))
    cleaned = clean_logo(image, options=CleanOptions(max_colors=most))
    assert len(cleaned.palette) == most
    assert sum(entry.coverage for entry in cleaned.palette) == pytest.approx(1, abs=1e-5)


def test_a_tiny_accent_outlives_a_large_near_duplicate() -> None:
    """Of navy, a slightly lighter navy and a little gold, the two navies become one."""
    image = _stripes((NAVY, 100), ((30, 45, 80), 80), (GOLD, 4))
    palette = clean_logo(image, options=CleanOptions(max_colors=2)).palette
    assert [entry.color for entry in palette] == [NAVY, GOLD]


@pytest.mark.parametrize("noise", [0.0, 12.0])
def test_a_gradient_becomes_flat_when_colours_are_limited(noise: float) -> None:
    """Asked for four colours, a gradient comes out as four, whatever the noise."""
    share = np.linspace(0, 1, 256)[:, None]
    row = np.rint(np.array(NAVY) * (1 - share) + np.array(GOLD) * share).astype(np.uint8)
    image = np.dstack([np.tile(row, (80, 1, 1)), np.full((80, 256), 255, np.uint8)])
    cleaned = clean_logo(image, options=CleanOptions(max_colors=4, noise=noise))
    assert cleaned.kind == "flat"
    assert len(cleaned.palette) == 4


def test_a_photograph_can_be_reduced_too() -> None:
    """Texture comes out in six colours that cover all of it."""
    texture = np.random.default_rng(3).integers(0, 256, (64, 64, 3), np.uint8)
    image = np.dstack([texture, np.full((64, 64), 255, np.uint8)])
    cleaned = clean_logo(image, options=CleanOptions(max_colors=6))
    assert len(cleaned.palette) == 6
    assert sum(entry.coverage for entry in cleaned.palette) == pytest.approx(1, abs=1e-4)


def test_edges_follow_when_colours_are_reduced() -> None:
    """A mixture of gold and navy becomes the same mixture of gold and what navy became."""
    image = _stripes(((30, 45, 80), 30), (GOLD, 30), (NAVY, 60))
    half = np.rint((np.array((30, 45, 80)) + np.array(GOLD)) / 2).astype(np.uint8)
    image[:, 30, :3] = half
    cleaned = clean_logo(image, options=CleanOptions(max_colors=2))
    expected = (np.array(NAVY) + np.array(GOLD)) / 2
    assert np.abs(cleaned.pixels[:, 30, :3] - expected).max() <= 2
