"""`POST /generate-asset-pack`."""

import base64
import io
import json
import zipfile
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from imaging.errors import CorruptImageError
from tests.api.conftest import png
from tests.local_engines import LocalEngines

URL = "/api/v1/generate-asset-pack"
ALL = {"logo_master", "tshirt_front", "tshirt_back", "banner_png", "banner_pdf", "zip"}
PLAYERS = [{"number": "7", "name": "Mina Duarte"}, {"number": 10, "name": "Ana Reyes", "position": "GK"}]


def fields(logo: bytes, **more: Any) -> dict[str, Any]:
    """A request body."""
    return {
        "team_name": "Harbor Foxes",
        "sport": "soccer",
        "logo_base64": base64.b64encode(logo).decode(),
        "players": PLAYERS,
        **more,
    }


async def test_pack_is_whole(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A logo and a roster give every item, and the archive holds what its manifest says."""
    answer = await client.post(URL, json=fields(logo_png))
    body = answer.json()
    assert answer.status_code == 200, body
    assert {item["name"] for item in body["items"]} == ALL
    assert {item["state"] for item in body["items"]} == {"succeeded"}
    assets = {asset["role"]: asset for asset in body["assets"]}
    assert set(assets) == ALL
    assert max(assets["logo_master"]["width"], assets["logo_master"]["height"]) == 3000
    data = (await client.get(assets["zip"]["url"])).content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert {file["role"] for file in manifest["files"]} == ALL - {"zip"}
        assert archive.read("banner/banner.pdf").startswith(b"%PDF")
        for file in manifest["files"]:
            assert len(archive.read(file["path"])) == file["bytes"]
            assert assets[file["role"]]["sha256"] == file["sha256"]


async def test_same_request_same_archive(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The same request gives the same archive, to the byte."""
    hashes = set()
    for _ in range(2):
        body = (await client.post(URL, json=fields(logo_png))).json()
        hashes |= {asset["sha256"] for asset in body["assets"] if asset["role"] == "zip"}
    assert len(hashes) == 1


async def test_only_what_is_asked(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """`include` chooses the items; nothing else is made."""
    body = (await client.post(URL, json=fields(logo_png, include=["banner_pdf"]))).json()
    assert [asset["role"] for asset in body["assets"]] == ["banner_pdf"]
    (asset,) = body["assets"]
    # 72 x 36 inches and a quarter inch of bleed on every side, in points.
    assert (asset["width"], asset["height"]) == (72.5 * 72, 36.5 * 72)


async def test_form_takes_objects_and_lists(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """In a form the roster is JSON and colours are comma-separated or repeated."""
    data = {
        "team_name": "Harbor Foxes",
        "colors": "#0b2545,gold",
        "players": json.dumps(PLAYERS),
        "include": ["tshirt_front", "banner_pdf"],
    }
    answer = await client.post(URL, data=data, files={"logo": ("l.png", logo_png)})
    assert answer.status_code == 200, answer.text
    assert {asset["role"] for asset in answer.json()["assets"]} == {"tshirt_front", "banner_pdf"}


async def test_one_failed_item_leaves_the_others(
    client: httpx.AsyncClient, engines: LocalEngines, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item that cannot be made is told with its code; the archive holds the rest."""

    async def broken(*_: object, **__: object) -> None:
        raise CorruptImageError("no banner today")

    monkeypatch.setattr(engines, "banner", broken)
    body = (await client.post(URL, json=fields(logo_png))).json()
    states = {item["name"]: item for item in body["items"]}
    assert states["banner_pdf"]["state"] == "failed"
    assert states["banner_pdf"]["error"] == {"code": "image_corrupt", "detail": "no banner today"}
    assert states["zip"]["state"] == states["tshirt_front"]["state"] == "succeeded"
    assert set(body["manifest"]["failed"]) == {"banner_png", "banner_pdf"}


async def test_mockup_shows_the_logo_on_the_shirt(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The mock-up has the shirt's colour with the logo's colour in its middle."""
    body = (
        await client.post(URL, json=fields(logo_png, include=["tshirt_front"], garment_color="navy"))
    ).json()
    file = await client.get(body["assets"][0]["url"])
    picture = np.asarray(Image.open(BytesIO(file.content)).convert("RGB")).astype(int)
    reddish = (picture[..., 0] > 120) & (picture[..., 1] < 70) & (picture[..., 2] < 90)
    bluish = (picture[..., 2] > picture[..., 0] + 20) & (picture[..., 0] < 60)
    assert reddish.mean() > 0.02
    assert bluish.mean() > 0.2


async def test_low_contrast_is_told(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A logo that sinks into the shirt is made and warned of."""
    body = (
        await client.post(URL, json=fields(logo_png, include=["tshirt_front"], garment_color="#c8102e"))
    ).json()
    assert "low_contrast" in [warning["code"] for warning in body["warnings"]]


async def test_duplicate_numbers_are_told(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Two players with one number are both drawn and warned of."""
    players = [{"number": "7", "name": "A"}, {"number": "7", "name": "B"}]
    body = (await client.post(URL, json=fields(logo_png, players=players, include=["banner_pdf"]))).json()
    assert "duplicate_numbers" in [warning["code"] for warning in body["warnings"]]


@pytest.mark.parametrize(
    ("more", "expected", "field"),
    [
        ({"team_name": ""}, (422, "validation_error"), "team_name"),
        ({"players": [{"name": "A", "nmae": "B"}]}, (422, "validation_error"), "players.0.nmae"),
        ({"players": [{"number": "12345"}]}, (422, "validation_error"), "players.0.number"),
        ({"players": [{"name": "A"}] * 201}, (422, "too_many_items"), None),
        ({"colors": ["#12"]}, (422, "validation_error"), "colors.0"),
        ({"colors": ["red"] * 4}, (422, "validation_error"), "colors"),
        ({"garment_color": "url(x)"}, (422, "validation_error"), "garment_color"),
        ({"include": []}, (422, "validation_error"), "include"),
        ({"include": ["poster"]}, (422, "validation_error"), "include.0"),
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
    assert (answer.status_code, body["code"]) == expected
    if field is not None:
        assert field in [error["field"] for error in body["errors"]]


async def test_blank_logo_is_refused(client: httpx.AsyncClient) -> None:
    """A blank logo makes no pack."""
    blank = png(np.full((64, 64, 3), 255, np.uint8))
    answer = await client.post(URL, json=fields(blank))
    assert (answer.status_code, answer.json()["code"]) == (422, "no_foreground")


async def test_names_are_data(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Markup, control characters and emoji in names are names."""
    names = ['#import "x"', "$x^2$", "<script>", "*bold*", "🏆 Zoë 张伟", "a\u202eb", "\x00", "\\", '"']
    players = [{"number": str(index), "name": name} for index, name in enumerate(names)]
    more = {"players": players, "team_name": "#let x = <b>", "include": ["banner_pdf", "banner_png"]}
    answer = await client.post(URL, json=fields(logo_png, **more))
    assert answer.status_code == 200, answer.text
    assert {item["state"] for item in answer.json()["items"]} == {"succeeded"}
