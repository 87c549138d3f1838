"""Each fix mends what the report found."""

import cv2
import numpy as np
import pytest

from imaging.errors import NoForegroundError
from imaging.print.fixes import FIXES, UnknownFixError, apply_fixes
from imaging.print.report import PrintSizeError, print_report
from imaging.types import Color

NAVY, WHITE, GREEN = (12, 35, 64), (255, 255, 255), (57, 255, 20)
_SIDE = 300


def _disc(color: Color = NAVY) -> np.ndarray:
    disc = np.zeros((_SIDE, _SIDE, 4), np.uint8)
    cv2.circle(disc, (150, 150), 130, (*color, 255), cv2.FILLED, cv2.LINE_AA)
    disc[..., :3] = color
    return disc


def _codes(pixels: np.ndarray, *palette: Color, width_in: float = 1.0) -> set[str]:
    report = print_report(pixels, width_in=width_in, dpi=300, palette=palette)
    return {finding.code for finding in report.findings}


def _fix(
    pixels: np.ndarray, *fixes: str, palette: tuple[Color, ...] = (NAVY,), width_in: float = 1.0
) -> np.ndarray:
    return apply_fixes(pixels, fixes=fixes, width_in=width_in, palette=palette)


def test_every_fix_a_finding_names_exists() -> None:
    """A logo with all faults names only fixes that there are, and these leave none that they can mend."""
    logo = _disc(GREEN)
    logo[140:142, 60:240, :3] = NAVY
    logo[200:240, 100:200, 3] = 140
    report = print_report(logo, width_in=1, dpi=300, palette=(GREEN, NAVY))
    named = [fix for finding in report.findings for fix in finding.fixes]
    assert {"thicken", "solid", "gamut"} <= set(named) <= set(FIXES)
    mended = _fix(logo, *named, palette=(GREEN, NAVY))
    instead = report.out_of_gamut[0].nearest
    color = tuple(bytes.fromhex(instead[1:]))
    assert not {"thin_strokes", "semi_transparent", "out_of_gamut"} & _codes(mended, color, NAVY)


@pytest.mark.parametrize("angle_deg", [0, 20, 45])
def test_thicken_brings_lines_to_one_point(angle_deg: float) -> None:
    """A white line of 2 px at 300 DPI, half a point, prints 1 pt thick, along the same middle."""
    logo = _disc()
    turn = np.deg2rad(angle_deg)
    y, x = np.mgrid[0:_SIDE, 0:_SIDE] - 150.0
    across, along = y * np.cos(turn) - x * np.sin(turn), x * np.cos(turn) + y * np.sin(turn)
    share = (np.clip(1.5 - np.abs(across), 0, 1) * (np.abs(along) < 90))[..., None]
    logo[..., :3] = np.rint(logo[..., :3] * (1 - share) + 255 * share)
    mended = _fix(logo, "thicken", palette=(NAVY, WHITE))
    report = print_report(mended, width_in=1, dpi=300, palette=(NAVY, WHITE))
    assert report.thinnest_stroke_pt == pytest.approx(1.0, rel=0.1)
    white = np.argwhere(mended[..., 0] > 200) - 150.0
    assert abs((white[:, 0] * np.cos(turn) - white[:, 1] * np.sin(turn)).mean()) < 0.3


def test_thicken_leaves_thick_strokes_alone() -> None:
    """A logo without thin strokes comes back as it was, to the byte."""
    logo = _disc()
    logo[120:180, 60:240, :3] = WHITE
    assert np.array_equal(_fix(logo, "thicken", palette=(NAVY, WHITE)), logo)


def test_solid_makes_tints_solid_and_drops_faint_ones() -> None:
    """Of two semi-transparent squares the one at 70 % becomes solid, the one at 30 % is dropped."""
    logo = np.zeros((_SIDE, _SIDE, 4), np.uint8)
    logo[..., :3] = NAVY
    logo[30:130, 30:270, 3] = 178
    logo[170:270, 30:270, 3] = 76
    mended = _fix(logo, "solid")
    assert (mended[35:125, 35:265, 3] == 255).all()
    assert not mended[150:, :, 3].any()
    assert "semi_transparent" not in _codes(mended, NAVY)


def test_solid_cuts_a_glow_at_its_half_and_keeps_smooth_edges() -> None:
    """A glow becomes a clean anti-aliased edge; an edge that was anti-aliased stays as it was."""
    disc = _disc()
    assert np.array_equal(_fix(disc, "solid"), disc)
    glow = disc.copy()
    glow[..., 3] = cv2.GaussianBlur(glow[..., 3], (0, 0), 8)
    mended = _fix(glow, "solid")
    assert np.abs(mended[..., 3].astype(int) - disc[..., 3]).mean() < 3
    partial = (mended[..., 3] > 8) & (mended[..., 3] < 247)
    assert 0 < partial.sum() < 3 * 2 * np.pi * 130


def test_gamut_replaces_flats_and_carries_blends_along() -> None:
    """Neon green becomes what prints, navy stays, and their anti-aliased border stays a blend of both."""
    logo = _disc(GREEN)
    y, x = np.mgrid[0:_SIDE, 0:_SIDE] - 150.0
    share = np.clip(60.5 - np.hypot(x, y), 0, 1)[..., None]
    logo[..., :3] = np.rint(np.array(GREEN) * (1 - share) + np.array(NAVY) * share)
    mended = _fix(logo, "gamut", palette=(GREEN, NAVY))
    printed = mended[150, 60, :3].astype(int)
    assert mended[150, 150, :3].tolist() == list(NAVY)
    assert printed[1] > 120 > printed[2]
    blend = np.rint(printed * (1 - share) + np.array(NAVY) * share)
    inside = logo[..., 3] == 255
    assert np.abs(mended[..., :3] - blend)[inside].max() <= 6


def test_smooth_mends_a_stepped_edge_in_place() -> None:
    """A disc without anti-aliasing gets one, and does not move."""
    stepped = _disc()
    stepped[..., 3] = np.where(stepped[..., 3] >= 128, 255, 0)
    assert "ragged_edge" in _codes(stepped, NAVY, width_in=2)
    mended = _fix(stepped, "smooth")
    assert "ragged_edge" not in _codes(mended, NAVY, width_in=2)
    assert np.abs(mended[..., 3].astype(int) - _disc()[..., 3]).max() < 110
    assert abs(int(mended[..., 3].sum(dtype=np.int64)) / int(stepped[..., 3].sum(dtype=np.int64)) - 1) < 0.01


def test_outline_parts_a_logo_from_its_garment() -> None:
    """On black a navy disc gets a white contour of 3 pt, which is 13 px at 300 DPI, on a larger canvas."""
    made = apply_fixes(_disc(), fixes=["outline"], width_in=1, palette=(NAVY,), ground=(0, 0, 0))
    assert made.shape == (_SIDE + 26, _SIDE + 26, 4)
    assert made[163, 163, :3].tolist() == list(NAVY)
    assert made[163, 27].tolist() == [*WHITE, 255]


def test_no_fix_changes_nothing() -> None:
    """An empty list gives the logo back, to the byte."""
    assert np.array_equal(_fix(_disc()), _disc())


def test_the_order_of_the_names_does_not_matter() -> None:
    """Fixes run in one order: first solid, then strokes, then colours."""
    logo = _disc(GREEN)
    logo[140:142, 60:240, :3] = NAVY
    logo[200:240, 100:200, 3] = 140
    names = ["gamut", "solid", "thicken"]
    palette = (GREEN, NAVY)
    assert np.array_equal(_fix(logo, *names, palette=palette), _fix(logo, *reversed(names), palette=palette))


def test_what_cannot_be_done_is_said() -> None:
    """Unknown fixes, impossible widths and clear pictures are named errors."""
    with pytest.raises(UnknownFixError, match="embroider"):
        _fix(_disc(), "embroider")
    for width_in in (0.0, float("nan"), float("inf")):
        with pytest.raises(PrintSizeError):
            _fix(_disc(), "solid", width_in=width_in)
    with pytest.raises(NoForegroundError):
        _fix(np.zeros((9, 9, 4), np.uint8), "solid")


def test_a_logo_that_is_faint_throughout_does_not_vanish_unsaid() -> None:
    """Dropping all there is, is an error and not an empty picture."""
    faint = _disc()
    faint[..., 3] //= 4
    with pytest.raises(NoForegroundError):
        _fix(faint, "solid")
