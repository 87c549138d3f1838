"""The pixel budget: never exceeded, never leaking, first come, first served."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serve_app.errors import OverloadedError
from serve_app.pixel_budget import PixelBudget

BUDGET_MP = 10.0


@asynccontextmanager
async def holder(budget: PixelBudget, megapixels: float) -> AsyncIterator[asyncio.Event]:
    """Work that holds its megapixels until it is told to end."""
    end, begun = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        async with budget.hold(megapixels):
            begun.set()
            await end.wait()

    task = asyncio.create_task(work())
    await begun.wait()
    yield end
    end.set()
    await task


async def entered(budget: PixelBudget, megapixels: float) -> AbstractAsyncContextManager[None]:
    """Enter without leaving; the manager is kept, or its end would be the garbage collector's."""
    manager = budget.hold(megapixels)
    await manager.__aenter__()
    return manager


async def turns(count: int = 5) -> None:
    """Let every task that can go on do so."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_work_within_the_budget_runs_at_once() -> None:
    """Work that fits begins without waiting, to the last megapixel."""
    budget = PixelBudget(BUDGET_MP)
    async with budget.hold(4), budget.hold(6):
        assert (budget.in_flight_mp, budget.waiting) == (10, 0)
    assert (budget.in_flight_mp, budget.waiting) == (0, 0)


async def test_small_work_does_not_pass_large_work() -> None:
    """What comes after a large image waits behind it, though it would fit."""
    budget = PixelBudget(BUDGET_MP)
    order: list[str] = []

    async def work(name: str, megapixels: float) -> None:
        async with budget.hold(megapixels):
            order.append(name)
            await turns()

    async with holder(budget, 8):
        tasks = [asyncio.create_task(work(name, size)) for name, size in [("large", 9), ("small", 1)]]
        await turns()
        assert (order, budget.waiting) == ([], 2)
    await asyncio.gather(*tasks)
    assert order == ["large", "small"]


async def test_work_larger_than_the_budget_runs_alone() -> None:
    """An image larger than the whole budget waits for all others, then runs, and holds all others back."""
    budget = PixelBudget(BUDGET_MP)
    async with holder(budget, 1):
        huge = asyncio.create_task(entered(budget, 50))
        await turns()
        assert not huge.done()
    await turns()
    assert huge.done()
    small = asyncio.create_task(entered(budget, 0.1))
    await turns()
    assert (small.done(), budget.in_flight_mp, budget.waiting) == (False, 50, 1)
    small.cancel()
    await asyncio.gather(small, return_exceptions=True)


async def test_queue_is_bounded() -> None:
    """One more than may wait is told to come back later, at once."""
    budget = PixelBudget(BUDGET_MP, max_waiting=1)
    async with holder(budget, 10):
        waiting = asyncio.create_task(entered(budget, 1))
        await turns()
        with pytest.raises(OverloadedError) as refusal:
            await budget.hold(1).__aenter__()
        assert refusal.value.retry_after_s > 0
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    assert (budget.in_flight_mp, budget.waiting) == (0, 0)


async def test_waiting_is_bounded() -> None:
    """Who waits too long is told to come back later, and those behind move up."""
    budget = PixelBudget(BUDGET_MP, max_wait_s=0.02)
    async with holder(budget, 8):
        large = asyncio.create_task(entered(budget, 9))
        await asyncio.sleep(0.01)
        small = asyncio.create_task(entered(budget, 2))
        with pytest.raises(OverloadedError):
            await large
        await small
        assert (budget.in_flight_mp, budget.waiting) == (10, 0)


async def test_a_waiter_cancelled_as_it_is_granted_gives_back() -> None:
    """Room that is granted to a waiter in the turn in which it is cancelled goes to the next."""
    budget = PixelBudget(BUDGET_MP)
    async with holder(budget, 10) as end:
        first = asyncio.create_task(entered(budget, 10))
        await turns()
        second = asyncio.create_task(entered(budget, 10))
        await turns()
        end.set()
        for _ in range(10):  # to the very turn of the grant, in which the waiter has not gone on yet
            if budget.waiting == 1:
                break
            await asyncio.sleep(0)
        assert not first.done()
        first.cancel()
        await turns()
        assert first.cancelled()
        assert second.done()
        assert (budget.in_flight_mp, budget.waiting) == (10, 0)


async def test_a_holder_that_fails_gives_back() -> None:
    """An error in the work gives its megapixels back and passes through."""
    budget = PixelBudget(BUDGET_MP)
    with pytest.raises(KeyError):
        async with budget.hold(10):
            raise KeyError
    assert budget.in_flight_mp == 0


async def test_gauges_are_told() -> None:
    """Each change is told with what is in flight and what waits."""
    seen: list[tuple[float, int]] = []
    budget = PixelBudget(BUDGET_MP, on_change=lambda in_flight, waiting: seen.append((in_flight, waiting)))
    async with holder(budget, 7):
        task = asyncio.create_task(entered(budget, 5))
        await turns()
    await task
    assert seen == [(7, 0), (7, 1), (5, 0)]


@pytest.mark.parametrize("megapixels", [-1.0, math.nan])
async def test_nonsense_is_refused(megapixels: float) -> None:
    """Negative sizes and NaN never enter; a budget must be positive."""
    with pytest.raises(ValueError, match="Cannot hold"):
        await PixelBudget(1).hold(megapixels).__aenter__()
    with pytest.raises(ValueError, match="positive"):
        PixelBudget(0)


JOB = st.tuples(
    st.sampled_from([0.0, 0.1, 0.3, 1.0, 2.5, 6.0, 10.0, 25.0]),  # megapixels
    st.integers(0, 6),  # turns before it starts
    st.integers(0, 6),  # turns that it works
    st.one_of(st.none(), st.integers(0, 12)),  # turns until it is cancelled
    st.booleans(),  # whether it fails
)


@settings(max_examples=300, deadline=None)
@given(jobs=st.lists(JOB, min_size=1, max_size=25), max_waiting=st.sampled_from([0, 2, 64]))
def test_never_exceeded_and_never_leaking(
    jobs: list[tuple[float, int, int, int | None, bool]], max_waiting: int
) -> None:
    """Whatever comes, ends, fails and is cancelled, in whatever order, the budget holds and comes back."""
    inside: list[float] = []

    def check() -> None:
        assert len(inside) == 1 or sum(inside) <= BUDGET_MP + 1e-9

    async def one(budget: PixelBudget, job: tuple[float, int, int, int | None, bool]) -> None:
        megapixels, before, during, _, fails = job
        await turns(before)
        async with budget.hold(megapixels):
            inside.append(megapixels)
            try:
                check()
                await turns(during)
                if fails:
                    raise RuntimeError
            finally:
                inside.remove(megapixels)

    async def storm() -> None:
        def within(in_flight_mp: float, waiting: int) -> None:
            assert in_flight_mp <= max(BUDGET_MP, 25.0)
            assert 0 <= waiting <= max_waiting

        budget = PixelBudget(BUDGET_MP, max_waiting=max_waiting, max_wait_s=5, on_change=within)
        tasks = [asyncio.create_task(one(budget, job)) for job in jobs]

        async def cancel(task: asyncio.Task[None], after: int | None) -> None:
            if after is not None:
                await turns(after)
                task.cancel()

        cancels = [cancel(task, job[3]) for task, job in zip(tasks, jobs, strict=True)]
        outcomes = await asyncio.gather(*tasks, *cancels, return_exceptions=True)
        expected = (RuntimeError, OverloadedError, asyncio.CancelledError)
        assert all(outcome is None or isinstance(outcome, expected) for outcome in outcomes), outcomes
        assert (budget.in_flight_mp, budget.waiting) == (0, 0)
        async with budget.hold(BUDGET_MP):
            assert budget.in_flight_mp == BUDGET_MP

    asyncio.run(storm())
