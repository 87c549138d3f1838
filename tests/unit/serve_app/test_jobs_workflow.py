"""The steps of jobs and deliveries, without anything durable."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from unittest.mock import AsyncMock

import pytest
from dbos import DBOS

from serve_app.adapters.job_queue_format import TRIES, dumped, loaded
from serve_app.adapters.job_queue_rows import Begun, error_of
from serve_app.errors import OverloadedError, UnavailableError, UrlForbiddenError
from serve_app.jobs.delivery import Courier, Saved, Tried, deliver
from serve_app.jobs.durable import may_help
from serve_app.jobs.runner import JobRunner, Plan, StepDeadlineError, ticket_of
from serve_app.jobs.suspects import MAX_TRIES, AbandonedError, Suspect, Suspects
from serve_app.jobs.workflow import Failure, JobFailedError, work_on
from serve_app.records import DeliveryRecord, JobItem, NewJob, Outcome, PartResult
from serve_app.services.webhook_retries import RETRY_DELAYS_S

T = TypeVar("T")
NOW = datetime(2026, 1, 2, tzinfo=UTC)
JOB = NewJob("job_1", "ada", "key", "asset_pack", {"a": [1, None, "é"]}, {}, "png", "req", NOW)


@dataclass
class Remembered:
    """`Durable` that only notes."""

    fails: Mapping[str, Failure] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    told: list[tuple[str, Any]] = field(default_factory=list)

    async def step(self, name: str, _kind: type[T], function: Callable[[], Awaitable[T]]) -> T | Failure:
        self.steps.append(name)
        return self.fails[name] if name in self.fails else await function()

    async def tell(self, event: str, data: Mapping[str, Any]) -> None:
        self.told.append((event, data))

    async def sleep(self, seconds: float) -> None:
        self.steps.append(f"sleep {seconds:g}")


class Runner:
    """Makes nothing; knows what it was given."""

    def __init__(self) -> None:
        self.given: dict[str, list[str]] = {}

    async def prepare(self, _job: NewJob) -> Plan:
        return Plan(("zip", "front", "back"), ("zip",))

    async def make(self, _job: NewJob, part: str, others: tuple[PartResult, ...]) -> PartResult:
        self.given[part] = [other.part for other in others]
        return PartResult(part)

    async def conclude(self, _job: NewJob, results: tuple[PartResult, ...]) -> Outcome:
        return Outcome((), {"parts": [result.part for result in results]})


async def test_a_job_is_a_list_of_steps() -> None:
    """Prepare, the parts with those made of others last, conclude; each part is told with what comes next."""
    durable, runner = Remembered(), Runner()
    outcome = await work_on(JOB, runner=runner, durable=durable)  # type: ignore[arg-type]  # a fake
    assert durable.steps == ["prepare", "make front", "make back", "make zip", "conclude"]
    assert runner.given == {"front": [], "back": [], "zip": ["front", "back"]}
    assert outcome.body == {"parts": ["zip", "front", "back"]}
    assert [data["progress"]["step"] for _, data in durable.told] == ["front", "back", "zip", "conclude"]
    assert [data["progress"]["done"] for _, data in durable.told] == [0, 1, 2, 3]


async def test_nothing_is_made_of_nothing() -> None:
    """When every part failed, those made of them are not begun, and the first reason is the job's."""
    failures = {"make front": Failure("first", "one"), "make back": Failure("second", "two")}
    durable = Remembered(failures)
    with pytest.raises(JobFailedError, match="one") as failed:
        await work_on(JOB, runner=Runner(), durable=durable)  # type: ignore[arg-type]  # a fake
    assert failed.value.code == "first"
    assert "make zip" not in durable.steps


def test_records_survive_json() -> None:
    """What is read back equals what was written."""
    item = JobItem("front", "failed", (), {"code": "no_foreground", "detail": "é"})
    assert loaded(NewJob, dumped(JOB)) == JOB
    assert loaded(JobItem, dumped(item)) == item


def test_errors_say_only_what_was_meant_for_clients() -> None:
    """An error that the workflow did not raise on purpose is an internal one; a dead letter is abandoned."""
    meant = '{"name": "JobFailedError", "message": "no", "code": "no_foreground"}'
    assert error_of("ERROR", meant) == {"code": "no_foreground", "detail": "no"}
    told = error_of("ERROR", '{"name": "KeyError", "message": "secret", "code": null}')
    assert told is not None
    assert told["code"] == "internal_error"
    assert "secret" not in told["detail"]
    dead = error_of("MAX_RECOVERY_ATTEMPTS_EXCEEDED", None)
    assert dead is not None
    assert dead["code"] == "job_abandoned"
    assert error_of("SUCCESS", None) is None


def test_the_ticket_comes_from_the_job() -> None:
    """Ids of what a job makes are its own alone."""
    assert ticket_of(JOB) == ticket_of(replace(JOB, priority=3))
    assert ticket_of(JOB).parent_id.startswith("pack_")
    assert ticket_of(replace(JOB, id="job_2")).parent_id != ticket_of(JOB).parent_id
    assert ticket_of(replace(JOB, kind="upscale")).parent_id.startswith("img_")


def test_only_what_may_pass_is_tried_again() -> None:
    """Full queues and absent services pass; a forbidden address and a step's own deadline do not."""
    assert may_help(OverloadedError("full"))
    assert may_help(UnavailableError("gone"))
    assert not may_help(UrlForbiddenError("inner"))
    assert not may_help(StepDeadlineError("slow"))


async def test_what_a_replica_held_is_prepared_anew() -> None:
    """After a part that found a replica dead nothing is left of what was prepared on it."""
    begun = []

    class Died:
        parts, last = ("one",), ()

        def __init__(self) -> None:
            begun.append(self)

        async def start(self) -> None:
            pass

        async def make(self, *_: Any) -> None:
            raise UnavailableError("A replica of the service stopped.")

    runner = JobRunner(lambda _: Died(), None, None, None, deadline_s=60)  # type: ignore[arg-type, return-value]  # not reached
    await runner.prepare(JOB)
    for attempts in (1, 2):
        with pytest.raises(UnavailableError):
            await runner.make(JOB, "one", ())
        assert len(begun) == attempts


async def test_a_step_has_a_deadline() -> None:
    """A step that takes longer than it may ends with an error that says so."""

    class Slow:
        parts, last = ("one",), ()

        async def start(self) -> None:
            await asyncio.sleep(60)

    runner = JobRunner(lambda _: Slow(), None, None, None, deadline_s=0.01)  # type: ignore[arg-type, return-value]  # not reached
    with pytest.raises(StepDeadlineError, match=r"0\.01 seconds"):
        await runner.prepare(JOB)


async def test_suspects_wait_for_the_database() -> None:
    """A job begun once is no suspect; whether it is one is asked until the database answers."""
    answers: list[Begun | Exception] = [UnavailableError("gone"), Begun(2, "make one", 3), Begun(1)]

    async def read(_workflow: str) -> Begun:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    suspects = Suspects(read, asyncio.Lock())
    suspect = await suspects.judge("job")
    assert isinstance(suspect, Suspect)
    assert suspect.begun.tries == 3
    assert await suspects.judge("job") is None


async def test_a_delivery_ends_with_its_last_attempt() -> None:
    """A round saves its record, attempts, saves, waits as it is told, and ends when there is no next time."""
    record = DeliveryRecord("dlv_1", "ada", "job_1", "https://x", "pending", 0, None, None, NOW, NOW, NOW)
    waits = [10.0, None]

    class Script(Courier):
        async def open(self, job_id: str, owner: str) -> DeliveryRecord:
            assert (job_id, owner) == ("job_1", "ada")
            return record

        async def save(self, delivery: DeliveryRecord) -> Saved:
            assert delivery.attempts == 2 - len(waits)
            return Saved()

        async def attempt(self, delivery: DeliveryRecord) -> Tried:
            return Tried(replace(delivery, attempts=delivery.attempts + 1), waits.pop(0))

    courier = Script(None, None, None, None, None)  # type: ignore[arg-type]  # nothing of it is used
    durable = Remembered()
    await deliver("job_1", "ada", None, courier=courier, durable=durable)
    first = ["open", "save", "sleep 0", "attempt", "save"]
    assert durable.steps == [*first, "sleep 10", "attempt", "save"]
    lost = Remembered({"open": Failure("not_found", "gone")})
    await deliver("job_1", "ada", None, courier=courier, durable=lost)
    assert lost.steps == ["open"]


async def test_an_attempt_that_could_not_be_made_counts() -> None:
    """A step that failed on our side is an attempt of the round, told of in its record, and not its end."""
    record = DeliveryRecord("dlv_1", "ada", "job_1", "https://x", "pending", 0, None, None, NOW, NOW, NOW)
    saved: list[DeliveryRecord] = []

    class Script(Courier):
        async def save(self, delivery: DeliveryRecord) -> Saved:
            saved.append(delivery)
            return Saved()

    courier = Script(None, None, None, None, None)  # type: ignore[arg-type]  # nothing of it is used
    durable = Remembered({"attempt": Failure("unavailable", "The database is gone.")})
    await deliver("job_1", "ada", record, courier=courier, durable=durable)
    assert durable.steps.count("attempt") == len(RETRY_DELAYS_S) + 1
    assert [one.attempts for one in saved] == list(range(len(RETRY_DELAYS_S) + 2))
    assert {one.state for one in saved[:-1]} == {"pending"}
    assert (saved[-1].state, saved[-1].last_error) == ("dead", "The database is gone.")


async def test_the_delivery_of_a_forgotten_job_is_dead() -> None:
    """A job that is not there any more cannot be sent: its delivery ends as dead, with the reason."""
    record = DeliveryRecord("dlv_1", "ada", "job_1", "https://x", "pending", 3, 500, None, NOW, NOW, NOW)
    courier = Courier(AsyncMock(get=AsyncMock(return_value=None)), None, None, None, None)  # type: ignore[arg-type]  # not reached
    tried = await courier.attempt(record)
    assert (tried.delivery.state, tried.delivery.attempts, tried.wait_s) == ("dead", 3, None)
    assert tried.delivery.last_error == "The job is not there any more."


async def test_a_suspect_stays_in_the_lane_until_it_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a step nobody is let in before its result is durable; a step that fails makes room at once."""
    counted = AsyncMock()
    monkeypatch.setattr(DBOS, "set_event_async", counted)
    lane = asyncio.Lock()
    suspect = Suspect(Begun(2, "make one", MAX_TRIES - 1), lane)
    assert await suspect.run("make one", AsyncMock(return_value="made")) == "made"
    assert lane.locked()
    suspect.leave()
    suspect.leave()
    assert not lane.locked()
    counted.assert_awaited_once_with(TRIES, {"step": "make one", "tries": MAX_TRIES})
    with pytest.raises(OverloadedError):
        await suspect.run("make two", AsyncMock(side_effect=OverloadedError("full")))
    with pytest.raises(AbandonedError):
        await Suspect(Begun(2, "make one", MAX_TRIES), lane).run("make one", AsyncMock())
    assert not lane.locked()
