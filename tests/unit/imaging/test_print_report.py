"""The print report on drawn logos."""

import cv2
import numpy as np
import pytest

from imaging.errors import NoForegroundError
from imaging.print.report import PrintReport, PrintSizeError, print_report
from imaging.types import Color

NAVY, WHITE, RED = (12, 35, 64), (255, 255, 255), (200, 16, 46)


def _plate(width_px: int = 600, height_px: int = 400, color: Color = NAVY) -> np.ndarray:
    plate = np.zeros((height_px, width_px, 4), np.uint8)
    plate[...] = (*color, 255)
    return plate


def _report(pixels: np.ndarray, *colors: Color, width_in: float = 2.0, scalable: bool = False) -> PrintReport:
    return print_report(pixels, width_in=width_in, dpi=300, palette=colors or (NAVY,), scalable=scalable)


def _codes(report: PrintReport) -> set[str]:
    return {finding.code for finding in report.findings}


def test_a_plain_plate_is_ready_for_print() -> None:
    """A solid navy plate at 300 DPI has no stroke, no gap, no lettering, and nothing to mend."""
    report = _report(_plate())
    assert (report.width_in, report.height_in, report.dpi) == (2.0, pytest.approx(4 / 3), 300.0)
    assert report.thinnest_stroke_pt is None
    assert report.thinnest_gap_pt is None
    assert report.smallest_detail_pt is None
    assert report.findings == ()


def test_largest_sizes_follow_from_the_pixels() -> None:
    """600 by 300 pixels are 4 by 2 in at 150 DPI, and 2 by 1 in at 300."""
    assert dict(_report(_plate(600, 300)).largest_in) == {"150": (4.0, 2.0), "300": (2.0, 1.0)}


def test_a_line_of_three_pixels_at_300_dpi_is_0_72_points() -> None:
    """A white line in navy is a stroke though the shape has none, and is too thin to print."""
    plate = _plate()
    plate[150:153, 50:550] = (*WHITE, 255)
    report = _report(plate, NAVY, WHITE)
    assert report.thinnest_stroke_pt == pytest.approx(0.72, rel=0.1)
    assert "thin_strokes" in _codes(report)
    assert next(f for f in report.findings if f.code == "thin_strokes").fixes == ("thicken",)


def test_a_line_is_as_thick_in_a_larger_picture() -> None:
    """Pictures over the working size are averaged down, and strokes measure the same."""
    large = _plate(4000, 3000)
    large[1500:1520, 200:3800] = (*WHITE, 255)
    report = _report(large, NAVY, WHITE, width_in=4000 / 300)
    assert report.thinnest_stroke_pt == pytest.approx(20 * 72 / 300, rel=0.1)


def test_a_gap_needs_more_room_than_a_line() -> None:
    """A clear line of 5 px at 300 DPI is 1.2 pt: as a stroke it would print, as a gap it closes."""
    plate = _plate()
    plate[150:155, 50:550, 3] = 0
    report = _report(plate)
    assert report.thinnest_gap_pt == pytest.approx(1.2, rel=0.1)
    assert _codes(report) == {"thin_gaps"}


def test_small_lettering_is_reported_in_points() -> None:
    """Letters 20 px high at 300 DPI are 4.8 pt high, under the 8 that shops ask for."""
    plate = _plate()
    for index in range(6):
        plate[100:120, 100 + 24 * index : 114 + 24 * index] = (*WHITE, 255)
    report = _report(plate, NAVY, WHITE)
    assert report.smallest_detail_pt == pytest.approx(4.8, rel=0.1)
    assert "small_text" in _codes(report)


def test_low_resolution_is_no_matter_with_a_vector_master() -> None:
    """At 6 in wide 600 px have 100 DPI: a finding, unless the logo can be drawn at any size."""
    assert "low_resolution" in _codes(_report(_plate(), width_in=6))
    assert "low_resolution" not in _codes(_report(_plate(), width_in=6, scalable=True))


def test_anti_aliasing_is_not_semi_transparency() -> None:
    """A smooth disc has soft edge pixels only; the same disc at half alpha is semi-transparent."""
    disc = np.zeros((300, 300, 4), np.uint8)
    cv2.circle(disc, (150, 150), 120, (*NAVY, 255), cv2.FILLED, cv2.LINE_AA)
    disc[..., 3] = cv2.GaussianBlur(disc[..., 3], (3, 3), 0)
    smooth = _report(disc, width_in=1)
    assert smooth.semi_transparent_share == 0
    assert smooth.edge_soft_share > 0
    disc[..., 3] //= 2
    faint = _report(disc, width_in=1)
    assert faint.semi_transparent_share > 0.9
    assert "semi_transparent" in _codes(faint)


def test_a_glow_is_semi_transparent() -> None:
    """A rim that fades over 30 pixels is no anti-aliasing."""
    glow = np.zeros((300, 300, 4), np.uint8)
    cv2.circle(glow, (150, 150), 90, (*NAVY, 255), cv2.FILLED)
    glow[..., :3] = NAVY
    glow[..., 3] = cv2.GaussianBlur(glow[..., 3], (0, 0), 12)
    assert "semi_transparent" in _codes(_report(glow, width_in=1))


def test_stepped_edges_are_ragged_at_low_resolution() -> None:
    """A disc without anti-aliasing is ragged at 160 DPI; with it, or as a square, it is not."""
    shapes = []
    for way in (cv2.LINE_8, cv2.LINE_AA):
        disc = np.zeros((320, 320, 4), np.uint8)
        cv2.circle(disc, (160, 160), 120, (*NAVY, 255), cv2.FILLED, way)
        shapes.append(disc)
    shapes[1][..., :3] = NAVY
    assert "ragged_edge" in _codes(_report(shapes[0]))
    assert "ragged_edge" not in _codes(_report(shapes[1]))
    assert "ragged_edge" not in _codes(_report(_plate(320, 320)))


def test_colours_out_of_gamut_are_listed_with_what_prints_instead() -> None:
    """Neon green on a navy plate is listed with its share; navy is not."""
    plate = _plate()
    plate[:200] = (57, 255, 20, 255)
    report = _report(plate, NAVY, (57, 255, 20))
    (found,) = report.out_of_gamut
    assert found.color == "#39ff14"
    assert found.share == pytest.approx(0.5, abs=0.01)
    assert found.delta_e > 10
    assert "out_of_gamut" in _codes(report)
    assert "CMYK" in report.gamut


@pytest.mark.parametrize("size", [0.0, -1.0, float("nan"), float("inf")])
def test_sizes_must_be_positive_and_finite(size: float) -> None:
    """No width and no resolution of 0, less, or not a number."""
    with pytest.raises(PrintSizeError):
        print_report(_plate(), width_in=size, dpi=300, palette=())
    with pytest.raises(PrintSizeError):
        print_report(_plate(), width_in=1, dpi=size, palette=())


def test_a_clear_picture_has_no_report() -> None:
    """Nothing to print is no foreground."""
    with pytest.raises(NoForegroundError):
        _report(np.zeros((20, 20, 4), np.uint8))


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (40, 16_000), (300, 300)])
def test_noise_of_any_shape_gets_a_report(shape: tuple[int, int]) -> None:
    """A pixel, a row, a strip and thousands of colours are measured like everything else."""
    noise = np.random.default_rng(3).integers(0, 256, (*shape, 4), np.uint8)
    noise[..., 3] |= 128
    assert _report(noise).width_in == 2.0


def test_the_same_logo_has_the_same_report() -> None:
    """Two reports of the same pixels are equal."""
    plate = _plate()
    cv2.putText(plate, "ROVERS", (40, 180), cv2.FONT_HERSHEY_DUPLEX, 4, (*RED, 255), 9, cv2.LINE_AA)
    assert _report(plate, NAVY, RED) == _report(plate.copy(), NAVY, RED)


def test_artwork_of_a_few_pixels_has_a_report() -> None:
    """Four pixels square of all different colours are measured like anything else."""
    rng = np.random.default_rng(5)
    pixels = np.dstack([rng.integers(0, 256, (4, 4, 3)), np.full((4, 4), 255)]).astype(np.uint8)
    palette = [tuple(int(v) for v in color) for color in pixels.reshape(-1, 4)[:, :3]]
    assert print_report(pixels, width_in=1.0, dpi=300, palette=palette).dpi == 4
