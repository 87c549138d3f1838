"""What the tests of packs share: a request, and packs small enough to be made often."""

import base64
import io
import json
import zipfile
from functools import partial
from typing import Any

import httpx
import pytest

from serve_app.services.brand_studio import BrandStudio

URL = "/api/v1/generate-asset-pack"
PLAYERS = [{"number": "7", "name": "Mina Duarte"}, {"number": 10, "name": "Ana Reyes", "position": "GK"}]
FEW = ["logo_master", "tshirt_front", "banner_pdf", "readme", "zip"]
"""An item of each kind, and what is made of all."""


def small_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let services be wired with masters and print files of a fifth of the pixels an inch."""
    monkeypatch.setattr("serve_app.wiring.BrandStudio", partial(BrandStudio, print_dpi=60.0))


def fields(logo: bytes | None, **more: Any) -> dict[str, Any]:
    """A request body."""
    source = {} if logo is None else {"logo_base64": base64.b64encode(logo).decode()}
    return {"team_name": "Harbor Foxes", "sport": "soccer", "players": PLAYERS, **source, **more}


async def packed(client: httpx.AsyncClient, logo: bytes | None, **more: Any) -> dict[str, Any]:
    """The answer of a pack that is made."""
    answer = await client.post(URL, json=fields(logo, **more))
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def by_role(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The files of an answer."""
    return {asset["role"]: asset for asset in body["assets"]}


def reused(body: dict[str, Any]) -> set[str]:
    """The items that were made for an earlier pack."""
    return {item["name"] for item in body["items"] if item["reused"]}


async def opened(client: httpx.AsyncClient, body: dict[str, Any]) -> tuple[zipfile.ZipFile, dict[str, Any]]:
    """The archive, and its manifest."""
    data = (await client.get(by_role(body)["zip"]["url"])).content
    archive = zipfile.ZipFile(io.BytesIO(data))
    return archive, json.loads(archive.read("manifest.json"))
