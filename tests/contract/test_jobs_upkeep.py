"""Webhooks, upkeep and the tables of jobs, on SQLite and on Postgres."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from serve_app.adapters.job_queue_engine import open_engine
from serve_app.adapters.job_queue_format import round_workflow
from serve_app.records import DeliveryRecord, PageRequest
from serve_app.services.webhook_delivery import delivery_of, reopened
from tests.contract.jobs_service import Gate, Service, new_job, open_service, until, until_noted

HOOK = "https://hooks.example/done"
TABLES = ("workflow_input", "workflow_output", "operation_outputs", "streams", "workflow_events")


@pytest.fixture
async def service(database_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    """A dispatcher at work on each engine."""
    made = await open_service(_jobs(database_url), tmp_path)
    await made.runtime.start()
    yield made
    await made.close()


def _jobs(database_url: str) -> str:
    return database_url.replace("mighty.sqlite", "jobs.sqlite")


def _execute(database_url: str, statement: str, **values: str) -> list[sa.Row[Any]]:
    """Look into DBOS's tables; `{}` stands for their schema."""
    engine = open_engine(_jobs(database_url), pool_size=1, statement_s=5)
    schema = "dbos." if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        result = connection.execute(sa.text(statement.format(schema)), values)
        rows = list(result) if result.returns_rows else []
    engine.dispose()
    return rows


async def _deliveries(service: Service, owner: str) -> tuple[DeliveryRecord, ...]:
    return (await service.database.webhooks.page(PageRequest(), owner=owner)).rows


async def test_webhooks_tell_the_end(service: Service, database_url: str, tmp_path: Path) -> None:
    """Each end of a job with a webhook is sent once: success, failure, cancelling; again when asked."""
    gate = Gate(tmp_path / "gate")
    jobs = {
        "succeeded": new_job("one", owner="a", webhook_url=HOOK),
        "failed": new_job("one", owner="b", webhook_url=HOOK, fails=["one"]),
        "cancelled": new_job("one", owner="c", webhook_url=HOOK, waits={"one": gate.name}),
    }
    for job in jobs.values():
        await service.queue.submit(job)
    await until_noted(tmp_path, jobs["cancelled"], "one")
    await service.queue.cancel(jobs["cancelled"].id, owner="c")
    await until(lambda: len(service.receiver.bodies) == 3)
    sent = {body["job"]["state"]: body["job"]["id"] for body in map(json.loads, service.receiver.bodies)}
    assert sent == {state: job.id for state, job in jobs.items()}

    assert (await service.workflows.upkeep.announce()).count == 0
    delivery = delivery_of(jobs["failed"], now=datetime.now(UTC))
    assert delivery is not None
    again = reopened(delivery, now=datetime.now(UTC))
    for _ in range(2):
        await service.queue.start_round(again, round_id=f"{delivery.id}-1")
    await until(lambda: len(service.receiver.bodies) == 4)
    assert json.loads(service.receiver.bodies[-1])["job"]["state"] == "failed"

    gate.open()
    _nothing_is_pickled(database_url)


def _nothing_is_pickled(url: str) -> None:
    """Whatever lies in the tables is JSON that anybody can read."""
    columns = {"workflow_input": "inputs", "workflow_output": "output", "operation_outputs": "output"}
    for table, column in {**columns, "streams": "value"}.items():
        values = [row[0] for row in _execute(url, f"SELECT {column} FROM {{}}{table}")]  # noqa: S608 - names from above
        assert values
        for value in values:
            json.loads(value or "null")


async def test_a_failed_webhook_is_pending(service: Service) -> None:
    """A receiver that fails leaves the delivery pending, with the attempt counted."""
    service.receiver.answers[:] = [500]
    job = new_job("one", owner="d", webhook_url=HOOK)
    await service.queue.submit(job)
    async with asyncio.timeout(30):
        while not any(one.attempts for one in await _deliveries(service, "d")):  # noqa: ASYNC110 - a dispatcher's
            await asyncio.sleep(0.02)
    (record,) = await _deliveries(service, "d")
    assert (record.state, record.attempts, record.last_status) == ("pending", 1, 500)
    assert len(service.receiver.bodies) == 1


async def test_ends_without_a_word_are_found(service: Service) -> None:
    """A job that ended while nobody could tell is announced by the schedule, once."""
    job = new_job("one", owner="e", webhook_url=HOOK)
    await service.queue.submit(job)
    await until(lambda: len(service.receiver.bodies) == 1)
    await service.ended(job)
    upkeep = service.workflows.upkeep
    assert (await upkeep.announce()).count == 0
    await asyncio.to_thread(service.queue._client.delete_workflow, round_workflow(job.id))
    assert (await upkeep.announce()).count == 1
    assert (await upkeep.announce()).count == 0
    await until(lambda: len(service.receiver.bodies) == 2)


async def test_what_ended_long_ago_is_forgotten(service: Service, database_url: str, tmp_path: Path) -> None:
    """Jobs past their time leave no row behind; what is under way stays."""
    gate = Gate(tmp_path / "gate")
    old = [new_job("one", "two", owner=f"f{number}") for number in range(3)]
    waiting = new_job("one", owner="g", waits={"one": gate.name})
    for job in (*old, waiting):
        await service.queue.submit(job)
    for job in old:
        await service.ended(job)
    await until_noted(tmp_path, waiting, "one")
    later = datetime.now(UTC) + timedelta(hours=2)
    report = await replace(service.workflows.upkeep, now=lambda: later).clean()
    assert report.facts["workflows"] >= 3
    assert [await service.queue.get(job.id, owner=job.owner) for job in old] == [None] * 3
    still = await service.queue.get(waiting.id, owner="g")
    assert still is not None
    assert still.state == "running"
    for table in TABLES:
        rows = _execute(database_url, f"SELECT workflow_uuid FROM {{}}{table}")  # noqa: S608 - names from above
        assert not {row[0] for row in rows} & {job.id for job in old}
    gate.open()
    assert (await service.ended(waiting)).state == "succeeded"


async def test_a_new_version_begins_old_jobs_anew(
    service: Service, database_url: str, tmp_path: Path
) -> None:
    """A job that a release with other steps had under way is done from its start, under its own id."""
    gate = Gate(tmp_path / "gate")
    job = new_job("one", "two", owner="h", waits={"two": gate.name})
    await service.queue.submit(job)
    await until_noted(tmp_path, job, "two")
    await service.runtime.close()
    _execute(database_url, "UPDATE {}workflow_status SET application_version = '0'")
    gate.open()
    await service.runtime.start()
    record = await service.ended(job)
    assert record.state == "succeeded"
    assert [item.name for item in record.items] == ["one", "two"]
    assert service.notes(job).count("one done") == 2
    assert record.result is not None
    assert len(await service.database.assets.of_parent(record.result.parent_id, owner="h")) == 2
