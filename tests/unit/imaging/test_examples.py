"""The example files are what the front page and the demo rely on."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imaging.color import dominant_colors, parse_color, to_hex
from imaging.kind import classify
from imaging.logo.cutout import key_logo
from imaging.types import Pixels

EXAMPLES = Path(__file__).parents[3] / "examples"
ROSTERS = {"broadbay": 12, "gladebrook": 30, "copper_ridge": 60}


def _logo(name: str) -> Pixels:
    return np.asarray(Image.open(EXAMPLES / "logos" / name).convert("RGB"))


def test_the_emblem_loses_its_ground_and_keeps_its_white() -> None:
    """On white the nine counters of BROADBAY open; the ball, the stars and the keyline stay white."""
    cutout = key_logo(_logo("emblem.png"))
    assert cutout.ground == (255, 255, 255)
    assert cutout.holes == 9
    assert all(region.bbox[3] < 280 for region in cutout.regions if region.cleared)
    assert any(swatch.color == (255, 255, 255) for swatch in dominant_colors(cutout.pixels))


def test_the_emblem_gives_its_team_colours() -> None:
    """The cut-out's palette begins with the colours that the roster's team states."""
    palette = {to_hex(swatch.color) for swatch in dominant_colors(key_logo(_logo("emblem.png")).pixels, 5)}
    team = json.loads((EXAMPLES / "rosters/broadbay.json").read_text(encoding="utf-8"))
    assert set(team["colors"]) <= palette


def test_the_wordmark_loses_its_coloured_ground() -> None:
    """No pixel of the wordmark's ground colour is left."""
    cutout = key_logo(_logo("wordmark.png"))
    shown = cutout.pixels[cutout.pixels[..., 3] > 0][:, :3].astype(int)
    assert cutout.ground is not None
    assert np.abs(shown - cutout.ground).max(axis=1).min() > 20
    assert cutout.holes >= 3


@pytest.mark.parametrize(
    ("name", "kind"), [("emblem.png", "graphic"), ("wordmark.png", "graphic"), ("mascot.jpg", "photo")]
)
def test_each_logo_takes_its_route(name: str, kind: str) -> None:
    """The drawn logos are keyed; the mascot goes to the network."""
    assert classify(_logo(name)).kind == kind


@pytest.mark.parametrize("name", ["astronaut.jpg", "chelsea.jpg"])
def test_the_photos_are_photos(name: str) -> None:
    """The example photographs are seen as such."""
    assert classify(np.asarray(Image.open(EXAMPLES / "photos" / name))).kind == "photo"


@pytest.mark.parametrize(("name", "players"), ROSTERS.items())
def test_rosters_are_whole(name: str, players: int) -> None:
    """Each roster has its team's facts, colours that parse, and distinct short numbers."""
    team = json.loads((EXAMPLES / f"rosters/{name}.json").read_text(encoding="utf-8"))
    assert all(parse_color(color) for color in team["colors"])
    assert {"team_name", "sport", "season", "colors", "players"} == set(team)
    numbers = [player["number"] for player in team["players"]]
    assert len(set(numbers)) == len(numbers) == players
    assert all(number.isdigit() and len(number) <= 2 for number in numbers)
    assert all(set(player) == {"number", "name", "position"} for player in team["players"])


def test_the_examples_stay_small() -> None:
    """A clone should not pay for them: 1.5 MB in all."""
    assert sum(path.stat().st_size for path in EXAMPLES.rglob("*") if path.is_file()) < 1_500_000
