"""The t-shirt's two panels: body, half sleeves and collar cut in one, the armhole only drawn on them."""

# ruff: noqa: PLR2004 - sizes of one shirt, in inches, each used once where it is read

import numpy as np
from scipy.spatial import cKDTree

from garments.body import Body
from garments.body_tshirt import arm_angle_deg
from garments.cut import TSHIRT
from garments.mesh import Floats, Piece, resample, triangulate
from garments.sewing import Seam, Sewn, sew

_SLEEVE_DEG, _SLEEVE_IN, _CUFF_IN = 28.0, 8.3, 6.35
_MIRROR = np.array([-1.0, 1.0])


def sew_tshirt(*, spacing_in: float) -> Sewn:
    """Front and back sewn at shoulders, sleeves and sides."""
    panels = [_cut_panel(side, spacing_in) for side in ("front", "back")]
    _, _, upper, _, under, flank = _right_side("front", spacing_in)
    sewn = np.concatenate([part * m for part in (upper, under, flank) for m in (np.ones(2), _MIRROR)])
    return sew(panels, [Seam("front", sewn, "back", sewn)])


def sleeve_end() -> tuple[Floats, Floats]:
    """Upper and lower corner of the cuff on the +x side."""
    angle = np.deg2rad(_SLEEVE_DEG)
    top = np.array(TSHIRT.shoulder) + _SLEEVE_IN * np.array([np.cos(angle), np.sin(angle)])
    return top, top + _CUFF_IN * np.array([-np.sin(angle), np.cos(angle)])


def making(side: str, at: Floats) -> tuple[Floats, Floats]:
    """How the making changes the cloth: the rib is knitted short, hems are doubled and stiff."""
    in_rib = cKDTree(TSHIRT.neck_curve(side, inset_in=TSHIRT.rib_in)).query(at)[0] < TSHIRT.rib_in
    top, low = sleeve_end()
    across = np.abs(np.cross(low - top, np.abs(at) * (1, 1) - top)) / np.linalg.norm(low - top)
    cuff = (across < TSHIRT.hem_in) & (np.abs(at[:, 0]) > TSHIRT.armpit[0])
    hem = at[:, 1] > TSHIRT.length_in - TSHIRT.hem_in
    factor = np.where(in_rib, 0.97, 1.0 + uneven(at))
    return factor, np.where(in_rib, 0.12, np.where(hem | cuff, 0.25, 1.0))


def uneven(at: Floats) -> Floats:
    """No cloth is cut and sewn exactly: puckers of under a percent give each fold its own reason."""
    u, v = at.T
    waves: Floats = 0.006 * np.sin(0.9 * u + 0.6 * v + 1.0) + 0.005 * np.sin(0.43 * v - 1.3 * u + 2.0)
    return waves


def place(sewn: Sewn, body: Body) -> Floats:
    """Positions to start from: sleeves turned down to the arms, panels just outside the form."""
    shoulder, armpit = TSHIRT.shoulder, TSHIRT.armpit
    uv = np.where(np.isnan(sewn.sheets[0]), sewn.sheets[1], sewn.sheets[0])
    x, y = uv.T
    side = np.where(x < 0, -1.0, 1.0)
    pivot = np.stack([side * (shoulder[0] - 0.6), np.full_like(x, shoulder[1] + 1.0)], axis=1)
    reach = np.abs(x) - np.interp(y, (shoulder[1], armpit[1]), (shoulder[0] - 1.0, armpit[0] - 0.6))
    share = np.clip((reach + 1.0) / 3.5, 0, 1) * np.clip((armpit[1] + 2.5 - y) / 2.0, 0, 1)
    turn = np.deg2rad(arm_angle_deg(x) - 29.0) * share**2 * (3 - 2 * share) * side
    dx, dy = (uv - pivot).T
    px = pivot[:, 0] + dx * np.cos(turn) - dy * np.sin(turn)
    py = pivot[:, 1] + dx * np.sin(turn) + dy * np.cos(turn)
    z = np.zeros_like(px)
    facing = np.where(np.isnan(sewn.sheets[0][:, 0]), -1.0, 1.0)
    for _ in range(60):
        inside = body.at(np.stack([px * 0.93, py, z], axis=1)) < 0.12
        z = np.where(inside, z + 0.08 * facing, z)
    return np.stack([px * 0.96, py, np.where(sewn.seams(), 0.0, z)], axis=1)


def _right_side(side: str, spacing_in: float) -> tuple[Floats, ...]:
    """Outline of the +x half from the collar to the hem: neck, hem, upper seam, cuff, under, flank."""
    top, low = sleeve_end()
    armpit = np.array(TSHIRT.armpit)
    upper = resample(_upper_seam(top), spacing_in)
    cuff = resample(np.array([top, low]), spacing_in)
    under = resample(np.array([low, (low + armpit) / 2 + (-0.25, -0.2), armpit]), spacing_in)
    flank = resample(TSHIRT.side_curve(), spacing_in)
    hem = resample(TSHIRT.hem_curve(), spacing_in)
    neck = resample(TSHIRT.neck_curve(side, inset_in=TSHIRT.rib_in), spacing_in)
    return neck, hem, upper, cuff, under, flank


def _upper_seam(sleeve_top: Floats) -> Floats:
    """What is sewn to the other panel on the +x side: collar tip, shoulder, sleeve top."""
    shoulder = np.array(TSHIRT.shoulder)
    # A drop of curve over the shoulder point, where pattern makers round the cap.
    rounded = [shoulder + d for d in ((-0.9, -0.27), (0.0, 0.09), (0.9, 0.47))]
    return np.array([TSHIRT.collar_tip(), (TSHIRT.neck_half_in, TSHIRT.neck_y), *rounded, sleeve_top])


def _cut_panel(side: str, spacing_in: float) -> Piece:
    """Triangulate one panel with points `spacing_in` apart."""
    neck, hem, upper, cuff, under, flank = _right_side(side, spacing_in)
    right = [upper, cuff, under, flank]
    left = [(part * _MIRROR)[::-1] for part in reversed(right)]
    outline = np.concatenate([part[:-1] for part in [*right, hem, *left, neck[::-1]]])
    return triangulate(side, outline, spacing_in=spacing_in)
