"""`mighty jobs`."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import TypeVar

from configs.settings import Settings
from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.adapters.job_queue_operator import AllJobs
from serve_app.adapters.table_copy import job_tables
from serve_app.cli.calls import Exit, Refusal
from serve_app.cli.work.output import say, say_facts, say_json, say_rows
from serve_app.cli.work.settings import need_tables, read_settings
from serve_app.records import ENDED, JobRecord, JobState
from serve_app.services.history import HistoryService
from serve_app.wiring import open_database, open_jobs, open_store

Result = TypeVar("Result")


def show_all(*, state: JobState | None, owner: str | None, limit: int, as_json: bool) -> Exit:
    """List jobs."""
    settings = read_settings()
    need_tables(job_tables(settings.jobs_url))
    found = AllJobs(settings.jobs_url).newest(limit=limit, owner=owner, state=state)

    async def look(queue: DbosJobQueue) -> list[JobRecord]:
        jobs = [await queue.get(job_id, owner=owned_by) for job_id, owned_by in found]
        return [job for job in jobs if job is not None]

    jobs = _with_queue(settings, look)
    if as_json:
        say_json([_facts(job) for job in jobs])
        return Exit.DONE
    columns = ("ID", "OWNER", "KIND", "STATE", "DONE", "STEP", "CREATED", "UPDATED", "ERROR")
    say_rows(columns, [_row(job) for job in jobs])
    return Exit.DONE


def show(*, job_id: str, as_json: bool) -> Exit:
    """Show one job."""
    settings = read_settings()
    owner = _owner_of(settings, job_id)
    job = _there(_with_queue(settings, lambda queue: queue.get(job_id, owner=owner)), job_id)
    if as_json:
        say_json(asdict(job))
        return Exit.DONE
    say_facts(_facts(job))
    if job.items:
        rows = [(item.name, item.state, len(item.assets), _said(item.error)) for item in job.items]
        say_rows(("PART", "STATE", "FILES", "ERROR"), rows)
    return Exit.DONE


def cancel(*, job_id: str) -> Exit:
    """Cancel one job; its webhook is sent, and its inputs are removed, as for a client's own cancelling."""
    settings = read_settings()
    owner = _owner_of(settings, job_id)
    before = _there(_with_queue(settings, lambda queue: queue.get(job_id, owner=owner)), job_id)
    if before.state in ENDED:
        raise Refusal(f"{job_id} has ended already: {before.state}.")
    after = _there(_with_queue(settings, lambda queue: queue.cancel(job_id, owner=owner)), job_id)
    say(f"{job_id} of {owner} is {after.state}.")
    if after.state == "cancelled":  # a job that goes to its end does this itself
        asyncio.run(_delete_inputs(settings, job_id, owner=owner))
    return Exit.DONE


async def _delete_inputs(settings: Settings, job_id: str, *, owner: str) -> None:
    database = open_database(settings)
    try:
        await HistoryService(database, open_store(settings)).delete_inputs(job_id, owner=owner)
    finally:
        await database.close()


def _owner_of(settings: Settings, job_id: str) -> str:
    need_tables(job_tables(settings.jobs_url))
    owner = AllJobs(settings.jobs_url).owner_of(job_id)
    if owner is None:
        raise Refusal(f"There is no job {job_id}.")
    return owner


def _with_queue(settings: Settings, work: Callable[[DbosJobQueue], Awaitable[Result]]) -> Result:
    async def run() -> Result:
        queue = open_jobs(settings)
        try:
            return await work(queue)
        finally:
            await queue.close()

    return asyncio.run(run())


def _there(job: JobRecord | None, job_id: str) -> JobRecord:
    if job is None:
        raise Refusal(f"There is no job {job_id}.")
    return job


def _facts(job: JobRecord) -> dict[str, object]:
    """A job without what it made."""
    return {name: value for name, value in asdict(job).items() if name not in {"items", "result"}}


def _row(job: JobRecord) -> tuple[object, ...]:
    done = f"{job.done}/{job.total}"
    moments = (job.created_at, job.updated_at)
    return (job.id, job.owner, job.kind, job.state, done, job.step, *moments, _said(job.error))


def _said(error: object) -> object:
    return error["code"] if isinstance(error, dict) else error
