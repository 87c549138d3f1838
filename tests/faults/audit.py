"""What must be true when a fault is over: everything acknowledged is there, and nothing is half there."""

import asyncio
import hashlib
from collections import Counter
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
MOST_OPENED = 500
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


async def pages(http: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    """Every row of a list, as a client pages through it."""
    rows: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await http.get(path, params={"limit": 100, **cursor})).json()
        rows += page["items"]
        if page["next_cursor"] is None:
            return rows
        cursor = {"cursor": page["next_cursor"]}


async def nothing_lost(http: httpx.AsyncClient, answers: Iterable[Answer]) -> tuple[int, int]:
    """What was answered 200 is in the history, what was accepted is done, once; how many of each there were.

    A part of the links is opened, evenly spread; `remains` reads every file.
    """
    made = [answer.body for answer in answers if answer.status == 200 and "assets" in answer.body]
    accepted = [answer.body["job"]["id"] for answer in answers if answer.status == 202]
    for job_id in accepted:
        assert (await ended(http, f"/api/v1/jobs/{job_id}"))["state"] == "succeeded"
    rows = await pages(http, "/api/v1/images")
    assert {body["id"] for body in made} <= {row["id"] for row in rows}
    by_job = Counter(row["job_id"] for row in rows)
    assert {by_job[job_id] for job_id in accepted} <= {1}
    assert set(accepted) <= {job["id"] for job in await pages(http, "/api/v1/jobs")}
    links = [asset for body in made for asset in body["assets"]]
    await open_files(http, links[:: 1 + len(links) // MOST_OPENED])
    return len(made), len(accepted)


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
