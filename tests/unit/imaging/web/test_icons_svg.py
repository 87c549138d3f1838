"""`favicon.svg`: a drawing that is seen in light and in dark tabs."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from imaging.types import Pixels
from imaging.web.icons_drawing import drawing_of
from imaging.web.icons_fit import outline_of
from imaging.web.icons_initials import plate_of
from imaging.web.icons_svg import FaviconSvg, svg_of_mark, svg_of_plate
from tests.unit.imaging.web.marks import BLACK, NAVY, RED, disc

DARK = "@media (prefers-color-scheme:dark)"
LIGHT = "@media (prefers-color-scheme:light)"


def favicon(mark: Pixels) -> FaviconSvg:
    """Of a trimmed mark."""
    return svg_of_mark(mark, drawing_of(mark), outline_of(mark))


def test_a_mark_that_is_seen_everywhere_is_left_alone() -> None:
    """Red shows on white and on near-black: no rule changes it."""
    made = favicon(disc(RED))
    assert made.vector
    assert "@media" not in made.markup
    assert {facts.done for facts in made.schemes.values()} == {"nothing"}


def test_a_black_mark_turns_pale_in_dark_tabs() -> None:
    """The one lost colour gets another in the dark scheme only, and nothing is lost then."""
    made = favicon(disc(BLACK))
    assert DARK in made.markup
    assert LIGHT not in made.markup
    dark = made.schemes["dark"]
    assert (dark.lost_share, dark.done, dark.left_lost_share) == (1.0, "recolored", 0.0)


def test_a_white_mark_turns_deep_in_light_tabs() -> None:
    """The same the other way round."""
    made = favicon(disc((255, 255, 255)))
    assert LIGHT in made.markup
    assert DARK not in made.markup


def test_colours_that_would_run_together_get_a_contour_instead() -> None:
    """A black mark with a pale one in it keeps its colours and gets a line around it in the dark."""
    mark = disc(BLACK)
    hole = disc((246, 246, 246), side=128)
    part = mark[64:192, 64:192]
    part[hole[..., 3] > 0] = hole[hole[..., 3] > 0]
    mark[64:192, 64:192] = part
    made = favicon(mark)
    dark = made.schemes["dark"]
    assert dark.done == "contour"
    assert dark.left_lost_share < 0.05
    assert 'class="contour"' in made.markup


def test_initials_change_places_with_their_plate() -> None:
    """A navy plate would be lost in a dark tab: there its letters' colour is the ground's."""
    plate = plate_of("Harbor Foxes", colors=(NAVY, (244, 185, 66)))
    assert plate is not None
    made = svg_of_plate(plate)
    assert made.schemes["dark"].done == "swapped"
    assert made.schemes["light"].done == "nothing"
    assert ".plate{fill:#f4b942}" in made.markup


def test_a_photograph_is_a_picture_in_the_file() -> None:
    """What outlines cannot show is embedded, and nothing is referred to outside."""
    noise = np.random.default_rng(5).integers(0, 256, (200, 200, 4), np.uint8)
    noise[..., 3] = 255
    made = favicon(noise)
    assert not made.vector
    assert 'href="data:image/png;base64,' in made.markup


@pytest.mark.parametrize("mark", [disc(BLACK), disc(RED)], ids=["black", "red"])
def test_it_is_one_square_document(mark: Pixels) -> None:
    """Well-formed, with a square view box and without scripts."""
    root = ET.fromstring(favicon(mark).markup)  # noqa: S314 - our own output
    _, _, width, height = (float(part) for part in str(root.get("viewBox")).split())
    assert width == pytest.approx(height)
    assert not [element for element in root.iter() if str(element.tag).endswith("script")]
