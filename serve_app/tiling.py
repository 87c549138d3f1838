"""One image through a tile network that many images share."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from imaging.tiles import Stitcher, plan_tiles
from imaging.types import Pixels
from models.base import EngineInfo


async def upscale_tiled(
    pixels: Pixels,
    *,
    info: EngineInfo,
    submit: Callable[[Pixels], Awaitable[Pixels]],
    tiles_in_flight: int,
) -> tuple[Pixels, int]:
    """Cut an image into tiles, have each upscaled, and stitch them as they come back, in order.

    Args:
        pixels: (H, W, 3) uint8.
        info: Scale and tile rules of the network.
        submit: Upscales one (h, w, 3) tile; usually a batcher's `submit`.
        tiles_in_flight: Tiles that wait at once, so that a large image leaves room for small ones.

    Returns:
        (H * scale, W * scale, 3) uint8, and the number of tiles.

    Raises:
        Exception: what `submit` raised first; tiles still waiting are taken back.
    """
    rules = info.tile
    height, width = pixels.shape[:2]
    plan = plan_tiles(height, width, size=rules.size_px, overlap=rules.overlap_px, multiple=rules.multiple_px)
    stitcher = Stitcher(plan, scale=info.scale, channels=3)
    ahead: deque[asyncio.Task[Pixels]] = deque()
    added = 0
    try:
        async with asyncio.TaskGroup() as group:
            for index in range(plan.count):
                ahead.append(group.create_task(_run(submit, plan.cut(pixels, index))))
                if len(ahead) == tiles_in_flight:
                    await asyncio.to_thread(stitcher.add, added, await ahead.popleft())
                    added += 1
            while ahead:
                await asyncio.to_thread(stitcher.add, added, await ahead.popleft())
                added += 1
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return stitcher.result(), plan.count


async def _run(submit: Callable[[Pixels], Awaitable[Pixels]], tile: Pixels) -> Pixels:
    return await submit(tile)
