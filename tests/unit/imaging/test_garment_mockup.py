"""Artwork on the t-shirt: where it lands."""

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from imaging.garment.errors import PlacementError, UnknownSideError, UnknownZoneError
from imaging.garment.mockup import Print, render_mockup, render_prints
from imaging.garment.spec import Garment, Quad, Side
from tests.unit.imaging.garment_views import (
    RED,
    WHITE,
    bare,
    changed,
    flat,
    showing,
    small_tshirt,
    solid,
)

Floats = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def garment() -> Garment:
    """The t-shirt, at half its size to keep the tests quick."""
    return small_tshirt()


@pytest.mark.parametrize(("side", "zone"), [("front", None), ("front", "left_chest"), ("back", None)])
def test_artwork_lands_at_the_stated_inches(garment: Garment, side: Side, zone: str | None) -> None:
    """A solid rectangle covers its stated place within 2 px; folds move edges under a third of an inch."""
    view = garment.view(side)
    for shown, tolerance_px in ((flat(view), 2.0), (view, 2.0 + view.pixels_per_inch / 3)):
        found, stated = landed(showing(garment, shown), side=side, zone=zone)
        assert np.abs(found - stated).max() <= tolerance_px


def landed(garment: Garment, *, side: Side, zone: str | None) -> tuple[Floats, Floats]:
    """Left, top, right, bottom in pixels: what a rectangle's print changed, and what its placement says."""
    blank, mockup = (
        render_mockup(
            garment,
            side=side,
            artwork=solid(300, 200, (0, 0, 255, alpha)),
            color=WHITE,
            zone=zone,
            size_px=1000,
        )
        for alpha in (0, 255)
    )
    rows, cols = np.nonzero(changed(mockup.pixels, blank.pixels))
    place, view = mockup.placement, garment.view(side)
    inches = [place.x_in, place.y_in, place.x_in + place.width_in, place.y_in + place.height_in]
    stated = np.array(inches) * place.pixels_per_inch + np.tile(view.zone(zone).quad_px[0], 2)
    return np.array([cols.min(), rows.min(), cols.max() + 1.0, rows.max() + 1.0]), stated


def test_artwork_is_fitted_centred_and_top_aligned(garment: Garment) -> None:
    """A wide logo fills the zone's width at its top; a tall one fills its height in the middle."""
    wide = render_mockup(garment, side="front", artwork=solid(400, 100), color=WHITE, size_px=200).placement
    assert (wide.x_in, wide.y_in, wide.width_in, wide.height_in) == (0, 0, 12, 3)
    tall = render_mockup(garment, side="front", artwork=solid(100, 400), color=WHITE, size_px=200).placement
    assert (tall.x_in, tall.y_in, tall.width_in, tall.height_in) == (4, 0, 4, 16)


def test_width_and_offset_are_taken_in_inches(garment: Garment) -> None:
    """A 4 in print of 600 px moved by an inch is at 150 dpi, an inch further."""
    place = render_mockup(
        garment, side="front", artwork=solid(600, 600), color=WHITE, width_in=4, offset_in=(1, 2), size_px=200
    ).placement
    assert (place.x_in, place.y_in, place.width_in, place.effective_dpi) == (5, 2, 4, 150)


def test_what_overhangs_the_zone_is_not_printed(garment: Garment) -> None:
    """A print pushed half over its zone's corner inks the zone, reports it, and leaves the rest untouched."""
    shown = showing(garment, flat(garment.view("front")))
    blank = bare(shown, side="front", color=RED, size_px=1000)
    over = render_mockup(
        shown,
        side="front",
        artwork=solid(64, 64),
        color=RED,
        zone="left_chest",
        offset_in=(2, 2),
        size_px=1000,
    )
    (left, top), _, (right, bottom), _ = shown.spec("front").zone("left_chest").quad_px
    rows, cols = np.nonzero((over.pixels != blank).any(axis=2))
    assert over.placement.overhangs
    assert not render_mockup(
        shown, side="front", artwork=solid(64, 64), color=RED, zone="left_chest", size_px=100
    ).placement.overhangs
    assert cols.max() + 1 == pytest.approx(right, abs=2)
    assert rows.max() + 1 == pytest.approx(bottom, abs=2)
    assert cols.min() == pytest.approx((left + right) / 2, abs=2)
    assert rows.min() == pytest.approx((top + bottom) / 2, abs=2)


def test_the_same_input_gives_the_same_bytes(garment: Garment) -> None:
    """Two runs agree byte for byte."""
    art = np.random.default_rng(1).integers(0, 256, (120, 90, 4), np.uint8)
    runs = [render_mockup(garment, side="back", artwork=art, color=RED, size_px=640).pixels for _ in range(2)]
    assert np.array_equal(*runs)


@pytest.mark.parametrize("size", [(1, 1), (4000, 10), (10, 4000), (3, 2)])
def test_any_shape_of_artwork_is_drawn(garment: Garment, size: tuple[int, int]) -> None:
    """One pixel, a hair line and a pole all leave their mark, no larger than the zone."""
    blank = render_mockup(
        garment, side="front", artwork=solid(*size, (0, 0, 0, 0)), color=WHITE, size_px=1000
    )
    mockup = render_mockup(garment, side="front", artwork=solid(*size), color=WHITE, size_px=1000)
    assert (mockup.pixels != blank.pixels).any()
    assert mockup.placement.width_in <= 12
    assert mockup.placement.height_in <= 16


QUADS: dict[str, Quad] = {
    "square": ((400, 300), (600, 300), (600, 500), (400, 500)),
    "leaning away": ((440, 320), (560, 320), (620, 500), (380, 500)),
    "turned": ((500, 260), (640, 400), (500, 540), (360, 400)),
    "askew": ((380, 300), (600, 330), (570, 520), (420, 470)),
}


@pytest.mark.parametrize("name", QUADS)
def test_a_quads_corners_carry_the_prints_corners(garment: Garment, name: str) -> None:
    """A print's corner patches and its middle lie where the zone's homography puts them, within a pixel."""
    view = garment.view("front")
    zone = replace(view.zone(None), size_in=(6, 6), quad_px=QUADS[name])
    shown = showing(garment, replace(flat(view), zones=(zone,)))
    options = {"side": "front", "color": WHITE, "size_px": 1000}
    blank = bare(shown, **options)
    to_px = cv2.getPerspectiveTransform(
        np.array([(0, 0), (240, 0), (240, 240), (0, 240)], np.float32), np.array(zone.quad_px, np.float32)
    )
    for x, y in ((0, 0), (200, 0), (200, 200), (0, 200), (100, 100)):
        art = solid(240, 240, (0, 0, 0, 0))
        art[y : y + 40, x : x + 40] = (0, 0, 255, 255)
        pixels = render_mockup(shown, artwork=art, **options).pixels
        weight = np.abs(pixels.astype(int) - blank).sum(axis=2).astype(np.uint16)
        found = cv2.moments(weight.astype(np.float32))
        # The middle of a patch's pixels is the middle of its outline seen in perspective.
        outline = np.array([[(x, y), (x + 40, y), (x + 40, y + 40), (x, y + 40)]], np.float32)
        stated = cv2.moments(cv2.perspectiveTransform(outline, to_px)[0])
        assert found["m10"] / found["m00"] + 0.5 == pytest.approx(stated["m10"] / stated["m00"], abs=0.6)
        assert found["m01"] / found["m00"] + 0.5 == pytest.approx(stated["m01"] / stated["m00"], abs=0.6)
        assert found["m00"] / weight.max() == pytest.approx(stated["m00"], rel=0.12)


def test_edges_fall_between_pixels(garment: Garment) -> None:
    """A print moved by quarters of a pixel moves its edge's brightness each time, by a whole one in all."""
    view = replace(flat(garment.view("front")), shading=np.full((1000, 1000), 180, np.uint8))
    shown = showing(garment, view)
    quarter_in = 0.25 / view.pixels_per_inch
    sums = []
    for step in range(5):
        picture = render_mockup(
            shown,
            side="front",
            artwork=solid(800, 800, (0, 0, 0, 255)),
            color=WHITE,
            width_in=4,
            offset_in=(step * quarter_in, 3),
            size_px=1000,
        ).pixels
        row = picture[450, 400:500, 0].astype(float)
        sums.append(row.sum() / (row.max() - row.min()))
    assert sums[4] - sums[0] == pytest.approx(1, abs=0.01)
    assert np.diff(sums).min() > 0.02
    assert np.diff(sums).max() < 0.4


def test_prints_lie_over_one_another(garment: Garment) -> None:
    """A name and a number are printed with the logo in one picture, in order, each with its placement."""
    logo = Print(solid(60, 60), "back_full", width_in=3)
    name = Print(solid(120, 30, (255, 0, 0, 255)), "back_name", offset_in=(0, 0.2))
    number = Print(solid(50, 60, (0, 255, 0, 255)), "back_number", width_in=8)
    both = render_mockup(
        garment, side="back", artwork=logo.artwork, zone="back_full", width_in=3, color=WHITE, size_px=500,
        more=(name, number),
    )  # fmt: skip
    assert [place.zone for place in both.placements] == ["back_full", "back_name", "back_number"]
    assert both.placement == both.placements[0]
    singles = [
        render_prints(garment, (item,), side="back", color=WHITE, size_px=500).pixels
        for item in (name, number)
    ]
    blank = bare(garment, side="back", color=WHITE, size_px=500)
    edge = np.ones((5, 5), np.uint8)
    over = cv2.erode(changed(singles[1], blank).astype(np.uint8), edge).astype(bool)
    assert over.any()
    assert np.array_equal(both.pixels[over], singles[1][over])
    assert changed(both.pixels, blank)[changed(singles[0], blank)].all()


def test_a_width_beyond_the_zone_is_clamped_and_said(garment: Garment) -> None:
    """A 20 in print of a 12 in zone comes out 12 in wide, clamped; 12 in and no width at all are not."""
    options = {"side": "front", "artwork": solid(40, 40), "color": WHITE, "size_px": 100}
    asked = {width: render_mockup(garment, width_in=width, **options).placement for width in (20, 12, None)}
    assert {width: place.width_in for width, place in asked.items()} == {20: 12, 12: 12, None: 12}
    assert {width: place.clamped for width, place in asked.items()} == {20: True, 12: False, None: False}


def test_wrong_requests_are_named(garment: Garment) -> None:
    """Wrong side, zone, width, offset, picture size and artwork each raise their own error."""
    art = solid(8, 8)
    with pytest.raises(UnknownSideError):
        render_mockup(garment, side="left", artwork=art, color=RED)
    with pytest.raises(UnknownZoneError):
        render_mockup(garment, side="front", artwork=art, color=RED, zone="hem")
    for wrong in (
        {"width_in": 0},
        {"width_in": -3},
        {"width_in": 61},
        {"width_in": float("nan")},
        {"offset_in": (float("inf"), 0)},
        {"offset_in": (0, float("nan"))},
        {"offset_in": (12, 0)},
        {"offset_in": (0, -12)},
        {"offset_in": (1e300, 0)},
        {"size_px": 9},
        {"size_px": 5000},
    ):
        with pytest.raises(PlacementError):
            render_mockup(garment, side="front", artwork=art, color=RED, **wrong)
    with pytest.raises(PlacementError, match="RGBA"):
        render_mockup(garment, side="front", artwork=art[..., :3], color=RED)
