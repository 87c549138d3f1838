"""Redis goes away under load: slower at most, never wrong."""

import time
from collections.abc import Callable

import httpx
import pytest

from tests.faults.audit import nothing_lost, remains
from tests.faults.conftest import Cluster
from tests.faults.load import Load, history, jobs, later, repeated, rest, told, twice
from tests.faults.scale import FULL, SCALE

pytestmark = pytest.mark.timeout(300 + 3 * SCALE.redis_gone_s)
ASKS = (twice, twice, history, twice, twice, jobs, twice, twice, later)


@pytest.mark.parametrize("way", ["killed", "hung"] if SCALE is FULL else ["killed"])
async def test_redis_goes_under_load(
    cluster: Cluster, clients: tuple[httpx.AsyncClient, ...], report: Callable[[str], None], way: str
) -> None:
    """While Redis is gone, or hangs, every request is done, and equal ones have equal results."""
    redis = cluster.redis
    gone_s = SCALE.redis_gone_s if way == "killed" else min(SCALE.redis_gone_s, 30)
    async with Load(clients, ASKS) as load:
        await rest(1)
        gone_at = time.monotonic()
        (redis.stop if way == "killed" else redis.pause)()
        await rest(gone_s)
        back_at = time.monotonic()
        (redis.start if way == "killed" else redis.resume)()
        await rest(SCALE.watched_s)
    assert {answer.status for answer in load.answers} == {200, 202}
    pictures: dict[int, set[str]] = {}
    for answer in load.answers:
        if answer.ask == "twice":
            pictures.setdefault(repeated(answer.number), set()).add(answer.body["assets"][0]["sha256"])
    assert {len(results) for results in pictures.values()} == {1}
    made, accepted = await nothing_lost(clients[1], load.answers)
    await remains(cluster.database_url, cluster.storage_url)
    report(
        f"Redis {way} for {gone_s} s\n"
        f"  before: {told(load.between(0, gone_at))}\n"
        f"  during: {told(load.between(gone_at, back_at))}\n"
        f"  after:  {told(load.between(back_at, float('inf')))}\n"
        f"  {made} results and {accepted} jobs found and opened"
    )
