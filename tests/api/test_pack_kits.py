"""Brand kits as packs make and use them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from serve_app.adapters.key_ring_keys import new_key
from serve_app.services.clean_up import CleanUp
from serve_app.services.container import Services
from tests.api.packs import URL, by_role, fields, packed, reused, small_packs
from tests.local_engines import LocalEngines

KITS = "/api/v1/brand-kits"
NOBODYS = f"kit_{'0' * 32}"
ITEMS = ["logo_master", "logo_mono", "tshirt_front"]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)


async def saved(client: httpx.AsyncClient, logo: bytes, **more: Any) -> dict[str, Any]:
    """A kit that is kept, of an asset of the caller's."""
    files = {"logo": ("logo.png", logo)}
    answer = await client.post("/api/v1/process-logo/optimized", files=files, data={"outputs": "png"})
    (asset,) = answer.json()["assets"]
    made = await client.post(KITS, json={"name": "Home", "logo_id": asset["id"], **more})
    assert made.status_code == 201, made.text
    return dict(made.json())


async def test_a_pack_makes_a_kit(
    client: httpx.AsyncClient, engines: LocalEngines, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pack tells its kit; a later one names it and does the logo's work no more."""
    first = await packed(client, logo_png, include=ITEMS, colors=["#0b2545"])
    kit = first["brand_kit"]
    assert kit["colors"][0] == {
        "part": "primary",
        "hex": "#0b2545",
        "source": "request",
        "text": "#ffffff",
        "text_contrast": 15.39,
        "aa": True,
        "on_white": 15.39,
        "on_black": 1.36,
    }
    assert kit["colors"][1]["hex"] == kit["palette"][0]["hex"] == "#c8102e"

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the logo's work is done")

    for name in ("clean_logo", "decode_logo", "key_logo", "logo_variant"):
        monkeypatch.setattr(engines, name, never)
    second = await packed(client, None, brand_kit_id=kit["id"], include=ITEMS, team_name="Other")
    assert {"logo_master", "logo_mono"} <= reused(second)
    assert second["brand_kit"]["id"] == kit["id"]
    for role in ITEMS:
        assert by_role(second)[role]["sha256"] == by_role(first)[role]["sha256"]
    shown = (await client.get(f"{KITS}/{kit['id']}")).json()
    roles = {file["role"] for file in shown["files"]}
    assert roles == {"original", "logo_master", "logo_preview", "logo_svg", "logo_pdf", "logo_mono"}
    assert (shown["prepared"], shown["team_name"]) == (True, "Harbor Foxes")
    assert shown["expires_at"] is not None
    assert (await client.get(KITS)).json()["items"] == []


async def test_a_kit_that_is_kept(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A kit's own colours and shirt go before the logo's; it is prepared when it is first used."""
    kit = await saved(client, logo_png, colors=["gold"], garment_color="navy")
    assert (kit["prepared"], kit["brand"], kit["garment_color"]) == (False, None, "#000080")
    assert [file["role"] for file in kit["files"]] == ["original"]
    body = await packed(client, None, brand_kit_id=kit["id"], include=["logo_svg", "tshirt_front"])
    assert [color["hex"] for color in body["brand_kit"]["colors"][:2]] == ["#ffd700", "#c8102e"]
    assert body["brand_kit"]["colors"][0]["source"] == "kit"
    assert body["brand_kit"]["garment_color"] == "#000080"
    shown = (await client.get(f"{KITS}/{kit['id']}")).json()
    assert (shown["prepared"], shown["expires_at"]) == (True, None)
    assert shown["brand"]["colors"] == body["brand_kit"]["colors"]
    more = {"include": ["tshirt_front"], "colors": ["red"], "garment_color": "#fff"}
    body = await packed(client, None, brand_kit_id=kit["id"], **more)
    assert body["brand_kit"]["colors"][0]["hex"] == "#ff0000"
    assert body["brand_kit"]["garment_color"] == "#ffffff"


async def test_a_changed_kit_makes_another_pack(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A pack that is asked again after PUT has the kit's new colours, not those of its first answer."""
    made = (await packed(client, logo_png, include=["logo_svg"]))["brand_kit"]
    place = f"{KITS}/{made['id']}"
    logo_id = (await client.get(place)).json()["logo_id"]
    garments = []
    for color in ("#112233", "#ddeeff"):
        answer = await client.put(place, json={"name": "Kept", "logo_id": logo_id, "garment_color": color})
        assert answer.status_code == 200, answer.text
        again = await packed(client, None, brand_kit_id=made["id"], include=["logo_svg"])
        garments.append(again["brand_kit"]["garment_color"])
    assert garments == ["#112233", "#ddeeff"]


async def test_kits_outlive_their_logo(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """A kept kit works when all else has expired: it has its own copy; a pack's own kit goes with it."""
    kept = await saved(client, logo_png)
    made = await packed(client, logo_png, include=["logo_svg"])
    later = datetime.now(UTC) + timedelta(days=400)
    report = await CleanUp(services.database, services.store, now=lambda: later).run()
    assert report.kits == 1
    body = await packed(client, None, brand_kit_id=kept["id"], include=["logo_svg"])
    assert by_role(body)["logo_svg"]["bytes"] > 0
    answer = await client.get(f"{KITS}/{made['brand_kit']['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    shown = (await client.get(f"{KITS}/{kept['id']}")).json()
    assert (await client.get(shown["logo_url"])).status_code == 200


async def test_put_keeps_a_packs_kit(client: httpx.AsyncClient, services: Services, logo_png: bytes) -> None:
    """PUT with the same logo keeps a pack's kit for good, with what was made of it; without one, nothing."""
    made = (await packed(client, logo_png, include=["logo_svg"]))["brand_kit"]
    place = f"{KITS}/{made['id']}"
    before = (await client.get(place)).json()
    kept = (await client.put(place, json={"name": "Kept", "logo_id": before["logo_id"]})).json()
    assert (kept["prepared"], kept["expires_at"], kept["name"]) == (True, None, "Kept")
    assert [item["id"] for item in (await client.get(KITS)).json()["items"]] == [made["id"]]
    later = datetime.now(UTC) + timedelta(days=400)
    await CleanUp(services.database, services.store, now=lambda: later).run()
    again = await packed(client, None, brand_kit_id=made["id"], include=["logo_svg"])
    assert reused(again) == {"logo_svg"}
    emptied = (await client.put(place, json={"name": "Empty"})).json()
    assert (emptied["prepared"], emptied["files"], emptied["logo_url"]) == (False, [], None)
    answer = await client.post(URL, json=fields(None, brand_kit_id=made["id"]))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "brand_kit_id")


async def test_a_kit_is_used_and_lives_on(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """A pack's kit that is used in the second half of its time gets all of its time again."""
    made = (await packed(client, logo_png, include=["logo_svg"]))["brand_kit"]
    soon = datetime.now(UTC) + timedelta(hours=2)
    database = services.database
    await database.brand_kits.extend(made["id"], owner="default", expires_at=soon)
    await database.assets.extend(made["id"], owner="default", expires_at=soon)
    await packed(client, None, brand_kit_id=made["id"], include=["logo_svg"])
    shown = (await client.get(f"{KITS}/{made['id']}")).json()
    assert datetime.fromisoformat(shown["expires_at"]) > soon + timedelta(days=1)
    assert {file["expires_at"] for file in shown["files"]} == {shown["expires_at"]}


async def test_what_a_kit_lacks_is_made_or_told(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """Without its files a kit is made of its logo again; without its logo too, packs answer 410."""
    kit = await saved(client, logo_png)
    first = await packed(client, None, brand_kit_id=kit["id"], include=["logo_master", "tshirt_front"])
    rows = {row.role: row for row in await services.database.assets.of_parent(kit["id"], owner="default")}
    for role in ("logo_master", "logo_svg"):
        await services.store.delete(rows[role].key)
    more = {"include": ["logo_master", "tshirt_front"], "garment_color": "black"}
    again = await packed(client, None, brand_kit_id=kit["id"], **more)
    assert {item["state"] for item in again["items"]} == {"succeeded"}
    assert by_role(again)["logo_master"]["sha256"] == by_role(first)["logo_master"]["sha256"]
    for key in await services.database.assets.delete_of_parent(kit["id"], owner="default"):
        await services.store.delete(key)
    await client.delete(f"/api/v1/images/{(await client.get('/api/v1/images')).json()['items'][0]['id']}")
    answer = await client.post(URL, json=fields(None, brand_kit_id=kit["id"], season="x"))
    assert (answer.status_code, answer.json()["code"]) == (410, "expired")


async def test_deleting_a_kit_leaves_its_packs(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """DELETE removes a kit's own files; packs keep theirs, and the logo's next pack makes another kit."""
    body = await packed(client, logo_png, include=ITEMS)
    kit = body["brand_kit"]["id"]
    assert (await client.delete(f"{KITS}/{kit}")).status_code == 204
    assert await services.database.assets.of_parent(kit, owner="default") == ()
    for asset in body["assets"]:
        assert len((await client.get(asset["url"])).content) == asset["bytes"]
    again = await packed(client, logo_png, include=ITEMS, season="2")
    assert reused(again) == {"tshirt_front"}


async def test_another_owners_kit_is_not_there(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """Another owner's kit answers like one that never was, before anything is made."""
    kit = (await packed(client, logo_png, include=["logo_svg"]))["brand_kit"]["id"]
    record, key = new_key("else", "theirs", scopes=("read", "write"), plan="default", now=datetime.now(UTC))
    await services.database.keys.add(record)
    client.headers["Authorization"] = f"Bearer {key}"
    bodies = []
    for kit_id in (kit, NOBODYS, "nonsense"):
        answer = await client.post(URL, json=fields(None, brand_kit_id=kit_id))
        assert answer.status_code == 404
        told = answer.json()
        bodies.append({name: told[name] for name in ("type", "title", "status", "code", "detail", "errors")})
    assert bodies[0] == bodies[1] == bodies[2]
