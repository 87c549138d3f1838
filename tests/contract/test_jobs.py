"""What the queue of jobs promises, with a dispatcher at work, on SQLite and on Postgres."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from serve_app.adapters.job_queue_operator import AllJobs
from serve_app.domain import Encoded
from serve_app.ports import JobQueue
from serve_app.records import END_EVENT, PageRequest, Ticket
from tests.contract.jobs_service import Gate, Service, new_job, open_service, until, until_noted

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def jobs_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database for jobs on each engine."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('jobs')}/jobs.sqlite"
    server = request.getfixturevalue("postgres_server")
    server.execute("CREATE DATABASE jobs")
    return str(server.url_of("jobs"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(jobs_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A dispatcher at work."""
    made = await open_service(jobs_url, tmp_path_factory.mktemp("service"))
    await made.runtime.start()
    yield made
    await made.close()


@pytest.fixture
def gate(service: Service, request: pytest.FixtureRequest) -> Gate:
    """A file for which work can wait."""
    return Gate(service.folder / f"gate-{request.node.originalname}")


async def test_a_job_becomes_files_and_a_row(service: Service) -> None:
    """A job ends with stored files, a row in the history under an id made of its own, and its answer."""
    port: JobQueue = service.queue
    job = new_job("one", "two")
    accepted = await port.submit(job)
    assert (accepted.id, accepted.state, accepted.kind) == (job.id, "queued", "upscale")
    record = await service.ended(job)
    assert (record.state, record.done, record.total, record.step) == ("succeeded", 2, 2, "")
    assert [(item.name, item.state) for item in record.items] == [("one", "succeeded"), ("two", "succeeded")]
    assert record.result is not None
    assert record.result.body["parts"] == 2
    assert [file.role for file in record.result.files] == ["one", "two"]
    assert (await service.store.get(record.result.files[1].key)).data == b"two"
    image = await service.database.images.get(record.result.parent_id, owner=job.owner)
    assert image is not None
    assert image.job_id == job.id
    assert record.updated_at >= record.created_at == job.created_at


async def test_the_same_id_is_one_job(service: Service) -> None:
    """Submitted twice, at once and again later, a job is there once and done once."""
    job = new_job("one")
    await asyncio.gather(*(service.queue.submit(job) for _ in range(8)))
    await service.ended(job)
    again = await service.queue.submit(job)
    assert again.state == "succeeded"
    assert service.notes(job) == ["start", "one", "one done"]
    found = await service.queue.page(PageRequest(), owner=job.owner, state=None)
    assert [row.id for row in found.rows].count(job.id) == 1


async def test_inputs_are_read_and_removed(service: Service) -> None:
    """A job's own copies of its inputs are gone when it has ended; an asset that it names stays."""
    job = new_job("one", owner="inputs")
    own = Ticket(job.id, job.owner, job.kind, job.created_at)
    other = Ticket("img_other", job.owner, job.kind, job.created_at)
    recorder = service.workflows.runner.recorder
    (mine,) = await recorder.keep({"image": Encoded(b"<svg", "image/svg+xml", 1, 1, None)}, own)
    (theirs,) = await recorder.keep({"logo": Encoded(b"<svg", "image/svg+xml", 1, 1, None)}, other)
    kept = new_job("one", owner=job.owner, id=job.id, inputs={"image": mine.key, "logo": theirs.key})
    await service.queue.submit(kept)
    assert (await service.ended(kept)).state == "succeeded"
    assert await service.database.assets.of_parent(job.id, owner=job.owner) == ()
    assert await service.store.list_keys(mine.key) == []
    assert (await service.store.get(theirs.key)).data == b"<svg"


async def test_owners_do_not_see_each_other(service: Service) -> None:
    """Another owner's job is not there: to read, to list, to cancel."""
    job = new_job("one", owner="grace")
    await service.queue.submit(job)
    assert await service.queue.get(job.id, owner="mallory") is None
    assert await service.queue.cancel(job.id, owner="mallory") is None
    assert (await service.queue.page(PageRequest(), owner="mallory", state=None)).rows == ()
    assert (await service.ended(job)).state == "succeeded"


async def test_pages_go_back_in_time(service: Service) -> None:
    """Pages of two are the whole list, newest first; kind, state and time choose from it."""
    jobs = []
    for kind in ("upscale", "place_logo", "upscale"):
        jobs.append(new_job("one", owner="paging", kind=kind))
        await service.queue.submit(jobs[-1])
        await asyncio.sleep(0.002)  # ids tell milliseconds apart
    for job in jobs:
        await service.ended(job)

    async def ids(request: PageRequest, state: str | None = None) -> list[str]:
        found = await service.queue.page(request, owner="paging", state=state)  # type: ignore[arg-type]  # by design
        return [row.id for row in found.rows]

    newest_first = [job.id for job in reversed(jobs)]
    first = await service.queue.page(PageRequest(limit=2), owner="paging", state=None)
    assert [row.id for row in first.rows] == newest_first[:2]
    assert first.more
    assert all(row.result is None and row.items for row in first.rows)
    last = first.rows[-1]
    rest = await service.queue.page(
        PageRequest(limit=2, before=(last.created_at, last.id)), owner="paging", state=None
    )
    assert [row.id for row in rest.rows] == newest_first[2:]
    assert not rest.more
    assert await ids(PageRequest(kind="place_logo")) == [jobs[1].id]
    assert await ids(PageRequest(), "failed") == []
    assert await ids(PageRequest(), "succeeded") == newest_first
    assert await ids(PageRequest(created_before=jobs[0].created_at)) == []
    assert jobs[2].id in await ids(PageRequest(created_after=jobs[0].created_at))


async def test_a_job_of_a_key_has_its_place_in_the_list(service: Service, jobs_url: str) -> None:
    """An id that begins with no time (an Idempotency-Key's) neither leads a list nor hides from it."""
    jobs = [new_job("one", owner="keyed", **named) for named in ({}, {"id": f"job_{'f' * 32}"}, {})]
    for job in jobs:
        await service.queue.submit(job)
        await asyncio.sleep(0.002)
    newest_first = [job.id for job in reversed(jobs)]
    ids: list[str] = []
    before = None
    for _ in jobs:
        page = await service.queue.page(PageRequest(limit=1, before=before), owner="keyed", state=None)
        ids.append(page.rows[0].id)
        before = (page.rows[0].created_at, page.rows[0].id)
    assert (ids, page.more) == (newest_first, False)
    later = PageRequest(created_after=jobs[1].created_at)
    found = await service.queue.page(later, owner="keyed", state=None)
    assert [row.id for row in found.rows] == newest_first[:1]
    everybody = await asyncio.to_thread(AllJobs(jobs_url).newest, limit=3, owner="keyed")
    assert everybody == [(job_id, "keyed") for job_id in newest_first]


async def test_last_parts_get_the_others_files(service: Service) -> None:
    """A part that is made of the others comes after them and reads their files, wherever it is listed."""
    job = new_job("zip", "one", "two", last=["zip"])
    await service.queue.submit(job)
    record = await service.ended(job)
    assert record.result is not None
    assert [item.name for item in record.items] == ["one", "two", "zip"]
    assert [file.role for file in record.result.files] == ["zip", "one", "two"]
    assert (await service.store.get(record.result.files[0].key)).data == b"one+two"


async def test_a_part_fails_alone(service: Service) -> None:
    """A part that cannot be made is told of; the others are the result."""
    job = new_job("one", "bad", "three", fails=["bad"])
    await service.queue.submit(job)
    record = await service.ended(job)
    assert record.state == "succeeded"
    assert [item.state for item in record.items] == ["succeeded", "failed", "succeeded"]
    assert record.items[1].error == {"code": "UrlForbiddenError", "detail": "bad is forbidden."}
    assert record.result is not None
    assert [file.role for file in record.result.files] == ["one", "three"]
    assert service.notes(job).count("bad") == 1


@pytest.mark.parametrize("fails", [["start"], ["one", "two"]])
async def test_a_job_without_any_part_fails(service: Service, fails: list[str]) -> None:
    """A job that cannot be prepared, or none of whose parts can be made, fails with the first reason."""
    job = new_job("one", "two", "zip", last=["zip"], fails=fails)
    await service.queue.submit(job)
    record = await service.ended(job)
    assert record.state == "failed"
    assert record.error == {"code": "UrlForbiddenError", "detail": f"{fails[0]} is forbidden."}
    assert record.result is None
    assert "zip" not in service.notes(job)


async def test_busy_parts_are_tried_again(service: Service) -> None:
    """What may pass is tried as often as the policy says, then it is an error of the part."""
    job = new_job("soon", "never", busy={"soon": 2, "never": 99})
    await service.queue.submit(job)
    record = await service.ended(job)
    assert [item.state for item in record.items] == ["succeeded", "failed"]
    assert record.items[1].error == {"code": "OverloadedError", "detail": "Come back later."}
    assert (service.notes(job).count("soon"), service.notes(job).count("never")) == (3, 3)
    assert service.notes(job).count("start") == 1


async def test_a_queued_job_is_cancelled_at_once(service: Service, gate: Gate) -> None:
    """A cancelled job that had to wait is never begun; cancelling again changes nothing."""
    first = new_job("one", owner="queue", waits={"one": gate.name})
    second = new_job("one", owner="queue")
    await service.queue.submit(first)
    await until_noted(service.folder, first, "one")
    await service.queue.submit(second)
    cancelled = await service.queue.cancel(second.id, owner="queue")
    assert cancelled is not None
    assert cancelled.state == "cancelled"
    assert await service.queue.cancel(second.id, owner="queue") == cancelled
    gate.open()
    done = await service.ended(first)
    assert done.state == "succeeded"
    assert await service.queue.cancel(first.id, owner="queue") == done
    assert service.notes(second) == []


async def test_a_running_job_stops_in_its_step(service: Service, gate: Gate) -> None:
    """A running job that is cancelled stops in the middle of its step; its items tell what was made."""
    job = new_job("one", "two", "three", waits={"two": gate.name})
    await service.queue.submit(job)
    await until_noted(service.folder, job, "two")
    cancelled = await service.queue.cancel(job.id, owner=job.owner)
    assert cancelled is not None
    assert cancelled.state == "cancelled"
    events = await service.seen(job)
    assert [event.name for event in events] == ["progress", "item", "end"]
    assert events[-1].data == {"state": "cancelled", "error": None}
    await asyncio.sleep(1.5)  # as long as DBOS takes at most to tell the step
    gate.open()
    after = new_job("one", owner=job.owner)  # the owner's place in the queue is free again
    await service.queue.submit(after)
    assert (await service.ended(after)).state == "succeeded"
    assert service.notes(job) == ["start", "one", "one done", "two"]
    record = await service.queue.get(job.id, owner=job.owner)
    assert record is not None
    assert [item.name for item in record.items] == ["one"]


async def test_events_resume_from_any_id(service: Service) -> None:
    """Whoever comes back with the id of the last event seen gets the rest, the same ids and data."""
    job = new_job("one", "two")
    await service.queue.submit(job)
    events = await service.seen(job)
    assert [event.id for event in events] == [0, 1, 2, END_EVENT]
    assert events[0].data == {"progress": {"done": 0, "total": 2, "step": "one"}}
    assert events[1].data["progress"] == {"done": 1, "total": 2, "step": "two"}
    assert events[1].data["item"]["name"] == "one"
    assert json.loads(json.dumps(dict(events[1].data))) == events[1].data
    for seen in range(len(events)):
        assert await service.seen(job, after=events[seen].id) == events[seen + 1 :]


async def test_many_read_at_once(service: Service, gate: Gate) -> None:
    """A hundred readers of ten jobs get every event; the queue answers others meanwhile."""
    jobs = [new_job("one", "two", owner=f"reader-{index}", waits={"two": gate.name}) for index in range(10)]
    for job in jobs:
        await service.queue.submit(job)
    readers = [asyncio.create_task(service.seen(job)) for job in jobs for _ in range(10)]
    await until(lambda: any("two" in service.notes(job) for job in jobs))
    records = await asyncio.gather(*(service.queue.get(job.id, owner=job.owner) for job in jobs))
    assert all(record is not None and record.state in {"queued", "running"} for record in records)
    gate.open()
    for events in await asyncio.gather(*readers):
        assert [event.name for event in events] == ["progress", "item", "item", "end"]


async def test_an_owner_has_one_place(service: Service, gate: Gate) -> None:
    """An owner's jobs are done one at a time, the urgent before the others; other owners do not wait."""
    jobs = {
        name: new_job("one", owner="greedy", priority=priority, waits={"one": gate.name})
        for name, priority in (("first", 0), ("later", 5), ("urgent", 1))
    }
    await service.queue.submit(jobs["first"])
    await until_noted(service.folder, jobs["first"], "one")
    await service.queue.submit(jobs["later"])
    await service.queue.submit(jobs["urgent"])
    other = new_job("one", owner="modest")
    await service.queue.submit(other)
    assert (await service.ended(other)).state == "succeeded"
    assert service.notes(jobs["urgent"]) == []
    assert await service.queue.counts() == {"queued": 2, "running": 1}
    gate.open()
    for job in jobs.values():
        await service.ended(job)
    order = [line.split()[0] for line in (service.folder / "notes.txt").read_text().splitlines()]
    begun = sorted(jobs, key=lambda name: order.index(jobs[name].id))
    assert begun == ["first", "urgent", "later"]


async def test_an_unknown_job_has_only_an_end(service: Service) -> None:
    """Reading the events of a job that is not there ends."""
    assert [event.name for event in await service.seen(new_job("one"))] == ["end"]


async def test_the_queue_answers_when_a_dispatcher_was_there(service: Service) -> None:
    """The check passes."""
    await service.queue.check()
    assert service.runtime.alive()
