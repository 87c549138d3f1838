"""How a model deployment speaks of itself: engine facts for answers, status for `/health`, hang checks."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from models.base import EngineInfo
from serve_app.batching import DrainBatcher
from serve_app.domain import EngineFacts


def engine_facts(info: EngineInfo) -> EngineFacts:
    """The part of an engine's description that answers carry."""
    return EngineFacts(
        model=info.name,
        version=info.version,
        device=info.device,
        backend=info.backend,
        licence=info.licence,
    )


def engine_status(infos: Sequence[EngineInfo], *batchers: DrainBatcher[Any, Any]) -> dict[str, Any]:
    """The engines of a replica and its batches since start, JSON-ready."""
    sizes: Counter[int] = sum((batcher.sizes for batcher in batchers), Counter())
    return {
        "device": infos[0].device,
        "models": [
            {"name": info.name, "version": info.version, "backend": info.backend, "dtype": info.dtype}
            for info in infos
        ],
        "batches": {str(size): count for size, count in sorted(sizes.items())},
        "waiting": sum(batcher.waiting for batcher in batchers),
    }


def check_not_hung(batcher: DrainBatcher[Any, Any], *, after_s: float) -> None:
    """Raise when one batch has been on the device for longer than `after_s`.

    Serve then replaces the replica; its event-loop watchdog alone would not notice a thread stuck in a
    driver.

    Raises:
        RuntimeError: the batch hangs.
    """
    running_s = batcher.running_for_s()
    if running_s > after_s:
        raise RuntimeError(f"A batch has been on the device for {running_s:.0f} s.")
