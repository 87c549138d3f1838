"""Rendered banners: files, determinism, hostile text, limits."""

import re
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imaging.banner import (
    BannerSpec,
    BannerTemplateError,
    Picture,
    Player,
    Sponsor,
    load_template,
    render_banner,
)
from imaging.errors import ImageTooLargeError
from tests.unit.imaging.banner.sheet import FOLDERS

BOLD = load_template(Path(__file__).resolve().parents[4] / "configs/banners/bold.typ")
MARKUP = (
    '#import "x"',
    "$x^2$",
    "*bold* _it_",
    "<script>",
    "\"Q\" 'q' \\",
    "🐯",
    "@ref #{x} `r` ~ -- // /* ]",
    "a\x00\ud800b",
)
SMALL = BannerSpec(
    "Wildcats", sport="Soccer", dpi=20, players=(Player("7", "Ana López", "GK"), Player("7", "Bo"))
)


def _logo() -> np.ndarray:
    logo = np.zeros((60, 80, 4), np.uint8)
    logo[10:50, 10:70] = (200, 16, 46, 255)
    return logo


LOGO = {"logo": Picture(_logo())}


def test_pictures_among_letters_are_drawn() -> None:
    """A name of letters and emoji goes to Typst with the characters that each of its fonts sets."""
    named = replace(SMALL, team_name="Fox 🦊", players=(Player("7", "Mina 🐯 Duarte"),))
    folders = tuple(folder for folder in FOLDERS if folder.is_dir())
    drawn = render_banner(named, template=BOLD, formats=("png",), font_folders=folders)
    assert drawn.png != render_banner(SMALL, template=BOLD, formats=("png",), font_folders=folders).png


def test_png_and_pdf_have_the_size_with_bleed() -> None:
    """36 x 18 in with a quarter inch of bleed: page, trim box, pixels and density agree."""
    banner = render_banner(SMALL, template=BOLD, pictures=LOGO)
    picture = Image.open(BytesIO(banner.png))
    assert picture.size == (banner.width_px, banner.height_px) == (730, 370)
    assert picture.info["dpi"] == pytest.approx((20, 20), abs=0.05)
    assert re.search(rb"/MediaBox\s?\[0 0 2628 1332\]", banner.pdf)
    assert re.search(rb"/TrimBox\s?\[18 18 2610 1314\]", banner.pdf)


@pytest.mark.parametrize("size", [(12.3, 17.7, 33.3), (40.1, 13.37, 21.0), (36, 18, 20.5)])
def test_announced_pixels_are_the_files_pixels(size: tuple[float, float, float]) -> None:
    """Odd sizes round as the renderer rounds."""
    spec = replace(SMALL, width_in=size[0], height_in=size[1], dpi=size[2])
    banner = render_banner(spec, template=BOLD, formats=("png",))
    assert Image.open(BytesIO(banner.png)).size == (banner.width_px, banner.height_px)


def test_equal_orders_give_equal_bytes() -> None:
    """No clock and no random id is in either file."""
    first, second = (render_banner(SMALL, template=BOLD, pictures=LOGO) for _ in range(2))
    assert first == second


def test_only_what_is_asked_for_is_made() -> None:
    """PNG alone has no PDF; PDF alone has no PNG and no pixel limit."""
    png = render_banner(SMALL, template=BOLD, formats=("png",))
    pdf = render_banner(replace(SMALL, dpi=1200), template=BOLD, formats=("pdf",))
    assert png.png.startswith(b"\x89PNG")
    assert png.pdf == b""
    assert pdf.pdf.startswith(b"%PDF")
    assert (pdf.png, pdf.width_px) == (b"", 0)


def test_too_many_pixels_are_refused() -> None:
    """A PNG over 100 megapixels is a named error, before anything is drawn."""
    with pytest.raises(ImageTooLargeError):
        render_banner(replace(SMALL, dpi=400), template=BOLD)


@pytest.mark.parametrize("text", MARKUP)
def test_markup_is_only_text(text: str) -> None:
    """Typst, HTML and broken Unicode in any field make a banner, not an error."""
    spec = replace(
        SMALL,
        team_name=text,
        sport=text,
        season=text,
        coaches=(text,),
        sponsors=(Sponsor(text), Sponsor(text)),
        players=(Player(text[:3], text, text), Player("1", "Bo")),
    )
    banner = render_banner(spec, template=BOLD)
    assert banner.png
    assert banner.pdf


def test_pdf_text_is_text_in_embedded_fonts() -> None:
    """The PDF carries font programs, so a print shop needs no fonts."""
    pdf = render_banner(SMALL, template=BOLD, formats=("pdf",)).pdf
    streams = b"".join(_inflated(pdf))
    assert b"/FontFile" in pdf + streams
    assert b"Anton" in pdf + streams
    assert b"BarlowCondensed" in pdf + streams


def test_missing_glyphs_and_duplicates_are_reported() -> None:
    """Characters no font has and numbers worn twice are told, in order."""
    spec = replace(SMALL, players=(*SMALL.players, Player("1", "王 🐯 王")))
    banner = render_banner(spec, template=BOLD, formats=("pdf",))
    assert banner.missing_glyphs == ("王", "🐯")
    assert banner.duplicates == ("7",)


def test_logo_is_drawn() -> None:
    """The logo's red shows on the banner, and does not without one."""
    spec = replace(SMALL, colors=((0, 40, 80), (240, 170, 0)))
    banners = [render_banner(spec, template=BOLD, pictures=logo, formats=("png",)) for logo in (LOGO, {})]
    with_logo, without = (np.asarray(Image.open(BytesIO(banner.png)).convert("RGB")) for banner in banners)
    assert (with_logo == (200, 16, 46)).all(axis=2).sum() > 1000
    assert not (without == (200, 16, 46)).all(axis=2).any()


def test_a_template_sees_no_file_and_no_package(tmp_path: Path) -> None:
    """Reading outside the render's own folder, or importing a package, is an error."""
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    for source in (f'#read("{secret}")', '#read("../secret.txt")', '#import "@preview/cetz:0.3.0"'):
        with pytest.raises(BannerTemplateError):
            render_banner(SMALL, template=replace(BOLD, source=source.encode()))


def _inflated(pdf: bytes) -> list[bytes]:
    found = []
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return found
