"""Colours of a banner, whatever the team's are."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.banner.logo import add_keyline, prepare_logo, sunk_share
from imaging.banner.palette import Recipe, build_palette
from imaging.color import contrast_ratio
from imaging.oklab import distance, from_oklab, oklab, readable

CHANNEL = st.integers(0, 255) | st.sampled_from([0, 255])
COLOR = st.tuples(CHANNEL, CHANNEL, CHANNEL)
RED = (200, 16, 46)


ROLES: dict[str, Recipe] = {
    **{recipe: recipe for recipe in get_args(Recipe)},
    "page": "night",
    "card": "raised",
}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(COLOR, max_size=3).map(tuple),
    st.sampled_from(["night", "paper", "primary", "white", "tint", "deep"]),
)
def test_every_text_is_legible(colors: tuple[tuple[int, int, int], ...], page: Recipe) -> None:
    """Any colours of a team give WCAG AA for every text on every ground, whatever its recipe."""
    for ink, ground, minimum in build_palette(colors, ROLES | {"page": page}).texts():
        assert contrast_ratio(ink, ground) >= minimum


@settings(max_examples=25, deadline=None)
@given(st.lists(COLOR, max_size=3).map(tuple), COLOR)
def test_texts_are_legible_over_any_photo(
    colors: tuple[tuple[int, int, int], ...], photo: tuple[int, int, int]
) -> None:
    """A ground laid over a photo with its `over` opacity leaves AA to all its texts."""
    for ground in build_palette(colors, ROLES).grounds.values():
        mixed = tuple(round(p + (f - p) * ground.over) for p, f in zip(photo, ground.fill, strict=True))
        assert all(contrast_ratio(ink, mixed) >= 4.5 for ink in ground.inks)


@given(COLOR)
def test_equal_colors_are_told_apart(color: tuple[int, int, int]) -> None:
    """A team that gives one colour thrice still gets stripes that show on their ground."""
    palette = build_palette((color, color, color), {"page": "night"})
    assert distance(palette.primary, palette.secondary) >= 0.16
    assert distance(palette.secondary, palette.accent) >= 0.16


def test_team_colors_are_kept_where_they_work() -> None:
    """Navy and gold come out as given: header navy, badges gold."""
    palette = build_palette(((20, 40, 75), (242, 169, 0)), ROLES)
    assert palette.grounds["primary"].fill == (20, 40, 75)
    assert palette.grounds["pop"].fill == palette.color("card.accent") == (242, 169, 0)


@given(COLOR)
def test_oklab_round_trip(color: tuple[int, int, int]) -> None:
    """From sRGB to OKLab and back is the same colour to one level."""
    assert np.abs(np.subtract(from_oklab(*oklab(color)), color)).max() <= 1


@given(COLOR, COLOR)
def test_readable_reaches_its_minimum(color: tuple[int, int, int], ground: tuple[int, int, int]) -> None:
    """A colour moved in lightness, or black or white, always reaches 4.5 on one ground."""
    assert contrast_ratio(readable(color, ground), ground) >= 4.5


def _disc(color: tuple[int, int, int], size: int = 120) -> np.ndarray:
    y, x = np.mgrid[:size, :size]
    inside = (x - size / 2) ** 2 + (y - size / 2) ** 2 < (size / 3) ** 2
    return np.dstack((np.full((size, size, 3), color, np.uint8), (inside * 255).astype(np.uint8)))


def test_logo_of_the_grounds_colour_gets_a_keyline() -> None:
    """A red logo on red is ringed in white; on white it is left as it was, only trimmed."""
    logo = _disc(RED, size=600)
    ringed = prepare_logo(logo, ground=RED)
    plain = prepare_logo(logo, ground=(255, 255, 255))
    assert ringed is not None
    assert plain is not None
    assert sunk_share(ringed, ground=RED) == 0.0
    assert ringed.shape[0] > plain.shape[0]
    assert tuple(plain[plain.shape[0] // 2, 0, :3]) == RED


def test_keyline_leaves_the_logo_itself_alone() -> None:
    """Solid pixels of the logo do not change under the line."""
    logo = _disc(RED)
    lined = add_keyline(logo, color=(255, 255, 255), width_px=4)[5:-5, 5:-5]
    solid = logo[..., 3] == 255
    assert np.array_equal(lined[solid], logo[solid])


@pytest.mark.parametrize("channels", [3, 4])
def test_clear_logo_is_no_logo(channels: int) -> None:
    """A fully transparent logo is left out; an RGB one counts as solid."""
    logo = np.zeros((20, 20, channels), np.uint8)
    assert (prepare_logo(logo, ground=RED) is None) == (channels == 4)
