"""`POST /generate-web-assets`."""

import base64
import io
import json
import zipfile
from html.parser import HTMLParser
from typing import Any

import httpx
import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError

from imaging.web.ico import read_ico
from serve_app.api.schemas.web_icons import WebAssetsBody
from tests.api.conftest import png

URL = "/api/v1/generate-web-assets"
HOSTILE_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4e9 4e9" onload="alert(1)">
<script>alert(1)</script><image href="http://169.254.169.254/latest"/><image href="file:///etc/passwd"/>
<rect width="4e9" height="4e9" fill="url(https://example.com/a.svg#b)" onload="alert(1)"/>
<circle cx="2e9" cy="2e9" r="18e8" fill="#0b2545"/>
<rect x="16e8" y="6e8" width="8e8" height="28e8" fill="#f4b942"/>
</svg>"""
ROOT = '<svg xmlns="http://www.w3.org/2000/svg"'
PNG_FILES = (
    *(f"icon-{side}.png" for side in (16, 32, 48, 96, 192, 512)),
    "apple-touch-icon.png",
    "icon-maskable-192.png",
    "icon-maskable-512.png",
    "icon-monochrome-512.png",
    "og-image",
    "social-square.png",
)
FILES = {
    "favicon.ico": "image/vnd.microsoft.icon",
    "favicon.svg": "image/svg+xml",
    **dict.fromkeys(PNG_FILES, "image/png"),
    "site.webmanifest": "application/manifest+json",
    "head.html": "text/html",
    "zip": "application/zip",
}
HOSTILE = "A \"B\" <script>alert(1)</script> & 'C' \U0001f98a فريق"


def fields(logo: bytes, **more: Any) -> dict[str, Any]:
    """A request body."""
    return {"logo_base64": base64.b64encode(logo).decode(), "name": "Harbor Foxes", **more}


async def fetched(client: httpx.AsyncClient, body: dict[str, Any], role: str) -> bytes:
    """The bytes of one asset of an answer."""
    (url,) = [asset["url"] for asset in body["assets"] if asset["role"] == role]
    return (await client.get(url)).content


class Names(HTMLParser):
    """What a page is called, and its elements."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.name: str | None = None
        self.tags: set[str] = set()
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags.add(tag)
        if said.get("name") == "application-name":
            self.name = said.get("content")


async def test_a_logo_becomes_everything_a_site_needs(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Every file is there, checked, in the archive, named by head and manifest; twice the same."""
    order = fields(logo_png, base_url="https://example.com/club")
    answer = await client.post(URL, json=order)
    body = answer.json()
    assert answer.status_code == 200, body
    kinds = {asset["role"]: asset["content_type"] for asset in body["assets"]}
    assert kinds == FILES
    assert body["checks"]["ok"], body["checks"]
    assert len(body["checks"]["files"]) == len(FILES) - 1, "all but the archive"
    assert 'href="https://example.com/club/favicon.svg"' in body["head_html"]
    with zipfile.ZipFile(io.BytesIO(await fetched(client, body, "zip"))) as archive:
        assert set(archive.namelist()) == (set(FILES) - {"zip", "og-image"}) | {"og-image.png"}
        assert archive.read("head.html").decode() == body["head_html"]
    ico = read_ico(await fetched(client, body, "favicon.ico"))
    assert [len(image.pixels) for image in ico] == [16, 32, 48]
    manifest = json.loads(await fetched(client, body, "site.webmanifest"))
    assert (manifest["name"], manifest["short_name"]) == ("Harbor Foxes", "Harbor Foxes")
    assert manifest["theme_color"] == body["theme_color"] == "#c8102e"
    assert not body["small_mark"]["simplified"]
    assert body["favicon_svg"]["vector"]
    assert body["warnings"] == []
    (url,) = [asset["url"] for asset in body["assets"] if asset["role"] == "favicon.ico"]
    assert "/favicon.ico?" in url, "the name ends once"
    again = (await client.post(URL, json=order, headers={"Cache-Control": "no-store"})).json()
    hashes = [{asset["role"]: asset["sha256"] for asset in made["assets"]} for made in (body, again)]
    assert hashes[0] == hashes[1]


async def test_hostile_names_come_back_as_they_were(client: httpx.AsyncClient, logo_png: bytes) -> None:
    """Quotes, angle brackets, emoji and Arabic are text everywhere; cards say what they leave out.

    A ground that would hide the logo is told, and opaque icons stand on another.
    """
    order = fields(logo_png, name=HOSTILE, short_name="<b>\"'&", tagline=HOSTILE, background_color="#c8102e")
    body = (await client.post(URL, json=order)).json()
    head = Names(body["head_html"])
    assert head.name == HOSTILE
    assert head.tags == {"link", "meta"}
    manifest = json.loads(await fetched(client, body, "site.webmanifest"))
    assert (manifest["name"], manifest["short_name"]) == (HOSTILE, "<b>\"'&")
    assert body["checks"]["ok"]
    assert body["background_color"] == manifest["background_color"] == "#c8102e"
    assert body["plate"]["color"] != "#c8102e"
    codes = [warning["code"] for warning in body["warnings"]]
    assert codes == ["background_hides_logo", "missing_glyphs", "og_image_relative"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  \u200f "}, "name"),
        ({"name": "a\u0007b"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"theme_color": "reddish"}, "theme_color"),
        ({"base_url": "javascript:alert(1)"}, "base_url"),
        ({"base_url": "ftp://example.com"}, "base_url"),
        ({"base_url": "//example.com"}, "base_url"),
        ({"base_url": "https://"}, "base_url"),
        ({"base_url": "https://user@example.com/"}, "base_url"),
        ({"base_url": "https://example.com/?a=1"}, "base_url"),
        ({"base_url": "https://example.com:99999/"}, "base_url"),
        ({"base_url": 'https://example.com/" onload="'}, "base_url"),
        ({"small_mark": "neon"}, "small_mark"),
        ({"display": "window"}, "display"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_wrong_fields_are_named(
    client: httpx.AsyncClient, logo_png: bytes, more: dict[str, Any], field: str
) -> None:
    """Each wrong parameter is refused by its name."""
    answer = await client.post(URL, json=fields(logo_png, **more))
    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "validation_error")
    assert body["errors"][0]["field"].split(".")[0] == field


async def test_hostile_drawings_are_made_harmless(client: httpx.AsyncClient) -> None:
    """Nothing runs, nothing is fetched, no trace of either is left; a huge view box is only a number."""
    answer = await client.post(URL, json=fields(HOSTILE_SVG.encode(), small_mark="logo"))
    body = answer.json()
    assert answer.status_code == 200, body
    drawn = await fetched(client, body, "favicon.svg")
    assert b"#0b2545" in drawn
    for trace in (b"script", b"onload", b"http://169", b"passwd", b"example.com"):
        assert trace not in drawn
    assert body["checks"]["ok"]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (
            '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
            + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
            + ']><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><text>&j;</text></svg>',
            "image_corrupt",
        ),
        (
            f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{ROOT} viewBox="0 0 9 9">&x;</svg>',
            "image_corrupt",
        ),
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
            + "<g>" * 600
            + "</g>" * 600
            + "</svg>",
            "image_corrupt",
        ),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g', "image_corrupt"),
    ],
    ids=["multiplying entities", "outside entity", "nesting", "broken"],
)
async def test_drawings_that_are_none_are_refused(
    client: httpx.AsyncClient, document: str, code: str
) -> None:
    """Entities, endless nesting, half a document."""
    answer = await client.post(URL, json=fields(document.encode(), remove_background=False))
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


@pytest.mark.parametrize(
    ("image", "remove"),
    [
        (Image.new("RGB", (64, 64), "white"), True),
        (Image.new("RGBA", (64, 64)), True),
        (Image.new("RGBA", (64, 64)), False),
        (Image.new("RGBA", (600, 600)), False),
        (Image.new("RGB", (1, 1), "red"), True),
        (Image.new("RGB", (16_384, 8), "red"), True),
    ],
    ids=["blank", "clear", "clear, kept", "large and clear", "one pixel", "a blank line of 16,384 px"],
)
async def test_logos_of_nothing_are_refused(
    client: httpx.AsyncClient, image: Image.Image, remove: object
) -> None:
    """Where nothing shows there is no logo."""
    answer = await client.post(URL, json=fields(png(np.asarray(image)), remove_background=remove))
    assert (answer.status_code, answer.json()["code"]) == (422, "no_foreground"), answer.text


async def test_forms_work_and_pictures_cannot_be_asked_for(
    client: httpx.AsyncClient, logo_png: bytes
) -> None:
    """A multipart body with a comma-separated list; no file is the main one, so the answer is JSON."""
    answer = await client.post(
        URL,
        data={"name": "Harbor Foxes", "colors": "#0b2545,gold", "small_mark": "initials"},
        files={"logo": ("logo.png", logo_png)},
        headers={"Accept": "image/png"},
    )
    body = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert body["colors"] == ["#0b2545", "#ffd700"]
    assert body["small_mark"]["initials"] == "HF"
    assert body["cards"]["colors"]["ground"] == "#0b2545"


def test_a_name_does_not_turn_the_page_round() -> None:
    """Marks that override the direction of writing are dropped; what is left is the name."""
    body = WebAssetsBody(name="\u202exof\u202c Fox", tagline="\u2067ab\u2069")
    assert (body.name, body.tagline) == ("xof Fox", "ab")
    with pytest.raises(ValidationError):
        WebAssetsBody(name="\u202e")
