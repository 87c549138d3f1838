"""Jobs on the whole service, whose processes are killed: all end, nothing finished is done again."""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from bench.pictures import EMBLEM
from tests.faults.audit import ENDED, ended, open_files, pages, remains
from tests.faults.live_service import LiveService
from tests.faults.load import CUT, LATER, NUMBERS, tiny
from tests.faults.scale import FULL, SCALE
from tests.real_weights import folder_with

pytestmark = [pytest.mark.serve, pytest.mark.weights, pytest.mark.timeout(3600 if SCALE is FULL else 400)]
PACK = "/api/v1/generate-asset-pack"
SINGLY = [("Dispatcher",), ("Renderer",), ("Renderer", "Dispatcher")]
WORKERS = ("Codec", "Renderer", "Dispatcher")
FILES = "/api/v1/files/"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, weights_dir: Path) -> Iterator[LiveService]:
    """A service of these tests' own."""
    folder_with(("u2net", "realesrgan-x4plus", "realesr-animevideov3"), weights_dir=weights_dir)
    made = LiveService(tmp_path_factory.mktemp("live"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture
async def client(service: LiveService) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key."""
    async with service.client() as http:
        yield http


async def submit(http: httpx.AsyncClient) -> str:
    """Ask for a small logo without its ground, later; the job's location."""
    files = {"image": ("logo.png", tiny(next(NUMBERS)))}
    accepted = await http.post(CUT, files=files, data={"mode": "logo"}, headers=LATER)
    assert accepted.status_code == 202, accepted.text
    return str(accepted.headers["location"])


async def killing(service: LiveService, kills: "Counter[str]") -> None:
    """Kill one of the workers after the other; those that are dead at their time are left out."""
    for name in itertools.islice(itertools.cycle(WORKERS), SCALE.kills):
        kills[name] += await asyncio.to_thread(service.kill, name)
        await asyncio.sleep(SCALE.kill_every_s)


async def test_many_jobs_while_workers_are_killed(
    service: LiveService, client: httpx.AsyncClient, report: Callable[[str], None]
) -> None:
    """Every job ends well, none counts twice, every file opens, and no input or orphan stays."""
    before = {row["id"] for row in await pages(client, "/api/v1/images")}
    started = time.monotonic()
    kills: Counter[str] = Counter()
    killer = asyncio.create_task(killing(service, kills))
    try:
        locations = [await submit(client) for _ in range(SCALE.jobs)]
        accepted_s = time.monotonic() - started
        jobs = [await ended(client, location) for location in locations]
    finally:
        killer.cancel()
    ended_s = time.monotonic() - started
    states = Counter((job["state"], (job["error"] or {}).get("code")) for job in jobs)
    assert states == {("succeeded", None): SCALE.jobs}
    assert kills.total() >= 2
    rows = [row for row in await pages(client, "/api/v1/images") if row["id"] not in before]
    assert Counter(row["job_id"] for row in rows) == Counter({job["id"]: 1 for job in jobs})
    assert {row["id"] for row in rows} == {job["result"]["id"] for job in jobs}
    await open_files(client, [asset for job in jobs for asset in job["result"]["assets"]])
    left = await remains(service.database_url, service.storage_url)
    assert left.inputs == 0
    report(
        f"{SCALE.jobs} jobs accepted in {accepted_s:.0f} s, all ended after {ended_s:.0f} s "
        f"with {dict(kills)} killed; {len(rows)} rows, {left.files} files whole, {left.orphans} orphans swept"
    )


async def begin_pack(http: httpx.AsyncClient) -> str:
    """Ask for a pack of many items, later; the job's location."""
    players = [{"number": str(n), "name": f"Player {n}"} for n in range(60)]
    files = {"logo": ("logo.png", EMBLEM.read_bytes())}
    data = {"team_name": f"Harbor Foxes {next(NUMBERS)}", "players": json.dumps(players)}
    accepted = await http.post(PACK, files=files, data=data, headers=LATER)
    assert accepted.status_code == 202, accepted.text
    return str(accepted.headers["location"])


async def in_the_middle(http: httpx.AsyncClient) -> tuple[str, dict[str, Any]]:
    """A pack of which some items are ready: its location, and it. Another where one was too quick."""
    async with asyncio.timeout(300):
        location = await begin_pack(http)
        while True:
            job: dict[str, Any] = (await http.get(location)).json()["job"]
            if job["state"] in ENDED:
                location = await begin_pack(http)
            elif job["items"]:
                return location, job
            await asyncio.sleep(0.01)


def writings(service: LiveService, job: dict[str, Any]) -> dict[str, int]:
    """When each finished file was written, by item."""
    written = {}
    for item in job["items"]:
        key = urlsplit(item["asset"]["url"]).path.removeprefix(FILES)
        written[item["name"]] = (service.data / "objects" / key).stat().st_mtime_ns
    return written


async def whole_pack(
    service: LiveService, http: httpx.AsyncClient, location: str, *, finished: dict[str, int]
) -> dict[str, Any]:
    """The job at its end: everything is made, and what was finished before was not written again."""
    job = await ended(http, location)
    assert job["state"] == "succeeded", job
    assert {item["state"] for item in job["items"]} == {"succeeded"}
    names = [item["name"] for item in job["items"]]
    assert len(names) == len(set(names)) > len(finished)
    now = writings(service, job)
    assert {name: now[name] for name in finished} == finished
    packs = [row for row in await pages(http, "/api/v1/asset-packs") if row["job_id"] == job["id"]]
    assert [row["id"] for row in packs] == [job["result"]["id"]]
    await open_files(http, job["result"]["assets"])
    return job


@pytest.mark.parametrize("parts", SINGLY if SCALE is FULL else SINGLY[-1:], ids=" and ".join)
async def test_a_pack_outlives_its_replicas(
    service: LiveService, client: httpx.AsyncClient, report: Callable[[str], None], parts: tuple[str, ...]
) -> None:
    """Replicas are killed in the middle of a pack, the dispatcher's too: it is finished, nothing twice."""
    location, job = await in_the_middle(client)
    finished = writings(service, job)
    killed_at = time.monotonic()
    assert sum(map(service.kill, parts)) == len(parts)
    job = await whole_pack(service, client, location, finished=finished)
    report(
        f"killed after {len(finished)} of {len(job['items'])} items; "
        f"ended {time.monotonic() - killed_at:.1f} s later"
    )


async def test_jobs_outlive_the_service(
    service: LiveService, client: httpx.AsyncClient, report: Callable[[str], None]
) -> None:
    """Every process is killed in the middle of a pack, with jobs waiting: started again, all of it ends."""
    location, job = await in_the_middle(client)
    waiting = await asyncio.gather(*(submit(client) for _ in range(12)))
    finished = writings(service, job)
    killed = service.kill_all()
    began = time.monotonic()
    await asyncio.to_thread(service.start)
    ready_s = time.monotonic() - began
    async with service.client() as http:
        job = await whole_pack(service, http, location, finished=finished)
        small = [await ended(http, one) for one in waiting]
        assert {one["state"] for one in small} == {"succeeded"}
        await open_files(http, [asset for one in small for asset in one["result"]["assets"]])
        left = await remains(service.database_url, service.storage_url)
        assert left.inputs == 0
    report(
        f"{killed} processes killed after {len(finished)} of {len(job['items'])} items; ready again after "
        f"{ready_s:.0f} s, all jobs ended after {time.monotonic() - began:.0f} s; "
        f"{left.orphans} orphans swept"
    )
