"""One image through a shared tile network."""

import asyncio

import numpy as np
import pytest

from imaging.types import Pixels
from serve_app.tiling import upscale_tiled
from tests.local_engines import info

INFO = info("stand-in", task="upscale", scale=4)


def image(height: int, width: int) -> Pixels:
    """Noise, so that a misplaced tile shows."""
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), dtype=np.uint8)


async def nearest(tile: Pixels) -> Pixels:
    """Every pixel four times along both sides."""
    return tile.repeat(4, axis=0).repeat(4, axis=1)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (7, 64), (64, 65), (130, 201), (300, 20)])
async def test_every_pixel_lands_in_its_place(height: int, width: int) -> None:
    """With a network that repeats pixels, the stitched image is the repeated image."""
    pixels = image(height, width)
    result, tiles = await upscale_tiled(pixels, info=INFO, submit=nearest, tiles_in_flight=3)
    assert np.array_equal(result, pixels.repeat(4, axis=0).repeat(4, axis=1))
    assert tiles >= 1


async def test_no_more_tiles_wait_than_allowed() -> None:
    """A large image holds only its share of the queue, and does use it."""
    waiting = highest = 0

    async def counted(tile: Pixels) -> Pixels:
        nonlocal waiting, highest
        waiting += 1
        highest = max(highest, waiting)
        await asyncio.sleep(0.001)
        waiting -= 1
        return await nearest(tile)

    await upscale_tiled(image(300, 300), info=INFO, submit=counted, tiles_in_flight=4)
    assert highest == 4


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
        await upscale_tiled(image(300, 300), info=INFO, submit=fails, tiles_in_flight=4)
    assert cancelled == started - 1
