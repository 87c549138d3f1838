"""The dress form a garment hangs on, as a signed distance grid.

Coordinates everywhere here are inches: x to the right of the picture, y down from the neck point of the
shoulder seam, z towards the camera.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter

Floats = npt.NDArray[np.float64]

_STEP_IN = 0.25


@dataclass(frozen=True, slots=True)
class Body:
    """A signed distance in inches, negative inside, sampled on a regular grid."""

    distance: Floats
    """(nx, ny, nz)."""
    gradient: Floats
    """(nx, ny, nz, 3), unit vectors pointing out of the form."""
    origin: Floats
    """(3,), the place of sample (0, 0, 0)."""
    step_in: float

    def at(self, points: Floats) -> Floats:
        """Distance at (n, 3) points, of the nearest sample."""
        index = np.round((points - self.origin) / self.step_in).astype(int)
        index = np.clip(index, 0, np.array(self.distance.shape) - 1)
        found: Floats = self.distance[tuple(index.T)]
        return found


@dataclass(frozen=True, slots=True)
class Form:
    """Measurements of a form with arms at its sides."""

    torso: Floats
    """(k, 3): y, half width and half depth of the torso's cross-section, from the neck down."""
    arm: Floats
    """(k, 3): the middle line on the +x side, from the shoulder past the hand."""
    arm_radius: Floats
    """(k, 2): half widths across and half depths there."""
    origin: tuple[float, float, float]
    cells: tuple[int, int, int]
    neck_end_in: float = -9.0
    """Where the neck ends."""
    hood: Floats | None = None
    """(2, 3): middle and half axes of what keeps a hood behind the neck open; None has none."""

    def arm_at(self, along_in: Floats, sign: float) -> tuple[Floats, Floats]:
        """Middle line of an arm, (n, 3), and the direction out across it as seen from the front, (n, 2)."""
        arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(self.arm[:, :2], axis=0), axis=1))])
        centre, ahead = (
            np.column_stack([np.interp(along_in + step, arc, self.arm[:, k]) for k in range(3)])
            for step in (0.0, 1.0)
        )
        run: Floats = ahead[:, :2] - centre[:, :2]
        run = run / np.linalg.norm(run, axis=1, keepdims=True)
        out = np.column_stack([run[:, 1], -run[:, 0]])
        return centre * (sign, 1.0, 1.0), out * (sign, 1.0)


def build_form(form: Form) -> Body:
    """Join torso and arms smoothly and turn the result into a distance grid."""
    x, y, z = grid(form.origin, form.cells)
    # No real form is symmetric.
    field = torso(form.torso, x - 0.15 * np.sin(y / 8.0), y, z)
    field = np.maximum(field, form.neck_end_in - y)
    if form.hood is not None:
        field = smooth_min(field, _ellipsoid(form.hood, x, y, z), 0.2)
    for sign in (-1.0, 1.0):
        limb = _limb(form, sign * x, y, z)
        field = smooth_min(field, limb, 0.7)
    return to_body(field, form.origin)


def to_body(field: Floats, origin: tuple[float, float, float]) -> Body:
    """Turn any smooth field, negative inside, into distances and directions."""
    field = gaussian_filter(field, 1.2)
    gradient = np.stack(list(np.gradient(field, _STEP_IN)), axis=-1)
    length = np.maximum(np.linalg.norm(gradient, axis=-1), 0.2)
    return Body(field / length, gradient / length[..., None], np.array(origin), _STEP_IN)


def grid(origin: tuple[float, float, float], cells: tuple[int, int, int]) -> list[Floats]:
    """Coordinates of every sample."""
    axes = [o + _STEP_IN * np.arange(n) for o, n in zip(origin, cells, strict=True)]
    return list(np.meshgrid(*axes, indexing="ij"))


def torso(table: Floats, x: Floats, y: Floats, z: Floats) -> Floats:
    """A stack of superellipses; `table` holds y, half width, half depth."""
    half_width = PchipInterpolator(table[:, 0], table[:, 1], extrapolate=True)(y)
    half_depth = PchipInterpolator(table[:, 0], table[:, 2], extrapolate=True)(y)
    power = 2.3
    radius = (np.abs(x / half_width) ** power + np.abs(z / half_depth) ** power) ** (1 / power)
    field: Floats = (radius - 1.0) * half_depth
    return field


def _ellipsoid(hood: Floats, x: Floats, y: Floats, z: Floats) -> Floats:
    radius = np.sqrt(sum(((p - hood[0, k]) / hood[1, k]) ** 2 for k, p in enumerate((x, y, z))))
    field: Floats = (radius - 1.0) * hood[1].min()
    return field


def _limb(form: Form, x: Floats, y: Floats, z: Floats) -> Floats:
    """An arm: elliptic cones end to end."""
    field = np.full(x.shape, np.inf)
    for k in range(len(form.arm) - 1):
        a, b = form.arm[k], form.arm[k + 1]
        run, span = b - a, float(np.linalg.norm(b - a))
        share = np.clip(((x - a[0]) * run[0] + (y - a[1]) * run[1] + (z - a[2]) * run[2]) / span**2, 0, 1)
        dx, dy, dz = (p - (a[i] + share * run[i]) for i, p in enumerate((x, y, z)))
        wide, deep = (form.arm_radius[k, i] * (1 - share) + form.arm_radius[k + 1, i] * share for i in (0, 1))
        radius = np.sqrt((dx**2 + dy**2) / wide**2 + dz**2 / deep**2)
        part = (radius - 1.0) * deep
        field = part if k == 0 else smooth_min(field, part, 0.3)
    return field


def smooth_min(a: Floats, b: Floats, width: float) -> Floats:
    """Polynomial smooth minimum (I. Quilez)."""
    h = np.clip(0.5 + 0.5 * (b - a) / width, 0.0, 1.0)
    joined: Floats = b * (1 - h) + a * h - width * h * (1 - h)
    return joined
