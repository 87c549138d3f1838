"""The `picture` markup in a real browser: the right file at three widths and two pixel densities."""

import functools
import http.server
import threading
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from imaging.codec.header import DecodeLimits
from imaging.web.responsive.markup import Markup
from imaging.web.responsive.plan import WebSpec, plan_crops
from imaging.web.responsive.share import file_orders
from serve_app.deployments.web_images import read_ladder, write_files
from serve_app.services.web_report import Page, report_of
from tests.browser.chromium import Chromium, found

PROGRAM = found()
ALT = '"Quoted" <b>&amp; 🏆 שלום'
SPEC = WebSpec((80, 160, 320), ("avif", "webp", "jpeg"), target_ssim=0.95)
LOOK = """(async () => {
  const img = document.querySelector("img");
  await img.decode();
  const file = img.currentSrc.split("/").pop();
  return [file, img.naturalWidth > 0, img.alt, img.clientWidth, img.clientHeight];
})()"""

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on the PATH")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and says nothing; knows AVIF, which Python's table does not on every machine."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".avif": "image/avif"}  # noqa: RUF012 - the base class has it so

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a set of files and two pages: the whole markup, and the `img` of it alone."""
    folder = tmp_path_factory.mktemp("site")
    out = BytesIO()
    Image.fromarray(np.ascontiguousarray(data.astronaut()[:240, 100:420])).save(out, "PNG")
    staged = read_ladder(out.getvalue(), SPEC, DecodeLimits())
    files = write_files(staged, file_orders(plan_crops(320, 240, spec=SPEC), SPEC.formats), SPEC).files
    page = Page("photo", Markup(ALT, "50vw", "eager", "img/"), SPEC.formats, len(out.getvalue()))
    report = report_of(files, facts=staged.ladder.facts, page=page)
    (folder / "img").mkdir()
    for told in report["files"]:
        (folder / "img" / told["name"]).write_bytes(files[told["role"]].data)
    markup = report["picture_html"]
    style = "<style>body{margin:0} img{width:50vw;height:auto}</style>"
    head = f"<!doctype html><meta charset=utf-8><meta name=viewport content=width=device-width>{style}"
    (folder / "picture.html").write_text(head + markup, encoding="utf-8")
    alone = next(line for line in markup.splitlines() if "<img" in line)
    (folder / "img.html").write_text(head + alone, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The folder over HTTP."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    """One for all tests: starting it takes longer than they do."""
    with Chromium(str(PROGRAM)) as started:
        started.ask("Network.setCacheDisabled", cacheDisabled=True)
        yield started


@pytest.mark.parametrize(
    ("viewport_px", "density", "width"),
    [(160, 1, 80), (320, 1, 160), (640, 1, 320), (160, 2, 160), (320, 2, 320), (640, 2, 320)],
)
def test_picture_takes_the_file_that_fits(
    browser: Chromium, address: str, viewport_px: int, density: int, width: int
) -> None:
    """At half the viewport's width, a browser fetches the AVIF of as many pixels as the screen has there."""
    browser.ask(
        "Emulation.setDeviceMetricsOverride",
        width=viewport_px,
        height=600,
        deviceScaleFactor=density,
        mobile=False,
    )
    browser.open(f"{address}/picture.html")
    file, shown, alt, across, down = browser.run(LOOK)
    assert file.startswith(f"photo-{width}.")
    assert file.endswith(".avif")
    assert shown
    assert alt == ALT
    assert (across, down) == (viewport_px // 2, viewport_px * 3 // 8)


def test_img_alone_is_the_fallback(browser: Chromium, address: str) -> None:
    """What a browser without `picture` has is a JPEG of the right width."""
    browser.ask(
        "Emulation.setDeviceMetricsOverride", width=320, height=600, deviceScaleFactor=1, mobile=False
    )
    browser.open(f"{address}/img.html")
    file, shown, *_ = browser.run(LOOK)
    assert file.startswith("photo-160.")
    assert file.endswith(".jpg")
    assert shown
