"""The workflows, under the names by which they are queued, and their schedules."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dbos import DBOS, ScheduleInput

from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.adapters.job_queue_format import DELIVERY, JOB, Json, dumped, loaded
from serve_app.jobs.delivery import Courier, deliver
from serve_app.jobs.durable import DbosSteps, Explain, RetryPolicy
from serve_app.jobs.runner import JobRunner
from serve_app.jobs.suspects import Suspects
from serve_app.jobs.upkeep import ANNOUNCE_CRON, CLEAN_UP_CRON, Upkeep, announce, clean_up
from serve_app.jobs.workflow import CLEAR, JobFailedError, work_on
from serve_app.records import DeliveryRecord, NewJob, Outcome
from serve_app.telemetry import LOG

MAX_DISPATCHES = 100
"""How often any workflow may be begun; steps that kill the dispatcher are given up long before."""
CLEAN_UP, ANNOUNCE = "clean_up", "announce"
Workflow = Callable[..., Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a step that only does."""


@dataclass(slots=True)
class Workflows:
    """What DBOS calls, and nothing that DBOS does."""

    runner: JobRunner
    courier: Courier
    upkeep: Upkeep
    queue: DbosJobQueue
    explain: Explain
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    patience: RetryPolicy = field(default_factory=lambda: RetryPolicy(attempts=12))
    """The same of deliveries, which outlast an hour without a database."""
    suspects: Suspects = field(init=False)
    running: set["asyncio.Task[Any]"] = field(default_factory=set)
    """Workflows of this process, to be stopped with it."""
    _named: dict[str, Workflow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """All suspects are of this process."""
        self.suspects = Suspects(self.queue.begun, asyncio.Lock())

    def register(self) -> None:
        """Tell DBOS; before its launch."""

        async def job(data: Json) -> Json:
            return await self._work_on(loaded(NewJob, data))

        async def delivery(job_id: str, owner: str, record: Json | None) -> None:
            opened = loaded(DeliveryRecord, record) if record else None
            # Not in the suspects' lane: a thousand behind servers that do not answer would hold it for hours.
            durable = DbosSteps(self.explain, self.patience)
            await deliver(job_id, owner, opened, courier=self.courier, durable=durable)

        async def tidy(_at: datetime, _context: Any) -> None:
            await clean_up(upkeep=self.upkeep, durable=await self._steps())

        async def tell(_at: datetime, _context: Any) -> None:
            await announce(upkeep=self.upkeep, durable=await self._steps())

        named: dict[str, Workflow] = {JOB: job, DELIVERY: delivery, CLEAN_UP: tidy, ANNOUNCE: tell}
        for name, workflow in named.items():
            decorate = DBOS.workflow(name=name, max_recovery_attempts=MAX_DISPATCHES)
            self._named[name] = decorate(self._noted(workflow))

    def _noted(self, workflow: Workflow) -> Workflow:
        async def run(*args: Any) -> Any:
            task = asyncio.current_task()
            if task is not None:
                self.running.add(task)
                task.add_done_callback(self.running.discard)
            return await workflow(*args)

        return run

    async def schedule(self) -> None:
        """Start the schedules; after DBOS's launch."""
        crons = {CLEAN_UP: CLEAN_UP_CRON, ANNOUNCE: ANNOUNCE_CRON}
        await DBOS.apply_schedules_async(
            [
                ScheduleInput(schedule_name=name, workflow_fn=self._named[name], schedule=cron, context=None)
                for name, cron in crons.items()
            ]
        )

    async def _work_on(self, job: NewJob) -> Json:
        durable = await self._steps()
        failure: JobFailedError | None = None
        outcome: Outcome | None = None
        try:
            outcome = await work_on(job, runner=self.runner, durable=durable)
        except JobFailedError as error:
            failure = error
            LOG.info("Job %s failed: %s: %s", job.id, error.code, error)
        finally:
            self.runner.forget(job.id)
        await durable.step(CLEAR, Done, lambda: self._clear(job))
        if job.webhook_url:
            await durable.step(ANNOUNCE, Done, lambda: self._announce(job))
        if failure:
            raise failure
        return dumped(outcome)

    async def _steps(self) -> DbosSteps:
        suspect = await self.suspects.judge(str(DBOS.workflow_id))
        return DbosSteps(self.explain, self.retries, suspect)

    async def _clear(self, job: NewJob) -> Done:
        await self.runner.clear(job)
        return Done()

    async def _announce(self, job: NewJob) -> Done:
        await self.queue.announce(job.id, owner=job.owner)
        return Done()
