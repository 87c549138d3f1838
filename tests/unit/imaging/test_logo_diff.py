"""The before and after picture."""

import numpy as np
import pytest

from imaging.errors import ImageDimensionsError
from imaging.logo.diff import before_after

RED = (200, 16, 46)


def _square(height: int, width: int, *, alpha: int = 255) -> np.ndarray:
    image = np.zeros((height, width, 4), np.uint8)
    image[height // 4 : 3 * height // 4, width // 4 : 3 * width // 4] = (*RED, alpha)
    return image


@pytest.mark.parametrize("shape", [(300, 300), (100, 2000), (2000, 100), (3000, 4000), (1, 1), (40, 16_000)])
def test_the_picture_keeps_within_the_limit(shape: tuple[int, int]) -> None:
    """Whatever comes in, the picture is RGB and no longer than asked for."""
    picture = before_after(_square(*shape), _square(*shape), max_px=700)
    assert picture.shape[2] == 3
    assert max(picture.shape[:2]) <= 700


def test_before_is_left_and_after_is_right() -> None:
    """What is only in the second picture shows in the right half alone."""
    picture = before_after(np.zeros((200, 200, 4), np.uint8), _square(200, 200))
    red = (picture == RED).all(axis=2)
    middle = picture.shape[1] // 2
    assert red[:, middle:].sum() > 1000
    assert not red[:, :middle].any()


def test_clear_parts_show_a_neutral_board() -> None:
    """Under clear pixels there are two greys in turn, whatever colour lies hidden there."""
    hidden = np.zeros((200, 200, 4), np.uint8)
    hidden[..., :3] = RED
    picture = before_after(hidden, hidden)
    assert len(np.unique(picture[:50, :50].reshape(-1, 3), axis=0)) == 2
    assert (picture[..., 0] == picture[..., 1]).all()


def test_the_detail_is_where_it_changed_most() -> None:
    """A blot in one corner is what the enlarged strip shows, several times as large."""
    before = np.zeros((400, 400, 4), np.uint8)
    before[...] = (*RED, 255)
    after = before.copy()
    after[370:380, 370:380] = (255, 255, 255, 255)
    picture = before_after(before, after, max_px=1000)
    white = (picture > 250).all(axis=2)
    panel = picture.shape[1] // 2
    whole, detail = white[:panel, panel:], white[panel + 10 :, panel:]
    assert detail.sum() > 6 * whole.sum() > 0


def test_pictures_of_other_sizes_are_compared_at_one_scale() -> None:
    """An enlarged logo shows as large as the original: the same share of either half is red."""
    picture = before_after(_square(100, 100), _square(800, 800))
    red = np.abs(picture.astype(int) - RED).max(axis=2) < 40
    half = picture.shape[1] // 2
    assert red[:half, :half].mean() == pytest.approx(red[:half, half:].mean(), rel=0.03)


def test_an_opaque_input_may_come_without_alpha() -> None:
    """A JPEG beside its cut-out is the usual case."""
    photo = np.full((120, 160, 3), 90, np.uint8)
    assert before_after(photo, _square(120, 160)).shape[2] == 3


def test_the_same_pictures_give_the_same_bytes() -> None:
    """The comparison can be cached."""
    one, two = _square(333, 217), _square(333, 217, alpha=128)
    assert np.array_equal(before_after(one, two), before_after(one.copy(), two.copy()))


def test_a_trimmed_result_is_shown_beside_its_place_in_the_input() -> None:
    """With the artwork's box both halves are the same, though the input has a wide margin."""
    before = np.full((400, 600, 3), 255, np.uint8)
    before[100:200, 150:350] = RED
    after = np.zeros((120, 220, 4), np.uint8)
    after[10:110, 10:210] = (*RED, 255)
    picture = before_after(before, after, box=(150, 100, 350, 200))
    panel = (picture.shape[1] - 8) // 2
    assert np.array_equal(picture[:, :panel], picture[:, -panel:])
    assert picture[10, 10].tolist() == list(RED)


@pytest.mark.parametrize("max_px", [0, 63])
def test_too_small_a_picture_is_refused(max_px: int) -> None:
    """Below 64 px nobody could see anything."""
    with pytest.raises(ImageDimensionsError):
        before_after(_square(20, 20), _square(20, 20), max_px=max_px)
    with pytest.raises(ImageDimensionsError):
        before_after(np.zeros((0, 5, 4), np.uint8), _square(20, 20))
