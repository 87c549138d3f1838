"""Whatever people type: nothing crashes, nothing leaves its room, nothing is lost in silence."""

import json
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.banner.box import Box
from imaging.banner.fit import Fitted, fit_box, fit_line
from imaging.banner.text import capitals, clean, clusters, shorten
from imaging.banner.typeset import Typesetter
from tests.unit.imaging.banner.sheet import HEAVY, SPACED, packaged

FONTS = packaged()
ROOM = Box(10.0, 20.0, 160.0, 40.0)
ODD = (
    "aZé ßﬁ\u0301\u0323\u20dd.-'#&1٣ΆςЖїÅ가が王עבעֲמحمدلاءك्َिकषरதீஸ்రెกิ์้ំ្រស\u200c\u200d\ufe0f\u202e\u2066"  # noqa: RUF001 - letters of many scripts
    "\u00a0\u3000\t\n\x00\ufffd\ue000🐯👩👍🏽🇩🇪❤7\u20e3🏴\U000e0067\U000e007f"
)
TEXTS = st.one_of(st.text(ODD, max_size=24), st.text(max_size=24))


def check(source: str) -> None:
    """Set a text on one line and in a box, in two styles; hold all that is promised of it."""
    for style in (HEAVY, SPACED):
        setter = Typesetter(FONTS)
        shown, lead = setter.prepare(source, style)
        assert clean(shown) == shown
        lost = FONTS.missing(shown, lead)
        assert set(lost) <= set(setter.missing)
        printable = clean(capitals(clean(source)))
        named = "".join(setter.missing)
        assert all(char in shown + named for char in printable if char.isprintable() and char != " ")
        if not shown:
            continue
        one = fit_line(shown, lead, fonts=FONTS, size_pt=30, width_pt=ROOM.w, floor_pt=8, height_pt=ROOM.h)
        many = fit_box(shown, lead, fonts=FONTS, box_pt=(ROOM.w, ROOM.h), max_lines=3, floor_pt=6)
        for fitted in (one, many):
            assert fitted.width_pt <= ROOM.w + 0.01 or fitted.lines == ("…",)
            check_whole(shown, fitted)
        line = setter.line(one, lead, ROOM, align="left", ink="page.ink")
        above, below = (one.size_pt * extent for extent in FONTS.extent_em(line.text, lead))
        assert line.advance <= line.w + 0.01
        assert line.baseline - above >= ROOM.y - 0.01
        assert line.baseline + below <= ROOM.bottom + 0.01


def check_whole(shown: str, fitted: Fitted) -> None:
    """A text that was not cut is there in full; one that was lost whole clusters to an ellipsis."""
    if not fitted.cut:
        assert bare("".join(fitted.lines)) == bare(shown)
        return
    assert any(line.endswith("…") for line in fitted.lines)
    for line in fitted.lines:
        assert line in shown or any(line == start + "…" for rest in tails(shown) for start in starts(rest))


def bare(text: str) -> str:
    """The text without what a line break may take away."""
    return "".join(char for char in text if char not in " •·|")


def starts(text: str) -> set[str]:
    """The starts of a text that end between two clusters, spaces and joiners at their ends left out."""
    ends = accumulate(map(len, clusters(text)), initial=0)
    return {text[:end].rstrip(" \u200c\u200d") for end in ends}


def tails(text: str) -> list[str]:
    """The text from each of its words on."""
    words = text.split()
    return [" ".join(words[index:]) for index in range(len(words))]


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_any_text_can_be_set(source: str) -> None:
    """Characters of all kinds, marks without letters, halves of pairs, controls: each is set or named."""
    check(source)


def test_naughty_strings_can_be_set(corpus: Path) -> None:
    """So is every line of the big list of naughty strings."""
    found = corpus / "strings" / "blns__blns.json"
    if not found.exists():
        pytest.skip("the list of strings is not beside the repository")
    for source in json.loads(found.read_text("utf-8")):
        check(source[:80])


@given(st.text(ODD, max_size=24))
def test_cleaning_is_stable_and_shortening_keeps_clusters(source: str) -> None:
    """Clean text is clean; any start of it that is kept consists of whole clusters of it."""
    text = clean(source)
    assert clean(text) == text
    for keep in range(len(text) + 1):
        assert shorten(text, keep)[:-1] in starts(text)
