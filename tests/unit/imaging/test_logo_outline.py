"""Contours around logos."""

import cv2
import numpy as np
import pytest

from imaging.errors import NoForegroundError
from imaging.logo.outline import OutlineWidthError, add_outline, grow, outline_color
from imaging.types import Color

NAVY, GOLD, WHITE, BLACK = (12, 35, 64), (255, 184, 28), (255, 255, 255), (0, 0, 0)
_SIDE = 160


def _disc(radius_px: float) -> np.ndarray:
    """Coverage of a disc off the pixel grid, 8 by 8 samples a pixel."""
    y, x = np.mgrid[0 : 8 * _SIDE, 0 : 8 * _SIDE] / 8 + 1 / 16 - 0.5
    inside = np.hypot(x - 80.3, y - 79.6) < radius_px
    return np.rint(255 * inside.reshape(_SIDE, 8, _SIDE, 8).mean((1, 3))).astype(np.uint8)


def _logo(coverage: np.ndarray, color: Color = NAVY) -> np.ndarray:
    return np.dstack([np.full((*coverage.shape, 3), color, np.uint8), coverage])


@pytest.mark.parametrize("by_px", [1.0, 2.0, 3.3, 10.0])
def test_a_grown_disc_is_a_larger_disc(by_px: float) -> None:
    """Growth is even on all sides to a fraction of a pixel: under 3 levels of 255 off on average."""
    off = grow(_disc(40), by_px=by_px).astype(float) - _disc(40 + by_px)
    assert np.sqrt((off**2).mean()) < 3
    assert np.abs(off).max() < 120


def test_the_canvas_grows_by_the_width() -> None:
    """3.5 px on every side need 4 more pixels on every side; the contour's edge is anti-aliased."""
    square = np.full((50, 60), 255, np.uint8)
    outlined = add_outline(_logo(square), width_px=3.5, color=GOLD)
    assert outlined.shape == (58, 68, 4)
    assert outlined[29, 1].tolist() == [*GOLD, 255]
    assert outlined[29, 0, :3].tolist() == list(GOLD)
    assert outlined[29, 0, 3] == pytest.approx(128, abs=2)
    assert outlined[29, 34].tolist() == [*NAVY, 255]


def test_no_halo_between_logo_and_contour() -> None:
    """Edge pixels of the logo blend into the contour: solid, and between the two colours."""
    outlined = add_outline(_logo(_disc(40)), width_px=6, color=WHITE)
    inside = outlined[..., 3] == 255
    rgb = outlined[inside][:, :3].astype(int)
    share = (rgb[:, 0] - NAVY[0]) / (255 - NAVY[0])
    blended = np.array(NAVY) + share[:, None] * (np.array(WHITE) - NAVY)
    assert np.abs(rgb - blended).max() <= 2


def test_large_holes_get_a_contour_and_small_ones_are_filled() -> None:
    """A hole of 40 px keeps a clear middle; one of 9 px, nearly closed by 4 px on each side, is filled."""
    plate = np.full((_SIDE, _SIDE), 255, np.uint8)
    plate[20:60, 20:60] = 0
    plate[100:109, 100:109] = 0
    outlined = add_outline(_logo(plate), width_px=4, color=WHITE)
    assert outlined[44, 44, 3] == 0
    assert outlined[26, 44].tolist() == [*WHITE, 255]
    assert (outlined[100:117, 100:117, 3] == 255).all()


def test_a_contour_takes_the_logos_own_colour_that_stands_out() -> None:
    """On black the logo's gold, on white its navy; with nothing that stands out, white or black."""
    logo = _logo(_disc(40))
    assert outline_color(logo, BLACK, palette=[NAVY, GOLD]) == GOLD
    assert outline_color(logo, WHITE, palette=[NAVY, GOLD]) == NAVY
    assert outline_color(logo, BLACK, palette=[NAVY]) == WHITE
    assert outline_color(_logo(_disc(40), GOLD), WHITE, palette=[]) == BLACK


@pytest.mark.parametrize("width_px", [0.0, -2.0, float("nan"), float("inf")])
def test_widths_must_be_positive_and_finite(width_px: float) -> None:
    """There is no contour of no width."""
    with pytest.raises(OutlineWidthError):
        add_outline(_logo(_disc(40)), width_px=width_px, color=WHITE)


def test_nothing_has_no_contour() -> None:
    """A clear picture is no foreground."""
    with pytest.raises(NoForegroundError):
        add_outline(np.zeros((9, 9, 4), np.uint8), width_px=2, color=WHITE)


def test_bands_leave_no_seam() -> None:
    """A picture large enough to be worked on in bands is outlined as its parts would be."""
    tall = np.zeros((9000, 400), np.uint8)
    cv2.line(tall, (60, 40), (340, 8960), 255, 30, cv2.LINE_AA)
    whole = grow(tall, by_px=7.5)
    part = grow(tall[3600:3900], by_px=7.5)
    assert np.array_equal(whole[3620:3880], part[20:-20])
