"""The hood: two shaped sides sewn along the crown, set into the neckline and thrown back."""

# ruff: noqa: PLR2004 - sizes of one hood, in inches, each used once where it is read

from collections.abc import Callable

import numpy as np
from scipy.interpolate import CubicSpline, PchipInterpolator

from garments.cut import Cut
from garments.mesh import Floats, Piece, resample, spread, triangulate
from garments.set_in import SIDES
from garments.sewing import Seam, Sewn
from garments.springs import Shape

HEIGHT_IN = 13.4
"""From the neck seam to the crown, along the rim."""
DEPTH_IN = 10.0
"""From the rim to the back of the head."""
TUNNEL_IN = 1.0
"""Width of the turned rim that the drawstring runs in."""
_PRESSED = 0.65
"""How much of the hood's shape is pressed; the rest is cloth with a will of its own."""
_CROWN = np.array([(0.0, 0.0), (3.0, -0.25), (6.0, 0.25), (8.4, 2.0), (9.8, 5.0), (10.0, 8.5), (9.5, 13.0)])


def cut_hood(cut: Cut, *, spacing_in: float) -> tuple[list[Piece], list[Seam]]:
    """Both sides, with the rim at x 0 and the neck seam at the bottom, and the seams that hold them."""
    crown = resample(crown_curve(), spacing_in)
    front, back = (resample(cut.half_neck(side), spacing_in) for side in ("front", "back"))
    neck = spread(neck_edge(), len(front) + len(back) - 1)
    rim = resample(np.array([(0.0, 0.0), (0.0, HEIGHT_IN)]), spacing_in)
    outline = np.concatenate([crown[:-1], neck[::-1][:-1], rim[:0:-1]])
    pieces, seams = [], []
    for hand, sign in SIDES.items():
        # Seen from outside the rim is to the right on the wearer's left... and the winding faces out.
        turn, mirror = np.array([-sign, 1.0]), np.array([sign, 1.0])
        pieces.append(triangulate(f"hood_{hand}", outline * turn, spacing_in=spacing_in))
        seams.append(Seam(f"hood_{hand}", neck[: len(front)] * turn, "front", front[::-1] * mirror))
        seams.append(Seam(f"hood_{hand}", neck[len(front) - 1 :] * turn, "back", back * mirror))
    seams.append(Seam("hood_left", crown * (-1.0, 1.0), "hood_right", crown))
    return pieces, seams


def neck_edge() -> Floats:
    """The edge sewn to the neckline, from the rim to the back."""
    t = np.linspace(0, 1, 41)
    x = _CROWN[-1, 0] * t
    return np.stack([x, HEIGHT_IN + (_CROWN[-1, 1] - HEIGHT_IN) * t + 0.35 * np.sin(np.pi * t)], axis=1)


def hood_at(uv: Floats) -> tuple[Floats, Floats]:
    """How far back of the rim and how high above the neck seam points lie, both as shares."""
    x = np.abs(uv[:, 0])
    return np.clip(x / DEPTH_IN, 0, 1), np.clip((HEIGHT_IN - uv[:, 1]) / HEIGHT_IN, 0, 1.05)


def throw_back(sewn: Sewn, start: Floats) -> Floats:
    """Lay the hood behind the neck: a pouch that hangs down the back, its rim round the neck.

    Each side starts as a Coons patch between its edges; the neck seam stays where the body has it.
    """
    start = start.copy()
    body = np.concatenate([sewn.points(k) for k, n in enumerate(sewn.names) if not n.startswith("hood")])
    for k, name in enumerate(sewn.names):
        if name.startswith("hood"):
            used = np.setdiff1d(sewn.points(k), body)
            sign = SIDES[name.removeprefix("hood_")]
            start[used] = _patch(*hood_at(sewn.sheets[k][used])) * (sign, 1.0, 1.0)
    return start


def press(sewn: Sewn, start: Floats) -> Shape:
    """The hood's own shape, from above its seam upwards."""
    share = np.zeros(sewn.size)
    for k, name in enumerate(sewn.names):
        if name.startswith("hood"):
            used = sewn.points(k)
            _, high = hood_at(sewn.sheets[k][used])
            share[used] = _PRESSED * np.clip(high / 0.10, 0, 1)
    return Shape(start, share)


def hold_rim(sewn: Sewn, position: Floats, free: Floats) -> tuple[Floats, Floats]:
    """Keep the rim where a stylist would pin it: round the neck, open.

    Returns:
        (n, 3) positions, (n,) 0 for the points held.
    """
    position, free = position.copy(), free.copy()
    for k, name in enumerate(sewn.names):
        if name.startswith("hood"):
            used = sewn.points(k)
            used = used[np.abs(sewn.sheets[k][used][:, 0]) < 1e-6]
            _, high = hood_at(sewn.sheets[k][used])
            position[used] = _edge(_RIM)(high) * (SIDES[name.removeprefix("hood_")], 1.0, 1.0)
            free[used] = 0.0
    return position, free


def _patch(back: Floats, high: Floats) -> Floats:
    """Positions on the +x side for shares back of the rim and above the neck seam."""
    neck, rim, crown, nape = (_edge(points) for points in (_NECK, _RIM, _OVER, _NAPE))
    u, w = back[:, None], np.clip(high, 0, 1)[:, None]
    sides = (1 - u) * rim(high) + u * nape(high)
    ends = (1 - w) * neck(back) + w * crown(back)
    corners = (1 - w) * ((1 - u) * neck(0.0) + u * neck(1.0)) + w * ((1 - u) * crown(0.0) + u * crown(1.0))
    patch: Floats = sides + ends - corners
    return patch


# Edges of the hood thrown back, as x, y, z.
_NECK = np.array([(0.0, 3.6, 2.9), (3.2, 2.0, 2.6), (4.3, 0.1, 0.0), (2.6, 0.7, -2.8), (0.0, 1.0, -3.0)])
_RIM = np.array([(0.0, 3.6, 3.2), (2.4, 0.5, 3.5), (4.6, -1.3, 0.8), (3.6, -2.2, -2.8), (0.0, -2.6, -4.4)])
_OVER = np.array([(0.0, -2.6, -4.4), (0.0, -0.6, -6.0), (0.0, 3.6, -6.0), (0.0, 7.0, -5.4), (0.0, 8.8, -4.0)])
_NAPE = np.array([(0.0, 1.0, -3.0), (0.0, 2.0, -3.1), (0.0, 4.5, -3.2), (0.0, 7.0, -3.2), (0.0, 8.8, -4.0)])


def _edge(points: Floats) -> Callable[[Floats | float], Floats]:
    """A smooth curve through points, by arc length as a share."""
    smooth = CubicSpline(np.linspace(0, 1, len(points)), points)(np.linspace(0, 1, 201))
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(smooth, axis=0), axis=1))])
    return lambda share: np.stack([np.interp(share, arc / arc[-1], smooth[:, k]) for k in range(3)], axis=-1)


def crown_curve() -> Floats:
    """The edge sewn to the other side's, from the rim's top to the nape."""
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(_CROWN, axis=0), axis=1))])
    at = np.linspace(0, arc[-1], 121)
    return np.stack([PchipInterpolator(arc, _CROWN[:, k])(at) for k in (0, 1)], axis=1)
