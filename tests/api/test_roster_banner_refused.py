"""`POST /generate-roster-banner`: orders that cannot be made, each by its code and field."""

import base64
from typing import Any

import httpx
import pytest

URL = "/api/v1/generate-roster-banner"


def fields(**more: Any) -> dict[str, Any]:
    """A request body for a small picture."""
    players = [{"number": "7", "name": "Mina Duarte"}]
    return {"team_name": "Harbor Foxes", "players": players, "dpi": 20, "formats": ["png"], **more}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"team_name": ""}, "team_name"),
        ({"template": "spaceship"}, "template"),
        ({"size": "9 x 9 ft"}, "size"),
        ({"size": "3x6ft", "width_in": 72}, "size"),
        ({"width_in": 90, "height_in": 20}, "width_in"),
        ({"width_in": 1}, "width_in"),
        ({"bleed_in": 9}, "bleed_in"),
        ({"dpi": 5}, "dpi"),
        ({"formats": []}, "formats"),
        ({"formats": ["gif"]}, "formats.0"),
        ({"guides": ["ruler"]}, "guides.0"),
        ({"privacy": "none"}, "privacy"),
        ({"sort_by": "age"}, "sort_by"),
        ({"league": "nowhere"}, "league"),
        ({"colors": ["red"] * 4}, "colors"),
        ({"colors": ["see-through"]}, "colors.0"),
        ({"players": [{"number": "12345"}]}, "players.0.number"),
        ({"sponsors": [""]}, "sponsors.0"),
        ({"sponsors": [{"name": ""}]}, "sponsors.0"),
        ({"sponsors": [{"logo": {"url": "https://a.example/", "id": "x"}}]}, "sponsors.0.logo"),
        ({"sponsors": ["a"] * 13}, "sponsors"),
        ({"coaches": ["a"] * 13}, "coaches"),
        ({"mascot": "fox"}, "mascot"),
        ({"players_csv": "7,Mina"}, "players_csv"),
    ],
)
async def test_wrong_orders_are_refused_by_name(
    client: httpx.AsyncClient, more: dict[str, Any], field: str
) -> None:
    """Each fault of an order has its code and its field."""
    answer = await client.post(URL, json=fields(**more))
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "validation_error"), body
    assert field in [error["field"] for error in body["errors"]], body


async def test_the_allowed_names_are_told(client: httpx.AsyncClient) -> None:
    """An unknown template is answered with those that there are."""
    answer = await client.post(URL, json=fields(template="spaceship"))
    assert "bold" in answer.json()["errors"][0]["message"]


async def test_a_picture_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    """More than 100 megapixels are not made; the PDF of the same order is."""
    more = {"width_in": 120, "height_in": 60, "dpi": 300}
    answer = await client.post(URL, json=fields(**more))
    assert (answer.status_code, answer.json()["code"]) == (422, "image_too_large")
    page = await client.post(URL, json=fields(**more, formats=["pdf"]))
    assert (page.status_code, page.json()["size"]["dpi"]) == (200, 300)


async def test_a_broken_picture_is_refused(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A sponsor's logo that is no image has the code of images."""
    broken = {"logo": {"base64": base64.b64encode(logo_png[:40]).decode()}}
    answer = await client.post(URL, json=fields(sponsors=[broken]))
    assert (answer.status_code, answer.json()["code"]) == (422, "image_corrupt")
