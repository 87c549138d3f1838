"""The Upscaler deployment: super-resolution networks behind one tile batcher."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ray.util.metrics import Histogram

from imaging.enlarge import enlarge
from imaging.fidelity import compare
from imaging.resize import resize_exact
from imaging.types import Pixels
from models.base import Device, UpscaleEngine
from serve_app.args import UpscalerArgs
from serve_app.batching import DrainBatcher
from serve_app.deployments.describe import check_not_hung, engine_facts, engine_status
from serve_app.deployments.workers import Workers, trim_heap
from serve_app.domain import Staged, UpscalePlan
from serve_app.telemetry import LOG, Stopwatch
from serve_app.tiling import upscale_tiled

Tile = tuple[str, Pixels]
"""The model's name and an (h, w, 3) tile."""


class UpscalerDeployment:
    """Cuts images into tiles; tiles of all waiting images share batches."""

    def __init__(
        self,
        args: UpscalerArgs,
        *,
        models: Sequence[str],
        weights_dir: str,
        device: Device,
        load: Callable[..., UpscaleEngine] | None = None,
    ) -> None:
        self._args = args
        load = load or _loader(device)
        self._engines: dict[str, UpscaleEngine] = {
            name: load(name, weights_dir=Path(weights_dir), device=device, threads=args.threads)
            for name in sorted(set(models))
        }
        self._device_thread = Workers(1, name="device")
        self._workers = Workers(2, name="pixels")
        sizes = Histogram("upscaler_batch_tiles", "Tiles per batch", boundaries=[1, 2, 4, 8, 16, 32])
        self._batcher: DrainBatcher[Tile, Pixels] = DrainBatcher(
            self._run_batch,
            max_cost=args.max_batch_megapixels,
            max_items=args.max_batch_tiles,
            max_waiting=args.max_waiting_tiles,
            on_batch=sizes.observe,
        )
        for engine in self._engines.values():
            info = engine.info
            LOG.info("Upscaler: %s on %s (%s, %s)", info.name, info.device, info.backend, info.dtype)
        trim_heap()  # reading weights takes about twice their size

    async def upscale(self, image: Staged, plan: UpscalePlan) -> Staged:
        """Make the image exactly as large as the plan says, and compare it with its source."""
        watch = Stopwatch()
        engine = self._engines[plan.model]
        height, width = image.pixels.shape[:2]
        grows = plan.width_px > width or plan.height_px > height
        tiles = 0

        async def network(pixels: Pixels) -> Pixels:
            nonlocal tiles
            result, count = await upscale_tiled(
                pixels,
                info=engine.info,
                submit=lambda tile: self._submit(engine, tile),
                tiles_in_flight=self._args.tiles_in_flight,
            )
            tiles += count
            return result

        with watch("inference"):
            if grows:
                result = await enlarge(
                    image.pixels, network=network, width_px=plan.width_px, height_px=plan.height_px
                )
            else:
                result = await self._workers.run(
                    resize_exact, image.pixels, width_px=plan.width_px, height_px=plan.height_px
                )
        with watch("compare"):
            fidelity = await self._workers.run(compare, image.pixels, result)
        return image.then(
            result,
            dpi=plan.dpi,
            timings_ms=watch.times_ms,
            report={"fidelity": fidelity.as_json(), "route": dict(plan.route), "tiles": tiles},
            engine=engine_facts(engine.info) if grows else None,
        )

    async def _submit(self, engine: UpscaleEngine, tile: Pixels) -> Pixels:
        cost = tile.shape[0] * tile.shape[1] / 1e6
        name = engine.info.name
        return await self._batcher.submit((name, tile), cost=cost, key=name)

    async def _run_batch(self, batch: Sequence[Tile]) -> list[Pixels]:
        engine = self._engines[batch[0][0]]
        return await self._device_thread.run(engine.run, [tile for _, tile in batch])

    async def describe(self) -> dict[str, Any]:
        """What this replica says in `/health`."""
        return engine_status([engine.info for engine in self._engines.values()], self._batcher)

    async def check_health(self) -> None:
        """Called by Serve; raises when a batch hangs on the device."""
        check_not_hung(self._batcher, after_s=self._args.hang_after_s)


def _loader(device: Device) -> Callable[..., UpscaleEngine]:
    """The registry's loader, once the device is known to answer; raises `DeviceUnavailableError`.

    Imported here: the network's runtime belongs into this replica, not into every process that knows the
    graph.
    """
    from models.backends.device import choose_device  # noqa: PLC0415 - see the docstring
    from models.upscale.load import load_upscaler  # noqa: PLC0415 - see the docstring

    LOG.info("Upscaler: %s", choose_device(device).reason)
    return load_upscaler
