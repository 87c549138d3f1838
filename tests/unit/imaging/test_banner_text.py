"""Text cleaning, capitals, privacy and the order's own checks."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.banner import BannerSpec, BannerSpecError, Player, apply_privacy, duplicate_numbers
from imaging.banner.text import capitals, clean, is_rtl, shorten


@given(st.text(max_size=60))
def test_clean_is_printable_and_stable(text: str) -> None:
    """Cleaned text is one line without controls or surrogates; cleaning it again changes nothing."""
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "\n" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


def test_clean_drops_overrides_and_keeps_joiners() -> None:
    """A bidi override, a bell and a lone surrogate go; the joiner Persian needs stays."""
    assert clean("a\u202eb\x07\ud800c") == "abc"
    persian = "\u0645\u06cc\u200c\u062e\u0648"
    assert clean(persian) == persian


def test_clean_limits_stacked_marks() -> None:
    """Three combining marks stay on a letter, the rest go."""
    assert clean("x" + "\u0323" * 9) == "x" + "\u0323" * 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Łukasz", "ŁUKASZ"),
        ("Straße", "STRASSE"),
        ("Γιώργος", "ΓΙΩΡΓΟΣ"),
        ("иван", "ИВАН"),
        ("გიორგი", "გიორგი"),
        ("عمر", "عمر"),
    ],
)
def test_capitals_by_script(text: str, shown: str) -> None:
    """Scripts with two cases are capitalised, Greek without tonos, others left alone."""
    assert capitals(text) == shown


def test_direction_is_that_of_the_first_strong_letter() -> None:
    """Digits and punctuation do not decide the direction."""
    assert is_rtl("10 عمر")
    assert not is_rtl("10 Omar עמר")
    assert not is_rtl("10")


def test_shorten_keeps_marks_with_their_letter() -> None:
    """Cutting after a base letter would strip its vowel sign, so the letter goes too."""
    assert shorten("กิตติ", 1) == "…"
    assert shorten("abcdef", 3) == "abc…"


@pytest.mark.parametrize(
    ("mode", "shown"),
    [("full", "Ana María López"), ("first_name", "Ana"), ("initials", "A. M. L."), ("number_only", "")],
)
def test_privacy_modes(mode: str, shown: str) -> None:
    """Each mode shows exactly as much of the name as it says; the number stays."""
    assert apply_privacy((Player("7", "Ana María  López"),), mode) == (Player("7", shown),)  # type: ignore[arg-type]  # parametrized literal


def test_privacy_reads_surname_first_names() -> None:
    """`Surname, Given` gives the given name."""
    players = (Player("7", "López, Ana"), Player("8", ""), Player("9", "(Bo) Li"))
    assert [p.name for p in apply_privacy(players, "first_name")] == ["Ana", "", "(Bo)"]
    assert [p.name for p in apply_privacy(players, "initials")] == ["A. L.", "", "B. L."]


def test_privacy_reads_family_first_names() -> None:
    """In Chinese, Japanese and Korean the given name is the last word; one word alone cannot be parted."""
    players = tuple(Player("", name) for name in ("中村 俊輔", "손 흥민", "王小明", "Kim 민재"))
    assert [p.name for p in apply_privacy(players, "first_name")] == ["俊輔", "흥민", "王小明", "Kim"]


def test_duplicates_are_listed_once_in_order() -> None:
    """Blank numbers do not count; 7 and " 7" do."""
    players = tuple(Player(number, "x") for number in ("9", "7", " 7", "9", "", "", "9"))
    assert duplicate_numbers(players) == ("9", "7")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("width_in", 3.9),
        ("height_in", 121.0),
        ("height_in", math.nan),
        ("width_in", 60.0),
        ("bleed_in", -0.1),
        ("dpi", 0.0),
        ("dpi", math.inf),
        ("team_name", "x" * 401),
        ("players", (Player("1", "a"),) * 201),
        ("players", (Player("12345", "a"),)),
        ("colors", ((0, 0, 0),) * 4),
    ],
)
def test_impossible_orders_are_refused(field: str, value: object) -> None:
    """Sizes, counts and texts out of range are named errors, not bad banners."""
    with pytest.raises(BannerSpecError) as caught:
        BannerSpec(**{"team_name": "x", field: value})  # type: ignore[arg-type]  # wrong on purpose
    assert caught.value.field.startswith(field)
