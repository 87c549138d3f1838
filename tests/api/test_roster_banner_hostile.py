"""`POST /generate-roster-banner` with what clumsy and hostile clients send."""

from typing import Any

import httpx
import pytest

URL = "/api/v1/generate-roster-banner"


def fields(**more: Any) -> dict[str, Any]:
    """A request body for a small picture."""
    return {"team_name": "Harbor Foxes", "dpi": 20, "formats": ["png"], **more}


@pytest.mark.parametrize("empty", ["", " ", "data:image/png;base64,"])
async def test_an_empty_logo_is_no_logo_file(client: httpx.AsyncClient, empty: str) -> None:
    """A logo of no bytes is refused as any other picture of none is."""
    answer = await client.post(URL, json=fields(logo_base64=empty))
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_format")


@pytest.mark.parametrize("name", [" ", "\x00", "\u202e", "\u200b\u200d"])
async def test_a_team_needs_a_name_that_is_seen(client: httpx.AsyncClient, name: str) -> None:
    """A name of blanks and invisible characters is refused by its field."""
    answer = await client.post(URL, json=fields(team_name=name))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "team_name")


async def test_a_player_of_invisible_characters_is_left_out(client: httpx.AsyncClient) -> None:
    """What shows nothing takes no place in the roster, and a sponsor that shows nothing is refused."""
    unseen = {"name": "\x07", "number": "\u200b"}
    body = (await client.post(URL, json=fields(players=[unseen, {"name": "Mina"}]))).json()
    refused = await client.post(URL, json=fields(sponsors=["\u200b"]))
    assert body["roster"]["players"] == 1
    assert [told["code"] for told in body["warnings"]] == ["players_left_out"]
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "sponsors.0")


async def test_a_picture_just_too_large_is_told_so(client: httpx.AsyncClient) -> None:
    """100.2 megapixels are not told as 100, of which as many may be made."""
    size = {"width_in": 120, "height_in": 120, "bleed_in": 0.25, "dpi": 83.05}
    answer = await client.post(URL, json=fields(**size))
    assert (answer.status_code, answer.json()["code"]) == (422, "image_too_large")
    assert "100.2 megapixels; at most 100" in answer.json()["detail"]
