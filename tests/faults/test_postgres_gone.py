"""Postgres goes away under load: refusals in time, and nothing that was acknowledged is lost."""

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest

from tests.faults.audit import ENDED, ended, nothing_lost, remains
from tests.faults.conftest import Cluster
from tests.faults.load import NUMBERS, Answer, Load, answered, history, jobs, later, rest, told, upscale
from tests.faults.scale import FULL, SCALE
from tests.servers.postgres import PostgresServer

pytestmark = pytest.mark.timeout(400 + 3 * SCALE.postgres_gone_s)
ASKS = (upscale, history, upscale, later, upscale, jobs, upscale, history)
ACCEPTED = 202
WAYS: dict[str, tuple[Callable[[PostgresServer], None], Callable[[PostgresServer], None], float]] = {
    "stopped": (PostgresServer.stop, PostgresServer.start, SCALE.postgres_gone_s),
    "hung": (PostgresServer.pause, PostgresServer.resume, SCALE.postgres_hung_s),
    "killed": (PostgresServer.kill, PostgresServer.start, SCALE.postgres_gone_s / 2),
}


def failed(answers: list[Answer]) -> list[Answer]:
    """Those that were refused."""
    return [answer for answer in answers if answer.status not in (200, 202)]


async def opens(http: httpx.AsyncClient, url: str) -> bool:
    """A signed link needs no database."""
    return (await http.get(url)).is_success


@pytest.mark.parametrize("way", WAYS if SCALE is FULL else ["stopped", "hung"])
async def test_postgres_goes_under_load(
    cluster: Cluster, clients: tuple[httpx.AsyncClient, ...], report: Callable[[str], None], way: str
) -> None:
    """While it is gone: 503 in a second. Back: served within ten, jobs too; all acknowledged is there."""
    leave, come_back, gone_s = WAYS[way]
    kept = (await upscale(clients[0], next(NUMBERS))).json()["assets"][0]["url"]
    async with Load(clients, ASKS) as load:
        await rest(2)
        left_at = time.monotonic()
        await asyncio.to_thread(leave, cluster.postgres)
        gone_at = time.monotonic()
        try:
            await rest(gone_s)
            assert await opens(clients[1], kept)
        finally:
            returning_at = time.monotonic()
            await asyncio.to_thread(come_back, cluster.postgres)
        back_at = time.monotonic()
        job = await first_job(clients[0])
        job_s = time.monotonic() - back_at
        await rest(SCALE.watched_s)
    refusals = failed(load.answers)
    assert {(answer.status, answer.code) for answer in refusals} == {(503, "unavailable")}
    outage = [a for a in load.between(gone_at, returning_at) if a.ended_at <= returning_at]
    assert outage
    assert {answer.status for answer in outage} == {503}
    recovered_s = max(answer.ended_at for answer in refusals) - back_at
    assert not failed(load.between(0, left_at - SCALE.answer_s))
    assert (await ended(clients[0], job))["state"] == "succeeded"
    made, accepted = await nothing_lost(clients[1], load.answers)
    left = await remains(cluster.database_url, cluster.storage_url)
    report(
        f"Postgres {way} for {gone_s} s\n"
        f"  before: {told(load.between(0, left_at))}\n"
        f"  leaving: {told(load.between(left_at, gone_at))}\n"
        f"  during: {told(outage)}\n"
        f"  after:  {told(load.between(back_at, float('inf')))}\n"
        f"  after its return: last refusal {recovered_s:.1f} s, a job accepted and done {job_s:.1f} s\n"
        f"  {made} results and {accepted} jobs found and opened; {left.orphans} objects without a row swept"
    )
    assert max(answer.seconds for answer in outage) <= SCALE.answer_s
    assert max(recovered_s, job_s) <= SCALE.recovery_s


async def first_job(http: httpx.AsyncClient) -> str:
    """Ask until a job is accepted, and until it is done; its location."""
    while True:
        answer = await answered(http, later, next(NUMBERS))
        if answer.status == ACCEPTED:
            break
        await asyncio.sleep(0.2)
    location = f"/api/v1/jobs/{answer.body['job']['id']}"
    while True:
        shown = await http.get(location)
        if shown.is_success and shown.json()["job"]["state"] in ENDED:
            return location
        await asyncio.sleep(0.1)
