"""`POST /process-logo/optimized`."""

import base64
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.api.conftest import png

URL = "/api/v1/process-logo/optimized"
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    b'<circle cx="10" cy="10" r="9" fill="#0b2545"/>'
    b'<rect x="22" y="2" width="16" height="16" fill="#f4b942"/></svg>'
)


def fields(logo: bytes, **more: Any) -> dict[str, Any]:
    """A request body."""
    return {"logo_base64": base64.b64encode(logo).decode(), **more}


async def fetched(client: httpx.AsyncClient, body: dict[str, Any], role: str) -> bytes:
    """The bytes of one asset of an answer."""
    (url,) = [asset["url"] for asset in body["assets"] if asset["role"] == role]
    return (await client.get(url)).content


def opened(data: bytes) -> np.ndarray:
    """The pixels of a file."""
    return np.asarray(Image.open(BytesIO(data)))


@pytest.fixture(scope="module")
def badge_png() -> bytes:
    """A navy disc with a gold bar and a counter, on pale teal, drawn with smooth edges."""
    ground = (178, 222, 216)
    image = Image.new("RGB", (1280, 1280), ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((160, 160, 1119, 1119), fill=(11, 37, 69))
    draw.rectangle((320, 560, 959, 719), fill=(244, 185, 66))
    draw.ellipse((560, 240, 719, 399), fill=ground)
    return png(np.asarray(image.resize((320, 320), Image.Resampling.BOX)))


async def test_logo_becomes_a_master_a_drawing_and_a_page(
    client: httpx.AsyncClient, badge_png: bytes
) -> None:
    """A badge gives a trimmed transparent PNG, an SVG and a PDF in inches, its palette, steps and report."""
    answer = await client.post(URL, json=fields(badge_png))
    body = answer.json()
    assert answer.status_code == 200, body
    assert [asset["role"] for asset in body["assets"]] == ["master", "svg", "pdf"]
    master = opened(await fetched(client, body, "master"))
    assert master.shape == (240, 240, 4)
    assert tuple(master[120, 10]) == (11, 37, 69, 255)
    assert master[40, 120, 3] == 0, "the counter is open"
    assert {"#0b2545", "#f4b942"} == {part["hex"] for part in body["palette"]}
    assert 0.98 <= sum(part["coverage"] for part in body["palette"]) <= 1
    assert body["foreground"]["holes"] == 1
    assert body["steps"][-1]["name"] == "trim_and_pad"
    assert body["vector"]["ssim"] > 0.97
    assert body["print_report"]["width_in"] == 10
    assert body["enlargement"]["route"] == "as_it_is"
    assert body["assets"][0]["dpi"] == body["print_report"]["dpi"] == 24, "240 px on 10 in"


async def test_drawing_has_true_size_and_the_palettes_fills(
    client: httpx.AsyncClient, badge_png: bytes
) -> None:
    """The SVG is as wide as it is printed and has one fill for each colour of the palette."""
    body = (await client.post(URL, json=fields(badge_png, outputs=["svg", "pdf"], print_width_in=4))).json()
    root = ET.fromstring(await fetched(client, body, "svg"))  # noqa: S314 - our own output
    assert (root.get("width"), root.get("height")) == ("4in", "4in")
    fills = {element.get("fill") for element in root.iter() if element.get("fill")} - {"none"}
    assert fills == {part["hex"] for part in body["palette"]}
    pdf = await fetched(client, body, "pdf")
    assert pdf.startswith(b"%PDF")
    sizes = {(asset["role"], asset["width"], asset["height"]) for asset in body["assets"]}
    assert sizes == {("svg", 288, 288), ("pdf", 288, 288)}


async def test_master_has_the_printed_size(client: httpx.AsyncClient, badge_png: bytes) -> None:
    """Inches at a resolution are exact pixels, tagged, whatever route enlarged them."""
    more = {"outputs": ["png"], "print_width_in": 5, "dpi": 200}
    body = (await client.post(URL, json=fields(badge_png, **more))).json()
    (asset,) = body["assets"]
    assert (asset["width"], asset["height"], asset["dpi"]) == (1000, 1000, 200)
    assert body["enlargement"]["route"] == "vector"
    master = opened(await fetched(client, body, "master"))
    ys, xs = np.mgrid[:1000, :1000] + 0.5
    disc = np.hypot(xs - 500, ys - 500) < 498
    counter = np.hypot(xs - 500, ys - 167) < 85
    assert (master[..., 3][disc & ~counter] > 250).mean() > 0.998


async def test_variants_are_files_of_the_masters_size(client: httpx.AsyncClient, badge_png: bytes) -> None:
    """Each variant comes as a transparent PNG; `reversed` is white."""
    more = {"outputs": ["png"], "variants": ["mono", "reversed", "dark_garment"]}
    body = (await client.post(URL, json=fields(badge_png, **more))).json()
    assert [asset["role"] for asset in body["assets"]] == ["master", "mono", "reversed", "dark_garment"]
    reverse = opened(await fetched(client, body, "reversed"))
    assert (reverse[..., :3][reverse[..., 3] == 255] == 255).all()
    mono = opened(await fetched(client, body, "mono"))
    assert len(np.unique(mono[..., :3][mono[..., 3] == 255], axis=0)) == 1


async def test_before_and_after_is_a_picture(client: httpx.AsyncClient, badge_png: bytes) -> None:
    """`diff` is a picture without transparency that holds both."""
    body = (await client.post(URL, json=fields(badge_png, outputs=["diff"]))).json()
    assert [asset["role"] for asset in body["assets"]] == ["diff"]
    picture = opened(await fetched(client, body, "diff"))
    assert picture.shape[2] == 3
    assert picture.shape[1] > 2 * 240


async def test_regions_can_be_flipped(client: httpx.AsyncClient, badge_png: bytes) -> None:
    """A counter that was cleared is artwork after its number is sent back."""
    first = (await client.post(URL, json=fields(badge_png, outputs=["png"]))).json()
    (region,) = first["foreground"]["regions"]
    assert region["decision"] == "cleared"
    second = (await client.post(URL, json=fields(badge_png, outputs=["png"], flip=[0]))).json()
    assert second["foreground"]["regions"][0]["decision"] == "kept"
    assert opened(await fetched(client, second, "master"))[40, 120, 3] == 255
    wrong = await client.post(URL, json=fields(badge_png, flip=[7]))
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "flip")


async def test_svg_is_taken_as_a_logo(client: httpx.AsyncClient) -> None:
    """An SVG is rendered, and its colours come out exactly."""
    body = (await client.post(URL, json=fields(SVG))).json()
    assert {"#0b2545", "#f4b942"} == {part["hex"] for part in body["palette"]}
    assert body["vector"]["paths"] == 2
    assert body["vector"]["nodes"] <= 12


async def test_svg_is_no_image_elsewhere(client: httpx.AsyncClient) -> None:
    """Where no logo is expected SVG stays refused."""
    answer = await client.post("/api/v1/upscale", json={"image_base64": base64.b64encode(SVG).decode()})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_format")


async def test_accept_gives_the_master(client: httpx.AsyncClient, badge_png: bytes) -> None:
    """A client that asks for a picture gets the master's bytes and the facts in headers."""
    answer = await client.post(URL, json=fields(badge_png), headers={"Accept": "image/png"})
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-asset-role"] == "master"
    assert opened(answer.content).shape == (240, 240, 4)


async def test_same_logo_same_bytes(client: httpx.AsyncClient, badge_png: bytes) -> None:
    """Every file is the same to the byte when the request is."""
    more = {"outputs": ["png", "svg", "pdf", "diff"], "variants": ["mono"], "print_width_in": 3}
    answers = [(await client.post(URL, json=fields(badge_png, **more))).json() for _ in range(2)]
    first, second = ([asset["sha256"] for asset in body["assets"]] for body in answers)
    assert first == second


async def test_thin_lines_are_told_and_mended(client: httpx.AsyncClient) -> None:
    """A hairline is a finding that names its fix; with the fix it is none any more."""
    image = Image.new("RGB", (900, 300), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 260, 260), fill=(200, 16, 46))
    draw.rectangle((300, 149, 860, 150), fill=(200, 16, 46))
    logo = png(np.asarray(image))
    more = {"outputs": ["png"], "print_width_in": 2}
    body = (await client.post(URL, json=fields(logo, **more))).json()
    (finding,) = [item for item in body["print_report"]["findings"] if item["code"] == "thin_strokes"]
    assert "thicken" in finding["fixes"]
    assert "thin_strokes" in [warning["code"] for warning in body["warnings"]]
    mended = (await client.post(URL, json=fields(logo, fixes=["thicken"], **more))).json()
    assert "thin_strokes" not in [item["code"] for item in mended["print_report"]["findings"]]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("RGB", (64, 64), "white"), (422, "no_foreground")),
        (Image.new("RGB", (1, 1), "red"), (422, "no_foreground")),
        (Image.new("RGBA", (64, 64)), (422, "no_foreground")),
    ],
)
async def test_logos_of_nothing_are_refused(
    client: httpx.AsyncClient, image: Image.Image, expected: tuple[int, str]
) -> None:
    """Blank, one pixel, all clear: there is no logo."""
    answer = await client.post(URL, json=fields(png(np.asarray(image))))
    assert (answer.status_code, answer.json()["code"]) == expected


async def test_photo_strip_and_noise_are_taken(client: httpx.AsyncClient, photo_png: bytes) -> None:
    """A photo, a very long strip and 20,000 colours are answered with what can be made of them."""
    strip = np.full((40, 16_000, 3), 255, np.uint8)
    strip[10:30, 200:15_800] = (11, 37, 69)
    rng = np.random.default_rng(3)
    noise = np.full((200, 200, 3), 255, np.uint8)
    noise[20:180, 20:180] = rng.integers(0, 256, (160, 160, 3))
    for logo in (photo_png, png(strip), png(noise)):
        answer = await client.post(URL, json=fields(logo))
        assert answer.status_code == 200, answer.text


async def test_photos_stay_pictures_in_vector_files(client: httpx.AsyncClient, photo_png: bytes) -> None:
    """Of a photographic logo the SVG and the PDF hold the picture, with a warning, at true size."""
    body = (await client.post(URL, json=fields(photo_png, outputs=["svg", "pdf"]))).json()
    assert body["kind"] == "photographic"
    assert body["vector"] is None
    assert "not_vectorised" in [warning["code"] for warning in body["warnings"]]
    assert b"data:image/png" in await fetched(client, body, "svg")
    assert (await fetched(client, body, "pdf")).startswith(b"%PDF")
    assert max(body["assets"][0]["width"], body["assets"][0]["height"]) == 720


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"print_width_in": 0}, "print_width_in"),
        ({"print_width_in": 1000}, "print_width_in"),
        ({"dpi": 1}, "dpi"),
        ({"outputs": []}, "outputs"),
        ({"outputs": ["gif"]}, "outputs.0"),
        ({"variants": ["neon"]}, "variants.0"),
        ({"max_colors": 0}, "max_colors"),
        ({"fixes": ["magic"]}, "fixes.0"),
        ({"enclosed": "maybe"}, "enclosed"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_wrong_fields_are_named(
    client: httpx.AsyncClient, badge_png: bytes, more: dict[str, Any], field: str
) -> None:
    """Each wrong parameter is refused by its name."""
    answer = await client.post(URL, json=fields(badge_png, **more))
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "validation_error")
    assert field in [error["field"] for error in body["errors"]]


async def test_too_large_a_print_is_refused(client: httpx.AsyncClient, badge_png: bytes) -> None:
    """Sixty inches at 1,200 DPI are more pixels than the service makes."""
    answer = await client.post(URL, json=fields(badge_png, print_width_in=60, dpi=1200))
    assert (answer.status_code, answer.json()["code"]) == (422, "image_too_large")
