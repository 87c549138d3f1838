"""The head snippet in a real browser: everything in it loads, and the SVG follows the colour scheme."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from configs.settings import REPOSITORY
from imaging.web.cards import CardText, card_fonts, social_cards
from imaging.web.head import HEAD, head_html
from imaging.web.icons import IconStyle, large_icons, small_icons
from imaging.web.manifest import ICONS, MANIFEST, Site, site_manifest
from tests.browser.chromium import Chromium, found
from tests.unit.imaging.web.marks import BLACK, NAVY, disc

NAME = 'Foxes "A" <b>&\U0001f98a'
PROGRAM = found()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium is installed")

LINKED = """(async () => {
  const links = [...document.querySelectorAll("link[href], meta[property='og:image']")];
  return Promise.all(links.map(async (link) => {
    const url = new URL(link.href ?? link.content, location).href;
    const answer = await fetch(url);
    const facts = { rel: link.rel ?? "og:image", status: answer.status, sizes: link.sizes?.value ?? "" };
    if (link.rel === "manifest") return { ...facts, width: 0 };
    const image = new Image();
    image.src = url;
    await image.decode();
    return { ...facts, width: image.naturalWidth };
  }));
})()"""
LOADED = """async (name) => {
  const image = new Image();
  image.src = "/" + name;
  await image.decode();
  return image.naturalWidth;
}"""
MIDDLE = """(async () => {
  const image = new Image();
  image.src = "/favicon.svg?" + matchMedia("(prefers-color-scheme: dark)").matches;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 64;
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0, 64, 64);
  return [...context.getImageData(32, 32, 1, 1).data];
})()"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and writes no log."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has there
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose one page has the snippet, with a black logo, on a loopback port."""
    folder = tmp_path_factory.mktemp("site")
    style = IconStyle(NAME, (NAVY, BLACK))
    card = (REPOSITORY / "configs" / "web" / "card.typ").read_bytes()
    sets = (
        small_icons(disc(BLACK), style),
        large_icons(disc(BLACK), style),
        social_cards(disc(BLACK), CardText(NAME), colors=style.colors, template=card, fonts=card_fonts()),
    )
    site = Site(NAME, "Foxes", NAVY, (255, 255, 255))
    files = {name: file.data for made in sets for name, file in made.files.items()}
    files |= {MANIFEST: site_manifest(site), HEAD: head_html(site)}
    page = f"<!doctype html><meta charset=utf-8><title>t</title>{head_html(site).decode()}"
    for name, data in {**files, "index.html": page.encode()}.items():
        Path(folder / name).write_bytes(data)
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Chromium]:
    """A browser that shows it."""
    assert PROGRAM is not None
    with Chromium(PROGRAM) as browser:
        browser.open(address)
        yield browser


def test_everything_that_the_head_names_loads(page: Chromium) -> None:
    """Icons, manifest and card are there, decode, and have the sizes that the head gives them."""
    linked = page.run(LINKED)
    assert [(item["rel"], item["status"]) for item in linked] == [
        ("icon", 200),
        ("icon", 200),
        ("icon", 200),
        ("apple-touch-icon", 200),
        ("manifest", 200),
        ("og:image", 200),
    ]
    widths = {item["rel"] + item["sizes"]: item["width"] for item in linked}
    assert widths["icon96x96"] == 96
    assert widths["apple-touch-icon"] == 180
    assert widths["og:image"] == 1200


def test_the_name_is_text_in_the_page(page: Chromium) -> None:
    """Quotes, angle brackets and emoji arrive as they were, and make no element."""
    assert page.run("document.querySelector(\"meta[name='application-name']\").content") == NAME
    assert page.run("document.querySelectorAll('b, script').length") == 0


def test_the_manifest_is_valid(page: Chromium) -> None:
    """Chromium finds no error in it, and every icon that it names loads at its size."""
    manifest = page.ask("Page.getAppManifest")
    assert manifest["errors"] == []
    said = json.loads(manifest["data"])
    assert said["name"] == NAME
    assert manifest["manifest"]["themeColor"].startswith("rgb")
    names = json.dumps([name for name, _, _ in ICONS])
    sizes = page.run(f"Promise.all({names}.map({LOADED}))")
    assert sizes == [side for _, side, _ in ICONS]


def test_the_favicon_follows_the_colour_scheme(page: Chromium) -> None:
    """The black dot in its middle is black in light tabs and pale in dark ones."""
    colors = {}
    for scheme in ("light", "dark"):
        page.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        colors[scheme] = page.run(MIDDLE)
    assert colors["light"] == [0, 0, 0, 255]
    assert min(colors["dark"]) > 200
