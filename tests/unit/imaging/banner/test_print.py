"""What a print shop gets: boxes, guides, and three files that show the same."""

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from imaging.banner import BannerSpec, Picture, Player, Sponsor, render_banner
from imaging.banner.frame import safe_margin
from imaging.types import Pixels
from imaging.vector.rasterize import render_svg

FOLDER = Path(__file__).resolve().parents[4] / "configs/banners"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
ALL_GUIDES = ("trim", "safe", "hem", "grommets")
DPI = 48
ALIKE = 0.008
SPEC = BannerSpec(
    "Wildcats",
    sport="Soccer",
    season="2026 Season",
    record="14-2-1",
    caption="District champions",
    players=(Player("7", "Ana López", "GK"), Player("12", "عمر الشريف"), Player("", "Bo")),
    coaches=("Dana Whitfield",),
    sponsors=(Sponsor("", "sponsor_0"), Sponsor("Lakeview Credit Union")),
    width_in=24,
    height_in=12,
    dpi=DPI,
)


def disc(side: int) -> Pixels:
    """A red disc."""
    y, x = np.mgrid[:side, :side]
    inside = (x - side / 2) ** 2 + (y - side / 2) ** 2 < (side / 2) ** 2
    return np.dstack((np.full((side, side, 3), (200, 16, 46), np.uint8), (inside * 255).astype(np.uint8)))


def gradient() -> Pixels:
    """A stand-in for a photo."""
    y, x = np.mgrid[:80, :120]
    return np.dstack((x * 2, y * 3, 255 - x)).astype(np.uint8)


PICTURES = {"logo": Picture(disc(200)), "sponsor_0": Picture(disc(90)), "photo": Picture(gradient())}


def seen(png: bytes) -> Pixels:
    """RGB pixels of a PNG."""
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


def rasterised(pdf: bytes, folder: Path) -> Pixels:
    """The PDF as poppler shows it."""
    (folder / "banner.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(DPI), "-png", "-singlefile", "banner.pdf", "banner"]
    subprocess.run(command, cwd=folder, check=True)
    return seen((folder / "banner.png").read_bytes())


def apart(one: Pixels, other: Pixels) -> float:
    """Share of the pixels that are unlike all pixels within two of them in the other picture, either way."""
    assert one.shape == other.shape
    near = np.ones((5, 5), np.uint8)
    shares = []
    for shown, compared in ((one, other), (other, one)):
        low, high = cv2.erode(compared, near).astype(int) - 24, cv2.dilate(compared, near).astype(int) + 24
        shares.append(((shown < low) | (shown > high)).any(axis=2).mean())
    return float(max(shares))


@pytest.mark.parametrize("name", NAMES)
def test_all_files_show_the_same(name: str, tmp_path: Path) -> None:
    """SVG drawn by resvg and PDF drawn by poppler are the PNG but for the smoothing of edges."""
    banner = render_banner(SPEC, template=FOLDER / name, pictures=PICTURES, formats=("png", "svg", "pdf"))
    png = seen(banner.png)
    svg = render_svg(banner.svg.decode(), width_px=banner.width_px, height_px=banner.height_px)
    assert apart(png, svg[..., :3]) < ALIKE
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler-utils are not installed")
    assert apart(png, rasterised(banner.pdf, tmp_path)) < ALIKE


def test_a_missing_logo_would_show() -> None:
    """Two banners of which one lacks its logo differ far more than two renderers do."""
    one, two = (
        seen(render_banner(SPEC, template=FOLDER / "bold", pictures=given, formats=("png",)).png)
        for given in (PICTURES, {"logo": Picture(disc(200)[:, 100:])})
    )
    assert apart(one, two) > 2 * ALIKE


@pytest.mark.parametrize("name", NAMES)
def test_trim_lies_over_every_picture(name: str) -> None:
    """The guide changes a line along the trim, and nothing else."""
    trimmed = replace(SPEC, guides=("trim",))
    one, two = (
        seen(render_banner(spec, template=FOLDER / name, formats=("png",)).png).astype(int)
        for spec in (SPEC, trimmed)
    )
    changed = np.abs(one - two).max(axis=2)
    line = round(SPEC.bleed_in * DPI)
    assert (changed[line - 2 : line + 3, line:-line].max(axis=0) > 20).mean() > 0.9
    assert changed[line + 3 : -line - 3, line + 3 : -line - 3].max() == 0


def test_pdf_says_where_it_bleeds_and_is_cut() -> None:
    """BleedBox is the whole page, TrimBox the ordered size inside it."""
    pdf = render_banner(SPEC, template=FOLDER / "bold", formats=("pdf",)).pdf
    assert re.search(rb"/BleedBox\s?\[0 0 1764 900\]", pdf)
    assert re.search(rb"/TrimBox\s?\[18 18 1746 882\]", pdf)
    assert b"/OCProperties" not in pdf


def test_guides_are_layers_that_do_not_print() -> None:
    """Each kind of guide has a layer switched off for print, in an overprinting spot colour of its own."""
    pdf = render_banner(replace(SPEC, guides=ALL_GUIDES), template=FOLDER / "bold", formats=("pdf",)).pdf
    assert pdf.count(b"/PrintState/OFF") == 4
    assert pdf.count(b"/OP true") == 4
    assert re.findall(rb"/Separation/(\w+)/", pdf) == [b"Trim", b"SafeArea", b"Hem", b"Grommets"]
    assert re.findall(rb"/GTS_ProcStepsType/(\w+)", pdf) == [b"Cutting", b"SafeArea", b"Folding", b"Drilling"]


def test_sewn_edges_keep_text_clear_of_grommets() -> None:
    """With a hem or grommets the safe area begins further in than these reach."""
    plain, sewn = safe_margin(SPEC), safe_margin(replace(SPEC, guides=("grommets",)))
    assert plain < 0.6 * 72
    assert sewn >= (0.75 + 0.375) * 72
