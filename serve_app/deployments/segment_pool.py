"""The segmentation networks of a replica: the usual one always, others while they are asked for."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from models.base import EngineInfo, SegmentEngine
from models.weights import WeightsError
from serve_app.deployments.workers import Workers, trim_heap
from serve_app.errors import UnavailableError
from serve_app.telemetry import LOG

KEPT_MODELS = 2
"""Networks in memory at once, the usual one included; the one asked for longest ago goes first."""

Load = Callable[[str], SegmentEngine]


class SegmentPool:
    """Engines by name.

    Args:
        load: Loads an engine; called in a thread, for one name at a time.
        usual: Loaded here and now, and never dropped.
        more: Names that may be asked for too.
    """

    def __init__(self, load: Load, *, usual: str, more: tuple[str, ...]) -> None:
        self._load = load
        self._usual = usual
        self._names = (usual, *more)
        self._loading = asyncio.Lock()
        self._thread = Workers(1, name="load")
        self._engines: OrderedDict[str, SegmentEngine] = OrderedDict()
        self._keep(usual, load(usual))

    async def get(self, name: str) -> SegmentEngine:
        """The engine of this name; the first request for it waits while it is loaded in a thread.

        Raises:
            UnavailableError: this replica does not have it, or its weights were not fetched.
        """
        if name not in self._engines:
            if name not in self._names:
                raise UnavailableError(f"The segmentation model {name} is not configured here.")
            async with self._loading:
                if name not in self._engines:
                    self._keep(name, await self._loaded(name))
        self._engines.move_to_end(name)
        return self._engines[name]

    async def _loaded(self, name: str) -> SegmentEngine:
        try:
            return await self._thread.run(self._load, name)
        except WeightsError as error:
            LOG.error("%s", error)
            raise UnavailableError(f"The segmentation model {name} is not ready here.") from error

    def _keep(self, name: str, engine: SegmentEngine) -> None:
        """Remember it; whoever still uses a dropped engine holds it until done."""
        for old in [other for other in self._engines if other != self._usual]:
            if len(self._engines) < KEPT_MODELS:
                break
            del self._engines[old]
            LOG.info("Segmenter: %s makes room for %s", old, name)
        self._engines[name] = engine
        info = engine.info
        LOG.info("Segmenter: %s on %s (%s, %s)", info.name, info.device, info.backend, info.dtype)
        trim_heap()  # reading weights takes about twice their size

    @property
    def infos(self) -> list[EngineInfo]:
        """Descriptions of the engines in memory, the usual one first."""
        usual = self._engines[self._usual]
        others = [engine for engine in self._engines.values() if engine is not usual]
        return [engine.info for engine in (usual, *others)]

    def release_memory(self) -> None:
        """Have every engine give back what only a running pass needs; called when nothing runs."""
        for engine in self._engines.values():
            engine.release_memory()
