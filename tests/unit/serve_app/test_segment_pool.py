"""Which segmentation networks a replica holds, and when they rest."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from models.weights import WeightsMissingError
from serve_app.args import SegmenterArgs
from serve_app.deployments import segment_pool, workers
from serve_app.deployments.segment_pool import KEPT_MODELS, SegmentPool
from serve_app.deployments.segmenter import SegmenterDeployment
from serve_app.domain import CutSpec, Staged
from serve_app.errors import UnavailableError
from tests.local_engines import BrightnessSegmenter


class Resting(BrightnessSegmenter):
    """A stand-in that counts how often it gave memory back."""

    rests = 0

    def release_memory(self) -> None:
        """See `models.base.SegmentEngine`."""
        type(self).rests += 1


class Loader:
    """Counts what is loaded; one name has no weights."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.threads: set[str] = set()

    def __call__(self, name: str, **_: Any) -> Resting:
        """See `models.segment.load.load_segmenter`."""
        self.loaded.append(name)
        self.threads.add(threading.current_thread().name)
        if name == "gone":
            raise WeightsMissingError("Run: python -m models.fetch")
        return Resting(name)


def photo() -> Staged:
    """A bright square on dark ground."""
    pixels = np.full((40, 40, 3), 20, np.uint8)
    pixels[10:30, 10:30] = 230
    return Staged(pixels)


async def test_the_usual_network_stays() -> None:
    """Others stay while there is room; the one asked for longest ago goes first, the usual one never."""
    load = Loader()
    pool = SegmentPool(load, usual="usual", more=("one", "two"))
    for name in ("one", "usual", "two", "one"):
        assert (await pool.get(name)).info.name == name
    assert load.loaded == ["usual", "one", "two", "one"]
    assert [info.name for info in pool.infos] == ["usual", "one"]
    assert len(pool.infos) == KEPT_MODELS


async def test_the_one_asked_for_longest_ago_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the last request that counts, not the loading: of two, the one that was asked for again stays."""
    monkeypatch.setattr(segment_pool, "KEPT_MODELS", 3)
    load = Loader()
    pool = SegmentPool(load, usual="usual", more=("one", "two", "three"))
    for name in ("one", "two", "one", "three"):
        await pool.get(name)
    assert [info.name for info in pool.infos] == ["usual", "one", "three"]
    assert load.loaded == ["usual", "one", "two", "three"]


async def test_photos_of_two_networks_do_not_share_a_batch() -> None:
    """Photos that wait together are run by the network that each was asked of, batch by batch."""
    batches: list[tuple[str, int]] = []
    busy, go_on = threading.Event(), threading.Event()

    class Slow(Resting):
        def run(self, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
            """See `models.base.SegmentEngine`."""
            batches.append((self.info.name, len(batch)))
            busy.set()
            assert go_on.wait(30)
            return super().run(batch)

    replica = SegmenterDeployment(
        SegmenterArgs(), models=("usual", "one"), weights_dir=str(Path()), device="cpu", load=Slow
    )
    first = asyncio.create_task(replica.cut_out(photo(), CutSpec(model="usual")))
    assert await asyncio.to_thread(busy.wait, 30)
    waiting = [
        asyncio.create_task(replica.cut_out(photo(), CutSpec(model=name)))
        for name in ("usual", "one", "usual", "one")
    ]
    while (await replica.describe())["waiting"] < len(waiting):  # noqa: ASYNC110 - a batcher sends no event
        await asyncio.sleep(0.01)
    go_on.set()
    cuts = await asyncio.gather(first, *waiting)
    assert sorted(batches) == [("one", 2), ("usual", 1), ("usual", 2)]
    assert [cut.engine.model for cut in cuts if cut.engine] == ["usual", "usual", "one", "usual", "one"]


async def test_a_network_is_loaded_once_and_not_on_the_loop() -> None:
    """Requests that arrive while a network is loaded wait for it together; the event loop does not load."""
    load = Loader()
    pool = SegmentPool(load, usual="usual", more=("one",))
    load.threads.clear()
    first, second = await asyncio.gather(pool.get("one"), pool.get("one"))
    assert first is second
    assert load.loaded == ["usual", "one"]
    assert threading.current_thread().name not in load.threads


async def test_what_is_not_there_is_unavailable() -> None:
    """A name that is not configured, or without weights, is unavailable, and tried again next time."""
    load = Loader()
    pool = SegmentPool(load, usual="usual", more=("gone",))
    for name in ("gone", "other", "gone"):
        with pytest.raises(UnavailableError, match=name):
            await pool.get(name)
    assert load.loaded == ["usual", "gone", "gone"]


async def test_a_quiet_replica_gives_memory_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some time after the last photo every network rests; further ones are loaded when asked for."""
    monkeypatch.setattr(workers, "IDLE_S", 0.05)
    monkeypatch.setattr(Resting, "rests", 0)
    load = Loader()
    replica = SegmenterDeployment(
        SegmenterArgs(), models=("usual", "one"), weights_dir=str(Path()), device="cpu", load=load
    )
    cut = await replica.cut_out(photo(), CutSpec(model="one"))
    assert cut.engine is not None
    assert cut.engine.model == "one"
    assert [model["name"] for model in (await replica.describe())["models"]] == ["usual", "one"]
    for _ in range(100):
        if Resting.rests:
            break
        await asyncio.sleep(0.02)
    assert Resting.rests == 2
