"""The Upscaler deployment: super-resolution networks, each behind a tile batcher."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
from ray.util.metrics import Histogram

from imaging.bands import resample
from imaging.fidelity import compare
from imaging.types import Pixels
from models.base import Device, UpscaleEngine
from serve_app.args import UpscalerArgs
from serve_app.deployments.describe import check_not_hung, engine_facts, engine_status
from serve_app.deployments.lane import Lane
from serve_app.deployments.workers import Workers, trim_heap
from serve_app.domain import Notice, Staged, UpscalePlan
from serve_app.telemetry import LOG, Stopwatch
from serve_app.tiling import Enlarged, upscale_tiled


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
        # Tiles are finished while the network runs: OpenCV's own threads would only take its cores away.
        cv2.setNumThreads(1)
        load = load or _loader(device)
        sizes = Histogram("upscaler_batch_tiles", "Tiles per batch", boundaries=[1, 2, 4, 8, 16, 32])
        # A GPU does one batch at a time; on a CPU a small network need not wait for a large one.
        shared = Workers(1, name="device", when_idle=self._release) if device == "cuda" else None
        self._workers = Workers(2, name="pixels")
        self._lanes: dict[str, Lane] = {}
        for name in sorted(set(models)):
            engine = load(name, weights_dir=Path(weights_dir), device=device, threads=args.threads)
            thread = shared or Workers(1, name=name, when_idle=engine.release_memory)
            self._lanes[name] = Lane(engine, args=args, thread=thread, on_batch=sizes.observe)
            info = engine.info
            LOG.info("Upscaler: %s on %s (%s, %s)", info.name, info.device, info.backend, info.dtype)
        trim_heap()  # reading weights takes about twice their size

    async def upscale(self, image: Staged, plan: UpscalePlan) -> Staged:
        """Make the image exactly as large as the plan says, and compare it with its source."""
        watch = Stopwatch()
        lane = self._lanes[plan.model]
        height, width = image.pixels.shape[:2]
        grows = plan.width_px > width or plan.height_px > height
        tiles = 0
        notices: tuple[Notice, ...] = ()
        with watch("inference"):
            if grows:
                enlarged = await self._enlarge(lane, image.pixels, plan)
                result, tiles, notices = enlarged.pixels, enlarged.tiles, _notices(enlarged)
            else:
                result = await self._resample(image.pixels, plan)
        with watch("compare"):
            fidelity = await self._workers.run(compare, image.pixels, result)
            if grows and not fidelity.is_faithful:
                result, notices = await self._resample(image.pixels, plan), (RESAMPLED,)
                fidelity = await self._workers.run(compare, image.pixels, result)
        return image.then(
            result,
            dpi=plan.dpi,
            timings_ms=watch.times_ms,
            report={"fidelity": fidelity.as_json(), "route": dict(plan.route), "tiles": tiles},
            notices=notices,
            engine=engine_facts(lane.engine.info) if grows else None,
        )

    async def _enlarge(self, lane: Lane, pixels: Pixels, plan: UpscalePlan) -> Enlarged:
        return await upscale_tiled(
            pixels,
            info=lane.engine.info,
            submit=lane.submitter(),
            tiles_in_flight=self._args.tiles_in_flight,
            width_px=plan.width_px,
            height_px=plan.height_px,
        )

    async def _resample(self, pixels: Pixels, plan: UpscalePlan) -> Pixels:
        return await self._workers.run(resample, pixels, width_px=plan.width_px, height_px=plan.height_px)

    def _release(self) -> None:
        for lane in self._lanes.values():
            lane.engine.release_memory()

    async def describe(self) -> dict[str, Any]:
        """What this replica says in `/health`."""
        lanes = self._lanes.values()
        return engine_status([lane.engine.info for lane in lanes], *(lane.batcher for lane in lanes))

    async def check_health(self) -> None:
        """Called by Serve; raises when a batch hangs on the device."""
        for lane in self._lanes.values():
            check_not_hung(lane.batcher, after_s=self._args.hang_after_s)


RESAMPLED = Notice(
    code="resampled",
    message="The network's result was not the image enlarged, so it was resampled (Lanczos) instead.",
    fix="Look at the result; another `model` may suit the image.",
)


def _notices(enlarged: Enlarged) -> tuple[Notice, ...]:
    if not enlarged.resampled:
        return ()
    LOG.warning("%d of %d tiles were resampled", enlarged.resampled, enlarged.tiles)
    if enlarged.resampled == enlarged.tiles:
        return (RESAMPLED,)
    message = (
        f"In {enlarged.resampled} of {enlarged.tiles} tiles the network's result was not the image enlarged; "
        "they were resampled (Lanczos) instead."
    )
    return (Notice(code="resampled", message=message, fix=RESAMPLED.fix),)


def _loader(device: Device) -> Callable[..., UpscaleEngine]:
    """The registry's loader, once the device is known to answer; raises `DeviceUnavailableError`.

    Imported here: the network's runtime belongs into this replica, not into every process that knows the
    graph.
    """
    from models.backends.device import choose_device  # noqa: PLC0415 - see the docstring
    from models.upscale.load import load_upscaler  # noqa: PLC0415 - see the docstring

    LOG.info("Upscaler: %s", choose_device(device).reason)
    return load_upscaler
