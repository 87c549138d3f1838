"""One image through a tile network that many images share, to the exact size, in strips."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from imaging.bands import BandResampler
from imaging.enlarge import SourceFacts, color_of_tile, finish_tile, is_flat, source_facts
from imaging.tiles import Stitcher, TilePlan, plan_tiles
from imaging.types import Pixels
from models.base import EngineInfo

Submit = Callable[[Pixels], Awaitable[Pixels | None]]
"""Upscales one (h, w, 3) tile, usually through a batcher; None when the network gave no usable result."""


@dataclass(frozen=True, slots=True)
class Enlarged:
    """An image that went through a network."""

    pixels: Pixels
    """(height_px, width_px, C) uint8, with the channels of the source."""
    tiles: int
    """How many it was cut into."""
    resampled: int
    """How many of them were resampled because the network's result was none."""


async def upscale_tiled(
    pixels: Pixels, *, info: EngineInfo, submit: Submit, tiles_in_flight: int, width_px: int, height_px: int
) -> Enlarged:
    """Cut an image into tiles, have each upscaled, and put the rows together as they are finished.

    Beside the source and the result only one row of tiles is held, and nothing of the whole in floats. Tiles
    of one flat colour do not go to the network.

    Args:
        pixels: (H, W, 3|4) uint8, straight alpha.
        info: Scale and tile rules of the network.
        submit: The network.
        tiles_in_flight: Tiles that wait at once, so that a large image leaves room for small ones.
        width_px: Width of the result.
        height_px: Height of the result.

    Raises:
        Exception: what `submit` raised first; tiles still waiting are taken back.
    """
    rules = info.tile
    height, width, channels = pixels.shape
    size = rules.size_for(height=height, width=width)
    plan = plan_tiles(height, width, size=size, overlap=rules.overlap_px, multiple=rules.multiple_px)
    facts = await asyncio.to_thread(source_facts, pixels)
    through = _Through(plan=plan, pixels=pixels, facts=facts, submit=submit, scale=info.scale)
    assembly = _Assembly(plan, scale=info.scale, channels=channels, width_px=width_px, height_px=height_px)
    ahead: deque[asyncio.Task[tuple[Pixels, bool]]] = deque()
    try:
        async with asyncio.TaskGroup() as group:
            for index in range(plan.count):
                ahead.append(group.create_task(through.tile(index)))
                if len(ahead) == tiles_in_flight:
                    await asyncio.to_thread(assembly.add, *await ahead.popleft())
            while ahead:
                await asyncio.to_thread(assembly.add, *await ahead.popleft())
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return Enlarged(pixels=assembly.result, tiles=plan.count, resampled=assembly.resampled)


@dataclass(frozen=True, slots=True)
class _Through:
    """The way of one tile."""

    plan: TilePlan
    pixels: Pixels
    facts: SourceFacts
    submit: Submit
    scale: int

    async def tile(self, index: int) -> tuple[Pixels, bool]:
        """Tile `index`, enlarged, and whether the network's result was good."""
        tile, color, flat = await asyncio.to_thread(self._cut, index)
        network = None if flat else await self.submit(color)
        finish = partial(finish_tile, tile, color, network, facts=self.facts, scale=self.scale)
        return await asyncio.to_thread(finish)

    def _cut(self, index: int) -> tuple[Pixels, Pixels, bool]:
        tile = self.plan.cut(self.pixels, index)
        color = color_of_tile(tile, facts=self.facts)
        return tile, color, is_flat(color)


class _Assembly:
    """Enlarged tiles, in order, to an image of the asked size."""

    def __init__(self, plan: TilePlan, *, scale: int, channels: int, width_px: int, height_px: int) -> None:
        self._stitcher = Stitcher(plan, scale=scale, channels=channels)
        self._sampler = BandResampler(
            height=plan.rows.length * scale,
            width=plan.columns.length * scale,
            height_px=height_px,
            width_px=width_px,
        )
        self._added = 0
        self._rows = 0
        self.resampled = 0
        self.result: Pixels = np.empty((height_px, width_px, channels), np.uint8)

    def add(self, tile: Pixels, sound: bool) -> None:  # noqa: FBT001 - the pair that a finished tile is
        """Take the next tile."""
        rows = self._stitcher.add(self._added, tile)
        self._added += 1
        self.resampled += not sound
        if rows is None:
            return
        for band in self._sampler.feed(rows):
            self.result[self._rows : self._rows + band.shape[0]] = band
            self._rows += band.shape[0]
