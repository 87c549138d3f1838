"""What is left of jobs when what they need dies: their process, their database."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.errors import UnavailableError
from serve_app.records import PageRequest
from tests.contract.jobs_service import (
    Gate,
    ended,
    new_job,
    notes_of,
    open_service,
    patiently,
    until,
    until_noted,
)
from tests.servers.disk import small_disk
from tests.servers.postgres import PostgresServer


class DispatcherProcess:
    """A dispatcher in a process of its own, to be killed."""

    def __init__(self, url: str, folder: Path) -> None:
        self._arguments = [sys.executable, "-m", "tests.contract.jobs_service", url, str(folder)]
        self._started = folder / "started"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start; returns at once."""
        self._started.unlink(missing_ok=True)
        self._process = subprocess.Popen(self._arguments, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    async def ready(self) -> None:
        """It takes jobs."""
        await until(self._started.exists)

    def kill(self) -> None:
        """Kill it as the kernel would when memory is short."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    async def died(self) -> None:
        """It has killed itself."""
        process = self._process
        assert process is not None
        await until(lambda: process.poll() is not None)


@pytest.fixture
def jobs_url(tmp_path: Path) -> str:
    """A SQLite file for jobs that is not there yet."""
    return f"sqlite:///{tmp_path}/jobs.sqlite"


@pytest.fixture
async def queue(jobs_url: str) -> AsyncIterator[DbosJobQueue]:
    """A queue as the API has it."""
    made = DbosJobQueue.from_url(jobs_url)
    yield made
    await made.close()


@pytest.fixture
def process(jobs_url: str, tmp_path: Path) -> Iterator[DispatcherProcess]:
    """A dispatcher that is not started yet."""
    made = DispatcherProcess(jobs_url, tmp_path)
    yield made
    made.kill()


async def _rows(folder: Path, owner: str) -> tuple[int, int]:
    """How many pieces of work and files the history has."""
    database = SqlDatabase.from_url(f"sqlite:///{folder}/tables.sqlite")
    images = (await database.images.page(PageRequest(limit=1000), owner=owner, now=datetime.now(UTC))).rows
    files = [await database.assets.of_parent(image.id, owner=owner) for image in images]
    await database.close()
    return len(images), sum(map(len, files))


async def test_finished_steps_are_not_redone(
    queue: DbosJobQueue, process: DispatcherProcess, tmp_path: Path
) -> None:
    """Killed in the third of eight parts, a job goes on with the third."""
    process.start()
    await process.ready()
    parts = [f"p{number}" for number in range(1, 9)]
    job = new_job(*parts, waits={"p3": "gate"})
    await queue.submit(job)
    await until_noted(tmp_path, job, "p3")
    process.kill()
    Gate(tmp_path / "gate").open()
    process.start()
    record = await ended(queue, job)
    assert record.state == "succeeded"
    assert [item.name for item in record.items] == parts
    notes = notes_of(tmp_path, job)
    assert notes[:7] == ["start", "p1", "p1 done", "p2", "p2 done", "p3", "start"]
    assert notes[7:] == [line for part in parts[2:] for line in (part, f"{part} done")]
    assert await _rows(tmp_path, job.owner) == (1, 8)


async def test_poison_fails_alone(queue: DbosJobQueue, process: DispatcherProcess, tmp_path: Path) -> None:
    """What kills the dispatcher each time is given up after four deaths; what ran beside it is not."""
    process.start()
    await process.ready()
    poison = new_job("good", "bad", "after", owner="eve", kills=["bad"])
    beside = new_job("one", "two", owner="bob", waits={"two": "gate"})
    await queue.submit(beside)
    await until_noted(tmp_path, beside, "two")
    await queue.submit(poison)
    for _ in range(4):
        await process.died()
        Gate(tmp_path / "gate").open()
        process.start()
    abandoned = await ended(queue, poison)
    assert [(item.name, item.state) for item in abandoned.items] == [
        ("good", "succeeded"), ("bad", "failed"), ("after", "succeeded"),
    ]  # fmt: skip
    assert abandoned.items[1].error is not None
    assert abandoned.items[1].error["code"] == "job_abandoned"
    assert notes_of(tmp_path, poison).count("bad") == 4
    innocent = await ended(queue, beside)
    assert innocent.state == "succeeded"
    assert [item.state for item in innocent.items] == ["succeeded", "succeeded"]


async def test_many_jobs_survive_deaths(
    queue: DbosJobQueue, process: DispatcherProcess, tmp_path: Path
) -> None:
    """A hundred jobs of ten owners all end, through two deaths, and none counts twice."""
    process.start()
    await process.ready()
    jobs = [new_job("one", owner=f"owner-{number % 10}") for number in range(100)]
    for job in jobs:
        await patiently(partial(queue.submit, job))
    for share in (25, 60):
        await until_noted(tmp_path, jobs[share], "one done")
        process.kill()
        process.start()
    records = [await ended(queue, job) for job in jobs]
    assert {record.state for record in records} == {"succeeded"}
    for number in range(10):
        assert await _rows(tmp_path, f"owner-{number}") == (10, 10)


async def test_nothing_is_accepted_before_a_dispatcher(queue: DbosJobQueue) -> None:
    """Without tables every call is refused, and works once a dispatcher has made them."""
    job = new_job("one")
    for refused in (queue.check(), queue.submit(job), queue.get(job.id, owner=job.owner)):
        with pytest.raises(UnavailableError):
            await refused


async def test_postgres_restarts_under_a_job(
    postgres_server: PostgresServer, postgres_url: str, tmp_path: Path
) -> None:
    """While Postgres is away the queue refuses; back again, the job goes on where it was."""
    service = await open_service(postgres_url, tmp_path)
    await service.runtime.start()
    try:
        job = new_job("one", "two", "three", waits={"two": "gate"})
        await service.queue.submit(job)
        await until_noted(tmp_path, job, "two")
        postgres_server.stop()
        try:
            with pytest.raises(UnavailableError):
                await service.queue.get(job.id, owner=job.owner)
            with pytest.raises(UnavailableError):
                await service.queue.submit(new_job("one"))
            Gate(tmp_path / "gate").open()
            await until_noted(tmp_path, job, "two done")
        finally:
            postgres_server.start()
        record = await service.ended(job)
        assert record.state == "succeeded"
        assert notes_of(tmp_path, job).count("two") == 1
    finally:
        await service.close()


async def test_a_full_disk_holds_a_job_up(tmp_path: Path) -> None:
    """What a job did waits for room in its SQLite file; with room it goes on, and nothing is done twice."""
    with small_disk(tmp_path / "disk", size="8m") as disk:
        service = await open_service(f"sqlite:///{disk.folder}/jobs.sqlite", tmp_path)
        await service.runtime.start()
        try:
            job = new_job("one", "two", "three", waits={"two": "gate"})
            await service.queue.submit(job)
            await until_noted(tmp_path, job, "two")
            disk.fill()
            with pytest.raises(UnavailableError):
                await service.queue.submit(new_job("one"))
            Gate(tmp_path / "gate").open()
            await until_noted(tmp_path, job, "two done")
            await asyncio.sleep(0.5)
            found = await service.queue.get(job.id, owner=job.owner)
            assert found is not None
            assert (found.state, found.done) == ("running", 1)
            disk.make_room()
            assert (await service.ended(job)).state == "succeeded"
            assert notes_of(tmp_path, job).count("two") == 1
        finally:
            disk.make_room()
            await service.close()


async def test_a_hung_postgres_is_not_waited_for(postgres_server: PostgresServer, postgres_url: str) -> None:
    """A Postgres that answers nothing makes no call hang, however many there are."""
    queue = DbosJobQueue.from_url(postgres_url)
    postgres_server.pause()
    try:
        async with asyncio.timeout(5):
            calls = (queue.get(new_job("one").id, owner="ada") for _ in range(20))
            answers = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(answer, UnavailableError) for answer in answers)
    finally:
        postgres_server.resume()
        await queue.close()
