"""The colours of cloth, ground and ink by their tables."""

import numpy as np
import pytest

from imaging.color import delta_e_2000, to_lab
from imaging.garment.tint import cloth_table, ground_table, ink_tables
from imaging.types import Color

NEUTRAL = 180


@pytest.mark.parametrize("color", [(29, 79, 163), (90, 90, 90), (160, 20, 40), (18, 133, 74)])
def test_plain_cloth_has_its_colour(color: Color) -> None:
    """In plain light a mid-tone garment shows its own colour, hardly noticeably lifted by its sheen."""
    assert delta_e_2000(to_lab(cloth_table(NEUTRAL, color)[NEUTRAL]), to_lab(color)) <= 3


def test_white_cloth_leaves_room_for_highlights() -> None:
    """White cloth in plain light is near white, without a tint, and brighter light is brighter still."""
    table = cloth_table(NEUTRAL, (255, 255, 255)).astype(int)
    assert np.ptp(table, axis=1).max() == 0
    assert 225 <= table[NEUTRAL, 0] <= 235
    assert table[NEUTRAL + 12, 0] > table[NEUTRAL, 0] + 5


def test_black_cloth_shows_its_folds() -> None:
    """On black, light and shade differ by more than ten levels."""
    table = cloth_table(NEUTRAL, (0, 0, 0)).astype(int)
    assert table[220, 0] - table[100, 0] > 10


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), (200, 16, 46), (255, 212, 0), (0, 0, 255)])
def test_more_light_is_never_darker(color: Color) -> None:
    """Every channel of cloth and ground rises with the light."""
    for table in (cloth_table(NEUTRAL, color), ground_table(color)):
        assert (np.diff(table.astype(int), axis=0) >= 0).all()


def test_lit_ground_is_the_colour_asked_for() -> None:
    """Where no shadow falls the ground has its colour exactly."""
    assert tuple(ground_table((12, 200, 99))[255]) == (12, 200, 99)


def test_ink_in_plain_light_keeps_its_colour_up_to_its_whitest() -> None:
    """Dark and middle ink is unchanged, bright ink is dimmed towards white cloth's brightness."""
    tables = ink_tables(NEUTRAL)
    assert tables.light[NEUTRAL] == 1
    assert tables.gain[:180] == pytest.approx(1)
    assert 255 * tables.gain[255] == pytest.approx(cloth_table(NEUTRAL, (255, 255, 255))[NEUTRAL, 0], abs=3)


def test_tables_cannot_be_written_to() -> None:
    """They are shared by all mock-ups."""
    for table in (cloth_table(NEUTRAL, (1, 2, 3)), ink_tables(NEUTRAL).gain):
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 0
