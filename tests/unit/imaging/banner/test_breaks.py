"""Where lines of a banner may end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.banner.breaks import joined, pieces
from imaging.banner.fit import fit_box, split_balanced
from imaging.banner.text import clean
from tests.unit.imaging.banner.sheet import NARROW, packaged

FONTS = packaged()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Riverside FC", ["Riverside", "FC"]),
        ("Ana López • Bo • Cy", ["Ana", "López", "Bo", "Cy"]),
        ("• Ana |", ["•", "Ana", "|"]),
        ("千葉県立第一高等学校サッカー部", ["千葉県立第一高等学校", "サッカー", "部"]),
        ("FC東京フットボール", ["FC", "東京", "フットボール"]),
        ("山田ジョン", ["山田ジョン"]),
        ("ジョン・スミスさん", ["ジョン・スミスさん"]),
        ("北京大学足球俱乐部", ["北京大学足球俱乐部"]),
        ("", []),
    ],
)
def test_lines_end_where_a_reader_expects_it(text: str, parts: list[str]) -> None:
    """Between words and after bullets; in long Japanese words where the script changes, never in a name."""
    assert [piece.text for piece in pieces(text)] == parts


@given(st.text("aB •|·-東京サッカー部の\u0301", max_size=30).map(clean))
def test_pieces_join_to_the_text(text: str) -> None:
    """Nothing is added or lost as long as no line ends."""
    assert joined(pieces(text)) == text


def test_no_line_begins_or_ends_with_a_bullet() -> None:
    """A list on two lines is parted at a bullet, which goes."""
    text = "DANA WHITFIELD • MARCO RUIZ"
    fitted = fit_box(text, NARROW, fonts=FONTS, box_pt=(90, 40), max_lines=2, floor_pt=6)
    assert fitted.lines == ("DANA WHITFIELD", "MARCO RUIZ")
    assert not fitted.cut


def test_gaps_may_differ() -> None:
    """Words are balanced with the gaps before them; a line's first gap does not count."""
    assert split_balanced([5, 5, 5, 5], 1.0, 2) == (2, 4)
    assert split_balanced([4, 4, 4, 4], [0, 9, 0, 0], 2) == (1, 4)
    assert split_balanced([4, 4, 4, 4], [9, 0, 0, 9], 2) == (3, 4)
