"""Our upscaler as the service runs it, without the service, and its plain float32 network beside it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from configs.settings import Settings
from imaging.tiles import TilePlan, plan_tiles, stitch
from imaging.types import Pixels
from models.backends.cpu import thread_count
from models.base import TileRules, UpscaleEngine
from models.registry import TILE_RULES
from models.upscale.load import load_network, load_upscaler
from serve_app.tiling import upscale_tiled

SCALE = 4
"""Of every network that is compared."""
TILES_IN_FLIGHT = 4
"""Of one image, as in configs/serve/local.yaml."""
Enlarge = Callable[[Pixels], Pixels]
"""(h, w, 3) uint8 to (h * 4, w * 4, 3) uint8."""


def load_ours(name: str) -> UpscaleEngine:
    """The engine that the service would load on this CPU, with all its threads."""
    return load_upscaler(name, weights_dir=Settings().weights_dir, device="cpu", threads=thread_count())


def ours(engine: UpscaleEngine) -> Enlarge:
    """The way of the service: tiles on one device thread, finished and stitched meanwhile."""

    async def enlarge(image: Pixels) -> Pixels:
        with ThreadPoolExecutor(1) as device:

            async def submit(tile: Pixels) -> Pixels:
                (result,) = await asyncio.get_running_loop().run_in_executor(device, engine.run, [tile])
                return result

            height_px, width_px = (side * SCALE for side in image.shape[:2])
            done = await upscale_tiled(
                image,
                info=engine.info,
                submit=submit,
                tiles_in_flight=TILES_IN_FLIGHT,
                width_px=width_px,
                height_px=height_px,
            )
        return done.pixels

    return lambda image: asyncio.run(enlarge(image))


def bare(engine: UpscaleEngine) -> Enlarge:
    """The network's results as they are, stitched: nothing is put back or replaced."""

    def tile(pixels: Pixels) -> Pixels:
        (result,) = engine.run([pixels])
        return result

    return lambda image: tiled(image, tile, rules=engine.info.tile)


def eager(name: str, *, whole: bool) -> Enlarge:
    """The network in PyTorch as it is written, float32.

    Args:
        name: Of the model.
        whole: The image at once; otherwise in the tiles of the service, for want of memory.
    """
    network = load_network(name, weights_dir=Settings().weights_dir)
    torch.set_num_threads(thread_count())

    def run(pixels: Pixels) -> Pixels:
        with torch.inference_mode():
            output = network(torch.from_numpy(np.array(pixels)).permute(2, 0, 1)[None].float() / 255)
        rounded: Pixels = (output[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
        return rounded

    return run if whole else lambda image: tiled(image, run, rules=TILE_RULES[name])


def plan_of(image: Pixels, rules: TileRules) -> TilePlan:
    """How the service cuts an image for an engine with such rules."""
    height, width = image.shape[:2]
    size = rules.size_for(height=height, width=width)
    return plan_tiles(height, width, size=size, overlap=rules.overlap_px, multiple=rules.multiple_px)


def tiles_of(image: Pixels, rules: TileRules) -> list[Pixels]:
    """The tiles of an image, in order."""
    plan = plan_of(image, rules)
    return [plan.cut(image, index) for index in range(plan.count)]


def network_megapixels(image: Pixels, rules: TileRules) -> float:
    """Input megapixels that the network sees for an image: its tiles, with what they share."""
    plan = plan_of(image, rules)
    height, width = plan.tile_shape
    return plan.count * height * width / 1e6


def tiled(image: Pixels, run: Enlarge, *, rules: TileRules) -> Pixels:
    """An image in tiles, one after the other, stitched."""
    tiles = tiles_of(image, rules)
    return stitch(plan_of(image, rules), (run(tile) for tile in tiles), scale=SCALE, channels=3)
