"""Thickness of strokes, against drawn truth."""

import cv2
import numpy as np
import pytest

from imaging.print.strokes import measure_strokes, thinnest

_SIDE = 240


def _line(width_px: float, angle_deg: float) -> np.ndarray:
    """An anti-aliased line of 160 px, 4 by 4 samples a pixel, off the pixel grid."""
    y, x = np.mgrid[0 : 4 * _SIDE, 0 : 4 * _SIDE] / 4 + 0.125 - 0.5
    turn = np.deg2rad(angle_deg)
    x, y = x - _SIDE / 2 - 0.3, y - _SIDE / 2 - 0.1
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    inside = (np.abs(along) < 80) & (np.abs(across) < width_px / 2)
    return np.rint(255 * inside.reshape(_SIDE, 4, _SIDE, 4).mean((1, 3))).astype(np.uint8)


def _polygon(points: list[tuple[float, float]]) -> np.ndarray:
    large = np.zeros((4 * _SIDE, 4 * _SIDE), np.uint8)
    cv2.fillPoly(large, [np.rint(4 * np.array(points)).astype(np.int32)], 255)
    return cv2.resize(large, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("angle_deg", [0, 10, 22.5, 33, 45, 60, 90, 135])
@pytest.mark.parametrize("width_px", [1, 1.5, 2, 3, 4, 6, 11, 30])
def test_a_line_is_as_thick_as_it_was_drawn(width_px: float, angle_deg: float) -> None:
    """At any angle and place on the grid a line's thickness is found within 10 %."""
    assert thinnest(measure_strokes(_line(width_px, angle_deg))) == pytest.approx(width_px, rel=0.1)


def test_the_thinner_of_two_lines_counts() -> None:
    """A 2 px line beside a 12 px line makes the thinnest stroke 2 px."""
    both = np.maximum(np.roll(_line(12, 30), 40, axis=0), np.roll(_line(2, 30), -40, axis=0))
    assert thinnest(measure_strokes(both)) == pytest.approx(2, rel=0.1)


def test_solid_shapes_have_no_strokes() -> None:
    """A disc, a square and a blank have no stroke at all."""
    disc = np.zeros((_SIDE, _SIDE), np.uint8)
    cv2.circle(disc, (120, 120), 90, 255, cv2.FILLED, cv2.LINE_AA)
    square = np.zeros((_SIDE, _SIDE), np.uint8)
    square[40:200, 40:200] = 255
    for shape in (disc, square, np.zeros((_SIDE, _SIDE), np.uint8)):
        assert thinnest(measure_strokes(shape)) is None


def test_tips_do_not_count() -> None:
    """The points of a star are no thin strokes, though they end in nothing."""
    turns = [np.pi * k / 5 for k in range(10)]
    radii = [110 if k % 2 == 0 else 42 for k in range(10)]
    star = [(120 + r * np.sin(t), 120 - r * np.cos(t)) for r, t in zip(radii, turns, strict=True)]
    assert thinnest(measure_strokes(_polygon(star))) is None


def test_a_tapering_tail_is_not_measured_at_its_end() -> None:
    """A swash that runs from 20 px to nothing counts as several pixels thick, not as nothing."""
    tail = _polygon([(10, 120), (230, 110), (230, 130)])
    assert thinnest(measure_strokes(tail)) > 4


def test_a_ring_is_a_stroke() -> None:
    """A closed ring of 5 px has no ends and is 5 px thick."""
    large = np.zeros((4 * _SIDE, 4 * _SIDE), np.uint8)
    cv2.circle(large, (4 * 120, 4 * 120), 4 * 80, 255, 4 * 5)
    ring = cv2.resize(large, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    assert thinnest(measure_strokes(ring)) == pytest.approx(5, rel=0.1)


def test_gaps_are_measured_with_the_ground_beyond() -> None:
    """The clear line of 3 px between two plates is a gap; the open ground around them is not."""
    plates = np.zeros((_SIDE, _SIDE), np.uint8)
    plates[2:238, 2:118] = plates[2:238, 121:238] = 255
    assert thinnest(measure_strokes(255 - plates, beyond=255)) == pytest.approx(3, rel=0.1)
