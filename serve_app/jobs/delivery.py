"""The webhook of a job, as a list of steps: at once, then with growing waits over a day."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Protocol

from serve_app.errors import NotFoundError, UnavailableError
from serve_app.jobs.workflow import Durable, Failure
from serve_app.ports import JobQueue, WebhookRecords, WebhookSender
from serve_app.records import ENDED, DeliveryRecord, JobRecord
from serve_app.services.webhook_delivery import attempt, body_of, delivery_of, unsent

Render = Callable[[JobRecord], Awaitable[Mapping[str, Any]]]
"""A job as `GET /jobs/{id}` shows it, with URLs signed now."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt."""

    delivery: DeliveryRecord
    wait_s: float | None
    """Until the next one; None when this was the last."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A record is in the database."""


class DurableWaits(Durable, Protocol):
    """Remembers waits, too."""

    async def sleep(self, seconds: float) -> None:
        """Wait; after a crash for the rest of the time only."""
        ...


@dataclass(frozen=True, slots=True)
class Courier:
    """What the steps of a delivery do."""

    jobs: JobQueue
    records: WebhookRecords
    sender: WebhookSender
    secret: Callable[[str], str]
    """From an owner to what their webhooks are signed with."""
    render: Render
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def open(self, job_id: str, owner: str) -> DeliveryRecord:
        """The first round's record. Raises `UnavailableError` while the job has not ended."""
        delivery = delivery_of(await self._job(job_id, owner), now=self.now())
        if delivery is None:
            raise NotFoundError("The job has no webhook.")
        return delivery

    async def save(self, delivery: DeliveryRecord) -> Saved:
        """Keep the record."""
        await self.records.save(delivery)
        return Saved()

    async def attempt(self, delivery: DeliveryRecord) -> Tried:
        """Send the job as it is; the delivery of one that is forgotten is dead."""
        try:
            job = await self._job(delivery.job_id, delivery.owner)
        except NotFoundError as error:
            return Tried(
                replace(delivery, state="dead", last_error=error.message, updated_at=self.now()), None
            )
        shown = await self.render(job)
        body, secret = body_of(delivery, shown), self.secret(delivery.owner)
        return Tried(*await attempt(delivery, body, sender=self.sender, secret=secret, now=self.now()))

    def missed(self, delivery: DeliveryRecord, failure: Failure) -> Tried:
        """What becomes of an attempt that the service itself could not make."""
        return Tried(*unsent(delivery, why=failure.detail, now=self.now()))

    async def _job(self, job_id: str, owner: str) -> JobRecord:
        job = await self.jobs.get(job_id, owner=owner)
        if job is None:
            raise NotFoundError("The job is not there any more.")
        if job.state not in ENDED:
            raise UnavailableError("The job has not ended yet.")
        return job


async def deliver(
    job_id: str, owner: str, delivery: DeliveryRecord | None, *, courier: Courier, durable: DurableWaits
) -> None:
    """Do one round: attempts until one counts or the day is over.

    Args:
        job_id: The job.
        owner: Whose it is.
        delivery: The record that a round begins with; None makes the job's first.
        courier: Does the steps.
        durable: Remembers them.
    """
    opened: DeliveryRecord | Failure | None = delivery
    if opened is None:
        opened = await durable.step("open", DeliveryRecord, partial(courier.open, job_id, owner))
    if isinstance(opened, Failure):
        return
    tried = Tried(opened, 0.0)
    await durable.step("save", Saved, partial(courier.save, opened))
    while tried.wait_s is not None:
        await durable.sleep(tried.wait_s)
        answer = await durable.step("attempt", Tried, partial(courier.attempt, tried.delivery))
        tried = courier.missed(tried.delivery, answer) if isinstance(answer, Failure) else answer
        await durable.step("save", Saved, partial(courier.save, tried.delivery))
