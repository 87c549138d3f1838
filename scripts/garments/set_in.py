"""Bodies with set-in sleeves: pieces, seams, and where they start from round the form."""

import numpy as np

from garments.body import Body, Form
from garments.cut import Cut, Sleeve
from garments.mesh import Floats, Piece, length_in, resample, spread, triangulate
from garments.sewing import Seam, Sewn

SIDES = {"left": 1.0, "right": -1.0}
"""The wearer's, as signs of x: the picture's right is the wearer's left on the front."""


def cut_set_in(cut: Cut, sleeve: Sleeve, *, spacing_in: float) -> tuple[list[Piece], list[Seam]]:
    """Front, back and the half sleeves (each sleeve is halved along the fold over the arm)."""
    pieces = [_body(cut, side, spacing_in) for side in ("front", "back")]
    seams = []
    edges = _body_edges(cut, spacing_in)
    for hand, sign in SIDES.items():
        mirror = np.array([sign, 1.0])
        shared = np.concatenate([edges["upper"] * mirror, edges["flank"] * mirror])
        seams.append(Seam("front", shared, "back", shared))
        outline, joints = _sleeve_edges(cut, sleeve, spacing_in)
        # Laid out as it hangs: the fold over the arm is the outer edge of the picture.
        turn = np.array([-sign, 1.0])
        halves = [f"{hand}_{side}" for side in ("front", "back")]
        for side, half in zip(("front", "back"), halves, strict=True):
            pieces.append(triangulate(half, outline * turn, spacing_in=spacing_in))
            seams.append(Seam(side, edges["armhole"] * mirror, half, joints["cap"] * turn))
        shared = np.concatenate([joints["fold"] * turn, joints["under"] * turn])
        seams.append(Seam(halves[0], shared, halves[1], shared))
    return pieces, seams


def outward(name: str) -> int:
    """1 where a piece's winding faces out on the front, -1 on the back."""
    return -1 if name.endswith("back") or name.startswith("hood") else 1


def place_set_in(sewn: Sewn, sleeve: Sleeve, form: Form, body: Body, *, sleeve_reach: float = 1.0) -> Floats:
    """Positions to start from: panels just outside the form, sleeves flat about the arms.

    Args:
        sewn: the mesh.
        sleeve: its sleeves.
        form: what it hangs on.
        body: the same, as distances.
        sleeve_reach: share of its x at which a sleeve feels for the arm; below 1 it starts with the arm a
            little off its middle.
    """
    start = np.full((sewn.size, 3), np.nan)
    for k in reversed(range(len(sewn.names))):
        name, used = sewn.names[k], sewn.points(k)
        hand = name.split("_")[0]
        uv = sewn.sheets[k][used]
        if hand == "hood":
            continue
        flat = _about_arm(uv, SIDES[hand], sleeve, form) if hand in SIDES else uv * (0.97, 1.0)
        reach = sleeve_reach if hand in SIDES else 0.95
        start[used] = _push(flat, float(outward(name)), body, reach)
    start[sewn.seams(), 2] = 0.0
    return start


def hold_cuffs(sewn: Sewn, position: Floats, sleeve: Sleeve, form: Form) -> tuple[Floats, Floats]:
    """Put the cuffs' ribs round the wrists, pushed up the arm as sleeves are worn.

    Returns:
        (n, 3) positions, (n,) 0 for the points held.
    """
    position, free = position.copy(), np.ones(sewn.size)
    rib = sleeve.length_in - sleeve.rib_in
    for k, name in enumerate(sewn.names):
        hand = name.split("_")[0]
        used = sewn.points(k)
        used = used[sewn.sheets[k][used][:, 1] > rib - 1e-6] if hand in SIDES else used[:0]
        across, along = np.abs(sewn.sheets[k][used]).T
        turn = np.pi * across / sleeve.half_cuff_in
        along = rib - sleeve.push_in + (along - rib) * sleeve.cuff_gather
        centre, out = form.arm_at(along, SIDES.get(hand, 1.0))
        wide, deep = sleeve.cuff_radius
        position[used, :2] = centre[:, :2] + out * (wide * np.cos(turn))[:, None]
        position[used, 2] = centre[:, 2] + outward(name) * deep * np.sin(turn)
        free[used] = 0.0
    return position, free


def _push(flat: Floats, facing: float, body: Body, reach: float) -> Floats:
    """Move flat points to the front or the back until they are clear of the form."""
    z = np.zeros(len(flat))
    for _ in range(90):
        inside = body.at(np.column_stack([flat * (reach, 1.0), z])) < 0.12  # noqa: PLR2004 - twice the skin
        z = np.where(inside, z + 0.08 * facing, z)
    return np.column_stack([flat, z])


def _about_arm(uv: Floats, sign: float, sleeve: Sleeve, form: Form) -> Floats:
    """Lay half a sleeve along the arm's middle line."""
    across, along = np.abs(uv[:, 0]), uv[:, 1]
    half = np.interp(
        along, (4.0, sleeve.length_in - sleeve.rib_in), (sleeve.half_width_in, sleeve.half_cuff_in)
    )
    # Pushed up from the start: the spare length is what folds are made of.
    centre, outside = form.arm_at(along * (1 - sleeve.push_in / sleeve.length_in), sign)
    flat: Floats = centre[:, :2] + outside * (half / 2 - across)[:, None]
    return flat


def _body_edges(cut: Cut, spacing_in: float) -> dict[str, Floats]:
    """Outline of the +x half in parts."""
    tip, shoulder = cut.collar_tip(), np.array(cut.shoulder)
    upper = np.array([tip, (cut.neck_half_in, cut.neck_y), shoulder])
    return {
        "upper": resample(upper if cut.rib_in else upper[1:], spacing_in),
        "armhole": resample(cut.armhole_curve(), spacing_in),
        "flank": resample(cut.side_curve(), spacing_in),
    }


def _body(cut: Cut, side: str, spacing_in: float) -> Piece:
    right = list(_body_edges(cut, spacing_in).values())
    left = [(part * (-1.0, 1.0))[::-1] for part in reversed(right)]
    hem = resample(cut.hem_curve(), spacing_in)
    half = resample(cut.half_neck(side), spacing_in)
    neck = np.concatenate([half, (half * (-1.0, 1.0))[-2::-1]])
    outline = np.concatenate([part[:-1] for part in [*right, hem, *left, neck[::-1]]])
    return triangulate(side, outline, spacing_in=spacing_in)


def _sleeve_edges(cut: Cut, sleeve: Sleeve, spacing_in: float) -> tuple[Floats, dict[str, Floats]]:
    armhole = cut.armhole_curve()
    count = len(resample(armhole, spacing_in))
    cap = spread(sleeve.cap_curve(length_in(armhole)), count)
    fold = resample(np.array([(0.0, 0.0), (0.0, sleeve.length_in)]), spacing_in)
    under = resample(sleeve.under_curve(cap[-1]), spacing_in)
    cuff = resample(np.array([(sleeve.half_cuff_in, sleeve.length_in), (0.0, sleeve.length_in)]), spacing_in)
    outline = np.concatenate([cap[:-1], under[:-1], cuff[:-1], fold[:0:-1]])
    return outline, {"cap": cap, "under": under, "fold": fold}
