"""From what is asked to exact pixels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.errors import ImageDimensionsError, ImageTooLargeError
from serve_app.services.sizing import SizeRequest, target_size


def size(request: SizeRequest, width: int = 400, height: int = 200) -> tuple[int, int]:
    """Width and height of the target."""
    target = target_size(request, width=width, height=height, max_megapixels=100)
    return target.width_px, target.height_px


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (SizeRequest(), (1600, 800)),
        (SizeRequest(scale=1.5), (600, 300)),
        (SizeRequest(width=1000), (1000, 500)),
        (SizeRequest(height=1000), (2000, 1000)),
        (SizeRequest(width=300, height=300), (300, 300)),
        (SizeRequest(print_width_in=4), (1200, 600)),
        (SizeRequest(print_height_in=2, dpi=150), (600, 300)),
        (SizeRequest(print_width_in=2, print_height_in=2, dpi=100), (200, 200)),
    ],
)
def test_every_way_to_ask(request_: SizeRequest, expected: tuple[int, int]) -> None:
    """Factor, pixels and inches each give the exact size; a missing side keeps the proportions."""
    assert size(request_) == expected


def test_distortion_is_noticed() -> None:
    """Different factors along the sides are told, rounding is not."""
    make = target_size
    assert make(SizeRequest(width=300, height=300), width=400, height=200, max_megapixels=9).distorted
    assert not make(SizeRequest(width=301), width=400, height=200, max_megapixels=9).distorted


def test_bounds() -> None:
    """Too large and vanishing targets are refused by name."""
    with pytest.raises(ImageTooLargeError):
        size(SizeRequest(width=40_000))
    with pytest.raises(ImageDimensionsError):
        size(SizeRequest(width=1), width=9000, height=2)


@given(scale=st.floats(1, 8), width=st.integers(1, 1000), height=st.integers(1, 1000))
def test_scale_is_kept(scale: float, width: int, height: int) -> None:
    """Any factor gives the nearest whole pixels."""
    wide, high = size(SizeRequest(scale=scale), width, height)
    assert abs(wide - width * scale) <= 0.5
    assert abs(high - height * scale) <= 0.5
