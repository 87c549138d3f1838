"""`/jobs`: work that is done later."""

from datetime import datetime
from typing import Any

from serve_app.api.schemas.base import Answer
from serve_app.records import JobState


class ProgressAnswer(Answer):
    """How far a job is."""

    done: int
    total: int
    step: str


class JobItemAnswer(Answer):
    """One file of a job, or a part that has none."""

    name: str
    state: JobState
    asset: dict[str, Any] | None
    error: dict[str, str] | None
    ms: float | None = None
    """From its beginning until it was stored, or had failed."""
    reused: bool = False
    """It was made for an earlier request."""


class JobAnswer(Answer):
    """A job as it stands."""

    id: str
    kind: str
    state: JobState
    progress: ProgressAnswer
    items: list[JobItemAnswer]
    result: dict[str, Any] | None
    """What the endpoint would have answered; null until the job has ended, and in lists."""
    error: dict[str, str] | None
    """`code` and `detail` of a job that failed."""
    webhook_url: str | None
    created_at: datetime
    updated_at: datetime


class JobEnvelope(Answer):
    """One job."""

    job: JobAnswer


class JobPage(Answer):
    """A page of jobs, newest first."""

    items: list[JobAnswer]
    next_cursor: str | None
