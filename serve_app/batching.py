"""The drain-when-free batcher: whatever waits when the device gets free becomes the next batch.

A timer-driven batcher closes a batch when its wait is over, even while the device is still busy, so under
load most batches hold one item. Here the device itself is the clock: an item that finds it free starts at
once, alone; items that arrive meanwhile wait and are taken together, up to the cost budget, the moment it is
free again.

Who waits is served fairly by cost: self-clocked fair queueing (Golestani, "A Self-Clocked Fair Queueing
Scheme for Broadband Applications", INFOCOM 1994). An item's tag is the tag of what the device took last, or
of its owner's own last item if that is later, plus its cost; the smallest tag goes first. So a newcomer with
one small tile goes before the second tile of a large image, owners of equal tiles take turns, nobody starves.
"""

import asyncio
from bisect import insort
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from serve_app.errors import OverloadedError

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


@dataclass(slots=True)
class Owner:
    """Whose items they are: one request, say. Its items keep their order and share its turns."""

    last_tag: float = 0.0
    """Tag of the item that it submitted last."""


@dataclass(slots=True, order=True)
class _Entry(Generic[ItemT, ResultT]):
    tag: float
    number: int
    item: ItemT = field(compare=False)
    cost: float = field(compare=False)
    key: Hashable = field(compare=False)
    done: asyncio.Future[ResultT] = field(compare=False)


class DrainBatcher(Generic[ItemT, ResultT]):
    """Collects items into batches for one device.

    Args:
        run: Runs one batch and gives one result per item, in order. Called for one batch at a time.
        max_cost: Largest sum of costs in one batch; an item that costs more runs alone.
        max_items: Largest number of items in one batch.
        max_waiting: Items that may wait; one more raises `OverloadedError`.
        on_batch: Told the size of each batch that starts, for metrics.
    """

    def __init__(
        self,
        run: Callable[[Sequence[ItemT]], Awaitable[Sequence[ResultT]]],
        *,
        max_cost: float,
        max_items: int,
        max_waiting: int,
        on_batch: Callable[[int], None] = lambda _size: None,
    ) -> None:
        self._run = run
        self._max_cost = max_cost
        self._max_items = max_items
        self._max_waiting = max_waiting
        self._on_batch = on_batch
        self._waiting: list[_Entry[ItemT, ResultT]] = []
        self._submitted = 0
        self._clock = 0.0
        self._worker: asyncio.Task[None] | None = None
        self._running_since: float | None = None
        self.sizes: Counter[int] = Counter()
        """How many batches of each size have started."""

    @property
    def waiting(self) -> int:
        """Items that wait for the device now."""
        return len(self._waiting)

    def running_for_s(self) -> float:
        """Seconds that the batch on the device has been running, 0 when the device is free."""
        since = self._running_since
        return 0.0 if since is None else asyncio.get_running_loop().time() - since

    async def submit(
        self, item: ItemT, *, cost: float = 1.0, key: Hashable = None, owner: Owner | None = None
    ) -> ResultT:
        """Run one item in some batch; only items of an equal `key` share one.

        Without an owner the item stands for itself: items of equal cost leave in the order they came. A
        caller that is cancelled while its item waits takes it out of the queue at no cost.

        Raises:
            OverloadedError: `max_waiting` items wait already.
            Exception: what `run` raised, to every item of that batch.
        """
        if len(self._waiting) >= self._max_waiting:
            raise OverloadedError("The queue in front of the model is full.")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[ResultT] = loop.create_future()
        owner = owner or Owner()
        owner.last_tag = max(self._clock, owner.last_tag) + cost
        self._submitted += 1
        entry = _Entry(owner.last_tag, self._submitted, item, cost, key, done)
        insort(self._waiting, entry)
        if self._worker is None:
            self._worker = loop.create_task(self._drain())
        try:
            return await done
        except asyncio.CancelledError:
            with suppress(ValueError):  # already taken into a batch: its result is dropped
                self._waiting.remove(entry)
            raise

    async def _drain(self) -> None:
        try:
            await asyncio.sleep(0)  # let callers that are ready in this same turn join the first batch
            while batch := self._take():
                await self._run_batch(batch)
        finally:
            self._worker = None

    def _take(self) -> list[_Entry[ItemT, ResultT]]:
        """The first item in order of tags and all that may join it; others keep their place."""
        batch: list[_Entry[ItemT, ResultT]] = []
        passed: list[_Entry[ItemT, ResultT]] = []
        spent = 0.0
        for entry in self._waiting:
            if entry.done.done():
                continue
            joins = entry.key == batch[0].key and spent + entry.cost <= self._max_cost if batch else True
            if joins and len(batch) < self._max_items:
                batch.append(entry)
                spent += entry.cost
            else:
                passed.append(entry)
        self._waiting = passed
        if batch:
            self._clock = batch[0].tag
        return batch

    async def _run_batch(self, batch: list[_Entry[ItemT, ResultT]]) -> None:
        self.sizes[len(batch)] += 1
        self._on_batch(len(batch))
        self._running_since = asyncio.get_running_loop().time()
        try:
            results = await self._run([entry.item for entry in batch])
            pairs = list(zip(batch, results, strict=True))
        except Exception as error:  # noqa: BLE001 - whatever the engine raised belongs to the callers
            for entry in batch:
                if not entry.done.done():
                    entry.done.set_exception(error)
        else:
            for entry, result in pairs:
                if not entry.done.done():
                    entry.done.set_result(result)
        finally:
            self._running_since = None
