"""Cutting into tiles and stitching, with networks that only repeat pixels or shift their brightness."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.tiles import Stitcher, TilePlan, plan_tiles, stitch
from imaging.types import Pixels


def enlarge(tile: Pixels, scale: int) -> Pixels:
    """The exact nearest-neighbour network."""
    return tile.repeat(scale, axis=0).repeat(scale, axis=1)


def through_tiles(image: Pixels, plan: TilePlan, *, scale: int) -> Pixels:
    """Through every tile and back."""
    tiles = (enlarge(plan.cut(image, index), scale) for index in range(plan.count))
    return stitch(plan, tiles, scale=scale, channels=image.shape[2])


@st.composite
def plans(draw: st.DrawFn) -> TilePlan:
    """Any image from 1 x 1 to 90 x 90 with any legal tiles."""
    multiple = draw(st.integers(1, 8))
    size = multiple * draw(st.integers(1, 8))
    overlap = draw(st.integers(0, size - 1))
    height, width = draw(st.tuples(st.integers(1, 90), st.integers(1, 90)))
    return plan_tiles(height, width, size=size, overlap=overlap, multiple=multiple)


@given(plan=plans(), scale=st.integers(1, 4), channels=st.sampled_from([1, 3, 4]), seed=st.integers(0, 99))
def test_stitching_undoes_cutting(plan: TilePlan, scale: int, channels: int, seed: int) -> None:
    """With a nearest-neighbour network, the stitched image is the repeated image, whatever the tiles."""
    shape = (plan.rows.length, plan.columns.length, channels)
    image = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    np.testing.assert_array_equal(through_tiles(image, plan, scale=scale), enlarge(image, scale))


@given(plan=plans())
def test_tiles_cover_and_overlap(plan: TilePlan) -> None:
    """Tiles are of one shape, reach both edges, and no pixel is mixed from more than two along an axis."""
    for axis in (plan.rows, plan.columns):
        assert axis.starts[0] == 0
        assert axis.starts[-1] + axis.tile == max(axis.length, axis.tile)
        fades = [axis.fade(index) for index in range(1, len(axis.starts))]
        for (first, last), start, before in zip(fades, axis.starts[1:], axis.starts[:-1], strict=True):
            assert start <= first <= last <= before + axis.tile
        assert all(one[1] <= two[0] for one, two in pairwise(fades))


@given(
    length=st.integers(1, 3000),
    multiple=st.sampled_from([1, 8, 16]),
    steps=st.integers(2, 24),
    share=st.floats(0, 0.9),
)
def test_neighbours_share_what_was_asked(length: int, multiple: int, steps: int, share: float) -> None:
    """Neighbouring tiles share at least the overlap asked for, and no tile is larger than asked."""
    size = multiple * steps
    overlap = int(share * size)
    axis = plan_tiles(length, 1, size=size, overlap=overlap, multiple=multiple).rows
    assert axis.tile <= size
    for before, after in pairwise(axis.starts):
        assert before + axis.tile - after >= overlap


def test_a_small_image_gets_a_small_tile() -> None:
    """A 100 x 30 image is one tile of 104 x 32, not of 256 x 256."""
    assert plan_tiles(100, 30, size=256, overlap=32, multiple=8).tile_shape == (104, 32)


def test_tiles_shrink_to_what_is_needed() -> None:
    """300 pixels in tiles of at most 256 are cut into two of 168, not two of 256."""
    assert plan_tiles(300, 300, size=256, overlap=32, multiple=8).tile_shape == (168, 168)


def test_padding_is_a_reflection() -> None:
    """An image smaller than its tile is continued by its mirror image, even when one pixel is all it has."""
    row = np.arange(3, dtype=np.uint8)[None, :, None]
    plan = plan_tiles(1, 3, size=8, overlap=0, multiple=8)
    tile = plan.cut(row, 0)
    assert tile.shape == (8, 8, 1)
    assert tile[0, :, 0].tolist() == [0, 1, 2, 1, 0, 1, 2, 1]
    assert (tile == tile[0]).all()


def test_no_seam_between_tiles_that_disagree() -> None:
    """Tiles that differ by 20 levels meet in a ramp: no neighbouring pixels differ by more than 1 level."""
    plan = plan_tiles(150, 150, size=60, overlap=40)
    height, width = plan.tile_shape
    levels = [100 + 20 * (sum(plan.position(index)) % 2) for index in range(plan.count)]
    tiles = [np.full((height * 4, width * 4, 3), level, np.uint8) for level in levels]
    result = stitch(plan, tiles, scale=4, channels=3).astype(int)
    assert result.min() == 100
    assert result.max() == 120
    assert np.abs(np.diff(result, axis=0)).max() <= 1
    assert np.abs(np.diff(result, axis=1)).max() <= 1


def test_a_gradient_stays_a_gradient() -> None:
    """A smooth slope through sixteen tiles is exactly the slope that went in."""
    slope = np.add.outer(np.arange(100), np.arange(100))[..., None].repeat(3, axis=2).astype(np.uint8)
    plan = plan_tiles(100, 100, size=32, overlap=8)
    assert plan.count == 16
    np.testing.assert_array_equal(through_tiles(slope, plan, scale=2), enlarge(slope, 2))


def test_guesses_at_a_tile_border_are_dropped() -> None:
    """What a network does to the outer quarter of the shared pixels never reaches the result."""
    image = np.full((40, 70, 3), 90, np.uint8)
    plan = plan_tiles(40, 70, size=40, overlap=10)
    assert plan.columns.starts == (0, 30)
    left, right = plan.cut(image, 0).copy(), plan.cut(image, 1).copy()
    left[:, -2:] = 0
    right[:, :2] = 255
    np.testing.assert_array_equal(stitch(plan, [left, right], scale=1, channels=3), image)


def test_tiles_must_come_in_order() -> None:
    """A tile out of turn, or of another shape, is refused."""
    plan = plan_tiles(40, 40, size=24, overlap=8)
    stitcher = Stitcher(plan, scale=2, channels=3)
    with pytest.raises(ValueError, match="expected tile 0"):
        stitcher.add(1, np.zeros((48, 48, 3), np.uint8))
    with pytest.raises(ValueError, match="expected tile 0"):
        stitcher.add(0, np.zeros((24, 24, 3), np.uint8))


def test_a_missing_tile_is_noticed() -> None:
    """No result before the last tile."""
    with pytest.raises(ValueError, match="0 of 1 tiles"):
        stitch(plan_tiles(4, 4, size=8, overlap=0), [], scale=1, channels=3)


def test_finished_rows_are_handed_over_early() -> None:
    """After each row of tiles come the rows that no later tile changes; the last row brings the rest."""
    plan = plan_tiles(100, 30, size=32, overlap=8)
    stitcher = Stitcher(plan, scale=2, channels=3)
    height, width = plan.tile_shape
    parts = [stitcher.add(i, np.zeros((height * 2, width * 2, 3), np.uint8)) for i in range(plan.count)]
    lengths = [part.shape[0] for part in parts if part is not None]
    assert len(lengths) == len(plan.rows.starts)
    assert sum(lengths) == 200
    assert min(lengths) > 0


def test_a_plan_is_for_one_size() -> None:
    """A plan cuts only images of its own size, and only tiles it has."""
    plan = plan_tiles(40, 50, size=24, overlap=8)
    with pytest.raises(ValueError, match="40x50"):
        plan.cut(np.zeros((50, 40, 3), np.uint8), 0)
    with pytest.raises(IndexError, match="of 6"):
        plan.cut(np.zeros((40, 50, 3), np.uint8), 6)


@pytest.mark.parametrize(
    ("height", "size", "overlap", "multiple"), [(0, 8, 0, 1), (4, 8, 8, 1), (4, 8, -1, 1), (4, 9, 2, 8)]
)
def test_impossible_tiles_are_refused(height: int, size: int, overlap: int, multiple: int) -> None:
    """No pixels, tiles that overlap wholly, or a size that is not a multiple cannot be planned."""
    with pytest.raises(ValueError, match="cannot tile"):
        plan_tiles(height, 5, size=size, overlap=overlap, multiple=multiple)
