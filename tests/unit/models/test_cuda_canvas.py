"""Tiles laid into canvases of few sizes."""

import numpy as np
import pytest

from models.upscale.cuda_canvas import Canvas, Place, passes, plan_canvases

MIXED = [(64, 64), (512, 512), (20, 500), (300, 17), (1, 1), (64, 64), (63, 64), (130, 130), (9, 9)]


def many(count: int) -> list[tuple[int, int]]:
    """Sizes from 1 to 512, reproducible."""
    drawn = np.random.default_rng(1).integers(1, 513, (count, 2))
    return [(int(height), int(width)) for height, width in drawn]


@pytest.mark.parametrize("sizes", [MIXED, many(80), [(20, 20)] * 30])
def test_every_tile_has_its_place_and_a_gutter(sizes: list[tuple[int, int]]) -> None:
    """Each tile lies once, whole, inside a canvas, and a pixel at least from every other."""
    canvases = plan_canvases(sizes)
    placed = [place for canvas in canvases for place in canvas.places]
    assert sorted(place.tile for place in placed) == list(range(len(sizes)))
    assert all((place.height, place.width) == sizes[place.tile] for place in placed)
    for canvas in canvases:
        taken = np.zeros((canvas.height + 1, canvas.width + 1), int)
        for place in canvas.places:
            assert place.top + place.height <= canvas.height
            assert place.left + place.width <= canvas.width
            taken[place.top : place.top + place.height + 1, place.left : place.left + place.width + 1] += 1
        assert taken.max() == 1, "a tile lies on another, or on its gutter"


def test_sides_are_few() -> None:
    """Sides of canvases are multiples of 64, up to the largest tile's."""
    sides = {side for canvas in plan_canvases(many(200)) for side in (canvas.height, canvas.width)}
    assert sides <= set(range(64, 513, 64))


def test_small_tiles_share() -> None:
    """Nine tiles of 20 x 20 lie in one canvas of 64 x 64."""
    (canvas,) = plan_canvases([(20, 20)] * 9)
    assert (canvas.height, canvas.width) == (64, 64)


def test_small_tiles_fill_what_large_ones_leave() -> None:
    """Beside a tile of 400 x 500, in its canvas of 448 x 512, there is room for ten tiles of 40 x 40."""
    canvases = plan_canvases([(400, 500), *[(40, 40)] * 10])
    assert len(canvases) == 1


def test_a_tile_that_fits_exactly_needs_no_mask() -> None:
    """A tile with sides of a canvas's is full; one pixel less is not."""
    full, partial = (plan_canvases([size])[0] for size in ((128, 192), (128, 191)))
    assert full.is_full
    assert not partial.is_full


def test_passes_are_of_one_shape_and_bounded() -> None:
    """Seven canvases of one shape run as four, two and one; memory for three makes it two, two, two, one."""
    seven = plan_canvases([(64, 64)] * 7)
    assert [len(part) for part in passes(seven, max_px=10**9)] == [4, 2, 1]
    assert [len(part) for part in passes(seven, max_px=3 * 64 * 64)] == [2, 2, 2, 1]
    assert [len(part) for part in passes(seven[:2], max_px=0)] == [1, 1]
    both = passes([*plan_canvases([(64, 64)]), *plan_canvases([(64, 63)])], max_px=10**9)
    assert [len(part) for part in both] == [1, 1], "masked and full canvases run apart"


def test_no_tiles() -> None:
    """No tiles need no canvas and no pass."""
    assert plan_canvases([]) == []
    assert list(passes([], max_px=1)) == []


def test_a_place_is_a_value() -> None:
    """Canvases compare by what they hold."""
    assert plan_canvases([(3, 5)]) == [Canvas(64, 64, (Place(0, 0, 0, 3, 5),))]
