"""The Upscaler deployment with networks that fail."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imaging.types import Pixels
from models.base import NonFiniteOutputError
from serve_app.args import UpscalerArgs
from serve_app.deployments.lane import Lane
from serve_app.deployments.upscaler import UpscalerDeployment
from serve_app.deployments.workers import Workers
from serve_app.domain import Staged, UpscalePlan
from tests.local_engines import CubicUpscaler


class BlackUpscaler(CubicUpscaler):
    """Gives black: what half precision that overflowed used to look like."""

    def run(self, tiles: Sequence[Pixels]) -> list[Pixels]:
        """See the port."""
        return [np.zeros_like(result) for result in super().run(tiles)]


class FragileUpscaler(CubicUpscaler):
    """Breaks on tiles that hold pure red, and fails the batch that they are in."""

    def run(self, tiles: Sequence[Pixels]) -> list[Pixels]:
        """See the port."""
        if any((tile == (255, 0, 0)).all(axis=2).any() for tile in tiles):
            raise NonFiniteOutputError("NaN")
        return super().run(tiles)


def photo(height: int = 100, width: int = 130) -> Pixels:
    """A slope with grain."""
    slope = np.add.outer(np.arange(height), np.arange(width)) % 190
    return (slope[..., None] + np.random.default_rng(3).integers(0, 6, (height, width, 3))).astype(np.uint8)


async def upscale(load: Any, pixels: Pixels, *, scale: float = 4) -> Staged:
    """Through a deployment with one network."""
    deployment = UpscalerDeployment(
        UpscalerArgs(), models=("stand-in",), weights_dir=str(Path()), device="cpu", load=load
    )
    height, width = pixels.shape[:2]
    plan = UpscalePlan(
        model="stand-in", width_px=round(width * scale), height_px=round(height * scale), dpi=None, route={}
    )
    return await deployment.upscale(Staged(pixels=pixels), plan)


async def test_black_is_never_returned() -> None:
    """A network that gives black is replaced by a resampler, with a warning and good figures."""
    result = await upscale(BlackUpscaler, photo())
    assert [notice.code for notice in result.notices] == ["resampled"]
    assert result.report["fidelity"]["psnr_downscaled_db"] > 30
    assert result.pixels.shape == (400, 520, 3)


async def test_nan_in_one_tile_costs_that_tile_only() -> None:
    """The tile that breaks the network is resampled, its neighbours are not, and the client is told."""
    pixels = photo()
    pixels[5:9, 5:9] = (255, 0, 0)
    result = await upscale(FragileUpscaler, pixels)
    (notice,) = result.notices
    assert notice.code == "resampled"
    assert f"1 of {result.report['tiles']} tiles" in notice.message
    assert result.report["fidelity"]["psnr_downscaled_db"] > 30


@pytest.mark.parametrize("scale", [0.3, 1, 1.7, 4, 8])
async def test_sound_networks_bring_no_warning(scale: float) -> None:
    """Any scale is met exactly and nothing is said where nothing is wrong."""
    result = await upscale(CubicUpscaler, photo(), scale=scale)
    assert result.notices == ()
    assert result.pixels.shape[:2] == (round(100 * scale), round(130 * scale))
    assert (result.engine is None) == (scale <= 1)


async def test_tiles_of_many_images_share_batches() -> None:
    """Images that wait together leave together, whatever their sizes."""
    deployment = UpscalerDeployment(
        UpscalerArgs(max_batch_megapixels=1, max_batch_tiles=16),
        models=("stand-in",),
        weights_dir=str(Path()),
        device="cpu",
        load=CubicUpscaler,
    )
    images = [photo(20 + 7 * index, 40) for index in range(6)]
    plans = [
        UpscalePlan(model="stand-in", width_px=160, height_px=4 * image.shape[0], dpi=None, route={})
        for image in images
    ]
    results = await asyncio.gather(
        *(deployment.upscale(Staged(pixels=image), plan) for image, plan in zip(images, plans, strict=True))
    )
    assert [result.pixels.shape[0] for result in results] == [4 * image.shape[0] for image in images]
    batches = (await deployment.describe())["batches"]
    assert max(int(size) for size in batches) > 1
    assert sum(int(size) * count for size, count in batches.items()) == len(images)


async def test_gray_comes_back_gray() -> None:
    """A gray source has a gray result."""
    result = await upscale(CubicUpscaler, photo()[..., :1].repeat(3, axis=2), scale=3)
    assert np.ptp(result.pixels, axis=2).max() == 0


async def test_a_small_image_does_not_wait_for_a_large_one() -> None:
    """The only tile of an image that comes last goes before the second tile of the one that came first."""
    order: list[int] = []

    class Noted(CubicUpscaler):
        def run(self, tiles: Sequence[Pixels]) -> list[Pixels]:
            """See the port."""
            order.extend(int(tile[0, 0, 0]) for tile in tiles)
            return super().run(tiles)

    lane = Lane(
        Noted("stand-in"),
        args=UpscalerArgs(max_batch_tiles=1),
        thread=Workers(1, name="device"),
        on_batch=lambda _size: None,
    )
    large, small = lane.submitter(), lane.submitter()
    tiles = [np.full((16, 16, 3), level, np.uint8) for level in (1, 2, 3, 100)]
    await asyncio.gather(*(large(tile) for tile in tiles[:3]), small(tiles[3]))
    assert order == [1, 100, 2, 3]
