"""Contact sheets."""

import io
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from configs.settings import REPOSITORY
from imaging.banner.fonts import FontLibrary, load_library
from imaging.codec.encode import encode
from imaging.codec.thumbnail import make_thumbnail
from imaging.sheet.render import FONTS, page_size_pt, render_sheet
from imaging.sheet.spec import Row, SheetSpec, Swatch, Tile

SOURCE = (REPOSITORY / "configs" / "sheets" / "contact.typ").read_bytes()
RED = np.full((40, 80, 3), (200, 16, 46), np.uint8)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>'


@pytest.fixture(scope="module")
def fonts() -> FontLibrary:
    """The sheet's own."""
    return load_library(FONTS)


def sheet(*tiles: Tile, title: str = "Harbor Foxes", notes: tuple[str, ...] = ()) -> SheetSpec:
    """One row of these."""
    rows = (Row("Logo", tiles, (3.0,) * len(tiles), 1.0),) if tiles else ()
    swatches = (Swatch("Primary", (11, 37, 69), "white text 15.4 : 1"),)
    return SheetSpec(title, "Soccer", (11, 37, 69), swatches, rows, SVG, notes)


def test_equal_orders_give_equal_pages(fonts: FontLibrary) -> None:
    """A page of Letter's width, the same bytes each time, longer where there is more to show."""
    tile = Tile("Logo", ("logo.png", "logo.pdf"), encode(RED))
    page = render_sheet(sheet(tile), source=SOURCE, fonts=fonts)
    assert render_sheet(sheet(tile), source=SOURCE, fonts=fonts) == page
    assert page_size_pt(page) == (612, 792)
    long = render_sheet(sheet(*(tile,) * 60), source=SOURCE, fonts=fonts)
    width, height = page_size_pt(long)
    assert width == 612
    assert height > 1500


def test_all_of_it_is_on_the_page(fonts: FontLibrary, tmp_path: Path) -> None:
    """Title, captions, files, colours and notes are text of the page; every picture is seen in its place."""
    tiles = (
        Tile("Photo", ("a.png  ·  80 x 40 px",), encode(RED), bleed=True),
        Tile("Drawing", ("b.svg",), SVG, (255, 255, 255)),
        Tile("Nothing", ("c.pdf  ·  10 x 10 in",)),
    )
    spec = sheet(*tiles, title="Ørsted #let x = 1 — 张伟 واحد", notes=("Could not be made: zip.",))
    path = tmp_path / "sheet.pdf"
    path.write_bytes(render_sheet(spec, source=SOURCE, fonts=fonts))
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    for word in ("Ørsted", "#let x = 1", "LOGO", "Photo", "b.svg", "#0B2545", "15.4 : 1", "made: zip", "PDF"):
        assert word in text, word
    shown = subprocess.run(["pdftoppm", "-r", "40", "-png", path], capture_output=True, check=True).stdout
    pixels = np.asarray(Image.open(io.BytesIO(shown)).convert("RGB")).astype(int)
    reddish = (np.abs(pixels - (200, 16, 46)).max(axis=2) < 12).mean()
    assert 0.01 < reddish < 0.1


def test_thumbnails() -> None:
    """A thumbnail keeps the shape and the transparency; a small file is not enlarged."""
    clear = np.zeros((100, 300, 4), np.uint8)
    clear[20:80, 50:250] = (10, 200, 30, 255)
    small = np.asarray(Image.open(io.BytesIO(make_thumbnail(encode(clear), longest_px=60))))
    assert small.shape == (20, 60, 4)
    assert tuple(small[10, 30]) == (10, 200, 30, 255)
    assert small[0, 0, 3] == 0
    solid = make_thumbnail(encode(RED), longest_px=500)
    assert solid.startswith(b"\xff\xd8")
    assert Image.open(io.BytesIO(solid)).size == (80, 40)
