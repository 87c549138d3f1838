"""The fitted decision on enclosed regions."""

import cv2
import numpy as np
import pytest

from imaging.logo.cutout import key_logo
from imaging.logo.features import FEATURES
from imaging.logo.odds import DEPTH, Forest, fitted_judge, judge_of, listen
from imaging.logo.regions import UnknownRegionError

WHITE, NAVY = (255, 255, 255), (20, 33, 61)


def _letters(scale: float = 1.0) -> np.ndarray:
    image = np.full((240, 900, 3), WHITE, np.uint8)
    for x in range(5):
        center = (100 + x * 170, 120)
        cv2.ellipse(image, center, (62, 80), 0, 0, 360, NAVY, 28, cv2.LINE_AA)
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _badge() -> np.ndarray:
    """A navy disc with a white bolt and a red ring, on white."""
    image = np.full((500, 500, 3), WHITE, np.uint8)
    cv2.circle(image, (250, 250), 220, (200, 16, 46), -1, cv2.LINE_AA)
    cv2.circle(image, (250, 250), 195, NAVY, -1, cv2.LINE_AA)
    bolt = np.array([(270, 130), (180, 270), (240, 270), (225, 370), (320, 225), (258, 225)])
    cv2.fillPoly(image, [bolt], WHITE, cv2.LINE_AA)
    return image


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_counters_of_a_word_are_cleared_at_any_size(scale: float) -> None:
    """A row of rings is a word: every counter opens, small or large."""
    cutout = key_logo(_letters(scale))
    assert (cutout.holes, len(cutout.regions)) == (5, 5)
    assert min(region.confidence for region in cutout.regions) > 0.8


def test_artwork_in_a_badge_is_kept() -> None:
    """A white bolt set into two colours is artwork."""
    (region,) = key_logo(_badge()).regions
    assert not region.cleared
    assert 0.5 < region.confidence <= 1


def test_regions_come_largest_first_with_their_boxes() -> None:
    """Every region lies in its box, and areas fall."""
    image = _letters()
    cv2.circle(image, (100, 120), 20, NAVY, -1, cv2.LINE_AA)
    areas = [region.area_px for region in key_logo(image).regions]
    assert areas == sorted(areas, reverse=True)


def test_hundreds_of_regions_are_no_trouble() -> None:
    """More regions than are judged one by one still get a decision each."""
    image = np.full((800, 800, 3), WHITE, np.uint8)
    image[20:780, 20:780] = NAVY
    for x in range(30, 770, 24):
        for y in range(30, 770, 24):
            image[y : y + 12, x : x + 12] = WHITE
    cutout = key_logo(image)
    assert len(cutout.regions) == 31 * 31
    assert len({region.cleared for region in cutout.regions}) == 1


def test_a_region_hears_the_others_of_its_groups() -> None:
    """Own odds, then the means of the others of the plate, the silhouette and the logo."""
    odds = np.array([1.0, 3.0, -2.0], np.float32)
    groups = np.array([[1, 1], [1, 1], [2, 1]], np.int32)
    heard = listen(odds, groups)
    assert heard[0].tolist() == [1.0, 3.0, 0.5, 0.5]
    assert heard[2].tolist() == [-2.0, -2.0, 2.0, 2.0]


def test_trees_are_walked_to_their_leaves() -> None:
    """A forest of one tree that asks one question gives the two answers."""
    inner, leaves = 2**DEPTH - 1, 2**DEPTH
    split = np.full((1, inner), 1e9, np.float32)
    split[0, 0] = 0.5
    leaf = np.zeros((1, leaves), np.float32)
    leaf[0, 0], leaf[0, leaves // 2] = -1.0, 2.0
    forest = Forest(np.zeros((1, inner), np.int32), split, leaf)
    assert forest.odds(np.array([[0.2], [0.9]], np.float32)).tolist() == [-1.0, 2.0]


def test_confidence_grows_with_the_odds() -> None:
    """The further from the line, the surer, on both kinds of ground and on both sides of it."""
    odds = np.array([0.1, 1.0, 3.0], np.float32)
    for dark in (False, True):
        sure = fitted_judge().confidence(odds, dark=dark)
        assert (np.diff(sure) > 0).all()
        assert (np.diff(fitted_judge().confidence(-odds, dark=dark)) > 0).all()


def test_numbers_fitted_to_other_features_are_refused() -> None:
    """A stale data file is a named error, not a wrong decision."""
    with pytest.raises(ValueError, match="other features"):
        judge_of({"features": list(FEATURES[:-1])})


def test_a_decision_can_be_flipped() -> None:
    """What was cleared is kept, and the other way round, when a person says so; others stay."""
    image = np.full((120, 120, 3), (20, 160, 90), np.uint8)
    cv2.circle(image, (60, 60), 50, (200, 16, 46), -1)
    cv2.circle(image, (40, 60), 12, (20, 160, 90), -1)
    cv2.circle(image, (80, 60), 8, (20, 160, 90), -1)
    first = key_logo(image)
    second = key_logo(image, flip=(1,))
    assert [region.cleared for region in first.regions] == [True, True]
    assert [region.cleared for region in second.regions] == [True, False]
    assert second.pixels[60, 80, 3] == 255
    assert second.pixels[60, 40, 3] == 0


def test_a_region_that_is_not_there_cannot_be_flipped() -> None:
    """A wrong place in the list is an error, not silence."""
    image = np.full((60, 60, 3), 255, np.uint8)
    image[20:40, 20:40] = (200, 16, 46)
    with pytest.raises(UnknownRegionError):
        key_logo(image, flip=(0,))
