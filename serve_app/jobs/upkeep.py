"""What has to be done every few minutes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.jobs.workflow import Durable, Failure
from serve_app.telemetry import LOG

CLEAN_UP_CRON = "*/10 * * * *"
ANNOUNCE_CRON = "* * * * *"
ANNOUNCE_FOR = timedelta(days=1)
"""How far back ended jobs are looked at."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there were."""

    count: int


@dataclass(frozen=True, slots=True)
class Report:
    """What was done, JSON-ready."""

    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the scheduled workflows do."""

    queue: DbosJobQueue
    clean_up: Callable[[], Awaitable[Mapping[str, Any]]]
    """Removes what is past its time from the tables and the store."""
    keep: timedelta
    """How long an ended job is remembered."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def clean(self) -> Report:
        """Remove rows, objects and workflows that are past their time."""
        facts = dict(await self.clean_up())
        before = self.now() - self.keep
        forgotten = 0
        while count := await self.queue.forget_ended(before=before):
            forgotten += count
        return Report({**facts, "workflows": forgotten})

    async def announce(self) -> Count:
        """Send the webhooks of jobs that ended without a word: dead-lettered, or cut short after the end."""
        silent = await self.queue.ended_in_silence(after=self.now() - ANNOUNCE_FOR)
        for job_id, owner in silent:
            await self.queue.announce(job_id, owner=owner)
        return Count(len(silent))


async def clean_up(*, upkeep: Upkeep, durable: Durable) -> None:
    """The workflow of `CLEAN_UP_CRON`."""
    done = await durable.step("clean_up", Report, upkeep.clean)
    if not isinstance(done, Failure):
        LOG.info("Cleaned up: %s", done.facts)


async def announce(*, upkeep: Upkeep, durable: Durable) -> None:
    """The workflow of `ANNOUNCE_CRON`."""
    await durable.step("announce", Count, upkeep.announce)
