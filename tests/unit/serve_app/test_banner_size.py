"""Sizes of banners: by name, by inches, by nothing."""

from typing import Any

import pytest

from serve_app.errors import InvalidFieldsError
from serve_app.services.banner_size import SizeAsked, banner_size, find_template


def size(name: str, width_in: float, height_in: float, **more: Any) -> dict[str, Any]:
    """A size as the catalogue has it."""
    own = {"medium": "print", "bleed_in": 0.25, "dpi": 100}
    return {"name": name, "width_in": width_in, "height_in": height_in, **own, **more}


SCREEN = size("Screen 1920 x 1080", 20, 11.25, medium="screen", bleed_in=0.0, dpi=96)
TEMPLATE = {"name": "bold", "sizes": [size("3 x 6 ft", 72, 36), size("3 x 5 ft", 60, 36), SCREEN]}


def test_nothing_asked_is_the_first_size_as_a_proof() -> None:
    """The template's first size at 50 dpi, with its bleed."""
    found = banner_size(SizeAsked(), template=TEMPLATE)
    assert (found.name, found.dpi, found.bleed_in, found.medium) == ("3 x 6 ft", 50, 0.25, "print")
    assert found.megapixels == pytest.approx(72.5 * 36.5 * 2500 / 1e6)


@pytest.mark.parametrize("name", ["3x5ft", "3 X 5 FT", "3-x-5-ft.", "5 ft"])
def test_names_are_told_without_signs(name: str) -> None:
    """Case, spaces and signs do not matter, and a part that only one size has will do."""
    assert banner_size(SizeAsked(name), template=TEMPLATE).width_in == 60


def test_a_screen_keeps_its_pixels() -> None:
    """A screen's dpi is its own, unless another is asked for."""
    found = banner_size(SizeAsked("screen"), template=TEMPLATE)
    assert (found.width_in * found.dpi, found.height_in * found.dpi, found.medium) == (1920, 1080, "screen")
    assert banner_size(SizeAsked("screen", dpi=192), template=TEMPLATE).megapixels == pytest.approx(8.2944)


def test_inches_win_and_a_missing_side_follows() -> None:
    """Own inches have no name; one side alone takes the shape of the first size."""
    found = banner_size(SizeAsked(height_in=20, bleed_in=0.0, dpi=72), template=TEMPLATE)
    assert (found.name, found.width_in, found.height_in, found.bleed_in) == (None, 40, 20, 0)


@pytest.mark.parametrize("name", ["3", "ft", "4x4", "", "!!"])
def test_names_that_are_none_or_several_are_refused(name: str) -> None:
    """What fits no size, or more than one, is refused with the list."""
    with pytest.raises(InvalidFieldsError) as caught:
        banner_size(SizeAsked(name), template=TEMPLATE)
    assert "3 x 6 ft, 3 x 5 ft" in caught.value.errors[0].message


def test_two_sizes_are_refused() -> None:
    """A name and inches at once."""
    with pytest.raises(InvalidFieldsError):
        banner_size(SizeAsked("3x6ft", width_in=72), template=TEMPLATE)


def test_unknown_templates_are_refused_with_those_there_are() -> None:
    """The names are told."""
    assert find_template([TEMPLATE], "bold") is TEMPLATE
    with pytest.raises(InvalidFieldsError) as caught:
        find_template([TEMPLATE], "spaceship")
    assert "bold" in caught.value.errors[0].message
