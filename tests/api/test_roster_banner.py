"""`POST /generate-roster-banner`: sizes, formats, logos, sponsors."""

import base64
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image

from serve_app.api.operations import ROSTER_BANNER, begin, params_of
from serve_app.api.schemas.banner import BannerBody
from serve_app.domain import Encoded
from serve_app.records import Ticket
from serve_app.services.container import Services
from serve_app.services.ids import new_id
from serve_app.services.work import ONLY_PART, Task
from tests.api.conftest import png

URL = "/api/v1/generate-roster-banner"
PLAYERS = [{"number": "7", "name": "Mina Duarte", "position": "FW"}, {"number": 10, "name": "Ana Reyes"}]


def fields(**more: Any) -> dict[str, Any]:
    """A request body for a small picture."""
    return {"team_name": "Harbor Foxes", "players": PLAYERS, "dpi": 20, "formats": ["png"], **more}


async def made(client: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    """The answer to a request that succeeds."""
    answer = await client.post(URL, json=fields(**more))
    body: dict[str, Any] = answer.json()
    assert answer.status_code == 200, body
    return body


async def picture(client: httpx.AsyncClient, body: dict[str, Any]) -> np.ndarray:
    """The pixels of the first asset of an answer."""
    return np.asarray(
        Image.open(BytesIO((await client.get(body["assets"][0]["url"])).content)).convert("RGB")
    )


@pytest.fixture(scope="module")
def sponsor_png() -> bytes:
    """A green disc on white."""
    ys, xs = np.mgrid[0:60, 0:60]
    disc = ((xs - 30) ** 2 + (ys - 30) ** 2 < 400)[..., None]
    return png(np.where(disc, np.array([0, 150, 60]), 255).astype(np.uint8))


def encoded(data: bytes) -> str:
    """Base64 for a JSON body."""
    return base64.b64encode(data).decode()


async def test_a_team_name_is_enough(client: httpx.AsyncClient) -> None:
    """Nothing but the name: PNG and PDF in the template's first size, and no complaint."""
    answer = await client.post(URL, json={"team_name": "Harbor Foxes"})
    body = answer.json()
    assert answer.status_code == 200, body
    assert [asset["role"] for asset in body["assets"]] == ["banner_png", "banner_pdf"]
    size = body["size"]
    assert (size["width_in"], size["height_in"], size["dpi"]) == (72, 36, 50)
    proof, page = body["assets"]
    assert (proof["width"], proof["height"]) == (round(72.5 * 50), round(36.5 * 50))
    assert (page["width"], page["height"], page["dpi"]) == (72.5 * 72, 36.5 * 72, None)
    assert (body["warnings"], body["roster"]["players"], body["logo"]) == ([], 0, None)


async def test_every_format_comes_of_one_layout(client: httpx.AsyncClient) -> None:
    """PNG, PDF and SVG by role; the layout tells columns, rows and sizes."""
    body = await made(client, formats=["png", "pdf", "svg"], season="2026", sport="soccer")
    files = {asset["role"]: (await client.get(asset["url"])).content for asset in body["assets"]}
    assert set(files) == {"banner_png", "banner_pdf", "banner_svg"}
    assert files["banner_pdf"].startswith(b"%PDF")
    assert b"<svg" in files["banner_svg"][:200]
    assert body["layout"]["columns"] * body["layout"]["rows"] >= 2
    assert body["layout"]["cut"] == []


async def test_same_order_same_bytes_and_cached(client: httpx.AsyncClient) -> None:
    """An equal request is answered from before; made anew, it has the same bytes."""
    first, second = [await made(client, formats=["pdf"]) for _ in range(2)]
    assert (first["cached"], second["cached"]) == (False, True)
    again = await client.post(URL, json=fields(formats=["pdf"]), headers={"Cache-Control": "no-store"})
    assert again.json()["assets"][0]["sha256"] == first["assets"][0]["sha256"]


@pytest.mark.parametrize(
    ("asked", "width", "height"),
    [
        ({"size": "3 x 5 FT"}, 60, 36),
        ({"size": "24x36in"}, 24, 36),
        ({"width_in": 40, "height_in": 20, "bleed_in": 0}, 40, 20),
        ({"width_in": 36}, 36, 18),
        ({"height_in": 24}, 48, 24),
    ],
)
async def test_sizes_by_name_or_inches(
    client: httpx.AsyncClient, asked: dict[str, Any], width: float, height: float
) -> None:
    """A template's size by name, inches, or one side of which the other follows."""
    body = await made(client, **asked, formats=["pdf"])
    size, asset = body["size"], body["assets"][0]
    assert (size["width_in"], size["height_in"]) == (width, height)
    assert asset["width"] == (width + 2 * size["bleed_in"]) * 72


async def test_a_screen_has_its_own_pixels(client: httpx.AsyncClient) -> None:
    """The screen's size needs no dpi: it is 1920 x 1080, without bleed."""
    answer = await client.post(URL, json={"team_name": "Foxes", "size": "screen", "formats": ["png"]})
    asset = answer.json()["assets"][0]
    assert (asset["width"], asset["height"]) == (1920, 1080)


async def test_colours_come_from_the_logo(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Without colours the logo's red is the banner's; with colours they are."""
    body = await made(client, logo_base64=encoded(logo_png))
    assert (body["colors"][0], body["logo"]["route"]) == ("#c8102e", "vector")
    assert body["warnings"] == []
    pixels = (await picture(client, body)).astype(int)
    reddish = (pixels[..., 0] > 120) & (pixels[..., 1] < 60) & (pixels[..., 2] < 80)
    assert reddish.mean() > 0.05
    own = await made(client, logo_base64=encoded(logo_png), colors=["navy"])
    assert own["colors"] == ["#000080"]


async def test_a_drawn_logo_stays_a_drawing(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """The SVG of the banner holds the logo's outlines, not its pixels."""
    body = await made(client, logo_base64=encoded(logo_png), formats=["svg"], colors=["white", "navy"])
    svg = (await client.get(body["assets"][0]["url"])).content
    assert b"image/png" not in svg


async def test_a_brand_kit_gives_logo_and_colours(
    client: httpx.AsyncClient, services: Services, logo_png: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kit's logo and colours are taken where the request has none; a changed kit is another banner."""
    monkeypatch.setattr("serve_app.services.brand_studio.PRINT_DPI", 30.0)  # a small master
    now = datetime.now(UTC)
    ticket = Ticket(new_id("img", now), "default", "process_logo", now)
    (logo,) = await services.recorder.keep({"logo": Encoded(logo_png, "image/png", 160, 160, None)}, ticket)
    kit = {"name": "Home", "colors": ["#0b2545"], "logo_id": logo.id}
    kit_id = (await client.post("/api/v1/brand-kits", json=kit)).json()["id"]
    body = await made(client, brand_kit_id=kit_id)
    assert (body["colors"][0], body["logo"]["route"]) == ("#0b2545", "vector")
    own = await made(client, brand_kit_id=kit_id, colors=["gold"])
    assert own["colors"] == ["#ffd700"]
    assert (await made(client, brand_kit_id=kit_id))["cached"] is True
    await client.put(f"/api/v1/brand-kits/{kit_id}", json={"name": "Home", "colors": ["#00aa44"]})
    changed = await made(client, brand_kit_id=kit_id)
    assert (changed["colors"], changed["logo"], changed["cached"]) == (["#00aa44"], None, False)


async def test_another_kit_is_not_there(client: httpx.AsyncClient) -> None:
    """A kit that is nobody's is 404."""
    answer = await client.post(URL, json=fields(brand_kit_id="kit_" + "0" * 32))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_sponsors_by_name_object_and_file(client: httpx.AsyncClient, sponsor_png: bytes) -> None:
    """A sponsor's logo is the same banner as an object in JSON and as a file part named by its path."""
    sponsors = ["Harbor Bakery", {"name": "Ferry", "logo": {"base64": encoded(sponsor_png)}}]
    body = await made(client, sponsors=sponsors)
    form = {
        "team_name": "Harbor Foxes",
        "dpi": "20",
        "formats": "png",
        "sponsors": ["Harbor Bakery", "Ferry"],
    }
    form["players"] = (
        '[{"number": 7, "name": "Mina Duarte", "position": "FW"}, {"number": 10, "name": "Ana Reyes"}]'
    )
    files = {"sponsors.1.logo": ("ferry.png", sponsor_png)}
    sent = await client.post(URL, data=form, files=files)
    assert sent.status_code == 200, sent.text
    assert sent.json()["assets"][0]["sha256"] == body["assets"][0]["sha256"]
    pixels = (await picture(client, body)).astype(int)
    green = (pixels[..., 1] > 100) & (pixels[..., 0] < 60) & (pixels[..., 2] < 110)
    assert green.sum() > 20, "the logo is there"
    assert (await made(client, sponsors=["Harbor Bakery", "Ferry"]))["cached"] is False


@pytest.mark.parametrize("name", ["sponsors.5.logo", "sponsors.99.logo", "coaches.0.logo"])
async def test_file_parts_without_a_sponsor_are_refused(
    client: httpx.AsyncClient, sponsor_png: bytes, name: str
) -> None:
    """A file part that belongs to nothing is refused by its name."""
    form = {"team_name": "Foxes", "sponsors": "Bakery"}
    answer = await client.post(URL, data=form, files={name: ("x.png", sponsor_png)})
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "validation_error")
    assert body["errors"][0]["field"] == name


async def test_photo_and_league_logo(client: httpx.AsyncClient, photo_png: bytes, sponsor_png: bytes) -> None:
    """A photo and a league's logo are taken; what the template does not show is told."""
    more = {"photo_base64": encoded(photo_png), "league_logo_base64": encoded(sponsor_png)}
    body = await made(client, **more)
    uses = next(
        template["uses"]
        for template in (await client.get("/api/v1/capabilities")).json()["banner_templates"]
        if template["name"] == "bold"
    )
    told = [item["code"] for item in body["warnings"]]
    assert ("not_shown" in told) == (not {"photo", "league"} <= set(uses))


@pytest.mark.parametrize("kind", ["png", "webp", "jpeg"])
async def test_accept_gives_the_picture(client: httpx.AsyncClient, kind: str) -> None:
    """A client that asks for a picture gets just that, in its format."""
    answer = await client.post(URL, json=fields(formats=["pdf"]), headers={"Accept": f"image/{kind}"})
    assert answer.headers["content-type"] == f"image/{kind}"
    assert answer.headers["x-asset-role"] == f"banner_{kind}"
    assert Image.open(BytesIO(answer.content)).size == (1450, 730)


@pytest.mark.usefixtures("queue_only")
async def test_respond_async_accepts_a_job(client: httpx.AsyncClient, sponsor_png: bytes) -> None:
    """202 with the job's kind; sponsors' logos are kept with it."""
    body = fields(sponsors=[{"logo": {"base64": encoded(sponsor_png)}}])
    answer = await client.post(URL, json=body, headers={"Prefer": "respond-async"})
    assert (answer.status_code, answer.json()["job"]["kind"]) == (202, "roster_banner")


async def test_a_job_makes_what_the_request_makes(
    client: httpx.AsyncClient, services: Services, sponsor_png: bytes
) -> None:
    """What is kept of a request, parameters and files apart, gives the same bytes."""
    order = fields(sponsors=[{"name": "Ferry", "logo": {"base64": encoded(sponsor_png)}}], sort_by="name")
    body = await made(client, **order)
    params = params_of(ROSTER_BANNER, BannerBody.model_validate(order))
    assert params["sponsors"] == [{"name": "Ferry", "logo": None}]
    work = begin(services.making, Task("roster_banner", params, {"sponsors.0.logo": sponsor_png}))
    await work.weigh()
    file = (await work.make(ONLY_PART, {})).files["banner_png"]
    assert len(file.data) == body["assets"][0]["bytes"]


async def test_the_history_has_it(client: httpx.AsyncClient) -> None:
    """A banner is in the history under its kind."""
    body = await made(client)
    rows = (await client.get("/api/v1/images", params={"processing_type": "roster_banner"})).json()["items"]
    assert [row["id"] for row in rows] == [body["id"]]
