"""One image through a shared tile network."""

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from imaging.bands import resample
from imaging.types import Pixels
from models.base import TileRules
from serve_app.tiling import Enlarged, Submit, upscale_tiled
from tests.local_engines import info

INFO = info("stand-in", task="upscale", scale=4)


def image(height: int, width: int) -> Pixels:
    """A slope with a grain of 6 levels: a misplaced tile shows, and nothing is out of bounds."""
    slope = np.add.outer(np.arange(height), np.arange(width)) % 190
    grain = np.random.default_rng(3).integers(0, 6, (height, width, 3))
    return (slope[..., None] + grain).astype(np.uint8)


async def nearest(tile: Pixels) -> Pixels:
    """Every pixel four times along both sides."""
    return tile.repeat(4, axis=0).repeat(4, axis=1)


async def enlarge(
    pixels: Pixels, submit: Submit = nearest, *, size: tuple[int, int] | None = None, in_flight: int = 3
) -> Enlarged:
    """Four times as large unless a (height, width) is given."""
    height, width = size or (pixels.shape[0] * 4, pixels.shape[1] * 4)
    return await upscale_tiled(
        pixels, info=INFO, submit=submit, tiles_in_flight=in_flight, width_px=width, height_px=height
    )


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 64), (64, 65), (130, 201), (300, 20)])
async def test_every_pixel_lands_in_its_place(height: int, width: int) -> None:
    """With a network that repeats pixels, the stitched image is the repeated image."""
    pixels = image(height, width)
    result = await enlarge(pixels)
    assert np.array_equal(result.pixels, pixels.repeat(4, axis=0).repeat(4, axis=1))
    assert result.tiles >= 1
    assert result.resampled == 0


@pytest.mark.parametrize("size", [(391, 603), (1, 1), (1040, 1608), (260, 900)])
async def test_any_size_is_met_in_strips(size: tuple[int, int]) -> None:
    """The rows are resampled as they come, to what resampling the whole gives."""
    pixels = image(130, 201)
    result = await enlarge(pixels, size=size)
    large = pixels.repeat(4, axis=0).repeat(4, axis=1)
    expected = resample(large, width_px=size[1], height_px=size[0])
    assert np.abs(result.pixels.astype(int) - expected).max() <= 1


@pytest.mark.parametrize(("width", "whole"), [(100, True), (101, False)])
async def test_a_small_image_stays_whole(width: int, whole: bool) -> None:  # noqa: FBT001 - a parameter
    """An image a little larger than a tile is one piece where the rules say so."""
    rules = TileRules(size_px=64, overlap_px=8, multiple_px=1, whole_px=100)
    pixels = image(90, width)
    result = await upscale_tiled(
        pixels,
        info=replace(INFO, tile=rules),
        submit=nearest,
        tiles_in_flight=2,
        width_px=4 * width,
        height_px=360,
    )
    assert (result.tiles == 1) == whole
    assert np.array_equal(result.pixels, pixels.repeat(4, axis=0).repeat(4, axis=1))


async def test_flat_tiles_stay_at_home() -> None:
    """Only tiles with something to see go to the network; flat ones keep their colour exactly."""
    pixels = np.full((200, 200, 3), (12, 34, 200), np.uint8)
    pixels[150:170, 150:170] = image(20, 20)
    asked = 0

    async def counted(tile: Pixels) -> Pixels:
        nonlocal asked
        asked += 1
        return await nearest(tile)

    result = await enlarge(pixels, counted)
    assert 0 < asked < result.tiles / 3
    assert (result.pixels[:560] == (12, 34, 200)).all()


async def test_a_black_tile_is_resampled_and_told() -> None:
    """Where the network goes black, or gives nothing, that tile alone comes from a resampler."""
    pixels = image(130, 130)
    calls = 0

    async def broken(tile: Pixels) -> Pixels | None:
        nonlocal calls
        calls += 1
        if calls == 1:
            return None
        return np.zeros_like(await nearest(tile)) if calls == 2 else await nearest(tile)

    result = await enlarge(pixels, broken)
    assert result.resampled == 2
    assert np.abs(result.pixels.astype(int) - pixels.repeat(4, axis=0).repeat(4, axis=1)).mean() < 3


async def test_no_more_tiles_wait_than_allowed() -> None:
    """A large image holds only its share of the queue, and does use it."""
    waiting = highest = 0

    async def counted(tile: Pixels) -> Pixels:
        nonlocal waiting, highest
        waiting += 1
        highest = max(highest, waiting)
        await asyncio.sleep(0.005)
        waiting -= 1
        return await nearest(tile)

    await enlarge(image(300, 300), counted, in_flight=4)
    assert 2 <= highest <= 4


async def test_one_failure_ends_it_and_takes_the_rest_back() -> None:
    """The first error is raised as it was, and tiles still waiting are cancelled."""
    started = cancelled = 0

    async def fails(tile: Pixels) -> Pixels:
        nonlocal started, cancelled
        started += 1
        if started == 2:
            raise RuntimeError("device lost")
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            cancelled += 1
            raise
        return await nearest(tile)

    with pytest.raises(RuntimeError, match="device lost"):
        await enlarge(image(300, 300), fails, in_flight=4)
    assert cancelled == started - 1
