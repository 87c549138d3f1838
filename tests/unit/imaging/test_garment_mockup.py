"""Artwork on the t-shirt."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from imaging.color import srgb_to_linear
from imaging.garment.errors import PlacementError, UnknownSideError, UnknownZoneError
from imaging.garment.load import load_garment
from imaging.garment.mockup import render_mockup
from imaging.garment.scale import scale_view
from imaging.garment.spec import Garment, Side, View
from imaging.types import Pixels

TSHIRT = Path(__file__).parents[3] / "configs" / "garments" / "tshirt"
Floats = npt.NDArray[np.float64]
WHITE, BLACK, RED = (255, 255, 255), (16, 16, 18), (200, 16, 46)


@pytest.fixture(scope="module")
def garment() -> Garment:
    """The t-shirt, at half its size to keep the tests quick."""
    full = load_garment(TSHIRT)
    return showing(full, *(scale_view(full.view(spec.side), size_px=1000) for spec in full.sides))


def showing(garment: Garment, *views: View) -> Garment:
    """The garment with these views as its sides."""
    by_side = {view.side: view for view in views}
    return replace(garment, sides=views, open_view=by_side.__getitem__)


def solid(width: int, height: int, rgba: tuple[int, int, int, int] = (0, 0, 255, 255)) -> Pixels:
    """Artwork of one colour."""
    return np.full((height, width, 4), rgba, np.uint8)


def changed(first: Pixels, second: Pixels) -> npt.NDArray[np.bool_]:
    """Where two pictures differ by more than a soft edge does."""
    return np.abs(first.astype(int) - second).max(axis=2) > 60


@pytest.mark.parametrize(("side", "zone"), [("front", None), ("front", "left_chest"), ("back", None)])
def test_artwork_lands_at_the_stated_inches(garment: Garment, side: Side, zone: str | None) -> None:
    """A solid rectangle covers its stated place within 2 px; folds move edges under a third of an inch."""
    view = garment.view(side)
    flat = replace(view, displacement=np.full_like(view.displacement, 128))
    for shown, tolerance_px in ((flat, 2.0), (view, 2.0 + view.pixels_per_inch / 3)):
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


def test_clear_pixels_leave_the_shirt_alone(garment: Garment) -> None:
    """Wholly transparent artwork, whatever its hidden colour, gives the very bytes of the blank shirt."""
    one, two = (
        render_mockup(
            garment, side="front", artwork=solid(64, 64, (r, g, 9, 0)), color=RED, size_px=500
        ).pixels
        for r, g in ((255, 0), (0, 255))
    )
    assert np.array_equal(one, two)


def test_nothing_outside_the_garment_changes(garment: Garment) -> None:
    """Artwork pushed over the shirt's side is cut at its edge; the ground keeps every byte."""
    ground = scale_view(garment.view("front"), size_px=500).mask == 0
    blank = render_mockup(garment, side="front", artwork=solid(64, 64, (0, 0, 0, 0)), color=RED, size_px=500)
    over = render_mockup(
        garment, side="front", artwork=solid(64, 64), color=RED, offset_in=(9, 9), size_px=500
    )
    assert np.array_equal(blank.pixels[ground], over.pixels[ground])
    assert changed(blank.pixels, over.pixels).any()


def test_artwork_moved_off_the_picture_is_not_drawn(garment: Garment) -> None:
    """An offset beyond the picture's edge gives the blank shirt."""
    blank = render_mockup(garment, side="front", artwork=solid(8, 8, (0, 0, 0, 0)), color=RED, size_px=300)
    gone = render_mockup(
        garment, side="front", artwork=solid(8, 8), color=RED, width_in=1, offset_in=(20, 20), size_px=300
    )
    assert np.array_equal(blank.pixels, gone.pixels)


def test_the_same_input_gives_the_same_bytes(garment: Garment) -> None:
    """Two runs agree byte for byte."""
    art = np.random.default_rng(1).integers(0, 256, (120, 90, 4), np.uint8)
    runs = [render_mockup(garment, side="back", artwork=art, color=RED, size_px=640).pixels for _ in range(2)]
    assert np.array_equal(*runs)


@pytest.mark.parametrize(("color", "low", "high"), [(WHITE, 170, 255), (BLACK, 18, 70), (RED, 40, 110)])
def test_folds_show_on_every_colour(
    garment: Garment, color: tuple[int, int, int], low: int, high: int
) -> None:
    """White, black and red shirts keep tones: spread over the cloth, and a mean where the colour belongs."""
    mask = scale_view(garment.view("front"), size_px=500).mask == 255
    pixels = render_mockup(
        garment, side="front", artwork=solid(8, 8, (0, 0, 0, 0)), color=color, size_px=500
    ).pixels
    tones = pixels[mask] @ np.array([0.2126, 0.7152, 0.0722])
    assert low <= tones.mean() <= high
    assert tones.std() > 4
    assert (pixels[mask] == 255).all(axis=1).mean() < 0.02, "cloth is not burnt out"


def test_mid_colours_keep_their_swatch(garment: Garment) -> None:
    """The chest of a mid-tone shirt is within 12 levels of the colour asked for."""
    color = (29, 79, 163)
    pixels = render_mockup(
        garment, side="front", artwork=solid(8, 8, (0, 0, 0, 0)), color=color, size_px=500
    ).pixels
    chest = np.median(pixels[150:300, 200:300].reshape(-1, 3), axis=0)
    assert np.abs(chest - color).max() <= 12


def test_ink_follows_the_cloths_light(garment: Garment) -> None:
    """Flat gray ink is not flat on the shirt: it is shaded with the cloth around it."""
    mockup = render_mockup(
        garment, side="front", artwork=solid(60, 80, (128, 128, 128, 255)), color=WHITE, size_px=1000
    )
    blank = render_mockup(
        garment, side="front", artwork=solid(60, 80, (0, 0, 0, 0)), color=WHITE, size_px=1000
    )
    inner = slice(300, 600), slice(400, 600)
    ink, cloth = (srgb_to_linear(m.pixels[inner]).mean(axis=2).ravel() for m in (mockup, blank))
    assert ink.std() > 0.005
    assert np.corrcoef(ink, cloth)[0, 1] > 0.9


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


def test_contrast_looks_at_the_edge_of_the_artwork(garment: Garment) -> None:
    """Black on black is low; the same logo with a white rim is not."""
    art = solid(100, 100, (10, 10, 10, 255))
    bare = render_mockup(garment, side="front", artwork=art, color=BLACK, size_px=200).placement
    rim = art.copy()
    rim[:4], rim[-4:], rim[:, :4], rim[:, -4:] = ((255, 255, 255, 255),) * 4
    rimmed = render_mockup(garment, side="front", artwork=rim, color=BLACK, size_px=200).placement
    assert bare.low_contrast
    assert bare.contrast_ratio < 1.2
    assert not rimmed.low_contrast
    assert rimmed.contrast_ratio > 15


def test_a_perspective_quad_carries_the_corners(garment: Garment) -> None:
    """With a quad, the print's corners are those of the quad."""
    view = garment.view("front")
    quad = ((380.0, 300.0), (600.0, 320.0), (590.0, 520.0), (400.0, 500.0))
    zone = replace(view.zone(None), size_in=(10, 10), quad_px=quad)
    flat = replace(view, zones=(zone,), displacement=np.full_like(view.displacement, 128))
    tilted = showing(garment, flat)
    blank = render_mockup(
        tilted, side="front", artwork=solid(50, 50, (0, 0, 0, 0)), color=WHITE, size_px=1000
    )
    mockup = render_mockup(tilted, side="front", artwork=solid(50, 50), color=WHITE, size_px=1000)
    rows, cols = np.nonzero(changed(mockup.pixels, blank.pixels))
    assert (
        np.abs(
            np.array([cols.min(), rows.min(), cols.max() + 1, rows.max() + 1]) - [380, 300, 600, 520]
        ).max()
        <= 2
    )


def test_wrong_requests_are_named(garment: Garment) -> None:
    """Wrong side, zone, width, offset, picture size and artwork each raise their own error."""
    art = solid(8, 8)
    with pytest.raises(UnknownSideError):
        render_mockup(garment, side="left", artwork=art, color=RED)
    with pytest.raises(UnknownZoneError):
        render_mockup(garment, side="front", artwork=art, color=RED, zone="hem")
    for wrong in (
        {"width_in": 0},
        {"width_in": float("nan")},
        {"offset_in": (float("inf"), 0)},
        {"size_px": 9},
    ):
        with pytest.raises(PlacementError):
            render_mockup(garment, side="front", artwork=art, color=RED, **wrong)
    with pytest.raises(PlacementError, match="RGBA"):
        render_mockup(garment, side="front", artwork=art[..., :3], color=RED)
