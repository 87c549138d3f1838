"""Pages drawn by Typst: one page, one folder, the same bytes."""

import io
from pathlib import Path

import pytest
import typst
from PIL import Image

from imaging.typst_page import PageFormat, SeveralPagesError, TypstPageError, draw_page, tagged

FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
PAGE = b"""#let data = json(bytes(sys.inputs.data))
#set page(width: data.side * 1pt, height: data.side * 1pt, fill: rgb(sys.inputs.at("color", default: "#fff")))
"""


def test_a_page_has_its_data(tmp_path: Path) -> None:
    """Data and inputs decide on the page; equal orders are equal; a PNG can be tagged with its density."""
    order = {"root": tmp_path, "fonts": FONTS, "data": {"side": 40}, "to": "png", "ppi": 144}
    page = draw_page(PAGE, **order, inputs={"color": "#c8102e"})  # type: ignore[arg-type]  # an order of many kinds
    assert page == draw_page(PAGE, **order, inputs={"color": "#c8102e"})  # type: ignore[arg-type]  # the same
    image = Image.open(io.BytesIO(tagged(page, dpi=144)))
    assert (image.size, image.convert("RGB").getpixel((9, 9))) == ((80, 80), (200, 16, 46))
    assert image.info["dpi"] == pytest.approx((144, 144), abs=0.01)
    assert "dpi" not in Image.open(io.BytesIO(tagged(page))).info


@pytest.mark.parametrize(
    "source",
    [
        b"#let x = ",
        b'#import "@preview/cetz:0.2.0"',
        b'#read("/etc/passwd")',
        b'#read("../outside")',
        b'#panic("x")',
    ],
)
@pytest.mark.parametrize("to", ["png", "pdf", "svg"])
def test_a_page_sees_its_folder_alone(tmp_path: Path, source: bytes, to: PageFormat) -> None:
    """What is broken, and what asks for packages or files outside, is no page."""
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside").write_text("secret")
    with pytest.raises(TypstPageError, match="does not compile"):
        draw_page(source, root=root, fonts=FONTS, data={}, to=to)


@pytest.mark.parametrize("to", ["png", "svg"])
def test_two_pages_are_none(tmp_path: Path, to: PageFormat) -> None:
    """A second page is an error of its own."""
    with pytest.raises(SeveralPagesError):
        draw_page(b"#pagebreak()", root=tmp_path, fonts=FONTS, data={}, to=to)
