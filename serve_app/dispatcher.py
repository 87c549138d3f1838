"""The Serve deployment that works on jobs: one light replica whose steps call the other deployments."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ray.serve.handle import DeploymentHandle

from configs.settings import Settings
from models.base import Device
from serve_app.adapters.engines import RayEngines
from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.adapters.webhooks import HttpWebhookSender
from serve_app.api.job_body import job_body
from serve_app.api.operations import begin, explain
from serve_app.errors import UnavailableError
from serve_app.jobs.delivery import Courier
from serve_app.jobs.registration import Workflows
from serve_app.jobs.runner import JobRunner
from serve_app.jobs.runtime import JobLimits, JobRuntime
from serve_app.jobs.upkeep import Upkeep
from serve_app.ports import Engines
from serve_app.services.clean_up import CleanUp
from serve_app.services.webhook_signing import owner_secret
from serve_app.telemetry import LOG, configure_logging
from serve_app.version import VERSION
from serve_app.wiring import Stored, create_making, open_jobs, open_results_cache, open_stored, webhook_master

START_AGAIN_S = 2.0
SWEEP_MINUTES = 10
"""A clean-up that begins in the first ten minutes of an hour looks for objects without a row."""


class Dispatcher:
    """Holds the runtime of the jobs. There must be one: it goes on with what the one before left."""

    def __init__(
        self,
        codec: DeploymentHandle[Any],
        upscaler: DeploymentHandle[Any],
        segmenter: DeploymentHandle[Any],
        renderer: DeploymentHandle[Any],
        *,
        settings: Settings,
        device: Device,
    ) -> None:
        configure_logging(settings.log_level)
        engines = RayEngines(codec=codec, upscaler=upscaler, segmenter=segmenter, renderer=renderer)
        self._queue = open_jobs(settings)
        self._runtime = build_runtime(settings, engines=engines, device=device, queue=self._queue)
        # Serve makes the replica on the event loop that it calls it on.
        self._starting = asyncio.get_running_loop().create_task(start(self._runtime))

    async def check_health(self) -> None:
        """Called by Serve: fails when jobs have stopped being taken, not while the database is awaited."""
        if self._starting.done() and not self._runtime.alive():
            raise RuntimeError("the threads that take jobs are dead")

    async def describe(self) -> dict[str, Any]:
        """What `/health` tells of it."""
        try:
            counts = await self._queue.counts()
        except UnavailableError as error:
            return {"version": VERSION, "started": self._runtime.alive(), "queue": error.message}
        return {"version": VERSION, "started": self._runtime.alive(), "jobs": counts}

    async def __del__(self) -> None:
        """Called by Serve before the replica goes: what is under way is taken up by the next one."""
        self._starting.cancel()
        await asyncio.wait({self._starting})
        await self._runtime.close()
        await self._queue.close()


async def start(runtime: JobRuntime) -> None:
    """Start, as often as it takes: the database may come later than the service."""
    while True:
        try:
            await runtime.start()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a database, it may be mended
            LOG.warning("The dispatcher waits for its database: %s", error)
            await asyncio.sleep(START_AGAIN_S)
        else:
            LOG.info("The dispatcher takes jobs")
            return


def build_runtime(settings: Settings, *, engines: Engines, device: Device, queue: DbosJobQueue) -> JobRuntime:
    """Wire the work on jobs; nothing connects yet.

    Raises:
        UnavailableError: a local folder cannot be made.
    """
    stored = open_stored(settings)
    making = create_making(
        settings,
        engines=engines,
        device=device,
        stored=stored,
        cache=open_results_cache(settings),
        as_job=True,
    )
    runner = JobRunner(
        begin=partial(begin, making),
        recorder=stored.recorder,
        store=stored.store,
        database=stored.database,
        deadline_s=settings.job_deadline_s,
    )
    courier = Courier(
        jobs=queue,
        records=stored.database.webhooks,
        sender=HttpWebhookSender(),
        secret=partial(owner_secret, webhook_master(settings)),
        render=partial(job_body, assets=stored.assets),
    )
    return JobRuntime(
        settings.jobs_url,
        limits=JobLimits(settings.jobs_at_once, settings.jobs_at_once_per_owner),
        workflows=Workflows(
            runner=runner,
            courier=courier,
            upkeep=_upkeep(settings, stored, queue),
            queue=queue,
            explain=explain,
        ),
    )


def _upkeep(settings: Settings, stored: Stored, queue: DbosJobQueue) -> Upkeep:
    tidy = CleanUp(stored.database, stored.store)

    async def clean_up() -> Mapping[str, Any]:
        # Every ten minutes; the whole store is listed once an hour.
        return asdict(await tidy.run(orphans=datetime.now(UTC).minute < SWEEP_MINUTES))

    return Upkeep(queue, clean_up, keep=timedelta(hours=settings.asset_ttl_hours))
