"""`POST /generate-asset-pack`."""

import base64
import json
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from imaging.errors import CorruptImageError
from serve_app.services.pack_items import ALL_ITEMS
from tests.api.conftest import png
from tests.api.packs import FEW, PLAYERS, URL, by_role, fields, opened, packed, small_packs
from tests.local_engines import LocalEngines


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    small_packs(monkeypatch)


async def test_pack_is_whole(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A logo and a roster give every item, and the archive holds what its manifest says."""
    body = await packed(client, logo_png, jerseys=["mockup", "print"])
    names = [*ALL_ITEMS[:-2], "jersey_1", "jersey_2", "readme", "zip"]
    assert [item["name"] for item in body["items"]] == names
    assert {item["state"] for item in body["items"]} == {"succeeded"}
    assert all(item["ms"] > 0 and not item["reused"] for item in body["items"])
    assets = by_role(body)
    assert max(assets["logo_master"]["width"], assets["logo_master"]["height"]) == 600
    assert (assets["tshirt_front_print"]["width"], assets["tshirt_front_print"]["dpi"]) == (12 * 60, 60)
    assert (assets["social_card"]["width"], assets["social_card"]["height"]) == (1080, 1350)
    assert (assets["screen_banner"]["width"], assets["screen_banner"]["height"]) == (1920, 1080)
    archive, manifest = await opened(client, body)
    with archive:
        listed = {file["path"]: file for file in manifest["files"]}
        assert set(archive.namelist()) == {*listed, "manifest.json"}
        folders = {path.partition("/")[0] for path in listed if "/" in path}
        assert folders == {"logo", "print", "mockups", "banner", "web"}
        assert {"README.pdf", "mockups/jerseys/7-duarte.jpg", "print/jerseys/10-reyes-number.png"} < set(
            listed
        )
        assert {"web/favicon.ico", "web/og-image.png", "web/site.webmanifest"} < set(listed)
        for path, file in listed.items():
            assert len(archive.read(path)) == file["bytes"]
            assert assets[file["role"]]["sha256"] == file["sha256"]
        assert listed["banner/banner.pdf"]["source"] == [
            *("brand_kit.logo", "brand_kit.colors", "team", "players")
        ]
        assert archive.read("README.pdf").startswith(b"%PDF")
    assert {"role", "item", "path", "dpi", "engine", "width"} <= set(manifest["files"][0])
    assert body["manifest"]["files"] == manifest["files"]
    assert "items" in body["manifest"]


async def test_same_request_same_archive(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Made anew by another service, the same request gives the same archive, to the byte."""
    headers = {"Cache-Control": "no-store"}
    hashes = set()
    for _ in range(2):
        answer = await client.post(URL, json=fields(logo_png, include=FEW), headers=headers)
        assert not answer.json()["cached"]
        hashes |= {asset["sha256"] for asset in answer.json()["assets"] if asset["role"] == "zip"}
        for pack in (await client.get("/api/v1/asset-packs")).json()["items"]:
            await client.delete(f"/api/v1/asset-packs/{pack['id']}")
        await client.delete(f"/api/v1/brand-kits/{answer.json()['brand_kit']['id']}")
    assert len(hashes) == 1


async def test_only_what_is_asked(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """`include` and `exclude` choose items and groups; nothing else is made."""
    body = await packed(client, logo_png, include=["banner_pdf"])
    assert [asset["role"] for asset in body["assets"]] == ["banner_pdf"]
    (asset,) = body["assets"]
    # 72 x 36 inches and a quarter inch of bleed on every side, in points.
    assert (asset["width"], asset["height"]) == (72.5 * 72, 36.5 * 72)
    more = {"include": ["logo", "mockups", "zip"], "exclude": ["logo_mono", "mockups", "logo_reversed"]}
    body = await packed(client, logo_png, **more)
    kept = ["logo_master", "logo_svg", "logo_pdf", "logo_dark_garment", "zip"]
    assert [item["name"] for item in body["items"]] == kept


async def test_form_takes_objects_and_lists(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """In a form the roster is JSON or a file, and colours are comma-separated or repeated."""
    data = {"team_name": "Harbor Foxes", "colors": "#0b2545,gold", "include": ["tshirt_front", "banner_pdf"]}
    rosters: list[dict[str, Any]] = [
        {"data": {"players": json.dumps(PLAYERS)}, "files": {}},
        {"data": {}, "files": {"players_csv": ("team.csv", b"No;Name\n7;Mina Duarte\n10;Ana Reyes\n")}},
    ]
    for roster in rosters:
        files = {"logo": ("l.png", logo_png), **roster["files"]}
        answer = await client.post(URL, data={**data, **roster["data"]}, files=files)
        assert answer.status_code == 200, answer.text
        assert {asset["role"] for asset in answer.json()["assets"]} == {"tshirt_front", "banner_pdf"}
        colors = [color["hex"] for color in answer.json()["brand_kit"]["colors"]]
        assert colors[:2] == ["#0b2545", "#ffd700"]


async def test_one_failed_item_leaves_the_others(
    client: httpx.AsyncClient, engines: LocalEngines, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item that cannot be made is told with its code and time; the archive and its sheet hold the rest."""

    async def broken(*_: object, **__: object) -> None:
        raise CorruptImageError("no banner today")

    monkeypatch.setattr(engines, "banner", broken)
    body = await packed(client, logo_png, include=[*FEW, "banner_png"])
    states = {item["name"]: item for item in body["items"]}
    assert states["banner_pdf"]["state"] == "failed"
    assert states["banner_pdf"]["error"] == {"code": "image_corrupt", "detail": "no banner today"}
    assert states["banner_pdf"]["ms"] > 0
    assert all(states[name]["state"] == "succeeded" for name in ("tshirt_front", "readme", "zip"))
    archive, manifest = await opened(client, body)
    with archive:
        assert "banner/banner.pdf" not in archive.namelist()
    assert set(manifest["failed"]) == set(manifest["errors"]) == {"banner_png", "banner_pdf"}


async def test_mockup_shows_the_logo_on_the_shirt(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The mock-up has the shirt's colour with the logo's colour in its middle."""
    body = await packed(client, logo_png, include=["tshirt_front"], garment_color="navy")
    assert body["brand_kit"]["garment_color"] == "#000080"
    file = await client.get(body["assets"][0]["url"])
    picture = np.asarray(Image.open(BytesIO(file.content)).convert("RGB")).astype(int)
    reddish = (picture[..., 0] > 120) & (picture[..., 1] < 70) & (picture[..., 2] < 90)
    bluish = (picture[..., 2] > picture[..., 0] + 20) & (picture[..., 0] < 60)
    assert reddish.mean() > 0.02
    assert bluish.mean() > 0.2


async def test_low_contrast_is_told(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A logo that sinks into the shirt is made and warned of, now and when it is given again."""
    for number in (1, 2):
        more = {"include": ["tshirt_front"], "garment_color": "#c8102e", "season": str(number)}
        body = await packed(client, logo_png, **more)
        assert "low_contrast" in [warning["code"] for warning in body["warnings"]]


async def test_the_roster_is_held_to_its_rules(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Two players with one number are warned of; privacy goes for jerseys and their files' names too."""
    players = [{"number": "7", "name": "Ada Berg"}, {"number": "7", "name": "Bo Dahl"}]
    more = {"players": players, "include": ["banner_pdf", "zip"], "jerseys": ["print"]}
    body = await packed(client, logo_png, **more, privacy="number_only")
    assert "duplicate_numbers" in [warning["code"] for warning in body["warnings"]]
    archive, _ = await opened(client, body)
    with archive:
        names = [name for name in archive.namelist() if "jerseys" in name]
    assert names == ["print/jerseys/7-number.png", "print/jerseys/7-2-number.png"]


async def test_a_league_is_named_with_what_it_misses(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The banner names the league, and what the league requires of it and is not there is told."""
    plain = await packed(client, logo_png, include=["banner_pdf"])
    body = await packed(client, logo_png, include=["banner_pdf"], league="ayso_region_73")
    missing = [one["message"] for one in body["warnings"] if one["code"] == "league_block_missing"]
    assert [text.rpartition(": ")[2] for text in missing] == ["sponsor.", "league logo."]
    assert by_role(body)["banner_pdf"]["sha256"] != by_role(plain)["banner_pdf"]["sha256"]


async def test_a_league_keeps_names_off_shirts(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Jerseys of a league that forbids names on shirts have numbers alone; the answer says why."""
    more = {"include": ["logo_svg"], "jerseys": ["print"]}
    body = await packed(client, logo_png, **more, league="ayso")
    assert {role for role in by_role(body) if role.startswith("jersey")} == {
        "jersey_1_number",
        "jersey_2_number",
    }
    assert "names_off_shirts" in [warning["code"] for warning in body["warnings"]]
    named = await packed(client, logo_png, **more)
    assert "jersey_1_name" in by_role(named)


@pytest.mark.parametrize(
    ("more", "expected", "field"),
    [
        ({"team_name": ""}, (422, "validation_error"), "team_name"),
        ({"players": [{"name": "A", "nmae": "B"}]}, (422, "validation_error"), "players.0.nmae"),
        ({"players": [{"number": "12345"}]}, (422, "validation_error"), "players.0.number"),
        ({"players": [{"name": "A"}] * 201}, (422, "too_many_items"), None),
        ({"players_csv": "number,name\n7,A\n"}, (422, "validation_error"), "players_csv"),
        ({"colors": ["#12"]}, (422, "validation_error"), "colors.0"),
        ({"colors": ["red"] * 4}, (422, "validation_error"), "colors"),
        ({"garment_color": "url(x)"}, (422, "validation_error"), "garment_color"),
        ({"template": "none"}, (422, "validation_error"), "template"),
        ({"include": []}, (422, "validation_error"), "include"),
        ({"include": ["poster"]}, (422, "validation_error"), "include.0"),
        ({"include": ["logo"], "exclude": ["logo"]}, (422, "validation_error"), "exclude"),
        ({"jerseys": ["socks"]}, (422, "validation_error"), "jerseys.0"),
        ({"league": "nobody"}, (422, "validation_error"), "league"),
        ({"brand_kit_id": f"kit_{'0' * 32}"}, (422, "validation_error"), "logo"),
        ({"logo_base64": None}, (422, "validation_error"), "logo"),
        ({"logo_base64": base64.b64encode(b"no image").decode()}, (415, "unsupported_format"), None),
    ],
)
async def test_wrong_packs_are_refused_by_name(
    client: httpx.AsyncClient,
    logo_png: bytes,
    more: dict[str, Any],
    expected: tuple[int, str],
    field: str | None,
) -> None:
    """Each fault of a pack request has its code and its field."""
    answer = await client.post(URL, json=fields(logo_png, **more))
    body = answer.json()
    assert (answer.status_code, body["code"]) == expected, body
    if field is not None:
        assert any(error["field"].startswith(field) for error in body["errors"]), body["errors"]


async def test_blank_logo_is_refused(client: httpx.AsyncClient) -> None:
    """A blank logo makes no pack, and leaves no brand kit that could be used."""
    blank = png(np.full((64, 64, 3), 255, np.uint8))
    for _ in range(2):
        answer = await client.post(URL, json=fields(blank))
        assert (answer.status_code, answer.json()["code"]) == (422, "no_foreground")


async def test_names_are_data(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Markup, control characters and emoji in names are names, in every item that shows them."""
    names = [
        '#import "x"',
        "$x^2$",
        "<script>",
        "*bold*",
        "🏆 Zoë 张伟",
        "a\u202eb",
        "\x00",
        "\\",
        '"',
        "../../x",
    ]
    players = [{"number": str(index), "name": name} for index, name in enumerate(names)]
    more = {"include": ["banner_pdf", "web", "readme", "zip"], "jerseys": ["print"]}
    body = await packed(client, logo_png, players=players, team_name="#let x = <b>\x00", **more)
    items = {item["name"]: item for item in body["items"]}
    made = {name for name, item in items.items() if item["state"] == "succeeded"}
    assert {"banner_pdf", "web_assets", "readme", "zip"} <= made, items
    archive, _ = await opened(client, body)
    with archive:
        assert all(".." not in name and not name.startswith("/") for name in archive.namelist())
