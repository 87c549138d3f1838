"""`POST /place-logo` and `GET /capabilities`."""

import base64
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

URL = "/api/v1/place-logo"


def fields(logo: bytes, **more: Any) -> dict[str, Any]:
    """A request body."""
    return {"logo_base64": base64.b64encode(logo).decode(), **more}


async def picture(client: httpx.AsyncClient, body: dict[str, Any], role: str) -> np.ndarray:
    """The pixels of one asset of an answer."""
    (url,) = [asset["url"] for asset in body["assets"] if asset["role"] == role]
    return np.asarray(Image.open(BytesIO((await client.get(url)).content)))


async def test_mockup_and_print_file_show_one_placement(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The t-shirt's front has the logo on it, and its print file is 12 x 16 in at 300 DPI."""
    answer = await client.post(URL, json=fields(logo_png, garment_color="navy", width_in=6, enclosed="clear"))
    body = answer.json()
    assert answer.status_code == 200, body
    assert [asset["role"] for asset in body["assets"]] == ["mockup", "print"]
    placement = body["placement"]
    assert (placement["garment"], placement["side"], placement["zone"]) == ("tshirt", "front", "front_full")
    assert (placement["width_in"], placement["x_in"], placement["clamped"]) == (6, 3, False)
    mockup = (await picture(client, body, "mockup")).astype(int)
    reddish = (mockup[..., 0] > 120) & (mockup[..., 1] < 70) & (mockup[..., 2] < 90)
    bluish = (mockup[..., 2] > mockup[..., 0] + 20) & (mockup[..., 0] < 60)
    assert mockup.shape == (2000, 2000, 3)
    assert reddish.mean() > 0.01
    assert bluish.mean() > 0.2
    printed = await picture(client, body, "print")
    (asset,) = [asset for asset in body["assets"] if asset["role"] == "print"]
    assert (asset["width"], asset["height"], asset["dpi"]) == (3600, 4800, 300)
    assert printed.shape == (4800, 3600, 4)
    rows, cols = np.nonzero(printed[..., 3])
    assert abs(cols.min() - 900) <= 2
    assert abs(cols.max() - 2699) <= 2
    assert rows.min() <= 2
    assert set(np.unique(printed[..., 3])) == {0, 255}, "no half-clear edge by default"
    assert printed[900, 1800, 3] == 0, "the counter is open"


async def test_print_pdf_is_a_page_of_the_zone(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The PDF is 12 x 16 in, in points."""
    more = {"outputs": ["print_pdf"], "dpi": 72}
    body = (await client.post(URL, json=fields(logo_png, **more))).json()
    (asset,) = body["assets"]
    assert (asset["role"], asset["width"], asset["height"]) == ("print_pdf", 864, 1152)
    assert (await client.get(asset["url"])).content.startswith(b"%PDF")


async def test_garment_colour_is_chosen_when_absent(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A red logo gets the common colour that it shows best on, and no contrast warning."""
    body = (await client.post(URL, json=fields(logo_png, outputs=["mockup"], mockup_px=256))).json()
    assert body["placement"]["garment_color"] in {"#ffffff", "#181a20", "#80858e"}
    assert "low_contrast" not in [warning["code"] for warning in body["warnings"]]


async def test_unseen_logo_is_told_and_outlined(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A red logo on the same red is warned of with what mends it; `outline=auto` draws one."""
    more = {"garment_color": "#c8102e", "outputs": ["mockup"], "mockup_px": 256}
    plain = (await client.post(URL, json=fields(logo_png, **more))).json()
    (warning,) = [item for item in plain["warnings"] if item["code"] == "low_contrast"]
    assert "outline" in warning["fix"]
    assert plain["placement"]["outline"] is None
    mended = (await client.post(URL, json=fields(logo_png, outline="auto", **more))).json()
    assert mended["placement"]["outline"] is not None
    assert mended["placement"]["contrast_ratio"] > plain["placement"]["contrast_ratio"] + 1
    assert "low_contrast" not in [item["code"] for item in mended["warnings"]]


async def test_name_and_number_are_set_on_the_back(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A jersey's back has the logo at the nape, and a print file of its own for name and number."""
    more = {"side": "back", "garment_color": "white", "mockup_px": 400, "dpi": 72}
    without = (await client.post(URL, json=fields(logo_png, zone="nape", **more))).json()
    body = (await client.post(URL, json=fields(logo_png, name="Duarte", number=10, **more))).json()
    assert body["placement"]["zone"] == "nape", "the logo makes room for them"
    assert [asset["role"] for asset in body["assets"]] == ["mockup", "print", "print_name", "print_number"]
    plain, lettered = [(await picture(client, item, "mockup")).astype(int) for item in (without, body)]
    assert (np.abs(plain - lettered).max(axis=2) > 60).mean() > 0.01
    number = await picture(client, body, "print_number")
    assert number.shape[:2] == (12 * 72, 10 * 72)
    rows = np.nonzero(number[..., 3].any(axis=1))[0]
    assert abs(rows.max() + 1 - rows.min() - 8 * 72) <= 8, "eight inches high"


async def test_every_garment_can_be_ordered(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Whatever `/capabilities` lists is placed on, side by side and zone by zone."""
    garments = (await client.get("/api/v1/capabilities")).json()["garments"]
    assert "tshirt" in [garment["id"] for garment in garments]
    for garment in garments:
        for side in garment["sides"]:
            for zone in side["zones"]:
                more = {"garment": garment["id"], "side": side["side"], "zone": zone["zone"]}
                order = fields(logo_png, outputs=["mockup"], mockup_px=200, garment_color="navy", **more)
                answer = await client.post(URL, json=order)
                assert answer.status_code == 200, (more, answer.text)


async def test_capabilities_name_models_and_limits(client: httpx.AsyncClient) -> None:
    """Models come with their licences, limits with their units."""
    body = (await client.get("/api/v1/capabilities")).json()
    assert {model["name"] for model in body["models"]} >= {"u2net", "realesrgan-x4plus"}
    assert all(model["licence"] and model["commercial_use"] for model in body["models"])
    assert body["limits"]["max_file_size_mb"] == 50
    assert "bold" in [template["name"] for template in body["banner_templates"]]
    assert body["fonts"]


async def test_capabilities_want_a_key(client: httpx.AsyncClient) -> None:
    """Without a key nothing is told."""
    answer = await client.get("/api/v1/capabilities", headers={"Authorization": ""})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


async def test_same_order_same_bytes(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Mock-up, print file and page are the same to the byte when the request is."""
    more = {"outputs": ["mockup", "print", "print_pdf"], "mockup_px": 512, "dpi": 100}
    answers = [(await client.post(URL, json=fields(logo_png, **more))).json() for _ in range(2)]
    first, second = ([asset["sha256"] for asset in body["assets"]] for body in answers)
    assert first == second


async def test_accept_gives_the_mockup(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """A client that asks for a picture gets the mock-up."""
    headers = {"Accept": "image/webp"}
    answer = await client.post(URL, json=fields(logo_png, mockup_px=300), headers=headers)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-asset-role"] == "mockup"
    assert Image.open(BytesIO(answer.content)).size == (300, 300)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"garment": "spacesuit"}, "garment"),
        ({"garment": "../tshirt"}, "garment"),
        ({"garment": "t" * 41}, "garment"),
        ({"side": "inside"}, "side"),
        ({"zone": "knee"}, "zone"),
        ({"width_in": 0}, "width_in"),
        ({"width_in": 1000}, "width_in"),
        ({"offset_in": [0]}, "offset_in"),
        ({"offset_in": [19, 0]}, "offset_in"),
        ({"garment_color": "see-through"}, "garment_color"),
        ({"number": "12345"}, "number"),
        ({"side": "front", "name": "Duarte"}, "name"),
        ({"mockup_px": 5}, "mockup_px"),
        ({"threshold": 0}, "threshold"),
        ({"choke_px": 99}, "choke_px"),
        ({"outputs": ["poster"]}, "outputs.0"),
    ],
)
async def test_wrong_orders_are_refused_by_name(
    client: httpx.AsyncClient, logo_png: bytes, more: dict[str, Any], field: str
) -> None:
    """Each fault of an order has its code and its field."""
    answer = await client.post(URL, json=fields(logo_png, **more))
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "validation_error"), body
    assert any(error["field"].split(".")[0] == field.split(".", maxsplit=1)[0] for error in body["errors"]), (
        body
    )
