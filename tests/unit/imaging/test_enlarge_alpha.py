"""Enlarged mattes, against drawings rendered at the larger size."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from imaging.enlarge_alpha import enlarge_alpha
from imaging.types import Mask

SIDE, SCALE, OVERSAMPLING = 640, 4, 4


@pytest.fixture(scope="module")
def truth() -> Mask:
    """Discs, a ring, a wedge and thin slanted lines, anti-aliased at the larger size."""
    side = SIDE * OVERSAMPLING
    image = Image.new("L", (side, side))
    draw = ImageDraw.Draw(image)
    draw.ellipse((200, 200, 1300, 1300), fill=255)
    draw.ellipse((500, 500, 1000, 1000), fill=0)
    draw.polygon([(1500, 300), (2400, 700), (1700, 1400)], fill=255)
    draw.line((150, 1600, 2400, 2000), fill=255, width=60)
    draw.line((150, 2400, 2400, 1900), fill=255, width=110)
    return cv2.resize(np.asarray(image), (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def small(large: Mask) -> Mask:
    """The drawing at the smaller size."""
    side = SIDE // SCALE
    return cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA)


def test_edges_come_out_where_they_were_drawn(truth: Mask) -> None:
    """An enlarged drawing is the drawing at that size: a third of plain Lanczos' error, IoU over 0.99."""
    result = enlarge_alpha(small(truth), width_px=SIDE, height_px=SIDE)
    plain = cv2.resize(small(truth), (SIDE, SIDE), interpolation=cv2.INTER_LANCZOS4)
    error, plain_error = (np.abs(image.astype(int) - truth).mean() for image in (result, plain))
    assert error < 0.3 * plain_error
    solid, true = result >= 128, truth >= 128
    assert (solid & true).sum() / (solid | true).sum() > 0.99


def test_soft_edges_stay_soft() -> None:
    """A shadow's slow ramp keeps its values: nothing is sharpened that was not sharp."""
    ramp = np.tile(np.linspace(0, 255, 60).astype(np.uint8), (40, 1))
    result = enlarge_alpha(ramp, width_px=240, height_px=160)
    expected = cv2.resize(ramp, (240, 160), interpolation=cv2.INTER_LINEAR)
    assert np.abs(result.astype(int) - expected).max() <= 4


@pytest.mark.parametrize("value", [0, 255, 128])
def test_flat_matte_stays_flat(value: int) -> None:
    """A matte of one value keeps it everywhere."""
    result = enlarge_alpha(np.full((9, 7), value, np.uint8), width_px=50, height_px=41)
    assert (result == value).all()


@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    size=st.tuples(st.integers(1, 120), st.integers(1, 120)),
)
def test_size_is_exact(shape: tuple[int, int], size: tuple[int, int]) -> None:
    """Any size is met, larger or smaller, also along one side only."""
    matte = np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8)
    assert enlarge_alpha(matte, width_px=size[0], height_px=size[1]).shape == (size[1], size[0])
