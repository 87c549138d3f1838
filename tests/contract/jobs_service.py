"""A dispatcher without Ray: the real runtime, database and store, with work that notes what it does.

Run as a program it is a process to be killed: `python -m tests.contract.jobs_service URL FOLDER`.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.domain import Encoded
from serve_app.errors import OverloadedError, UnavailableError, UrlForbiddenError
from serve_app.jobs.delivery import Courier
from serve_app.jobs.durable import RetryPolicy
from serve_app.jobs.registration import Workflows
from serve_app.jobs.runner import JobRunner
from serve_app.jobs.runtime import JobLimits, JobRuntime
from serve_app.jobs.upkeep import Upkeep
from serve_app.ports import WebhookAnswer
from serve_app.records import JobEvent, JobRecord, NewJob, PartResult
from serve_app.services.ids import new_id
from serve_app.services.made_files import MadeFiles
from serve_app.services.recorder import Recorder
from serve_app.services.work import Task, Weight

T = TypeVar("T")
PNG = b"\x89PNG not really"


def new_job(*parts: str, owner: str = "ada", kind: str = "upscale", **options: Any) -> NewJob:
    """A job of these parts; `options` are fields of the job, or what its work does (see `NotingWork`)."""
    created = datetime.now(UTC)
    names = NewJob.__dataclass_fields__
    fields = {name: options.pop(name) for name in tuple(options) if name in names}
    plain: dict[str, Any] = {
        "id": new_id("job", created),
        "key_id": "key",
        "inputs": {},
        "accepted": None,
        "request_id": "req",
        "created_at": created,
    }
    made = {**plain, **fields}
    return NewJob(
        owner=owner, kind=kind, params={"name": made["id"], "parts": list(parts), **options}, **made
    )


@dataclass(slots=True)
class NotingWork:
    """Work that writes each thing it does into a file, so that another process can count it."""

    task: Task
    notes: Path
    prepared: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.task.params["parts"])

    @property
    def last(self) -> tuple[str, ...]:
        return tuple(self.task.params.get("last", ()))

    async def weigh(self) -> Weight:
        return Weight(0, 0)

    async def start(self) -> None:
        if not self.prepared:
            self._note("start")
            self._fail("start")
        self.prepared = True

    async def make(self, part: str, done: Mapping[str, PartResult]) -> MadeFiles:
        tries = self._note(part)
        params = self.task.params
        if tries <= params.get("busy", {}).get(part, 0):
            raise OverloadedError("Come back later.")
        self._fail(part)
        if part in params.get("kills", ()) or tries <= params.get("kills_first", {}).get(part, 0):
            os.kill(os.getpid(), signal.SIGKILL)
        await self._wait(part)
        self._note(f"{part} done")
        data = "+".join(name for name, result in done.items() if result.assets).encode() or part.encode()
        return MadeFiles({part: Encoded(data, "image/png", 1, 1, None)}, {}, (), None)

    def conclude(self, results: Mapping[str, PartResult]) -> Mapping[str, Any]:
        return {"parts": len(results)}

    async def _wait(self, part: str) -> None:
        gate = self.task.params.get("waits", {}).get(part)
        if gate:
            await until((self.notes.parent / gate).exists)
        await asyncio.sleep(self.task.params.get("seconds", 0))

    def _fail(self, part: str) -> None:
        if part in self.task.params.get("fails", ()):
            raise UrlForbiddenError(f"{part} is forbidden.")

    def _note(self, text: str) -> int:
        """Note something of this job; how often it was noted now."""
        line = f"{self.task.params['name']} {text}\n"
        with self.notes.open("a", encoding="utf-8") as file:
            file.write(line)
        return self.notes.read_text(encoding="utf-8").splitlines(keepends=True).count(line)


@dataclass(slots=True)
class Receiver:
    """A sender of webhooks that keeps what it is given."""

    answers: list[int] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def check(self, url: str) -> None:
        pass

    async def post(self, _url: str, body: bytes, *, headers: Mapping[str, str]) -> WebhookAnswer:
        assert headers["X-Signature"]
        self.bodies.append(body)
        return WebhookAnswer(self.answers.pop(0) if self.answers else 200, None)


@dataclass(slots=True)
class Service:
    """A running dispatcher, and a queue as the API has it."""

    queue: DbosJobQueue
    runtime: JobRuntime
    workflows: Workflows
    database: SqlDatabase
    store: ObstoreObjectStore
    receiver: Receiver
    folder: Path

    def notes(self, job: NewJob) -> list[str]:
        """What was done for a job, in order."""
        return notes_of(self.folder, job)

    async def ended(self, job: NewJob) -> JobRecord:
        """The job when it has ended."""
        return await ended(self.queue, job)

    async def seen(self, job: NewJob, *, after: int = -1) -> list[JobEvent]:
        """Its events to the end."""
        async with asyncio.timeout(30):
            return [event async for event in self.queue.events(job.id, after=after)]

    async def close(self) -> None:
        await self.runtime.close()
        await self.queue.close()
        await self.database.close()


def notes_of(folder: Path, job: NewJob) -> list[str]:
    """What was done for a job, in order, by whatever process."""
    path = folder / "notes.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line.removeprefix(f"{job.id} ") for line in lines if line.startswith(job.id)]


@dataclass(frozen=True, slots=True)
class Gate:
    """What work in any process waits for."""

    path: Path

    @property
    def name(self) -> str:
        """For the option `waits`."""
        return self.path.name

    def open(self) -> None:
        """Let it go on."""
        self.path.touch()


async def until(condition: Callable[[], bool], *, within_s: float = 60) -> None:
    """Wait for something that another process or thread does."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - nobody there can set an event of this loop
            await asyncio.sleep(0.02)


async def until_noted(folder: Path, job: NewJob, note: str) -> None:
    """Wait until the work of a job has noted something."""
    await until(lambda: note in notes_of(folder, job))


async def patiently(ask: Callable[[], Awaitable[T]], *, within_s: float = 40) -> T:
    """Ask again where a busy machine took more than the second that the queue promises."""
    async with asyncio.timeout(within_s):
        while True:
            try:
                return await ask()
            except UnavailableError:
                await asyncio.sleep(0.1)


async def ended(queue: DbosJobQueue, job: NewJob, *, within_s: float = 40) -> JobRecord:
    """The job when it has ended."""

    async def follow() -> JobRecord | None:
        async for _ in queue.events(job.id, after=-1):
            pass
        return await queue.get(job.id, owner=job.owner)

    record = await patiently(follow, within_s=within_s)
    assert record is not None
    return record


async def _render(job: JobRecord) -> dict[str, Any]:
    return {"id": job.id, "state": job.state}


async def _clean_up() -> Mapping[str, Any]:
    return {}


def explain(error: Exception) -> dict[str, str]:
    """What the API's table does, in small."""
    return {"code": type(error).__name__, "detail": str(error)}


async def open_service(url: str, folder: Path, *, limits: JobLimits | None = None) -> Service:
    """Everything but the runtime's start; tables are made."""
    database = SqlDatabase.from_url(f"sqlite:///{folder}/tables.sqlite")
    await database.migrate()
    store = ObstoreObjectStore.from_url(f"file://{folder}/objects")
    queue = DbosJobQueue.from_url(url)
    receiver = Receiver()
    runner = JobRunner(
        begin=lambda task: NotingWork(task, folder / "notes.txt"),
        recorder=Recorder(store, database, asset_ttl=timedelta(hours=1), keep_originals=False),
        store=store,
        database=database,
        deadline_s=30,
    )
    courier = Courier(
        queue, database.webhooks, receiver, secret=lambda owner: f"whsec_{owner}", render=_render
    )
    workflows = Workflows(
        runner=runner,
        courier=courier,
        upkeep=Upkeep(queue, _clean_up, keep=timedelta(hours=1)),
        queue=queue,
        explain=explain,
        retries=RetryPolicy(attempts=3, first_wait_s=0.05),
    )
    runtime = JobRuntime(url, limits=limits or JobLimits(at_once=4, poll_s=0.05), workflows=workflows)
    return Service(queue, runtime, workflows, database, store, receiver, folder)


async def _main(url: str, folder: Path) -> None:
    service = await open_service(url, folder)
    await service.runtime.start()
    (folder / "started").touch()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], Path(sys.argv[2])))
