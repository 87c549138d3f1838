"""Names and numbers for jerseys."""

import unicodedata
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imaging.color import contrast_ratio
from imaging.garment.arch import arched
from imaging.garment.errors import LetteringError
from imaging.garment.lettering import (
    FONTS,
    MAX_CHARS,
    MIN_HEIGHT_IN,
    MIN_SQUEEZE,
    lettering_color,
    library,
    set_text,
)
from imaging.types import Pixels

RED, WHITE, BLACK, NAVY = (200, 30, 40), (255, 255, 255), (0, 0, 0), (20, 33, 61)
NAME_IN, NUMBER_IN = (12.0, 3.0), (10.0, 12.0)
LETTERS = "abcdefghijklmnopqrstuvwxyzàéîõüñçßøåæœšžłđΑΒΓΔΩабвгдж' -.0123456789محمدعليसपरशสมชาย"  # noqa: RUF001 - names of many scripts are the point


def visible(pixels: Pixels) -> np.ndarray:
    """Where there is ink, solid for the most part."""
    return pixels[..., 3] > 127


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    text=st.text(LETTERS, min_size=1, max_size=24),
    options=st.fixed_dictionaries(
        {
            "font": st.sampled_from(sorted(FONTS)),
            "box_in": st.tuples(st.floats(2, 14), st.floats(1, 12)),
            "outline": st.sampled_from([None, (WHITE, 0.1)]),
            "arch": st.booleans(),
            "ppi": st.sampled_from([30.0, 72.5]),
        }
    ),
)
def test_any_name_fits_its_box_or_is_refused(text: str, options: dict[str, Any]) -> None:
    """Set text never leaves its box, its letters are never narrower or lower than can be read."""
    try:
        made = set_text(text, color=RED, **options)
    except LetteringError:
        return
    assert made.pixels.shape[1] == pytest.approx(made.width_in * options["ppi"])
    assert made.width_in <= options["box_in"][0]
    assert made.height_in <= options["box_in"][1]
    assert MIN_SQUEEZE - 1e-6 <= made.squeeze <= 1
    assert made.letter_height_in >= MIN_HEIGHT_IN
    assert made.pixels[..., 3].max() > 200


def test_marks_that_are_set_further_off_stay_in_the_box() -> None:
    """An Arabic yeh beside a digit, whose dots Typst sets lower at few pixels an inch, fits all the same."""
    made = set_text("1\N{ARABIC LETTER YEH}", box_in=(2.0, 1.0), color=RED, ppi=30)
    assert made.height_in <= 1
    assert made.width_in <= 2
    assert made.height_in >= 0.9


@pytest.mark.parametrize(("text", "box_in"), [("I", NUMBER_IN), ("WINTERBOTTOM", NAME_IN), ("10", NUMBER_IN)])
def test_text_is_as_large_as_its_box_allows(text: str, box_in: tuple[float, float]) -> None:
    """Set text touches its box within 1.5 %, in height or in width."""
    made = set_text(text, box_in=box_in, color=RED, ppi=100)
    assert max(made.width_in / box_in[0], made.height_in / box_in[1]) >= 0.985


def test_a_long_name_is_squeezed_before_it_is_made_smaller() -> None:
    """Growing longer, a name is whole, then narrower at the same height, then lower at the narrowest."""
    made = [set_text("M" * count, box_in=NAME_IN, color=RED, ppi=50) for count in (2, 6, 12)]
    assert [item.squeeze for item in made[::2]] == [1, pytest.approx(MIN_SQUEEZE)]
    assert MIN_SQUEEZE < made[1].squeeze < 1
    assert made[0].letter_height_in == pytest.approx(made[1].letter_height_in, abs=0.02)
    assert made[2].letter_height_in < 0.8 * made[1].letter_height_in
    assert [item.shrunk for item in made] == [False, False, True]


def test_a_wanted_height_is_kept() -> None:
    """A number asked for at 8 in is 8 in high, with what its outline adds."""
    made = set_text("7", box_in=NUMBER_IN, color=RED, letter_height_in=8, outline=(WHITE, 0.25), ppi=100)
    assert made.letter_height_in == pytest.approx(8)
    assert made.height_in == pytest.approx(8.5, abs=0.05)


def test_an_outline_lies_outside_the_letters() -> None:
    """The letters keep their ink; white surrounds it as wide as asked."""
    plain = set_text("H", box_in=NUMBER_IN, color=RED, letter_height_in=4, ppi=100)
    lined = set_text("H", box_in=NUMBER_IN, color=RED, letter_height_in=4, outline=(WHITE, 0.2), ppi=100)
    assert lined.pixels.shape[0] - plain.pixels.shape[0] == pytest.approx(40, abs=2)
    inked = (lined.pixels[..., :3] == RED).all(axis=2) & visible(lined.pixels)
    assert inked.sum() == pytest.approx(visible(plain.pixels).sum(), rel=0.02)
    middle = lined.pixels[lined.pixels.shape[0] // 4]
    assert (middle[3, :3] == WHITE).all()
    assert middle[3, 3] == 255


def test_an_arch_lifts_the_middle_and_keeps_the_letters() -> None:
    """A bar bent by 30 px hangs 30 px lower at its ends, is as thick as before, and mirrors itself."""
    bar = np.full((40, 301, 4), (*RED, 255), np.uint8)
    bent = arched(bar, rise_px=30)
    tops = visible(bent).argmax(axis=0)
    assert tops[150] <= 1
    assert tops[0] == pytest.approx(30, abs=1)
    assert np.array_equal(tops, tops[::-1])
    assert np.abs(visible(bent).sum(axis=0) - 40).max() <= 1


def test_text_is_set_in_capitals() -> None:
    """Small and large letters, composed and decomposed, give the same picture; ß becomes SS."""
    for one, other in (("müller", "MÜLLER"), ("Zoe\u0308", "ZOË"), ("Strauß", "STRAUSS"), ("a\t b", "A B")):
        first, second = (set_text(text, box_in=NAME_IN, color=RED, ppi=50) for text in (one, other))
        assert first.text == second.text == other
        assert np.array_equal(first.pixels, second.pixels)


def test_letters_are_joined_as_their_script_wants() -> None:
    """Arabic is shaped: a joined word is narrower than its letters apart."""
    joined, apart = (
        set_text(text, box_in=(14, 2), color=RED, letter_height_in=0.5, ppi=100)
        for text in ("ببب", "ب\u200cب\u200cب")
    )
    assert joined.family == "Noto Sans Arabic"
    assert joined.width_in < 0.9 * apart.width_in


@pytest.mark.parametrize("name", ["Ødegård", "Αντετοκούνμπο", "Шевченко", "प्रिया", "สมชาย", "محمد"])
def test_one_font_sets_the_whole_name(name: str) -> None:
    """Names of six scripts are set by a single family that has every letter of them."""
    made = set_text(name, box_in=NAME_IN, color=RED, ppi=40)
    style = next(iter(FONTS.values()))
    one = type(style)((made.family,), style.weight, style.stretch)
    assert library().missing(made.text, one) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no text"),
        (" \u200b\t", "no text"),
        ("a" * 200, f"at most {MAX_CHARS}"),
        ("W" * 40, "does not fit"),
        ("GO \U0001f981", "No font has \U0001f981"),
        ("\u4e2d\u6587\U00020000", "No font has"),
        ("A\x00B", r"U\+0000"),
        ("A\ud800", r"U\+D800"),
        ("\ue000", r"U\+E000"),
    ],
)
def test_what_cannot_be_printed_is_said(text: str, says: str) -> None:
    """Empty, endless, too small, unknown and control characters are each an error that says so."""
    with pytest.raises(LetteringError, match=says):
        set_text(text, box_in=(6, 3) if text.startswith("W") else NAME_IN, color=RED, ppi=30)


@pytest.mark.parametrize(
    "wrong",
    [
        {"box_in": (0, 3)},
        {"box_in": (12, float("nan"))},
        {"box_in": (12, 31)},
        {"ppi": 0},
        {"ppi": 1e9},
        {"letter_height_in": -1},
        {"letter_height_in": float("inf")},
        {"outline": (WHITE, 0)},
        {"outline": (WHITE, 2)},
        {"box_in": (30, 30), "ppi": 600},
        {"font": "comic"},
    ],
)
def test_figures_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    """Each impossible figure is a LetteringError."""
    with pytest.raises(LetteringError):
        set_text("A", **({"box_in": NAME_IN, "color": RED} | wrong))


def test_scripts_may_be_mixed() -> None:
    """A name in two scripts that no one font has is set by two, with all of its letters."""
    both, one = (set_text(text, box_in=(12, 1), color=RED, ppi=50) for text in ("Ali علي ก", "Ali"))
    assert both.width_in / both.height_in > 1.4 * one.width_in / one.height_in


def test_markup_is_text() -> None:
    """Typst's own signs are set as they are typed."""
    made = set_text('#[$x$]*_"\\', box_in=NAME_IN, color=RED, ppi=50)
    assert made.text == '#[$X$]*_"\\'


def test_the_same_text_gives_the_same_bytes() -> None:
    """Two runs agree."""
    runs = [set_text("Ortiz", box_in=NAME_IN, color=RED, outline=(WHITE, 0.1), arch=True) for _ in range(2)]
    assert np.array_equal(runs[0].pixels, runs[1].pixels)


def test_lettering_stands_out_from_the_garment() -> None:
    """The palette's best colour where it contrasts by 3:1; otherwise white on dark and black on light."""
    gold = (245, 183, 0)
    assert lettering_color(NAVY, (RED, gold)) == gold
    assert lettering_color(NAVY, ((30, 40, 90), NAVY)) == WHITE
    assert lettering_color(WHITE, (gold,)) == BLACK
    assert lettering_color(BLACK) == WHITE
    for garment in (NAVY, RED, (128, 128, 128), gold):
        assert contrast_ratio(lettering_color(garment, (RED, gold)), garment) >= 3


def test_every_letter_a_name_may_hold_is_known_to_a_font() -> None:
    """The letters of the property test are in some font, so that it tests fitting."""
    letters = "".join(char for char in LETTERS if unicodedata.category(char)[0] in "LM")
    assert library().missing(letters, FONTS["anton"]) == ()
