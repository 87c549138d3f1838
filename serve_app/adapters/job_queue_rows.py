"""Jobs as they lie in DBOS's tables, read in one statement each.

DBOS's client reads a workflow, its events and its stream in a statement each, and pages by an offset. The
tables are documented (docs.dbos.dev, system tables) and the contract suite holds this module to them, so they
are read as they are. Nothing here writes.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from serve_app.adapters.job_queue_format import ABANDONED, EVENTS, JOB, TRIES, loaded, moment, round_workflow
from serve_app.adapters.job_queue_tables import (
    ENDED_WORDS,
    EVENT,
    INPUT,
    OUTPUT,
    QUEUES,
    STATES,
    STATUS,
    STREAM,
)
from serve_app.records import ENDED, JobItem, JobRecord, JobState, NewJob, Outcome, PageRequest

SHOWN = (STATUS.c.workflow_uuid, STATUS.c.status, STATUS.c.updated_at, STATUS.c.completed_at)
PLACE = (STATUS.c.created_at, STATUS.c.attributes["at"].as_string(), STATUS.c.workflow_uuid)
"""What orders the list of jobs."""
Entry = tuple[int, dict[str, Any]]
"""Where it is in the stream, and what was written."""


@dataclass(frozen=True, slots=True)
class Begun:
    """How often a workflow was begun."""

    dispatches: int
    step: str = ""
    """The last that was begun with a count."""
    tries: int = 0
    """Of that step."""


def begun(row: Any) -> Begun:
    """A row of `dispatches_of`."""
    counted = json.loads(row.value) if row.value else {}
    return Begun(row.recovery_attempts, **counted)


def dispatches_of(workflow_id: str) -> sa.Select[Any]:
    """How often a workflow was begun, and its last step that was counted."""
    counts = sa.and_(EVENT.c.workflow_uuid == STATUS.c.workflow_uuid, EVENT.c.key == TRIES)
    return (
        sa.select(STATUS.c.recovery_attempts, EVENT.c.value)
        .select_from(STATUS.outerjoin(EVENT, counts))
        .where(STATUS.c.workflow_uuid == workflow_id)
    )


def one_job(job_id: str, *, owner: str) -> sa.Select[Any]:
    """A job of the owner's with its input and result; no row when there is none."""
    return (
        sa.select(*SHOWN, INPUT.c.inputs, OUTPUT.c.output, OUTPUT.c.error)
        .select_from(
            STATUS.join(INPUT, INPUT.c.workflow_uuid == STATUS.c.workflow_uuid).outerjoin(
                OUTPUT, OUTPUT.c.workflow_uuid == STATUS.c.workflow_uuid
            )
        )
        .where(STATUS.c.workflow_uuid == job_id, STATUS.c.name == JOB, STATUS.c.authenticated_user == owner)
    )


def page_of_jobs(request: PageRequest, *, owner: str, state: JobState | None) -> sa.Select[Any]:
    """The owner's jobs, newest first, one more than asked for; without results.

    By time and not by id: that of a job with an Idempotency-Key begins with no time. The queue's own time has
    an index, and a whole second is its unit in SQLite; within one the job's time decides.
    """
    error = sa.case((STATUS.c.status == "ERROR", OUTPUT.c.error)).label("error")
    query = (
        sa.select(*SHOWN, INPUT.c.inputs, sa.null().label("output"), error)
        .select_from(
            STATUS.join(INPUT, INPUT.c.workflow_uuid == STATUS.c.workflow_uuid).outerjoin(
                OUTPUT, OUTPUT.c.workflow_uuid == STATUS.c.workflow_uuid
            )
        )
        .where(STATUS.c.name == JOB, STATUS.c.authenticated_user == owner)
        .order_by(*(column.desc() for column in PLACE))
        .limit(request.limit + 1)
    )
    if request.before:
        query = query.where(sa.tuple_(*PLACE) < _place(*request.before))
    if request.created_before:
        query = query.where(PLACE[1] < time_word(request.created_before))
    if request.created_after:
        query = query.where(PLACE[1] > time_word(request.created_after))
    if state is not None:
        query = query.where(STATUS.c.status.in_([word for word, ours in STATES.items() if ours == state]))
    if request.kind is not None:
        query = query.where(STATUS.c.attributes["kind"].as_string() == request.kind)
    return query


def stream_of(after: Mapping[str, int]) -> sa.Select[Any]:
    """What the jobs have told past an offset each, in order."""
    wanted = (
        sa.and_(STREAM.c.workflow_uuid == job_id, STREAM.c.offset > offset)
        for job_id, offset in after.items()
    )
    return (
        sa.select(STREAM.c.workflow_uuid, STREAM.c.offset, STREAM.c.value)
        .where(STREAM.c.key == EVENTS, sa.or_(sa.false(), *wanted))
        .order_by(STREAM.c.workflow_uuid, STREAM.c.offset)
    )


def states_of(job_ids: Collection[str]) -> sa.Select[Any]:
    """In which state the jobs are."""
    return (
        sa.select(STATUS.c.workflow_uuid, STATUS.c.status, OUTPUT.c.error)
        .select_from(STATUS.outerjoin(OUTPUT, OUTPUT.c.workflow_uuid == STATUS.c.workflow_uuid))
        .where(STATUS.c.workflow_uuid.in_(job_ids))
    )


def jobs_in_flight() -> sa.Select[Any]:
    """How many jobs are in each state that is not an end."""
    # The words as they stand, so that both engines find the index of what is in flight.
    flying: list[sa.ColumnElement[str]] = [sa.literal_column(f"'{word}'") for word in ("ENQUEUED", "PENDING")]
    return (
        sa.select(STATUS.c.status, sa.func.count().label("count_"))
        .where(STATUS.c.name == JOB, STATUS.c.status.in_(flying))
        .group_by(STATUS.c.status)
    )


def silent_jobs(after: datetime) -> sa.Select[Any]:
    """Jobs with a webhook that ended after a moment and whose delivery nobody has begun."""
    rounds = STATUS.alias("rounds")
    begun = sa.exists().where(
        rounds.c.workflow_uuid == sa.literal(round_workflow("")) + STATUS.c.workflow_uuid
    )
    return sa.select(STATUS.c.workflow_uuid, STATUS.c.authenticated_user).where(
        STATUS.c.completed_at >= _epoch_ms(after),
        STATUS.c.name == JOB,
        STATUS.c.status.in_(ENDED_WORDS),
        STATUS.c.attributes["webhook"].as_boolean(),
        ~begun,
    )


def ended_before(moment: datetime, *, limit: int) -> sa.Select[Any]:
    """Workflows of every kind that are over."""
    return (
        sa.select(STATUS.c.workflow_uuid)
        .where(STATUS.c.completed_at < _epoch_ms(moment), STATUS.c.status.in_(ENDED_WORDS))
        .limit(limit)
    )


def queues(name: str) -> sa.Select[Any]:
    """A row when the dispatcher has made this queue."""
    return sa.select(QUEUES.c.name).where(QUEUES.c.name == name)


def entries(rows: Sequence[Any]) -> dict[str, list[Entry]]:
    """The stream of each job."""
    told: dict[str, list[Entry]] = {}
    for row in rows:
        told.setdefault(row.workflow_uuid, []).append((row.offset, json.loads(row.value)))
    return told


def record_of(row: Any, told: Sequence[Entry]) -> JobRecord:
    """A row of `one_job` or `page_of_jobs` and the job's stream as a record."""
    job = job_of(row.inputs)
    state = STATES[row.status]
    last = told[-1][1] if told else {}
    progress = last.get("data", {}).get("progress", {"done": 0, "total": 0, "step": ""})
    # SQLite's clock in DBOS's tables tells whole seconds.
    updated = max(moment(max(row.updated_at, row.completed_at or 0)), job.created_at)
    return JobRecord(
        id=job.id,
        owner=job.owner,
        kind=job.kind,
        state=state,
        done=progress["done"],
        total=progress["total"],
        step="" if state in ENDED else progress["step"],
        created_at=job.created_at,
        updated_at=max(updated, datetime.fromisoformat(last["at"])) if last else updated,
        items=tuple(loaded(JobItem, entry["data"]["item"]) for _, entry in told if entry["name"] == "item"),
        result=loaded(Outcome, json.loads(row.output)) if row.output else None,
        error=error_of(row.status, row.error),
        webhook_url=job.webhook_url,
    )


def job_of(inputs: str) -> NewJob:
    """What was submitted, from a row's input."""
    return loaded(NewJob, json.loads(inputs)["positionalArgs"][0])


def error_of(status: str, error: str | None) -> dict[str, str] | None:
    """Why a job failed; None when it did not."""
    if STATES[status] != "failed":
        return None
    if error is None:
        return dict(ABANDONED)
    told = json.loads(error)
    # Errors that the workflow did not raise on purpose carry no code of ours.
    code = told.get("code")
    if told["name"] == "JobFailedError" and isinstance(code, str):
        return {"code": code, "detail": told["message"]}
    return {"code": "internal_error", "detail": "The service failed on this job."}


def time_word(moment: datetime) -> str:
    """A moment in microseconds, whose order as text is that of time."""
    return f"{round(moment.timestamp() * 1e6):016d}"


def _place(created_at: datetime, job_id: str) -> sa.Tuple:
    """Where a job is in the list; the queue's time of it is its own where it is no longer remembered."""
    last = STATUS.alias("last")
    queued_at = sa.select(last.c.created_at).where(last.c.workflow_uuid == job_id).scalar_subquery()
    known = sa.func.coalesce(queued_at, _epoch_ms(created_at))
    return sa.tuple_(known, sa.literal(time_word(created_at)), sa.literal(job_id))


def _epoch_ms(time: datetime) -> int:
    return int(time.timestamp() * 1e3)
