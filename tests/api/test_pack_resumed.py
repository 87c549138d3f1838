"""A pack as a job that goes on in another process."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from serve_app.api.operations import begin, explain
from serve_app.domain import Encoded
from serve_app.jobs.runner import JobRunner, ticket_of
from serve_app.records import NewJob, Outcome, PartResult
from serve_app.services.container import Services
from serve_app.services.do_now import do_now
from serve_app.services.ids import new_id
from serve_app.services.work import Task
from tests.api.packs import small_packs

PARAMS: dict[str, Any] = {
    "team_name": "Harbor Foxes",
    "sport": "soccer",
    "players_csv": "No;Name\n7;Mina Duarte\n",
    "include": ["logo_svg", "logo_mono", "banner_pdf", "readme", "zip"],
    "jerseys": ["print"],
}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)


async def job_of(services: Services, logo: bytes) -> NewJob:
    """An accepted job with its logo stored."""
    key = "assets/x/input/logo.png"
    await services.store.put(key, logo, content_type="image/png")
    now = datetime.now(UTC)
    return NewJob(
        new_id("job", now), "default", "key", "asset_pack", PARAMS, {"logo": key}, None, "request", now
    )


async def done(services: Services, job: NewJob, *, dies: bool) -> Outcome:
    """All steps of a job, each in a process of its own where it dies after each."""

    def runner() -> JobRunner:
        begins = partial(begin, services.making)
        return JobRunner(begins, services.recorder, services.store, services.database, deadline_s=60)

    made: dict[str, PartResult] = {}
    at_work = runner()
    plan = await at_work.prepare(job)
    for part in plan.order:
        for _ in range(2 if dies else 1):  # the step ends, dies before that is remembered, and is done again
            at_work = runner() if dies else at_work
            others = tuple(made.values()) if part in plan.last else ()
            made[part] = await at_work.make(job, part, others)
    return await (runner() if dies else at_work).conclude(job, [made[part] for part in plan.parts])


async def test_a_killed_pack_goes_on(services: Services, logo_png: bytes) -> None:
    """Killed after every step, and each step done twice, a pack is the one that is made in one go."""
    job = await job_of(services, logo_png)
    outcome = await done(services, job, dies=True)
    rows = await services.database.assets.of_parent(outcome.parent_id, owner="default")
    assert {row.id for row in rows} >= {file.id for file in outcome.files}
    assert len(rows) == len(outcome.files) + 1, "each file once, and the original"
    hashes = {file.role: file.sha256 for file in outcome.files}
    assert set(hashes) == {*PARAMS["include"], "jersey_1_name", "jersey_1_number"}
    task = Task("asset_pack", PARAMS, {"logo": logo_png}, None, "default", fresh=True)
    ticket = ticket_of(await job_of(services, logo_png))
    work = begin(services.making, task)
    whole = await do_now(work, task, ticket, recorder=services.recorder, explain=explain)
    assert {file.role: file.sha256 for file in whole.outcome.files} == hashes
    assert all(item["ms"] > 0 for item in outcome.body["items"])
    assert outcome.body["brand_kit"] == whole.outcome.body["brand_kit"]
    assert whole.files == {}, "nothing of a pack is held in memory"


async def test_one_part_alone_is_held(services: Services, logo_png: bytes) -> None:
    """Of work with one part the file is at hand, for who wants its bytes."""
    params = {**PARAMS, "include": ["banner_pdf"], "jerseys": []}
    task = Task("asset_pack", params, {"logo": logo_png}, None, "default")
    ticket = ticket_of(await job_of(services, logo_png))
    work = begin(services.making, task)
    made = await do_now(work, task, ticket, recorder=services.recorder, explain=explain)
    assert isinstance(made.files["banner_pdf"], Encoded)
