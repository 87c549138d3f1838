"""Tracing drawn shapes: each truth is an SVG of our own, rendered with anti-aliasing."""

import io

import numpy as np
import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imaging.types import Color, Pixels
from imaging.vector.drawing import Circle, Contour, Cubic, Drawing, Line
from imaging.vector.rasterize import rasterize
from imaging.vector.score import score
from imaging.vector.svg import to_svg
from imaging.vector.trace import trace

RED: Color = (220, 30, 40)
BLUE: Color = (20, 60, 200)
WHITE: Color = (255, 255, 255)


def drawn(body: str, *, width: int = 96, height: int = 96) -> Pixels:
    """RGBA pixels of SVG elements."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{body}</svg>'
    return np.array(Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg))).convert("RGBA"))


def iou(drawing: Drawing, pixels: Pixels) -> float:
    """Overlap of the rendered trace and the pixels."""
    return score(drawing, to_svg(drawing, width_in=1), pixels).alpha_iou


def corners(contour: Contour | Circle) -> list[tuple[float, float]]:
    """The nodes of a contour, sorted."""
    assert isinstance(contour, Contour)
    return sorted(segment.end for segment in contour.segments)


def test_disc() -> None:
    """A disc is one true circle, its centre and radius right to a twentieth of a pixel."""
    (layer,) = trace(drawn('<circle cx="48.3" cy="47.6" r="30.4" fill="#dc1e28"/>'), palette=[RED]).layers
    (circle,) = layer.contours
    assert isinstance(circle, Circle)
    assert circle.radius == pytest.approx(30.4, abs=0.05)
    assert circle.center == pytest.approx((48.3, 47.6), abs=0.05)
    assert circle.nodes == 4


def test_ring() -> None:
    """A ring is two circles of one path, the inner one a hole that is clear when rendered."""
    pixels = drawn('<circle cx="48" cy="48" r="32" fill="none" stroke="#dc1e28" stroke-width="10"/>')
    drawing = trace(pixels, palette=[RED])
    (layer,) = drawing.layers
    assert sorted(shape.radius for shape in layer.contours if isinstance(shape, Circle)) == pytest.approx(
        [27, 37], abs=0.08
    )
    again = rasterize(drawing, width_px=960, height_px=960)
    assert again[480, 480, 3] == 0
    assert tuple(again[480, 160]) == (*RED, 255)


def test_square() -> None:
    """A square is four lines, exactly level and upright, its corners right to a tenth of a pixel."""
    (layer,) = trace(
        drawn('<rect x="20.25" y="30.5" width="50" height="41.25" fill="#dc1e28"/>'), palette=[RED]
    ).layers
    (contour,) = layer.contours
    assert isinstance(contour, Contour)
    assert all(isinstance(segment, Line) for segment in contour.segments)
    found = corners(contour)
    truth = [(20.25, 30.5), (20.25, 71.75), (70.25, 30.5), (70.25, 71.75)]
    assert len(found) == 4
    assert np.abs(np.array(found) - truth).max() < 0.1
    assert len({x for x, _ in found}) == len({y for _, y in found}) == 2


def test_rotated_square() -> None:
    """A rotated square's corners, rounded off by anti-aliasing, are found again to 0.15 pixels."""
    place = 'transform="translate(48,48) rotate(17)"'
    body = f'<rect x="-25" y="-25" width="50" height="50" fill="#dc1e28" {place}/>'
    (layer,) = trace(drawn(body), palette=[RED]).layers
    (contour,) = layer.contours
    turn = np.exp(1j * np.radians(17))
    truth = sorted(
        (48 + (turn * c).real, 48 + (turn * c).imag) for c in (-25 - 25j, 25 - 25j, 25 + 25j, -25 + 25j)
    )
    found = corners(contour)
    assert len(found) == 4
    assert np.abs(np.array(found) - truth).max() < 0.15


def test_rounded_rectangle() -> None:
    """A rounded rectangle is four lines and four smooth corners."""
    (layer,) = trace(
        drawn('<rect x="10" y="14" width="76" height="66" rx="16" fill="#dc1e28"/>'), palette=[RED]
    ).layers
    (contour,) = layer.contours
    assert isinstance(contour, Contour)
    assert sum(isinstance(segment, Line) for segment in contour.segments) == 4
    assert 4 <= sum(isinstance(segment, Cubic) for segment in contour.segments) <= 8


def test_letter() -> None:
    """A letter of straight strokes keeps its number of corners."""
    points = "20,80 20,15 34,15 34,40 62,40 62,15 76,15 76,80 62,80 62,53 34,53 34,80"
    (layer,) = trace(drawn(f'<polygon points="{points}" fill="#1440c8"/>'), palette=[(20, 64, 200)]).layers
    (contour,) = layer.contours
    assert contour.nodes == 12
    truth = sorted(tuple(float(part) for part in pair.split(",")) for pair in points.split())
    assert np.abs(np.array(corners(contour)) - truth).max() < 0.1


def test_neighbours_leave_no_gap() -> None:
    """Two colours side by side stay opaque along their seam at any size."""
    body = '<path d="M10 10H50L42 86H10Z" fill="#dc1e28"/><path d="M50 10H86V86H42Z" fill="#143cc8"/>'
    pixels = drawn(f'<rect x="10" y="10" width="76" height="76" fill="#dc1e28"/>{body}')
    drawing = trace(pixels, palette=[RED, BLUE])
    assert drawing.paths == 2
    for side in (96, 331, 700):
        inner = slice(round(side * 0.14), round(side * 0.86))
        assert rasterize(drawing, width_px=side, height_px=side)[inner, inner, 3].min() >= 254


def test_covered_hole_is_dropped() -> None:
    """A disc under a white letter is drawn without the letter cut out of it."""
    body = '<circle cx="48" cy="48" r="40" fill="#dc1e28"/>'
    body += '<rect x="30" y="30" width="36" height="36" fill="#fff"/>'
    drawing = trace(drawn(body), palette=[RED, WHITE])
    assert [layer.fill for layer in drawing.layers] == [RED, WHITE]
    assert [len(layer.contours) for layer in drawing.layers] == [1, 1]


def test_counter_shows_the_ground() -> None:
    """A hole in an upper shape that shows the lower colour costs no third path."""
    body = '<circle cx="48" cy="48" r="40" fill="#dc1e28"/>'
    body += '<circle cx="48" cy="48" r="20" fill="none" stroke="#fff" stroke-width="9"/>'
    drawing = trace(drawn(body), palette=[RED, WHITE])
    assert drawing.paths == 2
    assert tuple(rasterize(drawing, width_px=96, height_px=96)[48, 48]) == (*RED, 255)


def test_a_over_b_over_a() -> None:
    """A red dot on blue on red needs red twice, and no colour more often."""
    body = '<circle cx="48" cy="48" r="44" fill="#dc1e28"/>'
    body += '<rect x="24" y="24" width="48" height="48" fill="#143cc8"/>'
    body += '<circle cx="48" cy="48" r="12" fill="#dc1e28"/>'
    pixels = drawn(body)
    drawing = trace(pixels, palette=[RED, BLUE])
    assert drawing.paths <= 3
    assert score(drawing, to_svg(drawing, width_in=1), pixels).ssim > 0.99


def test_gradient() -> None:
    """A linear gradient is one path whose ends have the right colours."""
    define = '<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="8" y1="0" x2="88" y2="0">'
    define += (
        '<stop offset="0" stop-color="#ff2000"/><stop offset="1" stop-color="#2040ff"/></linearGradient>'
    )
    pixels = drawn(f'<defs>{define}</defs><rect x="8" y="8" width="80" height="80" fill="url(#g)"/>')
    drawing = trace(pixels, palette=[])
    assert drawing.paths == 1
    again = rasterize(drawing, width_px=96, height_px=96)
    assert np.abs(again[48, 10:86].astype(int) - pixels[48, 10:86]).max() <= 6


def test_radial_gradient() -> None:
    """A radial gradient is one path too, and looks the same."""
    define = '<radialGradient id="g" gradientUnits="userSpaceOnUse" cx="40" cy="44" r="50">'
    define += (
        '<stop offset="0" stop-color="#ffe000"/><stop offset="1" stop-color="#a02080"/></radialGradient>'
    )
    pixels = drawn(f'<defs>{define}</defs><circle cx="48" cy="48" r="40" fill="url(#g)"/>')
    drawing = trace(pixels, palette=[])
    assert drawing.paths == 1
    assert score(drawing, to_svg(drawing, width_in=1), pixels).ssim > 0.99


def test_see_through_flat() -> None:
    """An even see-through area is one path with that opacity, not a gradient and not solid."""
    pixels = drawn('<rect x="20" y="20" width="50" height="50" fill="#143cc8" fill-opacity="0.5"/>')
    (layer,) = trace(pixels, palette=[]).layers
    assert layer.opacity == pytest.approx(0.5, abs=0.01)
    assert "fill-opacity" in to_svg(Drawing(96, 96, (layer,)), width_in=1)


def test_small_curve_stays_smooth() -> None:
    """An ellipse has no corner: consecutive handles are in line at every node."""
    (layer,) = trace(drawn('<ellipse cx="48" cy="48" rx="36" ry="18" fill="#dc1e28"/>'), palette=[RED]).layers
    (contour,) = layer.contours
    assert isinstance(contour, Contour)
    assert contour.nodes <= 8
    parts = [segment for segment in contour.segments if isinstance(segment, Cubic)]
    assert len(parts) == contour.nodes
    for one, two in zip(parts, [*parts[1:], parts[0]], strict=True):
        before, after = np.subtract(one.end, one.control2), np.subtract(two.control1, one.end)
        cosine = before @ after / (np.linalg.norm(before) * np.linalg.norm(after))
        assert cosine > 0.999


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0.35, 1.0), min_size=3, max_size=9),
    st.floats(0, 6.28),
    st.integers(48, 160),
)
def test_random_polygons(radii: list[float], turn: float, side: int) -> None:
    """Any star-shaped polygon is found again: overlap of at least 0.97."""
    angles = turn + np.arange(len(radii)) * 2 * np.pi / len(radii)
    x = side / 2 + side * 0.45 * np.array(radii) * np.cos(angles)
    y = side / 2 + side * 0.45 * np.array(radii) * np.sin(angles)
    points = " ".join(f"{a:.3f},{b:.3f}" for a, b in zip(x, y, strict=True))
    pixels = drawn(f'<polygon points="{points}" fill="#dc1e28"/>', width=side, height=side)
    if pixels[..., 3].sum(dtype=np.int64) > 255 * 200:
        assert iou(trace(pixels, palette=[RED]), pixels) >= 0.97
