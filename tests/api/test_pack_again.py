"""Packs asked for again: what is the same is given again, and each pack stands alone."""

import asyncio
from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock

import httpx
import pytest

from serve_app.adapters.key_ring_keys import new_key
from serve_app.services.clean_up import CleanUp
from serve_app.services.container import Services
from tests.api.packs import FEW, PLAYERS, URL, by_role, fields, opened, packed, reused, small_packs
from tests.local_engines import LocalEngines

OTHERS = [PLAYERS[0], {"number": "11", "name": "Noor Haddad"}]
PACKS = "/api/v1/asset-packs"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)


async def test_one_player_changed(
    client: httpx.AsyncClient, engines: LocalEngines, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another player only what shows the roster is made; the rest are the same bytes under new ids."""
    more = {"include": [*FEW, "logo_svg", "social_card"], "jerseys": ["mockup"]}
    first = await packed(client, logo_png, **more)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the logo's work is done")

    for name in ("clean_logo", "decode_logo", "key_logo"):
        monkeypatch.setattr(engines, name, never)
    again = await packed(client, logo_png, **more, players=OTHERS)
    kept = {"logo_master", "logo_svg", "tshirt_front", "jersey_1"}
    assert reused(again) == kept
    assert {item["state"] for item in again["items"]} == {"succeeded"}
    before, after = by_role(first), by_role(again)
    for role, asset in after.items():
        same = role in {"logo_master", "logo_svg", "tshirt_front", "jersey_1_mockup"}
        assert (asset["sha256"] == before[role]["sha256"]) is same, role
        assert asset["id"] != before[role]["id"]
    assert again["brand_kit"] == first["brand_kit"]


async def test_players_may_change_places(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A jersey is found again wherever its player stands in the roster."""
    more = {"include": ["logo_svg"], "jerseys": ["mockup"]}
    first = await packed(client, logo_png, **more)
    again = await packed(client, logo_png, **more, players=PLAYERS[::-1])
    assert reused(again) == {"logo_svg", "jersey_1", "jersey_2"}
    before, after = by_role(first), by_role(again)
    for one, other in (("jersey_1_mockup", "jersey_2_mockup"), ("jersey_2_mockup", "jersey_1_mockup")):
        assert after[one]["sha256"] == before[other]["sha256"]


async def test_another_shirt(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """With another garment colour the garments are made, and what does not show them is given again."""
    await packed(client, logo_png, include=FEW)
    again = await packed(client, logo_png, include=FEW, garment_color="#101010")
    assert reused(again) == {"banner_pdf"}  # the kit is another one: it has another colour


async def test_given_again_is_the_same(
    client: httpx.AsyncClient, services: Services, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pack of items that were given again is, to the byte, the pack that was made."""
    first = await packed(client, logo_png, include=FEW)
    monkeypatch.setattr(type(services.results), "find", AsyncMock(return_value=None))
    again = await packed(client, logo_png, include=FEW)
    assert again["id"] != first["id"]
    assert again["manifest"]["brand_kit"] == first["manifest"]["brand_kit"]
    one, two = [(await opened(client, body))[1] for body in (first, again)]
    assert one == two
    assert reused(again) == set(FEW) - {"readme", "zip"}
    assert {role: file["sha256"] for role, file in by_role(again).items()} == {
        role: file["sha256"] for role, file in by_role(first).items()
    }
    assert again["warnings"] == first["warnings"]
    wish = {"Cache-Control": "no-cache"}
    answer = await client.post(URL, json=fields(logo_png, include=["banner_pdf", "logo_svg"]), headers=wish)
    assert reused(answer.json()) == {"logo_svg"}, "an item is made where nothing old is wanted"


async def test_each_pack_stands_alone(client: httpx.AsyncClient, services: Services, logo_png: bytes) -> None:
    """Deleting a pack, or letting it expire, leaves those whole that were given its items."""
    first = await packed(client, logo_png, include=FEW)
    second = await packed(client, logo_png, include=FEW, players=OTHERS)
    assert (await client.delete(f"{PACKS}/{first['id']}")).status_code == 204
    assert (await client.get(by_role(first)["tshirt_front"]["url"])).status_code == 404
    for asset in second["assets"]:
        assert len((await client.get(asset["url"])).content) == asset["bytes"]
    third = await packed(client, logo_png, include=FEW, players=PLAYERS[:1])
    assert "tshirt_front" in reused(third)
    later = datetime.now(UTC) + timedelta(days=400)
    await CleanUp(services.database, services.store, now=lambda: later).run()
    assert await services.store.list_keys("assets") == []
    fourth = await packed(client, logo_png, include=FEW, players=PLAYERS[1:])
    assert reused(fourth) == set()


async def test_what_is_lost_is_made(client: httpx.AsyncClient, services: Services, logo_png: bytes) -> None:
    """Items, and files of a kit, whose objects are gone are made again, and nobody notices."""
    first = await packed(client, logo_png, include=FEW)
    for key in await services.store.list_keys("assets"):
        if "original" not in key:
            await services.store.delete(key)
    again = await packed(client, logo_png, include=FEW, players=OTHERS)
    assert {item["state"] for item in again["items"]} == {"succeeded"}
    assert reused(again) == set()
    before, after = by_role(first), by_role(again)
    assert after["logo_master"]["sha256"] == before["logo_master"]["sha256"]
    archive, _ = await opened(client, again)
    with archive:
        assert archive.testzip() is None


async def test_nobody_is_given_what_is_anothers(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """Another owner's equal pack is made anew, with a kit of its own."""
    first = await packed(client, logo_png, include=["tshirt_front", "logo_svg"])
    record, key = new_key("else", "theirs", scopes=("read", "write"), plan="default", now=datetime.now(UTC))
    await services.database.keys.add(record)
    client.headers["Authorization"] = f"Bearer {key}"
    theirs = await packed(client, logo_png, include=["tshirt_front", "logo_svg"])
    assert not theirs["cached"]
    assert reused(theirs) == set()
    assert theirs["brand_kit"]["id"] != first["brand_kit"]["id"]


async def test_equal_logos_at_once_are_cleaned_once(
    client: httpx.AsyncClient, engines: LocalEngines, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packs of one logo that come together wait for one kit."""
    cleaned: list[object] = []
    clean = engines.clean_logo

    def counted(*args: object, **options: object) -> object:
        cleaned.append(args)
        return clean(*args, **options)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(engines, "clean_logo", counted)
    names = ("Foxes", "Bears", "Hawks")
    packs = await asyncio.gather(
        *(packed(client, logo_png, include=["logo_svg"], team_name=name) for name in names)
    )
    assert len({pack["brand_kit"]["id"] for pack in packs}) == 1
    assert len(cleaned) == 1
