"""The scores of logos, on tiny drawings whose answers can be counted."""

import numpy as np
import pytest

from bench.logo_scores import (
    alpha_iou,
    artwork_kept,
    color_error,
    counter_recall,
    edge_of,
    halo_share,
    psnr,
    similarity,
    touches_ground,
)

WHITE, RED = (255, 255, 255), (200, 16, 46)


def ring() -> np.ndarray:
    """(20, 20, 4): a solid red square of 12 px with a clear square of 4 px in it."""
    logo = np.zeros((20, 20, 4), np.uint8)
    logo[4:16, 4:16] = (*RED, 255)
    logo[8:12, 8:12] = 0
    return logo


def test_iou_of_a_logo_with_itself_is_one_and_with_nothing_zero() -> None:
    """Equal alphas give 1, disjoint ones 0, two empty pictures 1."""
    empty = np.zeros_like(ring())
    assert alpha_iou(ring(), ring()) == 1
    assert alpha_iou(empty, ring()) == 0
    assert alpha_iou(empty, empty) == 1


def test_iou_weighs_half_clear_pixels() -> None:
    """At half the alpha everywhere the intersection is half of the union."""
    half = ring()
    half[..., 3] //= 2
    assert alpha_iou(half, ring()) == pytest.approx(127 / 255)


def test_filled_counter_is_missed() -> None:
    """The ring has one counter; filled, none of it is found; a picture without any has no recall."""
    filled = ring()
    filled[8:12, 8:12] = (*WHITE, 255)
    assert counter_recall(ring(), ring()) == 1
    assert counter_recall(filled, ring()) == 0
    assert counter_recall(filled, filled) is None


def test_white_artwork_that_was_cleared_is_counted() -> None:
    """A white square of 16 px in red: half of it cleared is half kept; without white there is none."""
    truth = ring()
    truth[8:12, 8:12] = (*WHITE, 255)
    found = truth.copy()
    found[8:10, 8:12, 3] = 0
    assert artwork_kept(found, truth, WHITE) == 0.5
    assert artwork_kept(ring(), ring(), WHITE) is None


def test_white_artwork_that_reaches_the_ground_cannot_be_seen() -> None:
    """Closed in by red it can; as a bar through the wall it hangs together with the ground."""
    closed, opened = ring(), ring()
    closed[8:12, 8:12] = (*WHITE, 255)
    opened[8:12, 4:12] = (*WHITE, 255)
    assert touches_ground(closed, WHITE) == 0
    assert touches_ground(opened, WHITE) == pytest.approx(32 / 144)


def test_edge_is_the_rim_of_what_shows() -> None:
    """The ring's rim is 44 pixels outside and 20 around the hole."""
    assert edge_of(ring()[..., 3]).sum() == 44 + 20


def test_rim_of_the_ground_is_a_halo() -> None:
    """White left in the outer rim is a halo on black though not on white; a clean cut has none."""
    fringed = ring()
    fringed[4, 4:16, :3] = WHITE
    assert halo_share(ring(), ring()) == 0
    assert halo_share(fringed, ring()) == pytest.approx(12 / 64)
    assert halo_share(np.zeros_like(fringed), ring()) == 0


def test_colour_is_compared_where_both_are_solid() -> None:
    """Half-clear pixels do not count; black for red is a large difference."""
    faint = ring()
    faint[4:8, :, :3] = 0
    faint[4:8, :, 3] //= 2
    black = ring()
    black[..., :3] = 0
    assert color_error(faint, ring()) == 0
    assert color_error(black, ring()) > 20


def test_equal_pictures_are_alike() -> None:
    """Similarity 1 and 99 dB for equal pictures; less for a filled hole."""
    filled = ring()
    filled[8:12, 8:12] = (*RED, 255)
    assert (similarity(ring(), ring()), psnr(ring(), ring())) == (1, 99)
    assert similarity(filled, ring()) < 0.99
    assert psnr(filled, ring()) < 30
