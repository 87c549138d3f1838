"""What mock-ups share, and that it changes none of them."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from imaging.garment.mockup import render_mockup
from imaging.garment.prepared import Prepared
from imaging.garment.spec import Garment, Side
from imaging.types import Pixels
from tests.unit.imaging.garment_views import (
    RED,
    showing,
    small_tshirt,
    solid,
)


@pytest.fixture(scope="module")
def garment() -> Garment:
    """The t-shirt, at half its size to keep the tests quick."""
    return small_tshirt()


def test_what_is_prepared_changes_no_byte(garment: Garment) -> None:
    """The first mock-up, the second and one with nothing kept are equal; what is kept has its bound."""
    art = np.random.default_rng(2).integers(0, 256, (120, 90, 4), np.uint8)
    roomy, tight, none = (Prepared(max_bytes=size) for size in (50_000_000, 500_000, 0))
    for side in ("front", "back"):
        pictures = [
            render_mockup(garment, side=side, artwork=art, color=RED, size_px=640, prepared=prepared).pixels
            for prepared in (roomy, roomy, tight, tight, none)
        ]
        assert all(np.array_equal(pictures[0], picture) for picture in pictures[1:])
    assert 500_000 < roomy.nbytes <= 50_000_000
    assert tight.nbytes <= 500_000
    assert none.nbytes == 0


def test_threads_may_share_what_is_prepared(garment: Garment) -> None:
    """Mixed mock-ups made by four threads over a tight cache equal those made alone."""
    art = np.random.default_rng(5).integers(0, 256, (60, 60, 4), np.uint8)
    zones = {"front": ("front_full", "left_chest", "left_sleeve"), "back": ("back_full", "nape")}
    orders = [(side, zone, size) for side in zones for zone in zones[side] for size in (200, 300)]
    prepared = Prepared(max_bytes=400_000)

    def make(order: tuple[Side, str, int], kept: Prepared) -> Pixels:
        side, zone, size = order
        return render_mockup(
            garment, side=side, artwork=art, color=RED, zone=zone, size_px=size, prepared=kept
        ).pixels

    alone = [make(order, Prepared(max_bytes=0)) for order in orders]
    with ThreadPoolExecutor(4) as pool:
        shared = list(
            pool.map(lambda index: make(orders[index % len(orders)], prepared), range(4 * len(orders)))
        )
    assert all(np.array_equal(alone[index % len(orders)], picture) for index, picture in enumerate(shared))
    assert prepared.nbytes <= 400_000


def test_what_was_prepared_goes_with_its_view(garment: Garment) -> None:
    """Once a view is dropped, nothing that was made for it is kept."""
    prepared = Prepared()
    passing = replace(garment.view("front"))
    render_mockup(
        showing(garment, passing),
        side="front",
        artwork=solid(9, 9),
        color=RED,
        size_px=300,
        prepared=prepared,
    )
    assert prepared.nbytes > 0
    del passing
    assert prepared.nbytes == 0
