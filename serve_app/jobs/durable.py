"""Steps that DBOS remembers and tries again."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from dbos import DBOS, StepOptions

from serve_app.adapters.job_queue_format import ABANDONED, EVENTS, Json, dumped, loaded
from serve_app.errors import DeadlineExceededError, OverloadedError, UnavailableError, WorkerLostError
from serve_app.jobs.runner import StepDeadlineError
from serve_app.jobs.suspects import AbandonedError, Suspect
from serve_app.jobs.workflow import Failure
from serve_app.telemetry import LOG

T = TypeVar("T")
WORKERS_AT_MOST = 6
"""Attempts of a step that loses its worker: an image that kills what works on it must not go on doing so."""
RETRIABLE = (OverloadedError, UnavailableError, DeadlineExceededError)
Explain = Callable[[Exception], Mapping[str, str]]
"""From an error to its `code` and `detail`."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a step is tried, and how long the waits between are."""

    attempts: int = 12
    first_wait_s: float = 1.0
    """Doubled each time: half an hour in all, so that an accepted job outlasts what operators mend."""
    growth: float = 2.0


@dataclass(frozen=True, slots=True)
class DbosSteps:
    """`Durable` inside a DBOS workflow."""

    explain: Explain
    retries: RetryPolicy
    suspect: Suspect | None = None
    """The workflow, when a death has interrupted it."""

    async def step(self, name: str, kind: type[T], function: Callable[[], Awaitable[T]]) -> T | Failure:
        """See the protocol. Cancelling the job cancels the step that is under way."""

        async def attempt() -> Json:
            began = time.perf_counter()
            try:
                made = await (self.suspect.run(name, function) if self.suspect else function())
                return {"value": dumped(made)}
            except AbandonedError:
                LOG.error("The step %r has killed the dispatcher too often", name)
                return {"failure": dict(ABANDONED)}
            except Exception as error:
                if may_help(error) and not _last_attempt(WORKERS_AT_MOST if _lost(error) else None):
                    raise
                LOG.warning("The step %r failed for good", name, exc_info=error)
                ms = round((time.perf_counter() - began) * 1e3, 2)
                return {"failure": {**self.explain(error), "ms": ms}}

        options = StepOptions(
            name=name,
            retries_allowed=True,
            max_attempts=self.retries.attempts,
            interval_seconds=self.retries.first_wait_s,
            backoff_rate=self.retries.growth,
            should_retry=may_help,
            preemptible=True,
        )
        try:
            answer = await DBOS.run_step_async(options, attempt)
        finally:
            if self.suspect:
                self.suspect.leave()
        if "failure" in answer:
            return loaded(Failure, answer["failure"])
        return loaded(kind, answer["value"])

    async def tell(self, event: str, data: Mapping[str, Any]) -> None:
        """See the protocol."""
        entry = {"name": event, "data": dict(data), "at": datetime.now(UTC).isoformat()}
        await DBOS.write_stream_async(EVENTS, entry)

    async def sleep(self, seconds: float) -> None:
        """See the protocol."""
        await DBOS.sleep_async(seconds)


def may_help(error: BaseException) -> bool:
    """Whether trying again may."""
    return isinstance(error, RETRIABLE) and not isinstance(error, StepDeadlineError)


def _lost(error: BaseException) -> bool:
    return isinstance(error, WorkerLostError)


def _last_attempt(most: int | None = None) -> bool:
    """Whether this attempt, which counts from 0, is the last of those that the step has, or of `most`."""
    status = DBOS.step_status
    if status is None or status.current_attempt is None or status.max_attempts is None:
        return True
    return bool(status.current_attempt + 1 >= min(most or status.max_attempts, status.max_attempts))
