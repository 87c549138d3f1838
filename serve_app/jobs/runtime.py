"""DBOS in this process: the workflows, their queues, and the threads that take from them."""

import asyncio
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig

from serve_app.adapters.job_queue_engine import open_engine
from serve_app.adapters.job_queue_format import APPLICATION, DELIVERY_QUEUE, JOB_QUEUE, JSON_FORMAT, SCHEMA
from serve_app.jobs.registration import Workflows
from serve_app.jobs.versions import begin_again
from serve_app.jobs.workflow import JobFailedError

DBOS_LOG = logging.getLogger("dbos")
WORKFLOW_VERSION = "1"
"""To be raised when the steps of a workflow change their order or their names: what a job under way has done
is found by these. Jobs that the version before had begun are begun again then."""
EXECUTOR = "dispatcher"
"""There is one; whoever starts next under this name goes on with what it left."""
CONNECTIONS = 8
PATIENCE_S = 30.0
"""Jobs wait for their database; nobody waits for them to fail."""
THREADS = 32
POLL_S = 0.1
"""So a job starts 50 ms after it was accepted, on average; costs some thirty small queries a second."""

DELIVERIES_AT_ONCE = 1000
"""Most of them sleep."""
DELIVERY_POLL_S = 0.5


def unexpected(record: logging.LogRecord) -> bool:
    """Keep jobs that fail, as jobs may, out of DBOS's log of errors with its traces."""
    return not (record.exc_info and isinstance(record.exc_info[1], JobFailedError))


@dataclass(frozen=True, slots=True)
class JobLimits:
    """How much is worked on at once."""

    at_once: int = 2
    at_once_per_owner: int = 1
    poll_s: float = POLL_S


class JobRuntime:
    """One for a process, because DBOS is. Start and close it on the event loop that the work runs on."""

    def __init__(self, database_url: str, *, limits: JobLimits, workflows: Workflows) -> None:
        """Nothing connects yet.

        Args:
            database_url: `sqlite:///path` or `postgresql://…`.
            limits: How much is worked on at once.
            workflows: What is worked on.
        """
        self._url = database_url
        self._limits = limits
        self._workflows = workflows
        self._engine: sa.Engine | None = None
        self._patient = threading.Event()

    async def start(self) -> None:
        """Connect, bring DBOS's tables up to date, take up what was left, and begin taking jobs.

        DBOS works on the loop that this is called on. Raises whatever the database raises; may be called
        again then.
        """
        engine = open_engine(self._url, pool_size=CONNECTIONS, statement_s=PATIENCE_S, patient=self._patient)
        self._engine = engine
        DBOS_LOG.addFilter(unexpected)
        try:
            begin_again(engine, version=WORKFLOW_VERSION)
            DBOS(config=self._config(engine))
            self._workflows.register()
            DBOS.launch()
            # A release that was rolled back is the latest again.
            await DBOS.set_latest_application_version_async(WORKFLOW_VERSION)
            await self._open_queues()
            await self._workflows.schedule()
            await self._taking()
            self._patient.set()
        except BaseException:
            self._stop()
            raise

    async def close(self) -> None:
        """Stop; jobs under way are taken up at the next start."""
        for task in self._workflows.running:
            task.cancel()
        await asyncio.to_thread(self._stop)
        # DBOS had put its own pool under the loop, and has shut it.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))

    def alive(self) -> bool:
        """Whether jobs are being taken from the queue."""
        name = f"queue-worker-{JOB_QUEUE}"
        return any(thread.name == name for thread in threading.enumerate())

    async def _open_queues(self) -> None:
        limits = self._limits
        await DBOS.register_queue_async(
            DELIVERY_QUEUE,
            worker_concurrency=DELIVERIES_AT_ONCE,
            polling_interval_sec=DELIVERY_POLL_S,
            on_conflict="always_update",
        )
        await DBOS.register_queue_async(
            JOB_QUEUE,
            worker_concurrency=limits.at_once,
            partition_concurrency=min(limits.at_once, limits.at_once_per_owner),
            polling_interval_sec=limits.poll_s,
            on_conflict="always_update",
        )

    def _config(self, engine: sa.Engine) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_engine=engine,
            dbos_system_schema=SCHEMA,
            serializer=JSON_FORMAT,
            application_version=WORKFLOW_VERSION,
            executor_id=EXECUTOR,
            max_executor_threads=THREADS,
            log_level="WARNING",
            # Nothing here waits for messages, and poolers cannot pass them on.
            use_listen_notify=False,
            enable_otlp=False,
        )

    async def _taking(self) -> None:
        """Wait until jobs are taken: DBOS looks for new queues once a second."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.alive():  # noqa: ASYNC110 - a thread of DBOS's starts, and tells nobody
                await asyncio.sleep(self._limits.poll_s)

    def _stop(self) -> None:
        self._patient.clear()
        DBOS.destroy(destroy_registry=True)
        if self._engine is not None:
            self._engine.dispose()
