"""Trimming to what shows."""

import numpy as np
import pytest

from imaging.errors import NoForegroundError
from imaging.logo.trim import bounding_box, trim


def _dot() -> np.ndarray:
    image = np.zeros((50, 80, 4), np.uint8)
    image[20:30, 10:50] = (200, 16, 46, 255)
    return image


def test_trim_leaves_what_shows() -> None:
    """Without a margin the result is exactly the visible box."""
    assert np.array_equal(trim(_dot()), _dot()[20:30, 10:50])


def test_margins_add_up_on_every_side() -> None:
    """Pixels and a share of the longer side add up: 3 + 10 % of 40 is 7 on each side."""
    trimmed = trim(_dot(), margin_px=3, margin_frac=0.1)
    assert trimmed.shape == (10 + 14, 40 + 14, 4)
    assert bounding_box(trimmed[..., 3]) == (7, 7, 47, 17)
    assert not trimmed[:7].any()


def test_a_margin_may_exceed_the_image() -> None:
    """Padding is added, not borrowed from the original's own surroundings."""
    assert trim(_dot(), margin_px=200).shape == (410, 440, 4)


def test_invisible_haze_does_not_count() -> None:
    """Alpha 7 of 255 is trimmed away, alpha 8 is not."""
    image = _dot()
    image[0, 0, 3] = 7
    assert bounding_box(image[..., 3]) == (10, 20, 50, 30)
    image[0, 0, 3] = 8
    assert bounding_box(image[..., 3]) == (0, 0, 50, 30)


def test_nothing_visible_is_no_foreground() -> None:
    """A fully transparent image cannot be trimmed."""
    with pytest.raises(NoForegroundError):
        trim(np.zeros((4, 4, 4), np.uint8))
