"""Two replicas of the API over one Postgres and one Redis behave as one."""

import asyncio
from collections import Counter
from collections.abc import Callable

import httpx
import pytest

from tests.faults.audit import ended, open_files, pages
from tests.faults.conftest import Cluster
from tests.faults.load import LATER, NUMBERS, UPSCALE, tiny

Clients = tuple[httpx.AsyncClient, httpx.AsyncClient]
AT_ONCE = 50


async def ask(http: httpx.AsyncClient, image: bytes, **headers: str) -> httpx.Response:
    """Upscale."""
    return await http.post(UPSCALE, files={"image": ("a.png", image)}, data={"scale": "2"}, headers=headers)


async def ids(http: httpx.AsyncClient) -> set[str]:
    """Of the whole history."""
    return {row["id"] for row in await pages(http, "/api/v1/images")}


async def test_the_same_key_fifty_times_at_once(clients: Clients, report: Callable[[str], None]) -> None:
    """One request of fifty with one key is done; the others are told so or get its answer."""
    image = tiny(next(NUMBERS))
    before = await ids(clients[0])
    headers = {"Idempotency-Key": "fifty"}
    answers = await asyncio.gather(*(ask(clients[n % 2], image, **headers) for n in range(AT_ONCE)))
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 409}
    assert statuses[200] >= 1
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {"idempotency_in_progress"}
    assert len(await ids(clients[1]) - before) == 1
    # Whoever asks again gets the answer that was given.
    again = [await ask(http, image, **headers) for http in clients]
    assert {answer.headers["idempotency-replayed"] for answer in again} == {"true"}
    bodies = {a.text for a in answers if a.status_code == 200} | {answer.text for answer in again}
    assert len(bodies) == 1
    assert len(await ids(clients[0]) - before) == 1
    report(f"{AT_ONCE} at once with one key: {dict(statuses)}, 1 execution")


async def test_the_same_key_fifty_times_is_one_job(clients: Clients) -> None:
    """Fifty requests for later work with one key are one job, done once."""
    image = tiny(next(NUMBERS))
    before = await ids(clients[0])
    headers = {"Idempotency-Key": "fifty-later", **LATER}
    answers = await asyncio.gather(*(ask(clients[n % 2], image, **headers) for n in range(AT_ONCE)))
    accepted = {a.headers["location"] for a in answers if a.status_code == 202}
    assert {answer.status_code for answer in answers} <= {202, 409}
    (location,) = accepted
    for http in clients:
        assert (await ended(http, location))["state"] == "succeeded"
    assert len(await ids(clients[1]) - before) == 1


async def test_equal_requests_are_done_once(clients: Clients, report: Callable[[str], None]) -> None:
    """Fifty equal requests to two replicas: one does the work, the others get its files."""
    image = tiny(next(NUMBERS))
    before = await ids(clients[0])
    answers = await asyncio.gather(*(ask(clients[n % 2], image) for n in range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {200}
    cached = Counter(answer.json()["cached"] for answer in answers)
    assert cached == {True: AT_ONCE - 1, False: 1}
    assert len({answer.json()["assets"][0]["sha256"] for answer in answers}) == 1
    assert len(await ids(clients[1]) - before) == 1
    report(f"{AT_ONCE} equal requests: 1 execution, {cached[True]} cached")


async def test_made_by_one_is_known_to_the_other(clients: Clients) -> None:
    """What A made B lists, serves, gives from the cache and deletes, and then A has it no more."""
    a, b = clients
    image = tiny(next(NUMBERS))
    made = (await ask(a, image)).json()
    (asset,) = made["assets"]
    shown = (await b.get(f"/api/v1/images/{made['id']}")).json()
    await open_files(a, shown["assets"])
    await open_files(b, made["assets"])
    assert (await b.get("/api/v1/images")).json()["items"][0]["id"] == made["id"]
    equal = (await ask(b, image)).json()
    assert (equal["cached"], equal["id"]) == (True, made["id"])
    used = await b.post(UPSCALE, data={"image_id": asset["id"], "scale": "1"})
    assert used.status_code == 200
    assert (await b.delete(f"/api/v1/images/{made['id']}")).status_code == 204
    assert (await a.get(f"/api/v1/images/{made['id']}")).status_code == 404
    assert (await a.get(asset["url"])).status_code == 404
    anew = (await ask(a, image)).json()
    assert (anew["cached"], anew["id"] == made["id"]) == (False, False)


async def test_a_job_belongs_to_both(clients: Clients, cluster: Cluster) -> None:
    """A job that A accepted is followed, cancelled and listed through B."""
    a, b = clients
    location = (await ask(a, tiny(next(NUMBERS)), **LATER)).headers["location"]
    job = await ended(b, location)
    assert job["state"] == "succeeded"
    await open_files(a, job["result"]["assets"])
    cluster.dispatcher.kill()
    try:
        waiting = (await ask(a, tiny(next(NUMBERS)), **LATER)).headers["location"]
        cancelled = (await b.delete(waiting)).json()["job"]
        assert cancelled["state"] == "cancelled"
        assert (await a.get(waiting)).json()["job"]["state"] == "cancelled"
        kept = (await ask(b, tiny(next(NUMBERS)), **LATER)).headers["location"]
        assert (await a.get("/api/v1/jobs")).json()["items"][0]["id"] == kept.rpartition("/")[2]
    finally:
        cluster.dispatcher.start()
    assert (await ended(a, kept))["state"] == "succeeded"
    assert (await a.get(waiting)).json()["job"]["state"] == "cancelled"


@pytest.mark.parametrize("redis_gone", [False, True], ids=["redis", "no redis"])
async def test_keys_need_no_redis(clients: Clients, cluster: Cluster, *, redis_gone: bool) -> None:
    """A key is held in Postgres: it is good on both replicas with or without Redis."""
    if redis_gone:
        cluster.redis.stop()
    try:
        image, headers = tiny(next(NUMBERS)), {"Idempotency-Key": f"no-redis-{redis_gone}"}
        answers = await asyncio.gather(*(ask(clients[n % 2], image, **headers) for n in range(10)))
        assert {answer.status_code for answer in answers} <= {200, 409}
        again = await ask(clients[1], image, **headers)
        assert again.headers["idempotency-replayed"] == "true"
    finally:
        cluster.redis.start()
