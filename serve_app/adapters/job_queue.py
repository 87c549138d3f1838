"""The queue of jobs over DBOS: its client writes, our own statements read."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from dbos import DBOSClient, EnqueueOptions

from serve_app.adapters.job_queue_calls import BoundedCalls
from serve_app.adapters.job_queue_engine import open_engine
from serve_app.adapters.job_queue_events import JobEvents, Told
from serve_app.adapters.job_queue_format import (
    APPLICATION,
    DELIVERY,
    DELIVERY_QUEUE,
    JOB,
    JOB_QUEUE,
    JSON_FORMAT,
    SCHEMA,
    Json,
    dumped,
    round_workflow,
)
from serve_app.adapters.job_queue_rows import (
    Begun,
    begun,
    dispatches_of,
    ended_before,
    entries,
    error_of,
    jobs_in_flight,
    one_job,
    page_of_jobs,
    queues,
    record_of,
    silent_jobs,
    states_of,
    stream_of,
    time_word,
)
from serve_app.adapters.job_queue_tables import STATES
from serve_app.errors import UnavailableError
from serve_app.records import (
    ENDED,
    DeliveryRecord,
    JobEvent,
    JobRecord,
    JobState,
    NewJob,
    Page,
    PageRequest,
)

CONNECTIONS = 4
"""Of one replica; a call holds one for a few milliseconds, a reader of events none."""

POSTGRES_LIMIT_S = 0.9
"""Time of a call to a server, which may be gone: what is promised is a second."""
SQLITE_LIMIT_S = 5.0
"""Time of a call to a file, which may be busy with another process's writing."""

FORGET_AT_ONCE = 100


class DbosJobQueue:
    """See `serve_app.ports.JobQueue`. Nothing connects before the first call."""

    def __init__(self, engine: sa.Engine, *, limit_s: float) -> None:
        sqlite = engine.dialect.name == "sqlite"
        self._engine = engine.execution_options(schema_translate_map={SCHEMA: None if sqlite else SCHEMA})
        self._call = BoundedCalls(engine, threads=CONNECTIONS, limit_s=limit_s)
        self._client = DBOSClient(
            system_database_engine=engine,
            dbos_system_schema=SCHEMA,
            serializer=JSON_FORMAT,
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,
        )
        self._events = JobEvents(self._read_told)

    @classmethod
    def from_url(cls, system_database_url: str) -> "DbosJobQueue":
        """A queue in this database.

        Args:
            system_database_url: `sqlite:///path` or `postgresql://…`, the dispatcher's.
        """
        sqlite = system_database_url.startswith("sqlite")
        limit_s = SQLITE_LIMIT_S if sqlite else POSTGRES_LIMIT_S
        # A little less than a call may take, so that the server's own word arrives in time.
        engine = open_engine(system_database_url, pool_size=CONNECTIONS, statement_s=limit_s - 0.1)
        return cls(engine, limit_s=limit_s)

    async def submit(self, job: NewJob) -> JobRecord:
        """See the protocol."""
        options = EnqueueOptions(
            workflow_name=JOB,
            queue_name=JOB_QUEUE,
            workflow_id=job.id,
            authenticated_user=job.owner,
            queue_partition_key=job.owner,
            attributes={
                "kind": job.kind,
                "webhook": job.webhook_url is not None,
                "at": time_word(job.created_at),
            },
        )
        if job.priority:
            options["priority"] = job.priority
        await self._call(self._client.enqueue, options, dumped(job))
        accepted = await self.get(job.id, owner=job.owner)
        if accepted is None:
            raise UnavailableError("The job could not be accepted; try again with another id.")
        return accepted

    async def get(self, job_id: str, *, owner: str) -> JobRecord | None:
        """See the protocol."""
        return await self._call(self._get, job_id, owner)

    async def page(self, request: PageRequest, *, owner: str, state: JobState | None) -> Page[JobRecord]:
        """See the protocol."""
        return await self._call(self._page, request, owner, state)

    async def cancel(self, job_id: str, *, owner: str) -> JobRecord | None:
        """See the protocol."""
        job = await self.get(job_id, owner=owner)
        if job is None or job.state in ENDED:
            return job
        await self._call(self._client.cancel_workflow, job_id)
        if job.webhook_url:
            await self.announce(job_id, owner=owner)
        return await self.get(job_id, owner=owner)

    async def announce(self, job_id: str, *, owner: str) -> None:
        """Send the webhook of a job that has ended, or is about to; however often this is asked for, once."""
        await self._call(self._deliver, job_id, job_id, owner, None)

    async def start_round(self, delivery: DeliveryRecord, *, round_id: str) -> None:
        """See `serve_app.services.webhooks.Redeliver`."""
        await self._call(self._deliver, round_id, delivery.job_id, delivery.owner, dumped(delivery))

    async def begun(self, workflow_id: str) -> Begun:
        """How often a workflow was begun."""
        return begun((await self._call(self._read, dispatches_of(workflow_id)))[0])

    async def counts(self) -> dict[str, int]:
        """How many jobs wait and how many are worked on."""
        rows = await self._call(self._read, jobs_in_flight())
        counts = {"queued": 0, "running": 0}
        for row in rows:
            counts[STATES[row.status]] += row.count_
        return counts

    async def ended_in_silence(self, *, after: datetime) -> list[tuple[str, str]]:
        """Jobs with a webhook that ended after a moment and have no round of attempts: id and owner."""
        rows = await self._call(self._read, silent_jobs(after))
        return [(row.workflow_uuid, row.authenticated_user) for row in rows]

    async def forget_ended(self, *, before: datetime) -> int:
        """Remove some of what ended before a moment, of every kind of work; how many, 0 when none is left."""
        rows = await self._call(self._read, ended_before(before, limit=FORGET_AT_ONCE))
        if rows:
            await self._call(self._client.delete_workflows, [row.workflow_uuid for row in rows])
        return len(rows)

    def events(self, job_id: str, *, after: int) -> AsyncIterator[JobEvent]:
        """See the protocol; `end` always has the id `END_EVENT`, and nothing follows it."""
        return self._events.follow(job_id, after=after)

    async def check(self) -> None:
        """See the protocol."""
        if not await self._call(self._read, queues(JOB_QUEUE)):
            raise UnavailableError("The dispatcher of jobs has not started yet.")

    async def close(self) -> None:
        """See the protocol."""
        await self._events.close()
        self._call.close()
        self._client.destroy()
        self._engine.dispose()

    def _read(self, query: sa.Select[Any]) -> list[Any]:
        (rows,) = self._read_each(query)
        return rows

    def _read_each(self, *queries: sa.Select[Any]) -> list[list[Any]]:
        """The rows of each, in turn, on one connection: round trips to a far server count."""
        with self._engine.connect() as connection:
            return [list(connection.execute(query)) for query in queries]

    def _get(self, job_id: str, owner: str) -> JobRecord | None:
        rows, events = self._read_each(one_job(job_id, owner=owner), stream_of({job_id: -1}))
        return record_of(rows[0], entries(events).get(job_id, ())) if rows else None

    def _page(self, request: PageRequest, owner: str, state: JobState | None) -> Page[JobRecord]:
        rows = self._read(page_of_jobs(request, owner=owner, state=state))
        shown = rows[: request.limit]
        told = entries(self._read(stream_of({row.workflow_uuid: -1 for row in shown})))
        records = tuple(record_of(row, told.get(row.workflow_uuid, ())) for row in shown)
        return Page(records, more=len(rows) > len(shown))

    def _deliver(self, round_id: str, job_id: str, owner: str, delivery: Json | None) -> None:
        options = EnqueueOptions(
            workflow_name=DELIVERY,
            queue_name=DELIVERY_QUEUE,
            workflow_id=round_workflow(round_id),
            authenticated_user=owner,
        )
        self._client.enqueue(options, job_id, owner, delivery)

    async def _read_told(self, known: Mapping[str, int]) -> Mapping[str, Told]:
        return await self._call(self._told, known)

    def _told(self, known: Mapping[str, int]) -> Mapping[str, Told]:
        # First the states: nothing is told after the end, so a stream that is read later is whole.
        states, events = self._read_each(states_of(known), stream_of(known))
        rows, told = {row.workflow_uuid: row for row in states}, entries(events)
        return {job: Told(tuple(told.get(job, ())), _end(rows.get(job))) for job in known}


def _end(row: Any | None) -> Mapping[str, Any] | None:
    """What the event `end` tells of a row of `states_of`; None while the job goes on."""
    if row is None:
        return {"state": "cancelled", "error": None}
    state = STATES[row.status]
    return {"state": state, "error": error_of(row.status, row.error)} if state in ENDED else None
