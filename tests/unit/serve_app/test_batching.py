"""The drain-when-free batcher."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serve_app.batching import DrainBatcher, Owner
from serve_app.errors import OverloadedError


class Device:
    """A device that runs one batch at a time, and only when it is let."""

    def __init__(self, *, blocked: bool = False) -> None:
        self.batches: list[list[int]] = []
        self.free = asyncio.Event()
        if not blocked:
            self.free.set()

    async def run(self, batch: Sequence[int]) -> list[int]:
        """Double every item."""
        self.batches.append(list(batch))
        await self.free.wait()
        return [2 * item for item in batch]


def batcher(device: Device, **options: float) -> DrainBatcher[int, int]:
    """A batcher with roomy defaults."""
    merged = {"max_cost": 100.0, "max_items": 100, "max_waiting": 100} | options
    return DrainBatcher(
        device.run,
        max_cost=merged["max_cost"],
        max_items=int(merged["max_items"]),
        max_waiting=int(merged["max_waiting"]),
    )


async def settle() -> None:
    """Let every task that can run, run."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_lone_item_runs_at_once() -> None:
    """A lone item does not wait for company."""
    device = Device()
    assert await batcher(device).submit(21) == 42
    assert device.batches == [[21]]


async def test_items_that_wait_leave_together() -> None:
    """What arrives while the device is busy becomes one batch when it is free."""
    device = Device(blocked=True)
    queue = batcher(device)
    first = asyncio.create_task(queue.submit(0))
    await settle()
    rest = [asyncio.create_task(queue.submit(i)) for i in range(1, 6)]
    await settle()
    device.free.set()
    assert await asyncio.gather(first, *rest) == [0, 2, 4, 6, 8, 10]
    assert device.batches == [[0], [1, 2, 3, 4, 5]]
    assert queue.sizes == {1: 1, 5: 1}


async def test_cost_closes_a_batch() -> None:
    """A batch holds no more cost than its budget; one item over the budget runs alone."""
    device = Device(blocked=True)
    queue = batcher(device, max_cost=4)
    tasks = [asyncio.create_task(queue.submit(0))]
    await settle()
    tasks += [asyncio.create_task(queue.submit(i, cost=cost)) for i, cost in ((1, 3), (2, 9), (3, 1))]
    await settle()
    device.free.set()
    await asyncio.gather(*tasks)
    assert device.batches == [[0], [3, 1], [2]]


async def test_a_newcomer_goes_before_the_rest_of_a_large_one() -> None:
    """A small item that comes last waits for what is on the device only, not for what an owner has queued."""
    device = Device(blocked=True)
    queue = batcher(device, max_items=1)
    large = Owner()
    tasks = [asyncio.create_task(queue.submit(i, cost=10, owner=large)) for i in range(4)]
    await settle()
    tasks.append(asyncio.create_task(queue.submit(9, cost=1)))
    await settle()
    device.free.set()
    await asyncio.gather(*tasks)
    assert device.batches == [[0], [9], [1], [2], [3]]


async def test_owners_take_turns() -> None:
    """Two owners with equal items are served one after the other, whoever filled the queue first."""
    device = Device(blocked=True)
    queue = batcher(device, max_items=1)
    first, second = Owner(), Owner()
    tasks = [asyncio.create_task(queue.submit(i, owner=first)) for i in range(3)]
    await settle()
    tasks += [asyncio.create_task(queue.submit(10 + i, owner=second)) for i in range(3)]
    await settle()
    device.free.set()
    await asyncio.gather(*tasks)
    assert device.batches == [[0], [1], [10], [2], [11], [12]]


async def test_a_large_item_is_not_starved() -> None:
    """Small items that keep coming do not hold a large one back for ever."""
    device = Device()
    queue = batcher(device, max_items=1)
    large = asyncio.create_task(queue.submit(0, cost=20))

    async def small() -> None:
        for i in range(1, 100):
            await queue.submit(i)

    await asyncio.gather(small(), small(), large)
    assert device.batches.index([0]) <= 42


async def test_different_keys_do_not_mix() -> None:
    """Only items of one key share a batch, and the oldest item chooses the key."""
    device = Device(blocked=True)
    queue = batcher(device)
    tasks = [asyncio.create_task(queue.submit(0))]
    await settle()
    tasks += [asyncio.create_task(queue.submit(i, key=i % 2)) for i in range(1, 5)]
    await settle()
    device.free.set()
    await asyncio.gather(*tasks)
    assert device.batches == [[0], [1, 3], [2, 4]]


async def test_cancelled_items_are_not_run() -> None:
    """An item whose caller has gone is taken out of the queue."""
    device = Device(blocked=True)
    queue = batcher(device)
    first = asyncio.create_task(queue.submit(0))
    await settle()
    gone = asyncio.create_task(queue.submit(1))
    await settle()
    gone.cancel()
    await settle()
    assert queue.waiting == 0
    device.free.set()
    assert await first == 0
    assert device.batches == [[0]]


async def test_full_queue_refuses() -> None:
    """One item more than may wait is refused at once, the others are served."""
    device = Device(blocked=True)
    queue = batcher(device, max_waiting=2)
    tasks = [asyncio.create_task(queue.submit(0))]
    await settle()
    tasks += [asyncio.create_task(queue.submit(i)) for i in (1, 2)]
    await settle()
    with pytest.raises(OverloadedError):
        await queue.submit(3)
    device.free.set()
    assert await asyncio.gather(*tasks) == [0, 2, 4]


async def test_failed_batch_fails_its_items_only() -> None:
    """An error of the device reaches the items of its batch; the next batch runs."""

    async def run(batch: Sequence[int]) -> list[int]:
        if 1 in batch:
            raise RuntimeError("device lost")
        return list(batch)

    queue: DrainBatcher[int, int] = DrainBatcher(run, max_cost=1, max_items=1, max_waiting=9)
    results = await asyncio.gather(*(queue.submit(i) for i in range(3)), return_exceptions=True)
    assert [type(result).__name__ for result in results] == ["int", "RuntimeError", "int"]


async def test_wrong_number_of_results_is_an_error() -> None:
    """A device that loses a result fails its batch instead of leaving a caller waiting."""

    async def run(batch: Sequence[int]) -> list[int]:
        return list(batch)[1:]

    queue: DrainBatcher[int, int] = DrainBatcher(run, max_cost=9, max_items=9, max_waiting=9)
    with pytest.raises(ValueError, match="zip"):
        await queue.submit(1)


async def test_running_time_is_known() -> None:
    """A batch on the device is timed, so that a hung one can be noticed."""
    device = Device(blocked=True)
    queue = batcher(device)
    assert queue.running_for_s() == 0.0
    task = asyncio.create_task(queue.submit(1))
    await settle()
    assert queue.running_for_s() > 0.0
    device.free.set()
    await task
    assert queue.running_for_s() == 0.0


@settings(max_examples=50, deadline=None)
@given(
    costs=st.lists(st.floats(0.1, 5), min_size=1, max_size=30),
    max_cost=st.floats(1, 8),
    max_items=st.integers(1, 6),
)
def test_every_item_gets_its_own_result(costs: list[float], max_cost: float, max_items: int) -> None:
    """Whatever the costs and bounds, every item is answered once, with its own result, within the bounds."""

    async def play() -> None:
        device = Device()
        queue = batcher(device, max_cost=max_cost, max_items=max_items)
        results = await asyncio.gather(*(queue.submit(i, cost=cost) for i, cost in enumerate(costs)))
        assert results == [2 * i for i in range(len(costs))]
        assert sorted(item for batch in device.batches for item in batch) == list(range(len(costs)))
        for batch in device.batches:
            assert len(batch) <= max_items
            assert len(batch) == 1 or sum(costs[i] for i in batch) <= max_cost + 1e-9

    asyncio.run(play())
