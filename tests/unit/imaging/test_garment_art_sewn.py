"""The pictures of the garments drawn with set-in sleeves: long-sleeved t-shirt and hoodie."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from imaging.garment.load import load_garment
from imaging.garment.mockup import Print, render_prints
from imaging.garment.spec import SIDES, Garment, View, Zone
from imaging.types import Mask

GARMENTS = Path(__file__).parents[3] / "configs" / "garments"
NAMES = ("long_sleeve", "hoodie")
NAVY = (20, 33, 61)


@pytest.fixture(scope="module", params=NAMES)
def garment(request: pytest.FixtureRequest) -> Garment:
    """One of the garments."""
    return load_garment(GARMENTS / request.param)


@pytest.fixture(scope="module")
def hoodie() -> Garment:
    """The hoodie."""
    return load_garment(GARMENTS / "hoodie")


def _ground(view: View, zone: Zone) -> Mask:
    """(S, S) 255 on the zone's four corners and between them."""
    sheet = np.zeros((view.size_px, view.size_px), np.uint8)
    return np.asarray(cv2.fillConvexPoly(sheet, np.round(np.array(zone.quad_px)).astype(np.int32), 255))


def _zone(view: View, name: str) -> Mask:
    return _ground(view, view.zone(name))


def test_both_sides_are_of_one_size(garment: Garment) -> None:
    """Front and back are drawn at 2,000 px."""
    assert [garment.spec(side).size_px for side in SIDES] == [2000, 2000]


def test_zones_lie_on_solid_cloth(garment: Garment) -> None:
    """Under every zone the garment is opaque throughout."""
    for side in SIDES:
        view = garment.view(side)
        for zone in view.zones:
            assert int(view.mask[_ground(view, zone) > 0].min()) == 255, (side, zone.id)


def test_the_whole_garment_is_in_the_picture(garment: Garment) -> None:
    """At least 2 % of the side is left free on every edge."""
    for side in SIDES:
        mask = garment.view(side).mask
        assert not max(edge.max() for edge in (mask[:40], mask[-40:], mask[:, :40], mask[:, -40:]))


def test_the_garment_is_one_piece(garment: Garment) -> None:
    """The mask has no speck apart from the garment and no pinhole in it."""
    for side in SIDES:
        solid = (garment.view(side).mask > 127).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(solid)
        assert count == 2, side
        _, _, stats, _ = cv2.connectedComponentsWithStats(1 - solid, connectivity=4)
        assert int(stats[1:, cv2.CC_STAT_AREA].min()) > 1000, side


def test_the_chest_is_plainly_lit(garment: Garment) -> None:
    """The middle of the default zone is the neutral tone, give or take a tenth, and shows it exactly."""
    for side in SIDES:
        view = garment.view(side)
        tone = view.shading[_zone(view, view.default_zone) > 0]
        assert abs(float(np.median(tone)) - view.shading_neutral) < view.shading_neutral / 10
        assert (tone == view.shading_neutral).any()


def test_sleeves_are_the_wearers(garment: Garment) -> None:
    """On the front the left sleeve's zone is at the right of the picture, and they do not touch the chest."""
    view = garment.view("front")
    left, right = (np.nonzero(_zone(view, f"{hand}_sleeve"))[1] for hand in ("left", "right"))
    chest = np.nonzero(_zone(view, "front_full"))[1]
    assert right.max() < chest.min() < chest.max() < left.min()


def test_a_sleeve_print_stays_on_its_sleeve(garment: Garment) -> None:
    """A solid print on the left sleeve changes the sleeve's zone and nothing elsewhere."""
    width, height = garment.spec("front").zone("left_sleeve").size_in
    ink = np.full((round(100 * height), round(100 * width), 4), 255, np.uint8)
    plain, inked = (
        render_prints(garment, prints, side="front", color=NAVY).pixels.astype(int)
        for prints in ([], [Print(ink, "left_sleeve")])
    )
    changed = np.abs(plain - inked).max(axis=-1) > 8
    view = garment.view("front")
    near = cv2.dilate(_zone(view, "left_sleeve"), np.ones((61, 61), np.uint8)) > 0
    assert not changed[~near].any()
    assert changed[_zone(view, "left_sleeve") > 0].mean() > 0.9


def test_strings_take_no_ink(hoodie: Garment) -> None:
    """Two strings hang at least three inches into the print, and a print passes behind them."""
    view = hoodie.view("front")
    assert view.no_ink is not None
    free = cv2.resize(view.no_ink, (view.size_px, view.size_px), interpolation=cv2.INTER_LINEAR)
    hanging = ((free > 127) & (_zone(view, "front_full") > 0)).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(hanging)
    tall = stats[1:, cv2.CC_STAT_HEIGHT] > 3 * view.pixels_per_inch
    assert int(tall.sum()) == 2
    ink = np.full((1100, 1200, 4), 255, np.uint8)
    plain, inked = (
        render_prints(hoodie, prints, side="front", color=NAVY).pixels
        for prints in ([], [Print(ink, "front_full")])
    )
    covered = free == 255
    assert np.array_equal(plain[covered], inked[covered])


def test_the_pocket_is_below_the_print(hoodie: Garment) -> None:
    """Of the front's zone less than a tenth is under strings, and none under the pocket."""
    view = hoodie.view("front")
    assert view.no_ink is not None
    free = cv2.resize(view.no_ink, (view.size_px, view.size_px), interpolation=cv2.INTER_LINEAR)
    zone = _zone(view, "front_full") > 0
    assert (free[zone] > 0).mean() < 0.1
    rows = np.nonzero(zone)[0]
    last = free[rows.max() - 20 : rows.max()]
    assert not last.any()


def test_the_back_prints_below_the_hood(hoodie: Garment) -> None:
    """The back's zones start lower than those of a garment without a hood."""
    shirt = load_garment(GARMENTS / "long_sleeve")
    for name in ("back_full", "back_name"):
        inches = []
        for item in (hoodie, shirt):
            view = item.view("back")
            top = np.nonzero(view.mask.max(axis=1))[0][0]
            inches.append((min(y for _, y in view.zone(name).quad_px) - top) / view.pixels_per_inch)
        assert inches[0] > inches[1] + 4
