"""What the API needs of the queue of jobs."""

from collections.abc import AsyncIterator
from typing import Protocol

from serve_app.records import JobEvent, JobRecord, JobState, NewJob, Page, PageRequest


class JobQueue(Protocol):
    """Durable work: what was accepted ends, whatever dies on the way.

    Every method raises `UnavailableError` within a second when its database is gone.
    """

    async def submit(self, job: NewJob) -> JobRecord:
        """Accept a job, durably; one with the same id that is there already is given back as it is."""
        ...

    async def get(self, job_id: str, *, owner: str) -> JobRecord | None:
        """One of the owner's; None when there is none."""
        ...

    async def page(self, request: PageRequest, *, owner: str, state: JobState | None) -> Page[JobRecord]:
        """The owner's, newest first, without their results; `request.kind` is the job's kind."""
        ...

    async def cancel(self, job_id: str, *, owner: str) -> JobRecord | None:
        """Stop it: queued work at once, running work at its next step; one that has ended stays."""
        ...

    def events(self, job_id: str, *, after: int) -> AsyncIterator[JobEvent]:
        """Events with an id over `after` (-1 for all), as they come, to the end of the job."""
        ...

    async def check(self) -> None:
        """Raises `UnavailableError` when jobs cannot be accepted."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
