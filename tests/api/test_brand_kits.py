"""`/brand-kits`: what a team's pictures have in common."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from serve_app.adapters.key_ring_keys import new_key
from serve_app.api import json_body
from serve_app.api.create import create_api
from serve_app.records import AssetRecord, BrandKitRecord
from serve_app.services.brand_kits import MAX_KITS
from serve_app.services.container import Services

KITS = "/api/v1/brand-kits"
NOBODYS = f"{KITS}/kit_{'0' * 32}"
VOLATILE = ("request_id", "timestamp", "instance")


def asset(number: int, *, owner: str = "default", days: float = 7) -> AssetRecord:
    """A stored file's row."""
    now = datetime.now(UTC)
    return AssetRecord(
        id=f"ast_{number:032x}",
        owner=owner,
        key=f"assets/x/{number}.png",
        role="master",
        content_type="image/png",
        width=10,
        height=10,
        dpi=None,
        bytes=4,
        sha256="0" * 64,
        created_at=now - timedelta(days=1),
        expires_at=now + timedelta(days=days),
    )


def kit(number: int, *, owner: str = "default", logo: str | None = None) -> BrandKitRecord:
    """A kit's row, older the larger its number."""
    created = datetime.now(UTC) - timedelta(minutes=number)
    return BrandKitRecord(
        f"kit_{number:032x}", owner, f"Kit {number}", "Foxes", "soccer", (), logo, created, created
    )


async def other(services: Services, *scopes: str, owner: str = "somebody else") -> dict[str, str]:
    """The header of a key with these scopes."""
    record, key = new_key(owner, "theirs", scopes=scopes, plan="default", now=datetime.now(UTC))
    await services.database.keys.add(record)
    return {"Authorization": f"Bearer {key}"}


async def post(client: httpx.AsyncClient, **fields: Any) -> httpx.Response:
    """Make a kit."""
    return await client.post(KITS, json={"name": "Home", **fields})


async def test_a_kit_is_kept(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A kit is made, found where Location says and listed the same; colours are told as #rrggbb."""
    files = {"logo": ("logo.png", logo_png)}
    logo = (await client.post("/api/v1/process-logo/optimized", files=files)).json()["assets"][0]
    sent = {"team_name": "Harbor Foxes", "sport": "soccer", "colors": ["#ABC", "Gold", "#0B2545"]}
    made = await post(client, **sent, logo_id=logo["id"])
    shown = made.json()
    assert (made.status_code, made.headers["location"]) == (201, f"{KITS}/{shown['id']}")
    assert set(shown) == {
        *("id", "name", "team_name", "sport", "colors", "garment_color", "logo_id", "logo_url"),
        *("prepared", "expires_at", "created_at", "updated_at", "files", "brand"),
    }
    assert (shown["prepared"], shown["expires_at"], shown["brand"]) == (False, None, None)
    assert [(file["role"], file["sha256"]) for file in shown["files"]] == [("original", logo["sha256"])]
    assert shown["colors"] == ["#aabbcc", "#ffd700", "#0b2545"]
    assert (shown["name"], shown["team_name"], shown["sport"]) == ("Home", "Harbor Foxes", "soccer")
    assert shown["logo_id"] == logo["id"]
    assert len((await client.get(shown["logo_url"])).content) == logo["bytes"]
    again = (await client.get(made.headers["location"])).json()
    (listed,) = (await client.get(KITS)).json()["items"]
    for found in (again, listed):
        assert (await client.get(found["logo_url"])).status_code == 200
        assert {name: found[name] for name in listed if name != "logo_url"} == {
            name: shown[name] for name in listed if name != "logo_url"
        }


async def test_a_name_is_enough(client: httpx.AsyncClient) -> None:
    """All but the name may be left out."""
    shown = (await post(client)).json()
    assert (shown["team_name"], shown["sport"], shown["colors"]) == ("", "", [])
    assert (shown["logo_id"], shown["logo_url"]) == (None, None)


async def test_put_replaces_the_whole_kit(client: httpx.AsyncClient) -> None:
    """What a PUT leaves out is empty afterwards; the id and the time of creation stay."""
    made = (await post(client, team_name="Foxes", colors=["red"])).json()
    changed = await client.put(f"{KITS}/{made['id']}", json={"name": "Away", "sport": "chess"})
    shown = changed.json()
    assert changed.status_code == 200
    assert (shown["name"], shown["sport"], shown["team_name"], shown["colors"]) == ("Away", "chess", "", [])
    assert (shown["id"], shown["created_at"]) == (made["id"], made["created_at"])
    assert shown["updated_at"] > made["updated_at"]
    assert (await client.get(f"{KITS}/{made['id']}")).json() == shown


async def test_delete_forgets_the_kit_and_leaves_the_logo(
    client: httpx.AsyncClient, services: Services
) -> None:
    """After DELETE the kit is gone on every route; its logo's row is there."""
    await services.store.put(asset(1).key, b"1234", content_type="image/png")
    await services.database.assets.add([asset(1)])
    place = (await post(client, logo_id=asset(1).id)).headers["location"]
    assert (await client.delete(place)).status_code == 204
    assert (await client.get(place)).status_code == 404
    assert (await client.delete(place)).status_code == 404
    assert (await client.put(place, json={"name": "x"})).status_code == 404
    assert (await client.get(KITS)).json() == {"items": [], "next_cursor": None}
    assert await services.database.assets.get(asset(1).id, owner="default") is not None


async def test_a_put_that_meets_a_delete_brings_nothing_back(
    client: httpx.AsyncClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kit deleted between a PUT's look and its change stays deleted."""
    await services.store.put(asset(1).key, b"1234", content_type="image/png")
    await services.database.assets.add([asset(1)])
    await services.database.brand_kits.save(kit(1))
    look = services.database.assets.get

    async def look_late(asset_id: str, *, owner: str) -> AssetRecord | None:
        await services.database.brand_kits.delete(kit(1).id, owner="default")
        return await look(asset_id, owner=owner)

    monkeypatch.setattr(services.database.assets, "get", look_late)
    answer = await client.put(f"{KITS}/{kit(1).id}", json={"name": "x", "logo_id": asset(1).id})
    assert answer.status_code == 404
    assert (await client.get(KITS)).json()["items"] == []
    assert await services.database.assets.of_parent(kit(1).id, owner="default") == ()


async def test_pages_reach_every_kit_once(client: httpx.AsyncClient, services: Services) -> None:
    """Cursor pages give every kit once, newest first; the last page has no cursor."""
    for number in range(5):
        await services.database.brand_kits.save(kit(number))
    seen, cursor = [], None
    for _ in range(3):
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await client.get(KITS, params=params)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert seen == [kit(number).id for number in range(5)]


async def test_a_logo_that_is_gone_has_no_link(client: httpx.AsyncClient, services: Services) -> None:
    """An expired or deleted logo keeps its id and has no link; the others on the page have theirs."""
    files = {1: asset(1), 2: asset(2, days=-0.5)}
    await services.database.assets.add(list(files.values()))
    for number in (1, 2, 3):
        await services.database.brand_kits.save(kit(number, logo=asset(number).id))
    items = (await client.get(KITS)).json()["items"]
    assert [item["logo_id"] for item in items] == [asset(number).id for number in (1, 2, 3)]
    assert [item["logo_url"] is not None for item in items] == [True, False, False]
    shown = (await client.get(f"{KITS}/{kit(2).id}")).json()
    assert (shown["logo_id"], shown["logo_url"]) == (asset(2).id, None)


@pytest.mark.parametrize("logo_id", [asset(1).id, asset(2).id, asset(3).id, "nonsense", ""])
async def test_a_logo_must_be_ones_own_and_there(
    client: httpx.AsyncClient, services: Services, logo_id: str
) -> None:
    """Another owner's asset, an expired one and none at all are a fault of `logo_id`, in POST and PUT."""
    await services.database.assets.add([asset(1, owner="somebody else"), asset(2, days=-0.5)])
    await services.database.brand_kits.save(kit(1))
    for method, path in (("POST", KITS), ("PUT", f"{KITS}/{kit(1).id}")):
        answer = await client.request(method, path, json={"name": "x", "logo_id": logo_id})
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
        assert [error["field"] for error in answer.json()["errors"]] == ["logo_id"]
    assert [item["name"] for item in (await client.get(KITS)).json()["items"]] == ["Kit 1"]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": 7}, "name"),
        ({"name": None}, "name"),
        ({"team_name": "x" * 121}, "team_name"),
        ({"sport": "x" * 201}, "sport"),
        ({"colors": ["red", "rouge"]}, "colors.1"),
        ({"colors": ["rgb(1,2,3)"]}, "colors.0"),
        ({"colors": ["red"] * 7}, "colors"),
        ({"colors": "red"}, "colors"),
        ({"logo_id": "x" * 65}, "logo_id"),
        ({"owner": "somebody else"}, "owner"),
        ({"id": kit(1).id}, "id"),
    ],
)
async def test_fields_are_held_to_their_rules(
    client: httpx.AsyncClient, services: Services, fields: dict[str, Any], path: str
) -> None:
    """A field over its limits, of another type or unknown is 422 with its path; nothing changes."""
    await services.database.brand_kits.save(kit(1))
    for method, place in (("POST", KITS), ("PUT", f"{KITS}/{kit(1).id}")):
        answer = await client.request(method, place, json={"name": "Home", **fields})
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
        assert [error["field"] for error in answer.json()["errors"]] == [path]
    assert [item["name"] for item in (await client.get(KITS)).json()["items"]] == ["Kit 1"]


async def test_a_name_is_needed(client: httpx.AsyncClient) -> None:
    """Without a name there is no kit."""
    answer = await client.post(KITS, json={})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "name")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"name": NaN}',
        b'{"name": 1e999}',
        b'{"name": "a", "name": "b"}',
        b'{"name": "\\ud800"}',
        '{"name": "x"}'.encode("utf-16"),
        b'\xef\xbb\xbf{"name": "x"}',
        b'{"name": "\xff"}',
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
    ],
)
async def test_json_is_read_strictly(client: httpx.AsyncClient, content: bytes) -> None:
    """What two parsers could read differently is 400 `invalid_json`."""
    headers = {"Content-Type": "application/json"}
    for method, path in (("POST", KITS), ("PUT", NOBODYS)):
        answer = await client.request(method, path, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")


async def test_only_json_is_read(client: httpx.AsyncClient) -> None:
    """A form is 400: there is no image that it could carry."""
    for form in ({"data": {"name": "Home"}}, {"files": {"name": ("x.txt", b"Home")}}):
        answer = await client.post(KITS, **form)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json")
    typed = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert (await client.post(KITS, content=b'{"name": "x"}', headers=typed)).status_code == 201


async def test_a_body_has_its_size(client: httpx.AsyncClient) -> None:
    """A body that no kit needs is 413, whether it tells its length or not."""

    async def stream() -> Any:
        for _ in range(3):
            yield b" " * json_body.MAX_BYTES

    for content in (b" " * (json_body.MAX_BYTES + 1), stream()):
        answer = await client.post(KITS, content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "payload_too_large")


async def test_a_body_must_arrive_in_time(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that stays out is 408."""
    monkeypatch.setattr(json_body, "BODY_TIMEOUT_S", 0.05)

    async def stream() -> Any:
        yield b'{"name": '
        await asyncio.Event().wait()

    for path in (KITS, "/api/v1/upscale"):
        headers = {"Content-Type": "application/json"}
        answer = await client.post(path, content=stream(), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (408, "request_timeout")


async def test_text_that_no_database_stores(client: httpx.AsyncClient) -> None:
    """NUL becomes U+FFFD, in the first answer as in the later ones."""
    made = await post(client, team_name="Fo\0xes")
    assert made.json()["team_name"] == "Fo\ufffdxes"
    assert (await client.get(made.headers["location"])).json() == made.json()


async def test_others_kits_are_not_there(client: httpx.AsyncClient, services: Services) -> None:
    """Another owner's kit answers like one that never was, on every route, and is not listed."""
    await services.database.brand_kits.save(kit(1))
    theirs = await other(services, "read", "write")
    for method in ("GET", "PUT", "DELETE"):
        body = {"json": {"name": "Mine now"}} if method == "PUT" else {}
        bodies = []
        for path in (f"{KITS}/{kit(1).id}", NOBODYS, f"{KITS}/nonsense"):
            answer = await client.request(method, path, headers=theirs, **body)
            assert answer.status_code == 404
            bodies.append({key: value for key, value in answer.json().items() if key not in VOLATILE})
        assert bodies[0] == bodies[1] == bodies[2]
    assert (await client.get(KITS, headers=theirs)).json() == {"items": [], "next_cursor": None}
    assert (await client.get(f"{KITS}/{kit(1).id}")).json()["name"] == "Kit 1"


async def test_scopes(client: httpx.AsyncClient, services: Services) -> None:
    """Reading takes `read`, changing takes `write`; without a key all is 401."""
    await services.database.brand_kits.save(kit(1))
    reader = await other(services, "read", owner="default")
    writer = await other(services, "write", owner="default")
    del client.headers["Authorization"]
    one = f"{KITS}/{kit(1).id}"
    reading = [("GET", KITS), ("GET", one)]
    changing = [("POST", KITS), ("PUT", one), ("DELETE", one)]
    for allowed, refused, calls in ((reader, writer, reading), (writer, reader, changing)):
        for method, path in calls:
            body = {"json": {"name": "x"}} if method in ("POST", "PUT") else {}
            assert (await client.request(method, path, **body)).status_code == 401
            assert (await client.request(method, path, headers=refused, **body)).status_code == 403
            assert (await client.request(method, path, headers=allowed, **body)).is_success


async def test_an_owner_has_so_many_kits(client: httpx.AsyncClient, services: Services) -> None:
    """The hundredth kit is kept, the next is 422 `too_many_items`; another owner has places of their own."""
    for number in range(MAX_KITS - 1):
        await services.database.brand_kits.save(kit(number))
    assert (await post(client)).status_code == 201
    answer = await post(client)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_items")
    assert len((await client.get(KITS, params={"limit": 100})).json()["items"]) == MAX_KITS
    theirs = await other(services, "read", "write")
    assert (await client.post(KITS, json={"name": "x"}, headers=theirs)).status_code == 201
    assert (await client.put(f"{KITS}/{kit(1).id}", json={"name": "x"})).status_code == 200
    await client.delete(f"{KITS}/{kit(1).id}")
    assert (await post(client)).status_code == 201


async def test_many_at_once_stay_within_the_limit(client: httpx.AsyncClient, services: Services) -> None:
    """Requests at the same moment never keep more than the limit, and every 201 is a kit that stays."""
    for number in range(MAX_KITS - 3):
        await services.database.brand_kits.save(kit(number + 1))
    answers = await asyncio.gather(*(post(client) for _ in range(12)))
    assert {answer.status_code for answer in answers} <= {201, 422}
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    kept = {item["id"] for item in (await client.get(KITS, params={"limit": 100})).json()["items"]}
    assert len(kept) <= MAX_KITS
    assert kept == made | {kit(number + 1).id for number in range(MAX_KITS - 3)}


async def test_browsers_may_put(services: Services) -> None:
    """A page of an allowed origin may replace a kit."""
    api = create_api(replace(services, cors_origins=("https://studio.example",)))
    headers = {"Origin": "https://studio.example", "Access-Control-Request-Method": "PUT"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(api), base_url="http://test") as http:
        answer = await http.options(f"{KITS}/{kit(1).id}", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "https://studio.example"
