"""Enlarging flat logos, against the same drawing made at the larger size."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from imaging.bands import resample
from imaging.logo.clean import CleanLogo, clean_logo
from imaging.logo.enlarge_flat import enlarge_flat

NAVY, RED, GOLD, WHITE = (20, 33, 61), (200, 16, 46), (244, 169, 0), (255, 255, 255)
FINE = 32
"""Positions of the drawing are in 1/32 pixel of the small rendering."""


def _drawn(side: int) -> np.ndarray:
    """A badge with letters at `side` pixels, exact area coverage of one drawing at 64 * 32: RGBA."""
    canvas = np.zeros((64 * FINE, 64 * FINE, 4), np.uint8)
    cv2.circle(canvas, (1024, 1000), 900, (*NAVY, 255), -1)
    cv2.rectangle(canvas, (400, 500), (1630, 1111), (*RED, 255), -1)
    cv2.putText(canvas, "A8", (480, 1000), cv2.FONT_HERSHEY_DUPLEX, 20, (*WHITE, 255), 60)
    cv2.line(canvas, (500, 1300), (1500, 1390), (*GOLD, 255), 110)
    small = canvas.astype(np.float32)
    small[..., :3] *= small[..., 3:] / 255
    small = cv2.resize(small, (side, side), interpolation=cv2.INTER_AREA)
    small[..., :3] *= 255 / np.maximum(small[..., 3:], 1)
    return np.rint(small).clip(0, 255).astype(np.uint8)


def _logo(side: int = 64) -> CleanLogo:
    """The drawing as a clean logo that is not trimmed, so that it lies on its larger self."""
    drawn = _drawn(side)
    drawn[[0, 0, -1, -1], [0, -1, 0, -1]] = (*NAVY, 255)
    return clean_logo(drawn)


def _decibels(first: np.ndarray, second: np.ndarray, ground: int) -> float:
    composites = []
    for image in (first, second):
        alpha = image[..., 3:].astype(np.float64) / 255
        composites.append(image[..., :3] * alpha + ground * (1 - alpha))
    return float(10 * np.log10(255**2 / np.mean((composites[0] - composites[1]) ** 2)))


@pytest.mark.parametrize("ground", [0, 255])
def test_four_times_larger_beats_lanczos_by_three_decibels(ground: int) -> None:
    """On black and on white the result is at least 3 dB nearer to the drawing than Lanczos."""
    logo, truth = _logo(), _drawn(256)
    ours = enlarge_flat(logo, width_px=256, height_px=256)
    lanczos = resample(logo.pixels, width_px=256, height_px=256)
    assert _decibels(ours, truth, ground) > _decibels(lanczos, truth, ground) + 3


def test_edges_are_about_one_pixel_wide() -> None:
    """A straight edge has at most two pixels that are not one of the two colours."""
    image = np.zeros((40, 40, 4), np.uint8)
    image[..., :3], image[..., 3] = RED, 255
    image[:, 20:, :3] = WHITE
    image[:, 20, :3] = np.rint(0.3 * np.array(RED) + 0.7 * np.array(WHITE))
    large = enlarge_flat(clean_logo(image), width_px=160, height_px=160)
    row = large[80, :, :3].astype(int)
    mixed = (np.abs(row - RED).max(axis=1) > 4) & (np.abs(row - WHITE).max(axis=1) > 4)
    assert mixed.sum() <= 2


def test_an_edge_stays_where_it_is() -> None:
    """The edge of the enlarged image lies within 0.3 of its pixels of the true place."""
    for share in (0.2, 0.5, 0.8):
        image = np.zeros((40, 40, 4), np.uint8)
        image[..., :3], image[:, :20, 3] = RED, 255
        image[:, 20, 3] = round(255 * share)
        padded = np.pad(image, ((0, 0), (0, 1), (0, 0)))
        logo = clean_logo(padded)
        width = logo.pixels.shape[1]
        large = enlarge_flat(logo, width_px=4 * width, height_px=160)
        assert large[80, :, 3].sum() / 255 == pytest.approx(4 * (20 + share), abs=0.3)


def test_no_colour_is_new() -> None:
    """Pixels away from edges have exactly the palette's colours."""
    logo = _logo()
    large = enlarge_flat(logo, width_px=256, height_px=256)
    exact = np.zeros(large.shape[:2], bool)
    for entry in logo.palette:
        exact |= (large[..., :3] == entry.color).all(axis=2)
    solid = large[..., 3] == 255
    assert exact[solid].mean() > 0.85
    beside = cv2.dilate((exact & solid).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert beside[solid].mean() > 0.99


def test_a_gradient_stays_smooth() -> None:
    """A gradient is enlarged without steps: neighbours differ by two levels at most."""
    ramp = np.rint(np.linspace(20, 230, 64)).astype(np.uint8)
    image = np.dstack([np.tile(ramp, (64, 1))] * 3 + [np.full((64, 64), 255, np.uint8)])
    large = enlarge_flat(clean_logo(image), width_px=256, height_px=256)
    assert np.abs(np.diff(large[..., 0].astype(int), axis=1)).max() <= 2
    assert (large[..., 3] == 255).all()


def test_half_clear_areas_stay_half_clear() -> None:
    """An area at alpha 100 is not pushed to clear or to solid."""
    image = np.full((48, 48, 4), (*NAVY, 255), np.uint8)
    image[12:36, 12:36, 3] = 100
    large = enlarge_flat(clean_logo(image), width_px=192, height_px=192)
    assert np.abs(large[80:112, 80:112, 3].astype(int) - 100).max() <= 2


@pytest.mark.parametrize(("width", "height"), [(64, 64), (100, 70), (150, 211), (32, 20), (1, 1), (640, 640)])
def test_any_size_comes_out_exactly(width: int, height: int) -> None:
    """Larger, smaller, odd and uneven sizes are met to the pixel."""
    assert enlarge_flat(_logo(), width_px=width, height_px=height).shape == (height, width, 4)


def test_tiles_leave_no_seam() -> None:
    """A logo shifted by part of a tile enlarges to the same pixels, shifted."""
    logo = _logo(160)
    moved = np.pad(logo.pixels, ((24, 0), (24, 0), (0, 0)))
    plain = enlarge_flat(logo, width_px=320, height_px=320)
    shifted = enlarge_flat(replace(logo, pixels=moved), width_px=368, height_px=368)[48:, 48:]
    inner = slice(20, None)
    assert np.abs(plain[inner, inner].astype(int) - shifted[inner, inner]).max() <= 8
