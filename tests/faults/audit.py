"""What must be true when a fault is over: everything acknowledged is there, and nothing is half there."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.records import AssetRecord
from serve_app.services.clean_up import CleanUp
from tests.faults.load import Answer

ENDED = ("succeeded", "failed", "cancelled")
AT_ONCE = 8
JOB_S = 600
"""Longest that a job may take to end after a fault."""


async def ended(http: httpx.AsyncClient, location: str, *, within_s: float = JOB_S) -> dict[str, Any]:
    """The job when it has ended."""
    async with asyncio.timeout(within_s):
        while True:
            answer = await http.get(location)
            answer.raise_for_status()
            job: dict[str, Any] = answer.json()["job"]
            if job["state"] in ENDED:
                return job
            await asyncio.sleep(0.1)


async def open_files(http: httpx.AsyncClient, assets: Iterable[dict[str, Any]]) -> None:
    """Every link opens and gives the bytes that its row tells of."""
    for asset in assets:
        file = await http.get(asset["url"])
        assert file.status_code == 200, (asset, file.text)
        assert hashlib.sha256(file.content).hexdigest() == asset["sha256"]


async def nothing_lost(http: httpx.AsyncClient, answers: Iterable[Answer]) -> tuple[int, int]:
    """What was answered 200 is in the history, what was accepted is done; how many of each there were."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def look(answer: Answer) -> tuple[int, int]:
        async with turn:
            if answer.status == 202:
                await _job_is_done(http, answer)
                return 0, 1
            if answer.status == 200 and "assets" in answer.body:
                row = await http.get(f"/api/v1/images/{answer.body['id']}")
                assert row.status_code == 200, (answer, row.text)
                await open_files(http, row.json()["assets"])
                return 1, 0
            return 0, 0

    found = await asyncio.gather(*(look(answer) for answer in answers))
    return sum(made for made, _ in found), sum(accepted for _, accepted in found)


async def _job_is_done(http: httpx.AsyncClient, answer: Answer) -> None:
    job = await ended(http, f"/api/v1/jobs/{answer.body['job']['id']}")
    assert job["state"] == "succeeded", job
    row = await http.get(f"/api/v1/images/{job['result']['id']}")
    assert (row.status_code, row.json()["job_id"]) == (200, job["id"])
    await open_files(http, row.json()["assets"])


@dataclass(frozen=True, slots=True)
class Remains:
    """What lies in tables and store."""

    files: int
    """Rows whose object is whole."""
    orphans: int
    """Objects without a row: what a write left that was refused. The sweep removed them."""
    inputs: int
    """Rows of images that jobs were sent."""


async def remains(database_url: str, storage_url: str) -> Remains:
    """As `remains_in`."""
    return await remains_in(database_url, ObstoreObjectStore.from_url(storage_url))


async def remains_in(database_url: str, store: ObstoreObjectStore) -> Remains:
    """Look at every row and object, once nothing is under way, and sweep.

    Raises:
        AssertionError: a row names an object that is not there or not whole; or an orphan stays.
    """
    database = SqlDatabase.from_url(database_url)
    try:
        rows = [row async for row in _rows(database)]
        for row in rows:
            stored = await store.get(row.key)
            assert hashlib.sha256(stored.data).hexdigest() == row.sha256, row
        sweep = CleanUp(database, store, grace=timedelta(0))
        swept = await sweep.run()
        again = await sweep.run(dry_run=True)
        assert (again.orphans, swept.assets, swept.failed_objects) == (0, 0, 0)
        inputs = sum(str(row.parent_id).startswith("job_") for row in rows)
        return Remains(len(rows), swept.orphans, inputs)
    finally:
        await database.close()


async def _rows(database: SqlDatabase) -> AsyncIterator[AssetRecord]:
    """Every file's row."""
    after: tuple[datetime, str] | None = None
    ever = datetime.now(UTC) + timedelta(days=3650)
    while page := await database.assets.expired(now=ever, limit=500, after=after):
        for row in page:
            yield row
        after = (page[-1].expires_at, page[-1].id)
