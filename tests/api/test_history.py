"""`/images` and `/asset-packs`: what was made before."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock

import httpx
import pytest

from serve_app.errors import UnavailableError
from serve_app.records import ImageRecord
from serve_app.services.container import Services

IMAGES, PACKS = "/api/v1/images", "/api/v1/asset-packs"


def row(number: int, *, owner: str = "default", kind: str = "upscale", days: float = 7) -> ImageRecord:
    """A piece of work, older the larger its number."""
    created = datetime.now(UTC) - timedelta(minutes=number)
    return ImageRecord(
        id=f"img_{number:032x}",
        owner=owner,
        original_url="https://example.com/logo.png?size=2",
        processed_url=None,
        processing_type=kind,
        parameters={"scale": 2},
        input_sha256="0" * 64,
        output_sha256="1" * 64,
        model=None,
        model_version=None,
        timings_ms={"total": 1.0},
        megapixels=0.1,
        created_at=created,
        expires_at=created + timedelta(days=days),
    )


async def test_a_request_is_listed_with_working_links(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """What was asked is in the history with its parameters, and both its links open."""
    files = {"image": ("logo.png", logo_png)}
    made = (await client.post("/api/v1/upscale", files=files, data={"scale": "2"})).json()
    (listed,) = (await client.get(IMAGES)).json()["items"]
    assert (listed["id"], listed["processing_type"]) == (made["id"], "upscale")
    assert listed["parameters"]["scale"] == 2
    assert "owner" not in listed
    assert (await client.get(listed["original_url"])).content == logo_png
    processed = await client.get(listed["processed_url"])
    assert len(processed.content) == made["assets"][0]["bytes"]


async def test_one_piece_of_work_has_every_file(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A piece of work shows all its files, the kept original too."""
    files = {"logo": ("logo.png", logo_png)}
    made = (await client.post("/api/v1/process-logo/optimized", files=files)).json()
    shown = (await client.get(f"{IMAGES}/{made['id']}")).json()
    assert {asset["role"] for asset in shown["assets"]} == {"master", "svg", "pdf", "original"}


async def test_deleting_removes_row_and_files(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """After DELETE neither the row nor any of its objects is there."""
    files = {"logo": ("logo.png", logo_png)}
    made = (await client.post("/api/v1/process-logo/optimized", files=files)).json()
    links = [asset["url"] for asset in (await client.get(f"{IMAGES}/{made['id']}")).json()["assets"]]
    assert (await client.delete(f"{IMAGES}/{made['id']}")).status_code == 204
    assert (await client.get(f"{IMAGES}/{made['id']}")).status_code == 404
    assert {(await client.get(link)).status_code for link in links} == {404}
    assert await services.store.list_keys("assets") == []
    assert (await client.delete(f"{IMAGES}/{made['id']}")).status_code == 404


async def test_deleting_can_be_asked_for_again(
    client: httpx.AsyncClient, services: Services, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A DELETE that the database cut short is a 503, and the same DELETE again removes row and files."""
    made = (await client.post("/api/v1/upscale", files={"image": ("a.png", logo_png)})).json()
    for table, method in (("assets", "delete_of_parent"), ("images", "delete")):
        with monkeypatch.context() as patch:
            broken = AsyncMock(side_effect=UnavailableError("gone"))
            patch.setattr(getattr(services.database, table), method, broken)
            assert (await client.delete(f"{IMAGES}/{made['id']}")).status_code == 503
    assert (await client.delete(f"{IMAGES}/{made['id']}")).status_code == 204
    assert (await client.get(IMAGES)).json()["items"] == []
    assert await services.database.assets.of_parent(made["id"], owner="default") == ()


async def test_pages_reach_every_row_once(client: httpx.AsyncClient, services: Services) -> None:
    """Cursor pages give every row once, newest first, to the last page, which has no cursor."""
    for number in range(7):
        await services.database.images.add(row(number))
    seen, cursor = [], None
    for _ in range(4):
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await client.get(IMAGES, params=params)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert seen == [row(number).id for number in range(7)]


async def test_filters(client: httpx.AsyncClient, services: Services) -> None:
    """The history is filtered by kind and by time."""
    await services.database.images.add(row(1, kind="upscale"))
    await services.database.images.add(row(60, kind="place_logo"))
    by_kind = await client.get(IMAGES, params={"processing_type": "place_logo"})
    assert [item["id"] for item in by_kind.json()["items"]] == [row(60).id]
    recent = (datetime.now(UTC) - timedelta(minutes=30)).isoformat()
    newer = await client.get(IMAGES, params={"created_after": recent})
    assert [item["id"] for item in newer.json()["items"]] == [row(1).id]
    older = await client.get(IMAGES, params={"created_before": recent})
    assert [item["id"] for item in older.json()["items"]] == [row(60).id]


async def test_others_rows_are_not_there(client: httpx.AsyncClient, services: Services) -> None:
    """Another owner's work answers like work that never was, and is not listed."""
    await services.database.images.add(row(1, owner="somebody else"))
    theirs = await client.get(f"{IMAGES}/{row(1).id}")
    nobody = await client.get(f"{IMAGES}/{row(2).id}")
    assert (theirs.status_code, nobody.status_code) == (404, 404)
    volatile = ("request_id", "timestamp", "instance")
    assert {k: v for k, v in theirs.json().items() if k not in volatile} == {
        k: v for k, v in nobody.json().items() if k not in volatile
    }
    assert (await client.delete(f"{IMAGES}/{row(1).id}")).status_code == 404
    assert (await client.get(IMAGES)).json() == {"items": [], "next_cursor": None}


async def test_expired_work_is_gone(client: httpx.AsyncClient, services: Services) -> None:
    """What is past its time is neither listed nor shown."""
    await services.database.images.add(row(5, days=0.001))
    assert (await client.get(IMAGES)).json()["items"] == []
    assert (await client.get(f"{IMAGES}/{row(5).id}")).status_code == 404


@pytest.mark.parametrize("cursor", ["x", "bm8", "W10", "AAAA", "WyIyMDI2IiwgMV0"])
async def test_foreign_cursors_are_refused(client: httpx.AsyncClient, cursor: str) -> None:
    """A cursor that no page gave is a fault of its field."""
    answer = await client.get(IMAGES, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


async def test_packs_have_their_urls(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A pack is listed with a link to its logo, both t-shirts and its banner; DELETE removes it all."""
    files = {"logo": ("logo.png", logo_png)}
    items = "logo_master,tshirt_front,tshirt_back,banner_png"
    data = {"team_name": "Harbor Foxes", "sport": "soccer", "include": items}
    made = (await client.post("/api/v1/generate-asset-pack", files=files, data=data)).json()
    (listed,) = (await client.get(PACKS, params={"sport": "soccer"})).json()["items"]
    assert (listed["id"], listed["team_name"], listed["sport"]) == (made["id"], "Harbor Foxes", "soccer")
    for name in ("logo_url", "tshirt_front_url", "tshirt_back_url", "banner_url"):
        assert (await client.get(listed[name])).status_code == 200
    assert (await client.get(PACKS, params={"sport": "chess"})).json()["items"] == []
    shown = (await client.get(f"{PACKS}/{made['id']}")).json()
    assert shown["manifest"] == made["manifest"]
    assert (await client.delete(f"{PACKS}/{made['id']}")).status_code == 204
    assert (await client.get(PACKS)).json()["items"] == []


async def test_originals_are_not_kept_where_that_is_set(
    client: httpx.AsyncClient, services: Services, logo_png: bytes
) -> None:
    """With KEEP_ORIGINALS=false only results are stored."""
    object.__setattr__(services, "recorder", replace(services.recorder, keep_originals=False))
    files = {"image": ("logo.png", logo_png)}
    await client.post("/api/v1/upscale", files=files, data={"scale": "2"})
    (listed,) = (await client.get(IMAGES)).json()["items"]
    assert listed["original_url"] is None
    assert len(await services.store.list_keys("assets")) == 1
