"""The routes of webhooks, over their service with records in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, get_args

import httpx
import pytest
from fastapi import FastAPI, Request

from serve_app.adapters.webhooks import HttpWebhookSender
from serve_app.api import errors
from serve_app.api.dependencies import CallerDep, WriterDep
from serve_app.api.routers import webhooks
from serve_app.domain import Principal
from serve_app.errors import ForbiddenError, UnavailableError, UrlForbiddenError, UrlSchemeError
from serve_app.records import DeliveryRecord, Page, PageRequest
from serve_app.services.webhook_delivery import OVERDUE_AFTER
from serve_app.services.webhook_signing import owner_secret
from serve_app.services.webhooks import WebhookService

_NOW = datetime(2026, 1, 2, tzinfo=UTC)
_MASTER = b"a master secret of the service"


@dataclass
class _Records:
    """`WebhookRecords` in a dictionary."""

    rows: dict[str, DeliveryRecord] = field(default_factory=dict)

    async def save(self, delivery: DeliveryRecord) -> None:
        self.rows[delivery.id] = delivery

    async def get(self, delivery_id: str, *, owner: str) -> DeliveryRecord | None:
        found = self.rows.get(delivery_id)
        return found if found is not None and found.owner == owner else None

    async def page(self, request: PageRequest, *, owner: str) -> Page[DeliveryRecord]:
        rows = sorted(self.rows.values(), key=lambda row: (row.created_at, row.id), reverse=True)
        rows = [row for row in rows if row.owner == owner and request.kind in (None, row.state)]
        if request.before is not None:
            rows = [row for row in rows if (row.created_at, row.id) < request.before]
        return Page(tuple(rows[: request.limit]), more=len(rows) > request.limit)

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> int:
        raise AssertionError((now, dry_run))


@dataclass
class _Rounds:
    """Keeps the rounds that were accepted, or is out of reach."""

    accepted: dict[str, DeliveryRecord] = field(default_factory=dict)
    gone: bool = False

    async def __call__(self, delivery: DeliveryRecord, *, round_id: str) -> None:
        if self.gone:
            raise UnavailableError("The queue does not answer.")
        self.accepted.setdefault(round_id, delivery)


def _delivery(number: int, **changes: Any) -> DeliveryRecord:
    made = DeliveryRecord(
        id=f"dlv_{number:032x}",
        owner="owner-1",
        job_id=f"job_{number:032x}",
        url="https://hook.example/",
        state="dead",
        attempts=11,
        last_status=500,
        last_error="The webhook's server answered with status 500.",
        created_at=_NOW + timedelta(seconds=number),
        updated_at=_NOW + timedelta(hours=number),
        expires_at=_NOW + timedelta(days=7),
    )
    return replace(made, **changes)


@pytest.fixture
def records() -> _Records:
    """Three deliveries of one owner, one of another's."""
    rows = [_delivery(1), _delivery(2, state="delivered"), _delivery(3), _delivery(4, owner="owner-2")]
    return _Records({row.id: row for row in rows})


@pytest.fixture
def rounds() -> _Rounds:
    """What accepts redeliveries."""
    return _Rounds()


@pytest.fixture
def service(records: _Records, rounds: _Rounds) -> WebhookService:
    """The use cases at a fixed time."""
    return WebhookService(records, HttpWebhookSender(), _MASTER, rounds, now=lambda: _NOW + timedelta(days=1))


def _as(scope: str) -> Any:
    """A caller by the headers `X-Owner` and `X-Scopes`."""

    def _principal(request: Request) -> Principal:
        scopes = frozenset(request.headers.get("x-scopes", "read,write,admin").split(","))
        if scope not in scopes:
            raise ForbiddenError(scope)
        return Principal("key", request.headers.get("x-owner", "owner-1"), scopes)

    return _principal


@pytest.fixture
async def client(service: WebhookService) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the routes alone."""
    api = FastAPI()
    api.state.services = SimpleNamespace(webhooks=service)
    api.include_router(webhooks.router, prefix="/api/v1")
    errors.install(api)
    for dependency, scope in ((CallerDep, "read"), (WriterDep, "write")):
        api.dependency_overrides[get_args(dependency)[1].dependency] = _as(scope)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://test/api/v1") as http:
        yield http


async def test_deliveries_are_listed_newest_first(client: httpx.AsyncClient) -> None:
    """A list holds the caller's own, newest first, without saying whose they are."""
    answer = (await client.get("/webhooks")).json()
    assert [item["id"] for item in answer["items"]] == [_delivery(number).id for number in (3, 2, 1)]
    assert answer["next_cursor"] is None
    assert answer["items"][0] == {
        "id": _delivery(3).id,
        "job_id": _delivery(3).job_id,
        "url": "https://hook.example/",
        "state": "dead",
        "attempts": 11,
        "last_status": 500,
        "last_error": "The webhook's server answered with status 500.",
        "created_at": "2026-01-02T00:00:03Z",
        "updated_at": "2026-01-02T03:00:00Z",
        "expires_at": "2026-01-09T00:00:00Z",
    }


async def test_pages_meet_without_gap_or_double(client: httpx.AsyncClient) -> None:
    """Following `next_cursor` gives each delivery once."""
    seen: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        answer = (await client.get("/webhooks", params=query)).json()
        seen += [item["id"] for item in answer["items"]]
        if answer["next_cursor"] is None:
            break
        query["cursor"] = answer["next_cursor"]
    assert seen == [_delivery(number).id for number in (3, 2, 1)]


async def test_a_list_by_state(client: httpx.AsyncClient) -> None:
    """`state` leaves the others out."""
    answer = (await client.get("/webhooks", params={"state": "delivered"})).json()
    assert [item["id"] for item in answer["items"]] == [_delivery(2).id]


@pytest.mark.parametrize(
    ("query", "field_name"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("state=lost", "state"),
        ("cursor=x", "cursor"),
        ("cursor=" + "A" * 500, "cursor"),
    ],
)
async def test_bad_queries(query: str, field_name: str, client: httpx.AsyncClient) -> None:
    """A query that is out of range is 422 with the field's name."""
    answer = await client.get(f"/webhooks?{query}")
    assert answer.status_code == 422
    assert answer.json()["code"] == "validation_error"
    assert [error["field"] for error in answer.json()["errors"]] == [field_name]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("delivery_id", [_delivery(4).id, _delivery(9).id, "dlv_", "x%00y", "\N{SNOWMAN}"])
async def test_what_is_not_the_callers_is_not_there(
    method: str, delivery_id: str, client: httpx.AsyncClient, rounds: _Rounds
) -> None:
    """Another owner's delivery, an unknown one and nonsense give the same 404, and nothing starts."""
    path = f"/webhooks/{delivery_id}" + ("/redeliver" if method == "POST" else "")
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.json()["detail"] == "There is no such webhook delivery."
    assert rounds.accepted == {}


async def test_one_delivery(client: httpx.AsyncClient) -> None:
    """A delivery is shown as in the list."""
    listed = (await client.get("/webhooks")).json()["items"]
    assert (await client.get(f"/webhooks/{_delivery(2).id}")).json() == listed[1]


async def test_the_secret_is_the_owners(client: httpx.AsyncClient) -> None:
    """Each owner gets the secret that their webhooks are signed with, and no cache keeps it."""
    for owner in ("owner-1", "owner-2"):
        answer = await client.get("/webhooks/secret", headers={"X-Owner": owner})
        assert answer.json() == {"secret": owner_secret(_MASTER, owner)}
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "scopes"),
    [
        ("GET", "/webhooks", "write"),
        ("GET", f"/webhooks/{_delivery(1).id}", "write"),
        ("GET", "/webhooks/secret", "read,write"),
        ("POST", f"/webhooks/{_delivery(1).id}/redeliver", "read"),
    ],
)
async def test_scopes(
    method: str, path: str, scopes: str, client: httpx.AsyncClient, rounds: _Rounds
) -> None:
    """Reading takes `read`, the secret `admin`, sending again `write`."""
    answer = await client.request(method, path, headers={"X-Scopes": scopes})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert rounds.accepted == {}


@pytest.mark.parametrize("number", [1, 2])
async def test_an_ended_delivery_starts_anew(number: int, client: httpx.AsyncClient, rounds: _Rounds) -> None:
    """A dead or delivered delivery gets one new round, however often it is asked for before it begins."""
    answers = [await client.post(f"/webhooks/{_delivery(number).id}/redeliver") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202] * 3
    assert answers[0].json()["state"] == "pending"
    assert answers[0].json()["attempts"] == 0
    (started,) = rounds.accepted.values()
    assert (started.id, started.owner, started.state) == (_delivery(number).id, "owner-1", "pending")


async def test_the_next_round_is_another_one(
    client: httpx.AsyncClient, records: _Records, rounds: _Rounds
) -> None:
    """A delivery that has died again can be sent again."""
    path = f"/webhooks/{_delivery(1).id}/redeliver"
    await client.post(path)
    await records.save(_delivery(1, updated_at=_NOW + timedelta(hours=30)))
    await client.post(path)
    assert len(rounds.accepted) == 2


async def test_a_pending_delivery_goes_on(
    client: httpx.AsyncClient, records: _Records, rounds: _Rounds
) -> None:
    """What is tried already is answered 202 as it stands; what has lost its worker long ago starts anew."""
    now = _NOW + timedelta(days=1)
    pending = _delivery(1, state="pending", attempts=3, updated_at=now - OVERDUE_AFTER)
    await records.save(pending)
    answer = await client.post(f"/webhooks/{pending.id}/redeliver")
    assert (answer.status_code, answer.json()["attempts"]) == (202, 3)
    assert rounds.accepted == {}
    await records.save(replace(pending, updated_at=now - OVERDUE_AFTER - timedelta(seconds=1)))
    await client.post(f"/webhooks/{pending.id}/redeliver")
    assert len(rounds.accepted) == 1


async def test_a_round_that_cannot_be_accepted(
    client: httpx.AsyncClient, records: _Records, rounds: _Rounds
) -> None:
    """Without the queue a redelivery is 503, and the record says what it said."""
    rounds.gone = True
    answer = await client.post(f"/webhooks/{_delivery(1).id}/redeliver")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert records.rows[_delivery(1).id] == _delivery(1)


async def test_urls_are_judged_at_acceptance(service: WebhookService) -> None:
    """No URL is fine; a scheme that is not http(s) and an inner address are refused."""
    await service.check(None)
    with pytest.raises(UrlSchemeError):
        await service.check("ftp://hook.example/")
    with pytest.raises(UrlForbiddenError):
        await service.check("http://169.254.169.254/")


def test_the_master_secret_is_not_shown(service: WebhookService) -> None:
    """A log line with the service in it holds no secret."""
    assert "master secret" not in repr(service)
