"""The cap's form: a structured six-panel crown, a pre-curved visor, a snap strap; inches, worn level.

x to the wearer's left (the right of a picture of the front), y up, z forward.
"""

# ruff: noqa: PLR2004 - sizes of one cap, in inches, each used once where it is read

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter, gaussian_filter1d, map_coordinates
from scipy.spatial import cKDTree

from garments.modelled.mesh import Mesh, grid, tube

Floats = npt.NDArray[np.float64]

CROWN, LIP, INSIDE, BRIM, BUTTON, BAND, TAPE, STRAP, STRAP_UNDER = range(9)

# y, front, side and back radius of the crown from the head opening to the button.
_PROFILE = np.array(
    [
        (0.00, 3.93, 3.12, 3.92),
        (0.72, 3.91, 3.24, 3.99),
        (1.44, 3.80, 3.25, 3.93),
        (2.14, 3.56, 3.10, 3.68),
        (2.78, 3.12, 2.76, 3.20),
        (3.36, 2.38, 2.13, 2.42),
        (3.80, 1.28, 1.18, 1.30),
        (3.96, 0.00, 0.00, 0.00),
    ]
)
SEAMS_DEG = np.array([-180.0, -118.0, -59.0, 0.0, 59.0, 118.0, 180.0])
BRIM_HALF_DEG = 74.0
BRIM_IN = 2.75
_BRIM_CURVE_IN, _BRIM_TILT = 4.5, np.tan(np.deg2rad(13.0))
_THICK_IN = 0.09
OPENING_HALF_IN, OPENING_IN = 1.70, 1.85
_TURNS, _RISES = 481, 161


@dataclass(frozen=True, slots=True)
class Crown:
    """The crown's outer surface on a grid of rises (rows) and azimuths."""

    azimuth_deg: Floats
    """(columns,), 0 the front, 90 the wearer's left."""
    points: Floats
    """(rows, columns, 3)."""
    normals: Floats
    """(rows, columns, 3), outwards."""
    around_in: Floats
    """(rows, columns): inches along the row from the front's middle."""
    rise_in: Floats
    """(rows, columns): inches up from the edge."""
    round_in: Floats
    """(rows,): half the way round."""

    def behind_in(self) -> Floats:
        """(rows, columns): inches along the row from the back's middle, growing to the right from behind."""
        sign = np.where(self.around_in < 0, 1.0, -1.0)
        return np.asarray(sign * (self.round_in[:, None] - np.abs(self.around_in)))

    def at(self, behind_in: Floats, rise_in: Floats) -> tuple[Floats, Floats]:
        """Points and normals of the back at places of the cloth."""
        # Columns from the wearer's left round the back to the right: inches grow steadily along them.
        back = np.r_[np.flatnonzero(self.azimuth_deg > 90), np.flatnonzero(self.azimuth_deg < -90)[1:]]
        place, rise = self.behind_in()[:, back], self.rise_in[:, back]
        where = np.empty((2, len(behind_in)))
        for k, (s, t) in enumerate(zip(behind_in, rise_in, strict=True)):
            col = np.interp(s, place[0], np.arange(len(back)))
            for _ in range(4):
                row = np.interp(t, rise[:, round(col)], np.arange(_RISES))
                col = np.interp(s, place[round(row)], np.arange(len(back)))
            where[:, k] = row, col
        points, normals = (
            np.stack([map_coordinates(field[:, back, k], where, order=1) for k in range(3)], axis=1)
            for field in (self.points, self.normals)
        )
        return points, normals


def build_crown() -> Crown:
    """Loft the profile, with a soft edge at each seam and the small dents of real cloth."""
    azimuth = np.linspace(-180, 180, _TURNS)
    chord = np.concatenate([[0], np.cumsum(np.hypot(np.diff(_PROFILE[:, 0]), np.diff(_PROFILE[:, 1])))])
    spline = CubicSpline(
        chord, _PROFILE, bc_type=((1, [1.0, 0.05, 0.18, 0.12]), (1, [0.0, -1.0, -0.9, -1.0]))
    )
    share = np.linspace(0, 1, _RISES)
    y, front, side, back = spline(share * chord[-1]).T
    turn = np.deg2rad(azimuth)
    c, s = np.cos(turn)[None], np.sin(turn)[None]
    ahead = np.where(c >= 0, front[:, None], back[:, None])
    flat = 1 + _edges(azimuth)[None] * (0.042 * np.sin(np.pi * np.clip(share, 0, 1) ** 0.8) ** 1.2)[:, None]
    x, z = side[:, None] * s * flat, ahead * c * flat
    height = y[:, None] + edge_height(azimuth)[None] * (1 - share[:, None]) ** 1.6
    points = np.stack([x, np.broadcast_to(height, x.shape), z], axis=-1)
    normals = grid(points, np.zeros((*x.shape, 4)), part=CROWN).normals.reshape(points.shape)
    normals *= np.sign((normals * points).sum(axis=-1).mean())
    normals[-1] = (0, 1, 0)
    points += normals * (_dents(azimuth, share) * np.clip((1 - share) * 8, 0, 1)[:, None])[..., None]
    return _measured(azimuth, points, normals)


def _measured(azimuth: Floats, points: Floats, normals: Floats) -> Crown:
    step = np.linalg.norm(np.diff(points, axis=1), axis=-1)
    around = np.concatenate([np.zeros((_RISES, 1)), np.cumsum(step, axis=1)], axis=1)
    around -= around[:, [_TURNS // 2]]
    rise = np.linalg.norm(np.diff(points, axis=0), axis=-1)
    up = np.concatenate([np.zeros((1, _TURNS)), np.cumsum(rise, axis=0)])
    return Crown(azimuth, points, normals, around, up, (around[:, -1] - around[:, 0]) / 2)


def edge_height(azimuth: Floats) -> Floats:
    """Height of the crown's lower edge: the visor pulls it into an arch, behind it runs level."""
    turn = np.deg2rad(azimuth)
    x = _PROFILE[0, 2] * np.sin(turn)
    z = np.where(np.cos(turn) >= 0, _PROFILE[0, 1], _PROFILE[0, 3]) * np.cos(turn)
    arch = visor_height(x, z)
    share = np.clip((np.abs(azimuth) - 62) / 30, 0, 1)
    share = share * share * (3 - 2 * share)
    level = -0.60 - 0.12 * np.clip((np.abs(azimuth) - 90) / 90, 0, 1) ** 2
    return np.asarray(gaussian_filter1d(arch * (1 - share) + level * share, 8, mode="wrap"))


def visor_height(x: Floats, z: Floats) -> Floats:
    """The visor's upper face: a cylinder along z, tilted down forward."""
    bend = _BRIM_CURVE_IN - np.sqrt(np.maximum(_BRIM_CURVE_IN**2 - x * x, 0.1))
    return np.asarray(-bend - _BRIM_TILT * (z - 3.93))


def _edges(azimuth: Floats) -> Floats:
    """0 at the seams, -1 in the middle of a panel: cloth runs straight between seams."""
    k = np.clip(np.searchsorted(SEAMS_DEG, azimuth, side="right") - 1, 0, 5)
    phase = (azimuth - SEAMS_DEG[k]) / (SEAMS_DEG[k + 1] - SEAMS_DEG[k])
    return np.asarray(gaussian_filter1d(-(1 - np.abs(2 * phase - 1) ** 1.7), 3.5, mode="wrap"))


def _dents(azimuth: Floats, share: Floats) -> Floats:
    """Buckram keeps the front smooth; sides and back give a little."""
    rng = np.random.default_rng(5)
    soft = np.clip((np.abs(azimuth) - 50) / 25, 0, 1)
    total = np.zeros((len(share), len(azimuth)))
    for size, height in ((30, 0.030), (14, 0.012)):
        field = gaussian_filter(rng.normal(0, 1, total.shape), size, mode=("nearest", "wrap"))
        total += height * field / field.std()
    return np.asarray(total * (0.12 + 0.88 * soft[None]) * np.clip(1.15 - share[:, None], 0, 1))


def crown_parts(crown: Crown) -> list[Mesh]:
    """Outer face, lower lip and inside, with the opening at the back cut out."""
    seam = np.interp(crown.azimuth_deg, SEAMS_DEG, np.arange(7.0))
    panel = np.clip(np.floor(seam), 0, 5).astype(int)
    low, high = (
        np.stack([np.interp(SEAMS_DEG[panel + k], crown.azimuth_deg, row) for row in crown.around_in])
        for k in (0, 1)
    )
    attributes = np.stack(
        [crown.around_in, crown.rise_in, crown.around_in - (low + high) / 2, (high - low) / 2], axis=-1
    )
    open_ = (crown.behind_in() / OPENING_HALF_IN) ** 2 + (crown.rise_in / OPENING_IN) ** 2 < 1
    cut = open_[:-1, :-1] & open_[1:, 1:]
    inner = crown.points - _THICK_IN * crown.normals
    angle = np.linspace(0, np.pi, 9)[:, None, None]
    middle = (crown.points[0] + inner[0]) / 2
    lip = middle + _THICK_IN / 2 * (np.cos(angle) * crown.normals[0] - np.sin(angle) * np.array([0, 1.0, 0]))
    lip_attributes = np.repeat(attributes[:1], 9, axis=0)
    return [
        grid(crown.points, attributes, part=CROWN, keep=~cut),
        grid(lip, lip_attributes, part=LIP, keep=np.repeat(~cut[:1], 8, axis=0)),
        grid(inner, attributes, part=INSIDE, keep=~cut),
        _sweatband(crown, cut),
    ]


def _sweatband(crown: Crown, cut: npt.NDArray[np.bool_]) -> Mesh:
    rows = int(np.searchsorted(crown.rise_in.mean(axis=1), 1.3))
    points = (crown.points - (_THICK_IN + 0.06) * crown.normals)[:rows]
    attributes = np.stack([crown.around_in, crown.rise_in, crown.rise_in, crown.rise_in], axis=-1)[:rows]
    return grid(points, attributes, part=BAND, keep=~cut[: rows - 1])


def turned_down(crown: Crown, floor_in: Floats) -> Mesh:
    """The sweatband at the front, turned down to the table: what one sees through the opening.

    Args:
        crown: the crown.
        floor_in: (columns,), height of the table under each azimuth.
    """
    ahead = np.flatnonzero(np.abs(crown.azimuth_deg) < 64)
    top = (crown.points - (_THICK_IN + 0.06) * crown.normals)[4, ahead]
    share = np.linspace(0, 1, 41)[:, None]
    points = np.repeat(top[None], 41, axis=0)
    points[..., 1] += share * (floor_in[ahead] - top[:, 1])[None]
    s = np.broadcast_to(crown.around_in[4, ahead], share.shape[:1] + top.shape[:1])
    attributes = np.stack([s, points[..., 1], points[..., 1], points[..., 1]], axis=-1)
    return grid(points, attributes, part=BAND)


def visor(crown: Crown) -> Mesh:
    """Upper face, rounded edge and lower face.

    Attributes are: inches along the outer edge, inches in from it, inches from the seam, 1 above to -1 below.
    """
    across = np.linspace(-1, 1, 321)
    root = np.stack(
        [np.interp(across * BRIM_HALF_DEG, crown.azimuth_deg, crown.points[0, :, k]) for k in (0, 2)], 1
    )
    angle = across * np.pi / 2
    rim = np.stack(
        [3.60 * np.sign(angle) * np.abs(np.sin(angle)) ** 0.90, 1.35 + 5.33 * np.cos(angle) ** 0.74], 1
    )
    reach = (1 - np.abs(across) ** 14)[:, None]
    rim = root + (rim - root) * reach
    v = np.linspace(-0.06, 1, 101)[:, None, None]
    plan = root + (rim - root) * v
    dense = np.concatenate(
        [rim[:-1] + (rim[1:] - rim[:-1]) * k for k in np.linspace(0, 1, 16, endpoint=False)[:, None, None]]
    )
    order = np.argsort(np.concatenate([np.arange(320) + k / 16 for k in range(16)]))
    dense = dense[order]
    arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))])
    inset, index = cKDTree(dense).query(plan.reshape(-1, 2))
    inset, along = inset.reshape(plan.shape[:2]), arc[index].reshape(plan.shape[:2])
    seam = np.linalg.norm(plan - root, axis=-1) * np.sign(v[..., 0])
    top = np.stack([plan[..., 0], visor_height(plan[..., 0], plan[..., 1]), plan[..., 1]], axis=-1)
    normal = grid(top, np.zeros((*seam.shape, 4)), part=BRIM).normals.reshape(top.shape)
    normal *= np.sign(normal[..., 1:2])
    out = np.gradient(top, axis=0)[-1]
    out /= np.maximum(np.linalg.norm(out, axis=-1, keepdims=True), 1e-9)
    half = 0.062
    turn = np.linspace(np.pi / 2, -np.pi / 2, 13)[1:-1, None, None]
    edge = top[-1] - half * normal[-1] + half * (np.sin(turn) * normal[-1] + np.cos(turn) * out)
    below = (top - 2 * half * normal)[::-1]
    attributes = np.stack([along, inset, seam, np.ones_like(seam)], axis=-1)
    rounded = np.repeat(attributes[-1:], 11, axis=0)
    rounded[..., 1] = -half * np.linspace(0, np.pi, 13)[1:-1, None]
    rounded[..., 3] = np.sin(turn[..., 0])
    under = attributes[::-1].copy()
    under[..., 3] = -1
    return grid(np.concatenate([top, edge, below]), np.concatenate([attributes, rounded, under]), part=BRIM)


def button(crown: Crown) -> Mesh:
    """The covered button on top: attributes are inches right, inches back, distance from the middle, 0."""
    top = crown.points[-1].mean(axis=0)
    profile = np.array(
        [
            (0.0, 0.175),
            (0.09, 0.168),
            (0.18, 0.140),
            (0.245, 0.088),
            (0.268, 0.03),
            (0.255, -0.04),
            (0.22, -0.09),
        ]
    )
    arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(profile, axis=0), axis=1))])
    fine = CubicSpline(arc, profile)(np.linspace(0, arc[-1], 40))
    turn = np.linspace(0, 2 * np.pi, 121)
    r, h = fine[:, :1], fine[:, 1:]
    x, z = r * np.sin(turn), r * np.cos(turn)
    points = np.stack([x, np.broadcast_to(h, x.shape), z], axis=-1) + top
    way = np.linspace(0, arc[-1], 40)[:, None]
    attributes = np.stack(
        [way * np.sin(turn), way * np.cos(turn), np.broadcast_to(way, x.shape), np.zeros_like(x)], -1
    )
    mesh = grid(points, attributes, part=BUTTON)
    mesh.normals[: len(turn)] = (0, 1, 0)
    return mesh


def back_parts(crown: Crown) -> list[Mesh]:
    """The tape round the opening and the two halves of the snap strap."""
    angle = np.linspace(0, np.pi, 181)
    s = -OPENING_HALF_IN * np.cos(angle)
    line, normal = crown.at(s, OPENING_IN * np.sin(angle))
    line = gaussian_filter1d(line, 4, axis=0, mode="nearest")
    normal = gaussian_filter1d(normal, 4, axis=0, mode="nearest")
    # Its ends are turned in under the crown's edge.
    down = np.linspace(0.10, 0.01, 10)[:, None] * np.array([0, 1.0, 0])
    line = np.concatenate([line[0] - down, line, line[-1] - down[::-1]])
    normal = np.pad(normal, ((10, 10), (0, 0)), mode="edge")
    foot = np.minimum(np.arange(len(line)), np.arange(len(line))[::-1]) / 4
    foot = np.sqrt(np.clip(1 - (1 - np.clip(foot, 0, 1)) ** 2, 0.01, 1))
    tape = tube(line - 0.035 * normal, normal, width_in=0.34, height_in=0.16, part=TAPE, widths=foot)
    return [tape, _strap(crown, -2.0, 1.05, -0.15, STRAP), _strap(crown, -1.0, 2.0, -0.225, STRAP_UNDER)]


def _strap(crown: Crown, first: float, last: float, lift: float, part: int) -> Mesh:
    """One half of the strap: it spans the opening on a circle through the ends of the cloth."""
    s = np.linspace(first, last, 241)
    edge, _ = crown.at(np.array([-1.95, 1.95]), np.array([0.46, 0.46]))
    middle, half, radius = edge.mean(axis=0), abs(edge[0, 0]), 4.1
    x = -s * half / 1.95
    z = middle[2] - (np.sqrt(radius**2 - x**2) - np.sqrt(radius**2 - half**2))
    line = np.stack([x, np.full_like(x, middle[1]), z], axis=1)
    out = np.stack([x / radius, np.zeros_like(x), -np.sqrt(1 - (x / radius) ** 2)], axis=1)
    # The free end is cut round.
    free = last - s if part == STRAP else s - first
    widths = np.sqrt(np.clip(1 - (1 - np.clip(free / 0.34, 0, 1)) ** 2.4, 1e-4, 1))
    mesh = tube(line + lift * out, out, width_in=0.68, height_in=0.075, part=part, around=61, widths=widths)
    mesh.attributes[:, 0] += first
    return mesh
