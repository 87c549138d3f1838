"""What process inks can print."""

import numpy as np
import pytest

from imaging.color import delta_e_2000, parse_color, to_lab
from imaging.print.gamut import nearest_printable


@pytest.mark.parametrize("color", ["#0000ff", "#00ff00", "#39ff14", "#ff00ff", "#00ffff", "#ccff00"])
def test_screen_primaries_and_neons_are_out_of_gamut(color: str) -> None:
    """Pure blue, green, magenta and cyan of a screen, and neons, are beyond any CMYK print."""
    assert not nearest_printable(parse_color(color)).inside


@pytest.mark.parametrize(
    "color",
    [
        "#ffffff",
        "#000000",
        "#808080",
        "#0c2340",
        "#ffb81c",
        "#c8102e",
        "#8b0000",
        "#006847",
        "#4b2e83",
        "#f58220",
    ],
)
def test_team_colours_print_as_they_are(color: str) -> None:
    """White, black, grey, navy, gold, reds, dark green, purple and orange are within, and stay untouched."""
    printable = nearest_printable(parse_color(color))
    assert printable.inside
    assert printable.color == parse_color(color)


@pytest.mark.parametrize("color", ["#0000ff", "#00ff00", "#ff00ff", "#00ffff", "#7fff00", "#ff0000"])
def test_the_nearest_colour_can_be_printed_itself(color: str) -> None:
    """What is offered instead is within the gamut."""
    assert nearest_printable(nearest_printable(parse_color(color)).color).inside


def test_blue_stays_blue() -> None:
    """The nearest to pure blue is a blue: blue exceeds red and green by far, and no purple comes of it."""
    red, green, blue = nearest_printable((0, 0, 255)).color
    assert blue > 2 * green
    assert green > red


@pytest.mark.parametrize("color", ["#00ff00", "#ff0000", "#7fff00", "#ffff00"])
def test_hue_is_kept(color: str) -> None:
    """Greens, red and yellow give up chroma and lightness, but turn by less than 15 degrees of hue."""
    before, after = to_lab(parse_color(color)), to_lab(nearest_printable(parse_color(color)).color)
    hues = [np.degrees(np.arctan2(lab[2], lab[1])) for lab in (before, after)]
    assert abs((hues[1] - hues[0] + 180) % 360 - 180) < 15


def test_the_distance_is_that_of_the_two_colours() -> None:
    """The reported CIEDE2000 agrees with the one between the colours as named, up to the D50 adaptation."""
    found = nearest_printable((0, 255, 0))
    assert found.delta_e == pytest.approx(
        float(delta_e_2000(to_lab((0, 255, 0)), to_lab(found.color))), rel=0.1
    )
