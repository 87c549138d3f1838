"""The Segmenter deployment: salient-object networks behind an image batcher."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ray.util.metrics import Histogram

from models.base import Device, SegmentEngine
from serve_app.args import SegmenterArgs
from serve_app.batching import DrainBatcher
from serve_app.deployments.describe import check_not_hung, engine_facts, engine_status
from serve_app.deployments.foreground import cut_subject
from serve_app.deployments.segment_pool import SegmentPool
from serve_app.deployments.workers import Workers
from serve_app.domain import CutSpec, Staged
from serve_app.telemetry import Stopwatch

Prepared = tuple[SegmentEngine, npt.NDArray[np.float32]]
"""A network and a (3, S, S) input of its."""
Saliency = npt.NDArray[np.float32]


class SegmenterDeployment:
    """Cuts the subject out of photos; photos that wait share batches."""

    def __init__(
        self,
        args: SegmenterArgs,
        *,
        models: Sequence[str],
        weights_dir: str,
        device: Device,
        load: Callable[..., SegmentEngine] | None = None,
        allow_noncommercial: bool = False,
    ) -> None:
        self._args = args
        load = load or partial(_loader(), allow_noncommercial=allow_noncommercial)
        loaded = partial(load, weights_dir=Path(weights_dir), device=device, threads=args.threads)
        usual, *more = dict.fromkeys(models)
        self._pool = SegmentPool(loaded, usual=usual, more=tuple(more))
        self._device_thread = Workers(1, name="device", when_idle=self._pool.release_memory)
        self._workers = Workers(2, name="pixels")
        sizes = Histogram("segmenter_batch_images", "Images per batch", boundaries=[1, 2, 4, 8, 16, 32])
        self._batcher: DrainBatcher[Prepared, Saliency] = DrainBatcher(
            self._run_batch,
            max_cost=args.max_batch_images,
            max_items=args.max_batch_images,
            max_waiting=args.max_waiting_images,
            on_batch=sizes.observe,
        )

    async def cut_out(self, image: Staged, spec: CutSpec) -> Staged:
        """Cut the subject out.

        Raises:
            NoForegroundError: there is none.
            UnavailableError: this replica does not have the model.
        """
        watch = Stopwatch()
        engine = await self._pool.get(spec.model)
        with watch("prepare"):
            color = np.ascontiguousarray(image.pixels[..., :3])
            prepared = await self._workers.run(engine.prepare, color)
        with watch("inference"):
            raw = await self._batcher.submit((engine, prepared), key=id(engine))
        with watch("matte"):
            result, foreground = await self._workers.run(cut_subject, image.pixels, raw, spec)
        return image.then(
            result,
            timings_ms=watch.times_ms,
            report={"foreground": foreground},
            engine=engine_facts(engine.info),
        )

    async def _run_batch(self, batch: Sequence[Prepared]) -> list[Saliency]:
        engine = batch[0][0]
        stacked = np.stack([tensor for _, tensor in batch])
        return list(await self._device_thread.run(engine.run, stacked))

    async def describe(self) -> dict[str, Any]:
        """What this replica says in `/health`."""
        return engine_status(self._pool.infos, self._batcher)

    async def check_health(self) -> None:
        """Called by Serve; raises when a batch hangs on the device."""
        check_not_hung(self._batcher, after_s=self._args.hang_after_s)


def _loader() -> Callable[..., SegmentEngine]:
    """The registry's loader.

    Imported here: the network's runtime belongs into this replica, not into every process that knows the
    graph.
    """
    from models.segment.load import load_segmenter  # noqa: PLC0415 - see the docstring

    return load_segmenter
