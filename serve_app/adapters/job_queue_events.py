"""Many readers of jobs' events, one reader of the database.

Every quarter of a second one task of the process reads what all watched jobs have told since: two statements,
however many clients watch. It sleeps for good when nobody does.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from serve_app.adapters.job_queue_rows import Entry
from serve_app.errors import UnavailableError
from serve_app.records import END_EVENT, JobEvent
from serve_app.telemetry import LOG

EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class Told:
    """What a job has told since the last reading."""

    entries: tuple[Entry, ...]
    end: Mapping[str, Any] | None = None
    """`state` and `error` of a job that has ended, or that is not there."""


ReadTold = Callable[[Mapping[str, int]], Awaitable[Mapping[str, Told]]]
"""From (job: last known offset) to what is new."""


@dataclass(slots=True)
class _Watched:
    readers: int = 0
    entries: list[Entry] = field(default_factory=list)
    end: Mapping[str, Any] | None = None
    error: UnavailableError | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class JobEvents:
    """The events of jobs, for as many readers as there are."""

    def __init__(self, read: ReadTold, *, every_s: float = EVERY_S) -> None:
        self._read = read
        self._every_s = every_s
        self._watched: dict[str, _Watched] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def follow(self, job_id: str, *, after: int) -> AsyncIterator[JobEvent]:
        """See `JobQueue.events`."""
        watched = self._join(job_id)
        try:
            while True:
                changed = watched.changed
                for offset, entry in watched.entries[after + 1 :]:
                    yield JobEvent(offset, entry["name"], entry["data"])
                    after = offset
                if watched.error:
                    raise watched.error
                if watched.end is not None:
                    break
                await changed.wait()
            if after < END_EVENT:
                yield JobEvent(END_EVENT, "end", watched.end)
        finally:
            self._leave(job_id, watched)

    async def close(self) -> None:
        """Stop reading."""
        if self._task:
            self._task.cancel()

    def _join(self, job_id: str) -> _Watched:
        watched = self._watched.setdefault(job_id, _Watched())
        watched.readers += 1
        self._wake.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._poll())
        return watched

    def _leave(self, job_id: str, watched: _Watched) -> None:
        watched.readers -= 1
        if not watched.readers and self._watched.get(job_id) is watched:
            del self._watched[job_id]

    async def _poll(self) -> None:
        while self._watched:
            self._wake.clear()
            await self._read_once()
            try:
                async with asyncio.timeout(self._every_s):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _read_once(self) -> None:
        open_jobs = {job: one for job, one in self._watched.items() if one.end is None}
        try:
            told = await self._read({job: len(one.entries) - 1 for job, one in open_jobs.items()})
        except UnavailableError as error:
            self._fail(open_jobs, error)
            return
        except Exception:  # noqa: BLE001 - no defect may leave readers waiting for ever
            LOG.exception("The events of jobs could not be read")
            self._fail(open_jobs, UnavailableError("The events of the job cannot be read."))
            return
        for job, one in open_jobs.items():
            news = told[job]
            if news.entries or news.end is not None:
                one.entries += news.entries
                one.end = news.end
                _tell(one)

    def _fail(self, jobs: Mapping[str, _Watched], error: UnavailableError) -> None:
        for job, one in jobs.items():
            one.error = error
            _tell(one)
            # Who comes next starts afresh.
            self._watched.pop(job, None)


def _tell(watched: _Watched) -> None:
    watched.changed.set()
    watched.changed = asyncio.Event()
