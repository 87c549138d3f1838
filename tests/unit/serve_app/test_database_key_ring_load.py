"""API keys from the database under load and outages: cheap to ask for, and their use is noted."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from serve_app.domain import Principal
from serve_app.errors import OverloadedError, UnavailableError
from tests.unit.serve_app.key_stage import START, Stage, stranger


@pytest.fixture
async def stage() -> Stage:
    """A ring with its usual times."""
    return Stage()


async def test_many_at_once_ask_once(stage: Stage) -> None:
    """50 requests with one key ask the database once, and the one that is cancelled takes nobody with it."""
    _, key = stage.add()
    stage.table.open.clear()
    asking = [asyncio.create_task(stage.ring.find(key)) for _ in range(50)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking[0].cancel()
    await asyncio.sleep(0)
    stage.table.open.set()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert all(isinstance(one, Principal) for one in found[1:])
    assert len(stage.table.asked) == 1


async def test_outage(stage: Stage) -> None:
    """With the database gone a key seen lately goes on for up to five minutes; others are unavailable."""
    _, key = stage.add()
    assert await stage.ring.find(key)
    stage.table.gone = True
    with pytest.raises(UnavailableError):
        await stage.ring.find(stranger())
    for second in range(301):
        stage.seconds = second
        assert await stage.ring.find(key)
    assert len(stage.table.asked) < 160
    stage.seconds = 303
    with pytest.raises(UnavailableError):
        await stage.ring.find(key)
    stage.table.gone = False
    assert await stage.ring.find(key)


async def test_an_outage_is_no_answer(stage: Stage) -> None:
    """A key that could not be looked up is looked up again at once when the database is back."""
    _, key = stage.add()
    stage.table.gone = True
    with pytest.raises(UnavailableError):
        await stage.ring.find(key)
    stage.table.gone = False
    assert await stage.ring.find(key)


async def teststrangers_cannot_hammer_the_database() -> None:
    """Of a flood of made-up keys few reach the database; keys that are known go on; it passes with time."""
    stage = Stage(strangers_at_once=20, strangers_per_s=10)
    _, key = stage.add()
    assert await stage.ring.find(key)
    overloaded = 0
    for _ in range(500):
        try:
            assert await stage.ring.find(stranger()) is None
        except OverloadedError:
            overloaded += 1
    assert len(stage.table.asked) == 20
    assert overloaded == 481
    stage.seconds = 11
    assert await stage.ring.find(key)
    for _ in range(19):
        assert await stage.ring.find(stranger()) is None


async def test_onestranger_asks_once(stage: Stage) -> None:
    """The same made-up key asks the database once in two seconds, however often it is sent."""
    key = stranger()
    for tenth in range(100):
        stage.seconds = tenth / 10
        assert await stage.ring.find(key) is None
    assert len(stage.table.asked) == 5


async def teststrangers_cannot_fill_the_memory() -> None:
    """What is kept of made-up keys is bounded, and pushes out no key that is there."""
    stage = Stage(max_kept=50, strangers_at_once=10**6)
    _, key = stage.add()
    assert await stage.ring.find(key)
    for _ in range(500):
        await stage.ring.find(stranger())
    assert len(stage.ring._recent._absent_until) == 50
    assert stage.ring._used_at.keys() == stage.ring._recent._known.keys() == stage.table.rows.keys()
    asked = len(stage.table.asked)
    assert await stage.ring.find(key)
    assert len(stage.table.asked) == asked


async def test_the_last_use_is_noted_once_a_minute(stage: Stage) -> None:
    """A key in steady use is touched once a minute, with the time of the use."""
    record, key = stage.add()
    for second in range(0, 300, 5):
        stage.seconds = second
        await stage.ring.find(key)
    await stage.ring.close()
    assert {key_id for key_id, _ in stage.table.touched} == {record.id}
    moments = [moment for _, moment in stage.table.touched]
    assert moments[0] == START
    assert [later - sooner for sooner, later in pairwise(moments)] == [timedelta(minutes=1)] * 4


async def test_a_use_that_another_replica_noted(stage: Stage) -> None:
    """A key that another replica has touched within the minute is not touched again."""
    _, key = stage.add(last_used_at=START - timedelta(seconds=30))
    assert await stage.ring.find(key)
    await stage.ring.close()
    assert stage.table.touched == []


@pytest.mark.parametrize("error", [UnavailableError("gone"), RuntimeError("a defect")])
async def test_a_use_that_cannot_be_noted(stage: Stage, error: Exception) -> None:
    """That a use cannot be noted neither fails nor delays the request."""
    _, key = stage.add()
    assert await stage.ring.find(key)
    await stage.ring.close()
    stage.seconds, stage.table.touch_error = 70, error
    await stage.ring._recent.get(next(iter(stage.table.rows)))
    stage.table.open.clear()
    assert await stage.ring.find(key)
    stage.table.open.set()
    await stage.ring.close()
    assert len(stage.table.touched) == 1
