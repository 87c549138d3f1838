"""OKLab of one colour and of arrays of light."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.color import srgb_to_linear
from imaging.oklab import ink_on, oklab, oklab_of_light

CHANNEL = st.integers(0, 255)


@pytest.mark.parametrize(
    ("linear", "expected"),
    [
        ((1.0, 1.0, 1.0), (1.0, 0.0, 0.0)),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        ((1.0, 0.0, 0.0), (0.628, 0.225, 0.126)),
    ],
)
def test_known_colors(linear: tuple[float, ...], expected: tuple[float, ...]) -> None:
    """White, black and pure red have the places that the author of OKLab gives them."""
    assert oklab_of_light(linear) == pytest.approx(expected, abs=0.001)


@given(st.tuples(CHANNEL, CHANNEL, CHANNEL))
def test_one_color_is_an_array_of_one(color: tuple[int, int, int]) -> None:
    """Plain numbers and arrays give the same."""
    assert np.allclose(oklab(color), oklab_of_light(srgb_to_linear([color]))[0], atol=1e-12)


def test_ink_looks_at_every_ground() -> None:
    """Of several grounds the one that is hardest to read on decides."""
    assert ink_on((255, 255, 255)) == (0, 0, 0)
    assert ink_on((60, 60, 60), (20, 20, 20)) == (255, 255, 255)
    assert ink_on((110, 110, 110), (250, 250, 250)) == (0, 0, 0)
