"""Directions of mixed text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.banner.bidi import is_rtl, levels

MIXED = st.text("abאבعر01٣٤ ,.-+/:%$()[]!\u0301\u200d", max_size=20)


@pytest.mark.parametrize(
    ("text", "rtl", "found"),
    [
        ("Ali 7", False, "00000"),
        ("אב 10", True, "11122"),
        ("אב 10", False, "11122"),
        ("Li אב", False, "00011"),
        ("Li אב", True, "22111"),
        ("عر 1-2", True, "111212"),
        ("אב 1,2", True, "111222"),
        ("אב 5%", True, "11122"),
        ("٣", False, "2"),
        ("a (אב)", False, "000110"),
        ("אב (a)", True, "111121"),
        ("אב (ab)!", True, "11112211"),
        ("ab (אב) ab", False, "0000110000"),
        ("א\u200d\u0301", True, "111"),
        ("", True, ""),
    ],
)
def test_levels_are_those_of_the_unicode_algorithm(text: str, rtl: bool, found: str) -> None:  # noqa: FBT001 - a column
    """Letters, numbers, signs, brackets and marks get the levels that UAX #9 gives them."""
    assert "".join(map(str, levels(text, rtl=rtl))) == found


@given(MIXED, st.booleans())
def test_levels_keep_to_what_is_possible(text: str, rtl: bool) -> None:  # noqa: FBT001 - drawn
    """Every character has a level; Latin letters have even ones, Hebrew and Arabic letters odd ones."""
    found = levels(text, rtl=rtl)
    assert len(found) == len(text)
    assert all(level in {0, 1, 2} for level in found)
    assert all(level % 2 == 0 for char, level in zip(text, found, strict=True) if char in "ab01٣٤")
    assert all(level == 1 for char, level in zip(text, found, strict=True) if char in "אבعر")


def test_the_first_letter_with_a_direction_decides() -> None:
    """Digits, signs and marks before it do not."""
    assert is_rtl("10 (٣) עמר Omar")
    assert not is_rtl("10 Omar עמר")
    assert not is_rtl("٣٤ !")
