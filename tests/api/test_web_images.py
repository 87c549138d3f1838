"""`POST /prepare-web-assets`."""

import hashlib
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from PIL import Image

from imaging.types import Pixels
from tests.api.conftest import png
from tests.api.test_upscale import b64

URL = "/api/v1/prepare-web-assets"
ALT = "\"Ünïcode\" <b>&amp; 'quotes'</b> 🏆 שלום"


@pytest.fixture(scope="session")
def scene() -> Pixels:
    """A picture of 300 x 200 px with soft shapes and grain, its red dot right of the middle."""
    rng = np.random.default_rng(4)
    ys, xs = np.mgrid[0:200, 0:300]
    waves = 110 + 20 * np.sin(xs / 17.0) + 20 * np.cos(ys / 23.0)
    pixels = np.clip(waves[..., None] + rng.normal(0, 3, (200, 300, 3)), 0, 255).astype(np.uint8)
    cv2.circle(pixels, (240, 60), 22, (225, 20, 30), cv2.FILLED, cv2.LINE_AA)
    return pixels


@pytest.fixture(scope="session")
def scene_png(scene: Pixels) -> bytes:
    """Its file."""
    return png(scene)


class Elements(HTMLParser):
    """What a parser makes of markup: every tag with its attributes."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.found.append((tag, dict(attrs)))


async def post(client: httpx.AsyncClient, data: bytes, **fields: object) -> dict[str, Any]:
    """The answer's JSON, of a request that works."""
    answer = await client.post(URL, json={"image_base64": b64(data), **fields})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def codes(body: dict[str, Any]) -> list[str]:
    """Of the warnings."""
    return [warning["code"] for warning in body["warnings"]]


async def test_the_whole_answer(client: httpx.AsyncClient, scene_png: bytes) -> None:
    """One file a width and format at the quality asked for, named by its content; wide ones left out."""
    body = await post(
        client,
        scene_png,
        widths=[240, 120, 9000, 120],
        alt=ALT,
        name="hero",
        sizes="(min-width: 60em) 50vw, 9em",
    )
    roles = [asset["role"] for asset in body["assets"]]
    assert roles == [f"{kind}_{width}" for kind in ("avif", "webp", "jpeg") for width in (240, 120)]
    assert codes(body) == ["widths_left_out"]
    for asset, file in zip(body["assets"], body["files"], strict=True):
        data = (await client.get(asset["url"])).content
        with Image.open(BytesIO(data)) as image:
            assert image.size == (file["width"], round(file["width"] * 2 / 3))
            assert image.format == file["format"].upper()
        assert 0.975 <= file["ssim"] <= 0.99
        assert hashlib.sha256(data).hexdigest()[:10] in file["name"]
        assert file["name"].startswith(f"hero-{file['width']}.")
    assert body["savings"]["source_bytes"] == len(scene_png)
    assert body["headers"]["files"]["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_markup_is_escaped_and_whole(client: httpx.AsyncClient, scene_png: bytes) -> None:
    """Any text comes back out of an HTML parser as it went in; every file is offered, the last one to all."""
    body = await post(
        client,
        scene_png,
        widths=[60, 120],
        formats=["webp", "jpeg"],
        alt=ALT,
        base_url="/i/",
        loading="eager",
    )
    tags = Elements(body["picture_html"]).found
    assert [tag for tag, _ in tags] == ["picture", "source", "img"]
    names = {file["role"]: file["name"] for file in body["files"]}
    assert tags[1][1] == {
        "type": "image/webp",
        "srcset": f"/i/{names['webp_60']} 60w, /i/{names['webp_120']} 120w",
        "sizes": "100vw",
    }
    image = tags[2][1]
    assert image["alt"] == ALT
    assert (image["width"], image["height"], image["loading"]) == ("120", "80", "eager")
    assert image["src"] == f"/i/{names['jpeg_120']}"
    assert names["webp_120"] in body["headers"]["page"]["Link"]


async def test_crops_follow_the_focal_point(client: httpx.AsyncClient, scene_png: bytes) -> None:
    """A crop holds the red dot when it is pointed at, and when it is looked for; not from the middle."""

    async def reds(focal: object) -> int:
        body = await post(
            client, scene_png, widths=[100], formats=["png"], aspect_ratios=["1:2", "original"], focal=focal
        )
        assert [asset["role"] for asset in body["assets"]] == ["png_100_1x2", "png_100"]
        assert [picture["aspect_ratio"] for picture in body["pictures"]] == ["1:2", "original"]
        data = (await client.get(body["assets"][0]["url"])).content
        pixels = np.asarray(Image.open(BytesIO(data)).convert("RGB"), np.int16)
        assert pixels.shape == (200, 100, 3)
        return int((pixels[..., 0] - pixels[..., 1] > 120).sum())

    assert await reds({"x": 0.8, "y": 0.3}) > 1000
    assert await reds("auto") > 1000
    assert await reds("center") == 0


async def test_transparency_is_kept(client: httpx.AsyncClient) -> None:
    """A clear image stays clear; JPEG is left out, or laid on the background that is given."""
    pixels = np.zeros((60, 80, 4), np.uint8)
    pixels[10:50, 10:70] = (0, 90, 200, 255)
    body = await post(client, png(pixels), widths=[40], formats=["avif", "webp", "png", "jpeg"])
    assert [asset["role"] for asset in body["assets"]] == ["avif_40", "webp_40", "png_40"]
    assert codes(body) == ["jpeg_left_out"]
    for asset in body["assets"]:
        data = (await client.get(asset["url"])).content
        shown = np.asarray(Image.open(BytesIO(data)).convert("RGBA"))
        assert shown[0, 0, 3] == 0
        assert np.abs(shown[15, 20].astype(int) - (0, 90, 200, 255)).max() < 8
    body = await post(client, png(pixels), widths=[40], formats=["jpeg"], background="#00ff00")
    assert codes(body) == ["transparency_flattened"]
    data = (await client.get(body["assets"][0]["url"])).content
    assert np.abs(np.asarray(Image.open(BytesIO(data)))[0, 0].astype(int) - (0, 255, 0)).max() < 60


async def test_max_bytes(client: httpx.AsyncClient, scene_png: bytes) -> None:
    """Files have at most the bytes allowed; what cannot is as small as it is worth, and named."""
    body = await post(client, scene_png, widths=[240], max_bytes=2500)
    assert codes(body) == []
    assert max(asset["bytes"] for asset in body["assets"]) <= 2500
    body = await post(client, scene_png, widths=[240], formats=["jpeg", "png"], max_bytes=300)
    assert codes(body) == ["max_bytes_not_met"]
    assert "jpeg_240, png_240" in body["warnings"][0]["message"]


async def test_first_frame_of_an_animation(client: httpx.AsyncClient, scene: Pixels) -> None:
    """An animation gives its first frame, and the answer says so."""
    out = BytesIO()
    frames = [Image.fromarray(scene), Image.fromarray(255 - scene)]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    body = await post(client, out.getvalue(), widths=[60], formats=["png"])
    assert codes(body) == ["first_frame"]
    data = (await client.get(body["assets"][0]["url"])).content
    expected = Image.fromarray(scene).resize((60, 40), Image.Resampling.LANCZOS)
    assert np.abs(np.asarray(Image.open(BytesIO(data)), int) - np.asarray(expected, int)).max() <= 2


@pytest.mark.parametrize("size", [(1, 1), (16_384, 1), (1, 16_384)])
async def test_slivers(client: httpx.AsyncClient, size: tuple[int, int]) -> None:
    """One pixel is an image, and so is a line as long as an image may be; WebP ends a pixel before that."""
    data = png(np.full((size[1], size[0], 3), 90, np.uint8))
    body = await post(client, data, formats=["avif", "webp", "jpeg", "png"], widths=[1, 16_384])
    tall = 16_384 in size
    made = {asset["role"] for asset in body["assets"]}
    assert {f"{kind}_{size[0]}" for kind in ("avif", "jpeg", "png")} <= made
    assert (f"webp_{size[0]}" in made) != tall
    assert ("webp_left_out" in codes(body)) == tall


async def test_no_format_holds_it(client: httpx.AsyncClient) -> None:
    """A line that is too long for the only format asked for is refused by name."""
    data = png(np.full((16_384, 1, 3), 90, np.uint8))
    answer = await client.post(URL, json={"image_base64": b64(data), "formats": ["webp"], "widths": [1]})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert answer.json()["errors"][0]["field"] == "formats"


async def test_accepted_format_is_the_largest_file(client: httpx.AsyncClient, scene_png: bytes) -> None:
    """A client that takes one image format gets the largest file of it, same bytes every time."""
    answers = [
        await client.post(
            URL,
            json={"image_base64": b64(scene_png), "widths": [50, 100]},
            headers={"Accept": "image/webp", "Cache-Control": "no-store"},
        )
        for _ in range(2)
    ]
    assert Image.open(BytesIO(answers[0].content)).size == (100, 67)
    assert answers[0].content == answers[1].content


async def test_form_fields(client: httpx.AsyncClient, scene_png: bytes) -> None:
    """A form says the same: lists with commas, an object as JSON."""
    answer = await client.post(
        URL,
        files={"image": ("a.png", scene_png)},
        data={"widths": "40,80", "formats": "png", "focal": '{"x": 0.8, "y": 0.3}', "aspect_ratios": "1:1"},
    )
    assert answer.json()["focal"] == {"x": 0.8, "y": 0.3}
    assert [asset["role"] for asset in answer.json()["assets"]] == ["png_80_1x1", "png_40_1x1"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"widths": []}, "widths"),
        ({"widths": [0]}, "widths.0"),
        ({"widths": [100_000]}, "widths.0"),
        ({"formats": ["gif"]}, "formats.0"),
        ({"aspect_ratios": ["16/9"]}, "aspect_ratios.0"),
        ({"aspect_ratios": ["0:1"]}, "aspect_ratios.0"),
        ({"target_ssim": 1.0}, "target_ssim"),
        ({"max_bytes": 0}, "max_bytes"),
        ({"name": "../x"}, "name"),
        ({"alt": "bell\u0007"}, "alt"),
        ({"sizes": '"><script>'}, "sizes"),
        ({"base_url": "a b"}, "base_url"),
        ({"widths": list(range(1, 17)), "aspect_ratios": [f"{n}:1" for n in range(1, 7)]}, ""),
    ],
)
async def test_wrong_fields_are_named(
    client: httpx.AsyncClient, scene_png: bytes, fields: dict[str, object], field: str
) -> None:
    """A field that breaks its rule is named."""
    answer = await client.post(URL, json={"image_base64": b64(scene_png), **fields})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert field in [error["field"] for error in answer.json()["errors"]]


@pytest.fixture(scope="module")
def large_png() -> bytes:
    """A file of 16 megapixels and few bytes."""
    return png(np.zeros((4000, 4000), np.uint8), compress_level=1)


@pytest.mark.usefixtures("queue_only")
async def test_long_work_becomes_a_job(client: httpx.AsyncClient, large_png: bytes) -> None:
    """What takes longer than a request may is accepted as a job, from the header alone."""
    fields = {"widths": [3000, 3500, 4000], "max_bytes": 100_000}
    answer = await client.post(URL, json={"image_base64": b64(large_png), **fields})
    assert (answer.status_code, answer.json()["job"]["kind"]) == (202, "web_images")


async def test_too_much_is_refused_before_work(client: httpx.AsyncClient, large_png: bytes) -> None:
    """Sizes over the limit together are refused from the header alone."""
    widths = list(range(3600, 4000, 30))
    fields = {"widths": widths, "formats": ["jpeg"]}
    answer = await client.post(URL, json={"image_base64": b64(large_png), **fields})
    assert (answer.status_code, answer.json()["code"]) == (422, "image_too_large")
