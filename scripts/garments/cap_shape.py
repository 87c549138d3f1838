"""The cap's form: a structured six-panel crown over the visor's arch; inches, worn level.

x to the wearer's left (the right of a picture of the front), y up, z forward.
"""

# ruff: noqa: PLR2004 - sizes of one cap, in inches, each used once where it is read

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter, gaussian_filter1d, map_coordinates

from garments.modelled.mesh import grid

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
_BRIM_CURVE_IN, _BRIM_TILT = 4.5, np.tan(np.deg2rad(13.0))
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
