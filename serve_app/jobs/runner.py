"""What the steps of a job do. Knows nothing of how they are made durable."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from serve_app.errors import DeadlineExceededError, UnavailableError
from serve_app.ports import Database, ObjectStore
from serve_app.records import NewJob, Outcome, PartResult, Ticket
from serve_app.services.ids import derived_id
from serve_app.services.recorder import PACK, Recorder
from serve_app.services.work import Task, Work
from serve_app.telemetry import Stopwatch

T = TypeVar("T")


class StepDeadlineError(DeadlineExceededError):
    """A step took as long as it may; another attempt would too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of a job."""

    parts: tuple[str, ...]
    last: tuple[str, ...]
    """Of them, those that are made of all others' files."""

    @property
    def order(self) -> tuple[str, ...]:
        """In which the parts are made."""
        return (*(part for part in self.parts if part not in self.last), *self.last)


@dataclass(slots=True)
class JobRunner:
    """Prepares, makes, keeps, concludes; every method may be called again and leaves the same behind.

    What `Work.start` prepared is kept in memory from part to part of a job, and made anew when a job goes on
    in another process with parts left.
    """

    begin: Callable[[Task], Work]
    """From a task to its work; loads nothing."""
    recorder: Recorder
    store: ObjectStore
    database: Database
    deadline_s: float
    """Time that one attempt of a step may take."""
    _open: dict[str, tuple[Task, Work]] = field(default_factory=dict)

    async def prepare(self, job: NewJob) -> Plan:
        """Find out what is to be made. Raises what makes the whole job impossible."""
        _, work = await self._in_time(self._started(job))
        return Plan(tuple(work.parts), tuple(work.last))

    async def make(self, job: NewJob, part: str, others: Sequence[PartResult]) -> PartResult:
        """Make one part and keep its files.

        Args:
            job: The job.
            part: One of its parts.
            others: The parts made so far, for those in `Plan.last`; else empty.

        Raises what makes this part impossible.
        """
        try:
            return await self._in_time(self._make(job, part, others))
        except UnavailableError:
            # What was prepared may have died with a replica: the next attempt prepares it anew.
            self.forget(job.id)
            raise

    async def conclude(self, job: NewJob, results: Sequence[PartResult]) -> Outcome:
        """Write the history's row and put the answer together."""
        return await self._in_time(self._conclude(job, results))

    async def clear(self, job: NewJob) -> None:
        """Remove the job's own copies of its inputs; of assets that it only names, none."""
        keys = await self.database.assets.delete_of_parent(job.id, owner=job.owner)
        await asyncio.gather(*(self.store.delete(key) for key in keys))

    def forget(self, job_id: str) -> None:
        """Let go of what was prepared."""
        self._open.pop(job_id, None)

    async def _make(self, job: NewJob, part: str, others: Sequence[PartResult]) -> PartResult:
        watch = Stopwatch()
        with watch(part):
            _, work = await self._started(job)
            made = await work.make(part, {result.part: result for result in others})
            kept = await self.recorder.keep_part(part, made, ticket_of(job))
        return replace(kept, ms=watch.times_ms[part])

    async def _conclude(self, job: NewJob, results: Sequence[PartResult]) -> Outcome:
        task, work = await self._opened(job)
        facts = work.conclude({result.part: result for result in results})
        return await self.recorder.conclude(task, ticket_of(job), results, facts)

    async def _started(self, job: NewJob) -> tuple[Task, Work]:
        task, work = await self._opened(job)
        await work.start()
        return task, work

    async def _opened(self, job: NewJob) -> tuple[Task, Work]:
        if job.id not in self._open:
            stored = await asyncio.gather(*(self.store.get(key) for key in job.inputs.values()))
            inputs = {name: one.data for name, one in zip(job.inputs, stored, strict=True)}
            task = Task(job.kind, job.params, inputs, job.accepted, job.owner)
            self._open[job.id] = (task, self.begin(task))
        return self._open[job.id]

    async def _in_time(self, work: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(self.deadline_s):
                return await work
        except TimeoutError as error:
            raise StepDeadlineError(
                f"A step of the job did not end within {self.deadline_s:g} seconds."
            ) from error


def ticket_of(job: NewJob) -> Ticket:
    """Where the job's result goes: derived from the job's id, so that a step done twice is done once."""
    prefix = "pack" if job.kind == PACK else "img"
    return Ticket(
        parent_id=derived_id(prefix, job.created_at, job.id),
        owner=job.owner,
        kind=job.kind,
        created_at=job.created_at,
        source_url=job.source_url,
        job_id=job.id,
    )
