"""`Prefer: respond-async`, `/jobs`, events, cancelling: a real dispatcher works on the jobs."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import httpx
import numpy as np
import pytest
from PIL import Image

from configs.settings import Settings
from serve_app.adapters.key_ring_keys import new_key
from serve_app.dispatcher import build_runtime
from serve_app.errors import UnavailableError
from serve_app.services.container import Services
from tests.api.conftest import png
from tests.api.packs import small_packs
from tests.local_engines import LocalEngines

UPSCALE, PACK, JOBS = "/api/v1/upscale", "/api/v1/generate-asset-pack", "/api/v1/jobs"
LATER = {"Prefer": "respond-async"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Files on disk: API and dispatcher open them each for itself."""
    return Settings(_env_file=None, data_dir=tmp_path, deadline_s=60)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)


@pytest.fixture
async def dispatcher(
    settings: Settings, engines: LocalEngines, services: Services, left_queue: Path
) -> AsyncIterator[None]:
    """A dispatcher over the same database, objects and deployments, where one has been before."""
    shutil.copy(left_queue, settings.data_dir)
    runtime = build_runtime(settings, engines=engines, device="cpu", queue=services.jobs)
    await runtime.start()
    yield
    await runtime.close()


async def ended(client: httpx.AsyncClient, location: str) -> dict[str, Any]:
    """The job when it has ended."""
    async with asyncio.timeout(60):
        while True:
            job: dict[str, Any] = (await client.get(location)).json()["job"]
            if job["state"] in ("succeeded", "failed", "cancelled"):
                return job
            await asyncio.sleep(0.1)


async def ask(client: httpx.AsyncClient, image: bytes, **fields: str) -> httpx.Response:
    """Upscale later."""
    files = {"image": ("logo.png", image)}
    return await client.post(UPSCALE, files=files, data={"scale": "2", **fields}, headers=LATER)


@pytest.mark.usefixtures("dispatcher")
async def test_a_job_gives_what_the_endpoint_gives(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """202 names the job; its result is the endpoint's answer, and its files are the same bytes."""
    accepted = await ask(client, logo_png)
    assert accepted.status_code == 202
    assert accepted.headers["preference-applied"] == "respond-async"
    assert accepted.headers["location"] == f"{JOBS}/{accepted.json()['job']['id']}"
    job = await ended(client, accepted.headers["location"])
    assert (job["state"], job["kind"], job["error"]) == ("succeeded", "upscale", None)
    assert job["progress"]["done"] == job["progress"]["total"]
    files = {"image": ("logo.png", logo_png)}
    now = (await client.post(UPSCALE, files=files, data={"scale": "2"})).json()
    assert set(now) - set(job["result"]) == {"request_id"}
    (asset,) = job["result"]["assets"]
    assert asset["sha256"] == now["assets"][0]["sha256"]
    assert len((await client.get(asset["url"])).content) == asset["bytes"]
    assert [item["name"] for item in job["items"]] == ["upscaled"]
    row = (await client.get(f"/api/v1/images/{job['result']['id']}")).json()
    assert row["job_id"] == job["id"]
    assert (await client.get(row["original_url"])).content == logo_png


@pytest.mark.usefixtures("dispatcher")
async def test_a_pack_comes_item_by_item(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Events tell of each item as it is ready, with a link that opens; the last one brings the whole job."""
    files = {"logo": ("logo.png", logo_png)}
    names = ["logo_svg", "banner_pdf", "social_card", "zip"]
    data = {"team_name": "Harbor Foxes", "include": names}
    accepted = await client.post(PACK, files=files, data=data, headers=LATER)
    location = accepted.headers["location"]
    events = await read_events(client, f"{location}/events")
    assert [event["event"] for event in events][-1] == "end"
    assert [event["id"] for event in events] == sorted({event["id"] for event in events})
    items = [row for event in events if event["event"] == "item" for row in event["data"]["items"]]
    assert [item["name"] for item in items] == names
    for item in items:
        assert item["state"] == "succeeded"
        assert (await client.get(item["asset"]["url"])).status_code == 200
        assert "owner" not in item["asset"]
    job = events[-1]["data"]["job"]
    assert (job["state"], job["progress"]["done"]) == ("succeeded", 4)
    assert {item["name"] for item in job["result"]["items"]} == set(names)
    rest = await read_events(client, f"{location}/events", last=events[2]["id"])
    assert [event["id"] for event in rest] == [event["id"] for event in events[3:]]


@pytest.mark.usefixtures("dispatcher")
async def test_what_is_over_the_limits_becomes_a_job(
    client: httpx.AsyncClient, services: Services, photo_png: bytes
) -> None:
    """A photo that its network takes too long for, or an image over the megapixels, is accepted."""
    large = Image.open(BytesIO(photo_png)).resize((512, 512))
    files = {"image": ("photo.png", png(np.asarray(large)))}
    asked = await client.post(UPSCALE, files=files, data={"scale": "1.2", "model": "photo"})
    assert asked.status_code == 202
    object.__setattr__(services.limits, "max_megapixels", 0.2)
    over = await client.post(UPSCALE, files=files, data={"scale": "1"})
    assert over.status_code == 202
    for answer in (asked, over):
        assert (await ended(client, answer.headers["location"]))["state"] == "succeeded"


@pytest.mark.usefixtures("dispatcher")
async def test_what_cannot_be_made_fails_with_its_code(client: httpx.AsyncClient) -> None:
    """A job that comes to nothing says why, by the code that the endpoint would have answered."""
    blank = BytesIO()
    Image.new("RGB", (64, 64), "white").save(blank, "PNG")
    files = {"image": ("blank.png", blank.getvalue())}
    accepted = await client.post("/api/v1/remove-background", files=files, headers=LATER)
    job = await ended(client, accepted.headers["location"])
    assert (job["state"], job["error"]["code"], job["result"]) == ("failed", "no_foreground", None)


async def test_what_is_wrong_at_a_look_is_refused_at_once(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A broken file, a bad field or a webhook to a forbidden address is no job."""
    assert (await ask(client, b"no image")).status_code == 415
    assert (await ask(client, logo_png, format="bmp")).status_code == 422
    inside = await ask(client, logo_png, webhook_url="http://169.254.169.254/latest")
    assert (inside.status_code, inside.json()["code"]) == (422, "url_forbidden")


@pytest.mark.usefixtures("dispatcher")
async def test_a_webhook_makes_it_a_job(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A request with `webhook_url` is done as a job and leaves a delivery in the list."""
    files = {"image": ("logo.png", logo_png)}
    data = {"scale": "2", "webhook_url": "https://hooks.invalid/done"}
    accepted = await client.post(UPSCALE, files=files, data=data)
    assert accepted.status_code == 202
    job = await ended(client, accepted.headers["location"])
    assert job["webhook_url"] == "https://hooks.invalid/done"
    async with asyncio.timeout(20):
        rows: list[dict[str, Any]] = []
        while not rows:
            await asyncio.sleep(0.1)
            rows = (await client.get("/api/v1/webhooks")).json()["items"]
    assert (rows[0]["job_id"], rows[0]["url"]) == (job["id"], job["webhook_url"])


@pytest.mark.usefixtures("queue_only")
async def test_a_queued_job_is_cancelled_at_once(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Work that nobody has begun is cancelled when it is asked for; once more changes nothing."""
    location = (await ask(client, logo_png)).headers["location"]
    assert (await client.get(location)).json()["job"]["state"] == "queued"
    for _ in range(2):
        answer = await client.delete(location)
        assert (answer.status_code, answer.json()["job"]["state"]) == (200, "cancelled")
    events = await read_events(client, f"{location}/events")
    assert [event["event"] for event in events] == ["end"]


@pytest.mark.usefixtures("queue_only")
async def test_a_cancelled_job_leaves_no_image(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """What was sent for it is removed with it; that of other jobs stays."""
    gone, kept = [(await ask(client, logo_png)).json()["job"]["id"] for _ in range(2)]
    assert (await client.delete(f"{JOBS}/{gone}")).status_code == 200
    assert await services.database.assets.of_parent(gone, owner="default") == ()
    (left,) = await services.database.assets.of_parent(kept, owner="default")
    assert [found.key async for found in services.store.walk("assets")] == [left.key]


@pytest.mark.usefixtures("queue_only")
async def test_jobs_are_listed_by_state_and_kind(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The list pages newest first and filters; results are left to the job itself."""
    ids = [(await ask(client, logo_png)).json()["job"]["id"] for _ in range(3)]
    await client.delete(f"{JOBS}/{ids[0]}")
    listed = (await client.get(JOBS, params={"limit": 2})).json()
    assert [job["id"] for job in listed["items"]] == [ids[2], ids[1]]
    rest = (await client.get(JOBS, params={"limit": 2, "cursor": listed["next_cursor"]})).json()
    assert ([job["id"] for job in rest["items"]], rest["next_cursor"]) == ([ids[0]], None)
    # Postgres takes no NUL, and would be asked about one.
    assert (await client.get(JOBS, params={"kind": "\x00"})).status_code == 422
    cancelled = (await client.get(JOBS, params={"state": "cancelled"})).json()["items"]
    assert [job["id"] for job in cancelled] == [ids[0]]
    assert (await client.get(JOBS, params={"kind": "asset_pack"})).json()["items"] == []


@pytest.mark.usefixtures("queue_only")
async def test_others_jobs_are_not_there(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """Another owner's job answers like a job that never was, on every route."""
    own = (await ask(client, logo_png)).headers["location"]
    now = datetime.now(UTC)
    record, key = new_key("somebody else", "theirs", scopes=("read", "write"), plan="default", now=now)
    await services.database.keys.add(record)
    theirs = {"Authorization": f"Bearer {key}"}
    for method, path in (("GET", ""), ("GET", "/events"), ("DELETE", "")):
        for location in (own, f"{JOBS}/job_{'0' * 32}"):
            answer = await client.request(method, f"{location}{path}", headers=theirs)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (await client.get(JOBS, headers=theirs)).json()["items"] == []
    assert (await client.get(own)).json()["job"]["state"] == "queued"


@pytest.mark.usefixtures("queue_only")
async def test_the_same_key_is_one_job(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """An Idempotency-Key makes one job of two requests."""
    files = {"image": ("logo.png", logo_png)}
    headers = {**LATER, "Idempotency-Key": "job-1"}
    first = await client.post(UPSCALE, files=files, data={"scale": "2"}, headers=headers)
    again = await client.post(UPSCALE, files=files, data={"scale": "2"}, headers=headers)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.headers["location"] == first.headers["location"]
    assert len((await client.get(JOBS)).json()["items"]) == 1


@pytest.mark.usefixtures("queue_only")
async def test_a_job_whose_answer_was_lost_is_found_again(
    client: httpx.AsyncClient, services: Services, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that died once its job was accepted finds it by its key, and stores no image again."""
    files = {"image": ("logo.png", logo_png)}
    headers = {**LATER, "Idempotency-Key": "job-2"}
    with monkeypatch.context() as patch:
        patch.setattr(type(services.idempotency), "finish", AsyncMock(side_effect=UnavailableError("gone")))
        lost = await client.post(UPSCALE, files=files, data={"scale": "2"}, headers=headers)
    assert lost.status_code == 503
    (job,) = (await client.get(JOBS)).json()["items"]
    stored = await services.store.list_keys("assets")
    later = replace(services.idempotency, now=lambda: datetime.now(UTC) + 2 * services.idempotency.lease)
    object.__setattr__(services, "idempotency", later)
    again = await client.post(UPSCALE, files=files, data={"scale": "2"}, headers=headers)
    assert (again.status_code, again.json()["job"]["id"]) == (202, job["id"])
    assert await services.store.list_keys("assets") == stored


async def test_without_a_database_of_jobs_it_is_503(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """Before the dispatcher has ever started no job is accepted, and nothing of the request stays."""
    answer = await ask(client, logo_png)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert await services.store.list_keys("assets") == []


async def read_events(
    client: httpx.AsyncClient, url: str, *, last: int | None = None
) -> list[dict[str, Any]]:
    """Every event to the end of the stream."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(60), client.stream("GET", url, headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        event: dict[str, Any] = {}
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                event["id"] = int(value)
            elif name == "event":
                event["event"] = value
            elif name == "data":
                event["data"] = json.loads(value)
            elif not line and event:
                events.append(event)
                event = {}
    return events


@pytest.mark.usefixtures("queue_only")
async def test_the_most_urgent_job_goes_first(
    client: httpx.AsyncClient,
    settings: Settings,
    engines: LocalEngines,
    services: Services,
    logo_png: bytes,
) -> None:
    """Of jobs that wait, the one with `Priority: u=0` is made before those sent earlier."""
    files = {"image": ("logo.png", logo_png)}
    ids = {}
    for urgency in (7, 3, 0):
        headers = {**LATER, "Priority": f"u={urgency}"}
        answer = await client.post(UPSCALE, files=files, data={"scale": "2"}, headers=headers)
        ids[urgency] = answer.json()["job"]["id"]
    runtime = build_runtime(settings, engines=engines, device="cpu", queue=services.jobs)
    await runtime.start()
    ended_at = {u: (await ended(client, f"{JOBS}/{job}"))["updated_at"] for u, job in ids.items()}
    await runtime.close()
    assert ended_at[0] < ended_at[3] < ended_at[7]
