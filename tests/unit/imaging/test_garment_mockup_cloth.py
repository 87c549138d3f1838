"""Artwork on the t-shirt: cloth, light and ink."""

from dataclasses import replace

import numpy as np
import pytest

from imaging.color import srgb_to_linear
from imaging.garment.mockup import render_mockup
from imaging.garment.spec import Garment
from tests.unit.imaging.garment_views import (
    BLACK,
    RED,
    WHITE,
    bare,
    changed,
    resized,
    showing,
    small_tshirt,
    solid,
)


@pytest.fixture(scope="module")
def garment() -> Garment:
    """The t-shirt, at half its size to keep the tests quick."""
    return small_tshirt()


@pytest.mark.parametrize(("color", "low", "high"), [(WHITE, 170, 255), (BLACK, 18, 70), (RED, 40, 110)])
def test_folds_show_on_every_colour(
    garment: Garment, color: tuple[int, int, int], low: int, high: int
) -> None:
    """White, black and red shirts keep tones: spread over the cloth, and a mean where the colour belongs."""
    mask = resized(garment.view("front").mask, 500) == 255
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


def test_no_ink_falls_on_the_garments_own_parts(garment: Garment) -> None:
    """Where no_ink is 255 the picture is the bare garment's, elsewhere the print is as without the map."""
    view = garment.view("front")
    cords = np.zeros((1000, 1000), np.uint8)
    cords[:, 480:500] = 255
    options = {"side": "front", "artwork": solid(50, 50), "color": WHITE, "size_px": 1000}
    blank = bare(garment, side="front", color=WHITE, size_px=1000)
    plain = render_mockup(garment, **options).pixels
    corded = render_mockup(showing(garment, replace(view, no_ink=cords)), **options).pixels
    assert np.array_equal(corded[cords == 255], blank[cords == 255])
    assert np.array_equal(corded[cords == 0], plain[cords == 0])
    assert changed(plain, blank)[cords == 255].any()


def test_the_ground_keeps_its_bytes(garment: Garment) -> None:
    """A zone that reaches over the garment's edge prints on the garment only."""
    view = garment.view("front")
    wide = replace(
        view, zones=(replace(view.zone(None), quad_px=((0, 0), (1000, 0), (1000, 1000), (0, 1000))),)
    )
    ground = view.mask == 0
    options = {"side": "front", "color": RED, "size_px": 1000}
    blank = bare(garment, **options)
    over = render_mockup(showing(garment, wide), artwork=solid(64, 64), **options).pixels
    assert np.array_equal(blank[ground], over[ground])
    assert changed(blank, over).any()


def test_clear_pixels_leave_the_shirt_alone(garment: Garment) -> None:
    """Wholly transparent artwork, whatever its hidden colour, gives the very bytes of the blank shirt."""
    one, two = (
        render_mockup(
            garment, side="front", artwork=solid(64, 64, (r, g, 9, 0)), color=RED, size_px=500
        ).pixels
        for r, g in ((255, 0), (0, 255))
    )
    assert np.array_equal(one, two)
