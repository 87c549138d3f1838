"""Sports in people's words, and the drawings that stand for them."""

from pathlib import Path

import pytest

from imaging.banner.motif import DEFAULT_MOTIF, MOTIF_WORDS, motif_for

DRAWINGS = Path(__file__).resolve().parents[4] / "configs/banners/kit/motifs"


@pytest.mark.parametrize(
    ("sport", "motif"),
    [
        ("Girls' U12 SOCCER!", "soccer"),
        ("Fútbol", "soccer"),
        ("ФУТБОЛ", "soccer"),
        ("少年サッカー", "soccer"),
        ("كرة القدم", "soccer"),
        ("Football", "football"),
        ("Fútbol americano", "football"),
        ("Football Club", "soccer"),
        ("7v7 Flag Football", "football"),
        ("T-Ball", "baseball"),
        ("Fast-pitch softball", "softball"),
        ("ice hockey", "hockey"),
        ("Field Hockey", "star"),
        ("Track & Field", "running"),
        ("beach volleyball", "volleyball"),
        ("क्रिकेट", "cricket"),
    ],
)
def test_a_sport_in_peoples_words_finds_its_drawing(sport: str, motif: str) -> None:
    """Case, accents, hyphens and the words around do not matter; the longer phrase wins."""
    assert motif_for(sport) == motif


@pytest.mark.parametrize("sport", ["", "  ", "Quidditch", "Footballers United", "!!!", "🏆"])
def test_an_unknown_sport_gets_the_star(sport: str) -> None:
    """What is no listed sport, or only looks like one, is drawn as the star."""
    assert motif_for(sport) == DEFAULT_MOTIF


def test_every_motif_has_a_drawing_in_one_ink() -> None:
    """Each named motif is a file of two paths, the ground left open and the ink black; no file is unused."""
    assert {path.stem for path in DRAWINGS.glob("*.svg")} == {*MOTIF_WORDS, DEFAULT_MOTIF}
    for path in DRAWINGS.glob("*.svg"):
        text = path.read_text("utf-8")
        assert text.count("<path") == 2
        assert text.count('fill="none"') == 1
        assert text.count('fill="#000000"') == 1
