"""`Idempotency-Key`: sent again, answered again, done once."""

import asyncio
import base64
from unittest.mock import AsyncMock

import httpx
import pytest

from serve_app.api.replay import once_by_key
from serve_app.domain import Principal
from serve_app.errors import OverloadedError, UrlFetchFailedError
from serve_app.records import StoredAnswer
from serve_app.services.container import Services
from serve_app.services.idempotency import Idempotency, Lease
from tests.local_engines import LocalEngines

UPSCALE = "/api/v1/upscale"
CUT = "/api/v1/remove-background"


def form(logo_png: bytes, **fields: str) -> dict[str, object]:
    """A multipart request; its boundary is another one each time."""
    return {"files": {"image": ("logo.png", logo_png)}, "data": {"scale": "2", **fields}}


async def history(client: httpx.AsyncClient) -> list[str]:
    """Ids of the pieces of work that were done."""
    rows = (await client.get("/api/v1/images")).json()["items"]
    return [row["id"] for row in rows]


async def test_same_request_replays_the_first_answer(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The second answer is the first one, byte for byte, and says that it is; the work was done once."""
    key = {"Idempotency-Key": "order-1", "Cache-Control": "no-store"}
    first = await client.post(UPSCALE, **form(logo_png), headers=key)
    again = await client.post(UPSCALE, **form(logo_png), headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await history(client)) == 1


async def test_bytes_are_replayed_with_their_facts(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """An answer that was an image comes again as the image, with the facts in its headers, however large."""
    headers = {"Idempotency-Key": "image-1", "Accept": "image/png"}
    first = await client.post(UPSCALE, **form(logo_png, scale="4"), headers=headers)
    again = await client.post(UPSCALE, **form(logo_png, scale="4"), headers=headers)
    assert again.content == first.content
    assert again.headers["content-type"] == "image/png"
    assert again.headers["x-asset-id"] == first.headers["x-asset-id"]


async def test_another_request_under_the_same_key_is_refused(
    client: httpx.AsyncClient, logo_png: bytes
) -> None:
    """A key names one request: other parameters or another endpoint under it are 422."""
    key = {"Idempotency-Key": "order-2"}
    assert (await client.post(UPSCALE, **form(logo_png), headers=key)).status_code == 200
    encoded = base64.b64encode(logo_png).decode()
    for answer in (
        await client.post(UPSCALE, **form(logo_png, scale="3"), headers=key),
        await client.post(CUT, json={"image_base64": encoded}, headers=key),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_fifty_at_once_are_one_execution(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Of fifty equal requests at once under one key one is done; the others get 409 or its answer."""
    key = {"Idempotency-Key": "order-3", "Cache-Control": "no-store"}
    sent = (client.post(UPSCALE, **form(logo_png), headers=key) for _ in range(50))
    answers = await asyncio.gather(*sent)
    done = [answer for answer in answers if answer.status_code == 200]
    busy = [answer for answer in answers if answer.status_code == 409]
    assert len(done) + len(busy) == 50
    assert {answer.content for answer in done} == {done[0].content}
    assert all(answer.json()["code"] == "idempotency_in_progress" for answer in busy)
    assert all(int(answer.headers["retry-after"]) >= 1 for answer in busy)
    assert len(await history(client)) == 1


async def test_keys_of_other_owners_do_not_meet(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """Two owners may use the same key for different requests."""
    await services.database.idempotency.claim(
        "mine",
        owner="somebody else",
        fingerprint="f",
        now=services.idempotency.now(),
        lease=services.idempotency.lease,
        ttl=services.idempotency.lease,
    )
    answer = await client.post(UPSCALE, **form(logo_png), headers={"Idempotency-Key": "mine"})
    assert answer.status_code == 200


async def test_a_refusal_is_kept(client: httpx.AsyncClient) -> None:
    """What is wrong with a request stays wrong: the refusal is the answer of its key."""
    broken = form(b"\x89PNG\r\n\x1a\nnothing")
    first = await client.post(UPSCALE, **broken, headers={"Idempotency-Key": "bad"})
    again = await client.post(UPSCALE, **broken, headers={"Idempotency-Key": "bad"})
    assert first.status_code == again.status_code == 422
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()


async def test_a_passing_failure_frees_the_key(
    client: httpx.AsyncClient, engines: LocalEngines, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a 503 the same key does the work when it is sent again."""
    key = {"Idempotency-Key": "later"}
    with monkeypatch.context() as patch:
        patch.setattr(engines, "encode", AsyncMock(side_effect=OverloadedError("full")))
        assert (await client.post(UPSCALE, **form(logo_png), headers=key)).status_code == 503
    assert (await client.post(UPSCALE, **form(logo_png), headers=key)).status_code == 200


async def test_a_url_that_gave_nothing_is_asked_again(
    client: httpx.AsyncClient, services: Services, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's server that failed is no answer of the key: sent again, the request fetches again."""
    key = {"Idempotency-Key": "elsewhere"}
    asked = {"image_url": "https://pictures.example/a.png", "scale": 2}
    fetched = AsyncMock(side_effect=[UrlFetchFailedError("late"), logo_png])
    monkeypatch.setattr(type(services.fetcher), "fetch", fetched)
    assert (await client.post(UPSCALE, json=asked, headers=key)).status_code == 422
    assert (await client.post(UPSCALE, json=asked, headers=key)).status_code == 200


async def test_a_client_that_goes_while_it_claims_gives_back(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that is cancelled before it knows that the key is its own leaves the key free."""
    claiming = asyncio.Event()
    claim = type(services.idempotency).claim

    async def slow(self: Idempotency, key: str, **of: str) -> StoredAnswer | None:
        found = await claim(self, key, **of)
        claiming.set()
        await asyncio.sleep(0)
        return found

    monkeypatch.setattr(Idempotency, "claim", slow)
    owner = Principal(key_id="k", owner="default", scopes=frozenset())
    told = {"owner": owner, "fingerprint": "f", "idempotency": services.idempotency}
    run = asyncio.create_task(once_by_key(AsyncMock(), "gone", **told, run=AsyncMock()))  # type: ignore[arg-type]  # by name
    await claiming.wait()
    run.cancel()
    await asyncio.wait({run})
    assert run.cancelled()
    again = await claim(services.idempotency, "gone", owner="default", fingerprint="another")
    assert isinstance(again, Lease)


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
async def test_malformed_keys_are_refused(client: httpx.AsyncClient, logo_png: bytes, key: str) -> None:
    """A key is 1 to 255 visible ASCII characters."""
    answer = await client.post(UPSCALE, **form(logo_png), headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


@pytest.mark.parametrize("keys", [("one", "two"), ("one", "one")])
async def test_two_keys_are_refused(
    client: httpx.AsyncClient, logo_png: bytes, keys: tuple[str, str]
) -> None:
    """A request under two keys, equal or not, is done under neither."""
    headers = [("Idempotency-Key", key) for key in keys]
    answer = await client.post(UPSCALE, **form(logo_png), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert [problem["field"] for problem in answer.json()["errors"]] == ["Idempotency-Key"]
    assert await history(client) == []
