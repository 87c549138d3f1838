"""The smallest lettering on artwork, against words set in real fonts."""

import cv2
import fontpkg
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from imaging.print.text_like import smallest_lettering


def _font(size_px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fontpkg.families()["anton"].files[0].path), size_px)


def _word(text: str, size_px: int, *, turned_deg: float = 0.0) -> np.ndarray:
    image = Image.new("L", (700, 500))
    ImageDraw.Draw(image).text((350, 250), text, fill=255, font=_font(size_px), anchor="mm")
    return np.array(image.rotate(turned_deg, Image.Resampling.BICUBIC))


def _capital_px(size_px: int) -> int:
    left, top, right, bottom = _font(size_px).getbbox("H")
    del left, right
    return bottom - top


@pytest.mark.parametrize("size_px", [12, 24, 60])
def test_capitals_are_as_high_as_they_were_set(size_px: int) -> None:
    """The height of a word in capitals is found within a pixel or 6 %."""
    found = smallest_lettering(_word("ROVERS", size_px))
    assert found == pytest.approx(_capital_px(size_px), rel=0.06, abs=1.2)


@pytest.mark.parametrize("turned_deg", [90, 45, -30])
def test_turned_words_are_measured_across_their_line(turned_deg: float) -> None:
    """A word that climbs is as high as the same word set level."""
    found = smallest_lettering(_word("ROVERS", 40, turned_deg=turned_deg))
    assert found == pytest.approx(_capital_px(40), rel=0.2)


def test_the_smaller_of_two_words_counts() -> None:
    """Under a headline the small print is what matters."""
    both = np.maximum(
        np.roll(_word("HEAD", 120), -120, axis=0), np.roll(_word("SMALL PRINT", 20), 120, axis=0)
    )
    assert smallest_lettering(both) == pytest.approx(_capital_px(20), rel=0.08, abs=1.2)


def test_knocked_out_words_are_found_in_what_is_clear() -> None:
    """Letters cut out of a plate are lettering of the clear parts."""
    plate = np.zeros((500, 700), np.uint8)
    plate[150:350, 100:600] = 255
    cut = cv2.subtract(plate, _word("ROVERS", 40))
    assert smallest_lettering(255 - cut) == pytest.approx(_capital_px(40), rel=0.08)


def test_few_or_unlike_shapes_are_no_lettering() -> None:
    """A dot, two dots, a long rule, and a blank hold no lettering."""
    blank = np.zeros((200, 300), np.uint8)
    dots, rule = blank.copy(), blank.copy()
    cv2.circle(dots, (60, 100), 8, 255, cv2.FILLED)
    assert smallest_lettering(dots) is None
    cv2.circle(dots, (90, 100), 8, 255, cv2.FILLED)
    rule[100:103, 20:280] = 255
    for shape in (dots, rule, blank):
        assert smallest_lettering(shape) is None


def test_a_texture_is_no_lettering() -> None:
    """Thousands of specks are a halftone, and are measured in no time."""
    specks = (np.random.default_rng(1).random((400, 400)) < 0.1).astype(np.uint8) * 255
    assert smallest_lettering(cv2.dilate(specks, np.ones((2, 2), np.uint8))) is None
