"""SVG and PDF of traces, their score, and what no logo should be."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from imaging.types import Color, Pixels
from imaging.vector.drawing import Circle, Contour, Cubic, Drawing, Layer, Line
from imaging.vector.pdf import to_pdf
from imaging.vector.rasterize import rasterize
from imaging.vector.score import score
from imaging.vector.svg import to_svg
from imaging.vector.trace import TraceInputError, trace

RED: Color = (220, 30, 40)
BLUE: Color = (20, 60, 200)


def checks(*, side: int = 60) -> Pixels:
    """Red and blue fields on clear ground, with a clear hole."""
    pixels = np.zeros((side, side * 2, 4), np.uint8)
    pixels[10:50, 10:60] = (*RED, 255)
    pixels[10:50, 60:110] = (*BLUE, 255)
    pixels[20:40, 75:95] = 0
    return pixels


def drawing() -> Drawing:
    """The trace of the fields."""
    return trace(checks(), palette=[RED, BLUE])


def test_svg_has_one_fill_per_colour() -> None:
    """Two colours make two groups of one path each, named by colour, without gradients or images."""
    root = ET.fromstring(to_svg(drawing(), width_in=4))  # noqa: S314 - our own text
    groups = root.findall("{*}g")
    assert [group.get("fill") for group in groups] == ["#dc1e28", "#143cc8"]
    assert all(len(group) == 1 for group in groups)
    assert len({group.get("id") for group in groups}) == 2


def test_svg_is_of_true_size() -> None:
    """The width is in inches, the height follows, and coordinates are pixels."""
    root = ET.fromstring(to_svg(drawing(), width_in=4, title="A & B"))  # noqa: S314 - our own text
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("4in", "2in", "0 0 120 60")
    assert root.findtext("{*}title") == "A & B"


def test_hole_stays_clear() -> None:
    """What was clear inside the blue field is clear in the rendering."""
    again = rasterize(drawing(), width_px=480, height_px=240)
    assert again[120, 340, 3] == 0
    assert tuple(again[60, 340]) == (*BLUE, 255)


def test_level_edges_are_written_as_such() -> None:
    """Level and upright lines need one coordinate."""
    data = re.findall(r' d="([^"]*)"', to_svg(drawing(), width_in=1))
    assert not re.search("[LC]", data[1])
    assert "H" in data[1]
    assert "V" in data[1]


def test_same_bytes() -> None:
    """Tracing and writing twice gives the same bytes."""
    assert to_svg(drawing(), width_in=3) == to_svg(drawing(), width_in=3)
    assert to_pdf(drawing(), width_in=3) == to_pdf(drawing(), width_in=3)


def test_pdf_is_a_vector_page_of_exact_size() -> None:
    """The page is 72 points an inch, and holds no picture."""
    pdf = to_pdf(drawing(), width_in=3.5)
    assert b"/MediaBox[0 0 252 126]" in pdf.replace(b"/MediaBox [", b"/MediaBox[")
    assert b"/Subtype/Image" not in pdf.replace(b" ", b"")


def test_score_of_a_faithful_trace() -> None:
    """Fields with level edges come back as they were."""
    traced = drawing()
    svg = to_svg(traced, width_in=1)
    found = score(traced, svg, checks())
    assert (found.paths, found.subpaths, found.bytes) == (2, 3, len(svg))
    assert found.ssim > 0.995
    assert found.alpha_iou > 0.995


def test_score_of_nothing() -> None:
    """An empty drawing is a perfect trace of a clear image, and a bad one of a logo."""
    empty = Drawing(120, 60, ())
    svg = to_svg(empty, width_in=1)
    assert score(empty, svg, np.zeros((60, 120, 4), np.uint8)).alpha_iou == 1
    assert score(empty, svg, checks()).alpha_iou == 0


def test_circle_and_curves_are_written() -> None:
    """A circle is two arcs that run the other way round when it is a hole; curves are cubics."""
    curve = Contour((10, 0), (Cubic((10, 5), (5, 10), (0, 10)), Line((10, 0))))
    shapes = (Circle((20, 20), 5, hole=False), Circle((20, 20), 2, hole=True), curve)
    made = Drawing(40, 40, (Layer(RED, 1.0, shapes),))
    data = re.findall(r' d="([^"]*)"', to_svg(made, width_in=1))[0]
    whole, hole = "M15 20A5 5 0 1 1 25 20A5 5 0 1 1 15 20Z", "M18 20A2 2 0 1 0 22 20A2 2 0 1 0 18 20Z"
    assert data == f"{whole}{hole}M10 0C10 5 5 10 0 10Z"
    assert made.nodes == 10
    assert rasterize(made, width_px=40, height_px=40)[20, 20, 3] == 0


def test_clear_image_is_an_empty_drawing() -> None:
    """Where nothing shows there are no layers, and the SVG is still valid."""
    empty = trace(np.zeros((7, 9, 4), np.uint8), palette=[])
    assert empty.layers == ()
    assert (empty.width_px, empty.height_px) == (9, 7)
    assert ET.fromstring(to_svg(empty, width_in=1)).get("viewBox") == "0 0 9 7"  # noqa: S314 - our own text


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (2, 2)])
def test_tiny_and_thin_images(shape: tuple[int, int]) -> None:
    """An image of a pixel or a line comes back covered wholly."""
    pixels = np.full((*shape, 4), 255, np.uint8)
    again = rasterize(trace(pixels, palette=[(255, 255, 255)]), width_px=shape[1], height_px=shape[0])
    assert np.array_equal(again, pixels)


def test_many_colours_are_bounded() -> None:
    """20,000 colours give few paths, however long the palette is."""
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 256, (150, 140, 4), dtype=np.uint8)
    pixels[..., 3] = 255
    traced = trace(
        pixels, palette=[(int(r), int(g), int(b)) for r, g, b in pixels.reshape(-1, 4)[:20_000, :3]]
    )
    assert traced.paths <= 100
    assert traced.subpaths <= 1600


def test_large_images_keep_their_coordinates() -> None:
    """Above the working size a disc's radius is still right to a fifth of a pixel."""
    y, x = np.ogrid[:2000, :1800]
    away = np.hypot(x + 0.5 - 900, y + 0.5 - 1000)
    pixels = np.zeros((2000, 1800, 4), np.uint8)
    pixels[..., :3] = RED
    pixels[..., 3] = np.clip((700.5 - away) * 255, 0, 255)
    traced = trace(pixels, palette=[RED])
    (circle,) = traced.layers[0].contours
    assert (traced.width_px, traced.height_px) == (1800, 2000)
    assert isinstance(circle, Circle)
    assert circle.radius == pytest.approx(700, abs=0.2)


@pytest.mark.parametrize("shape", [(0, 5, 4), (5, 5, 3), (5, 5)])
def test_malformed_pixels(shape: tuple[int, ...]) -> None:
    """Anything but RGBA pixels is refused by name."""
    with pytest.raises(TraceInputError):
        trace(np.zeros(shape, np.uint8), palette=[])
