"""One super-resolution network with its batcher and its thread."""

from collections.abc import Callable, Sequence

from imaging.types import Pixels
from models.base import NonFiniteOutputError, UpscaleEngine
from serve_app.args import UpscalerArgs
from serve_app.batching import DrainBatcher, Owner
from serve_app.deployments.workers import Workers
from serve_app.telemetry import LOG
from serve_app.tiling import Submit


class Lane:
    """Tiles of many images on their way through one network.

    Args:
        engine: The network.
        args: Sizes of batches and queues.
        thread: Where the network runs; lanes of one device may share it.
        on_batch: Told the size of each batch.
    """

    def __init__(
        self, engine: UpscaleEngine, *, args: UpscalerArgs, thread: Workers, on_batch: Callable[[int], None]
    ) -> None:
        self.engine = engine
        self._thread = thread
        self.batcher: DrainBatcher[Pixels, Pixels | None] = DrainBatcher(
            self._run,
            max_cost=args.max_batch_megapixels,
            max_items=args.max_batch_tiles,
            max_waiting=args.max_waiting_tiles,
            on_batch=on_batch,
        )

    def submitter(self) -> Submit:
        """For the tiles of one image, which share its turns."""
        owner = Owner()

        async def submit(tile: Pixels) -> Pixels | None:
            cost = tile.shape[0] * tile.shape[1] / 1e6
            return await self.batcher.submit(tile, cost=cost, owner=owner)

        return submit

    async def _run(self, tiles: Sequence[Pixels]) -> list[Pixels | None]:
        """A batch; after NaN each tile alone, so that one that breaks the network breaks no other."""
        try:
            return list(await self._thread.run(self.engine.run, tiles))
        except NonFiniteOutputError as error:
            LOG.warning("%s", error)
            if len(tiles) == 1:
                return [None]
        return [(await self._run([tile]))[0] for tile in tiles]
