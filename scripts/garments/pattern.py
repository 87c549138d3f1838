"""The cut of the shirt: two flat panels with the rib collar attached, in inches, and their triangles."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LENGTH_IN = 29.0
RIB_IN = 0.85
HEM_IN = 1.0
SHOULDER = (8.9, 1.85)
ARMPIT = (11.0, 9.6)
_SLEEVE_DEG, _SLEEVE_IN, _CUFF_IN = 28.0, 8.3, 6.35
_NECK_HALF_IN, _NECK_Y = 3.75, 0.10
_NECK_DEPTH = {"front": 4.35, "back": 1.15}


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel cut into triangles."""

    uv: Floats
    """(n, 2) pattern coordinates."""
    triangles: Ints
    """(m, 3), wound the same way throughout."""
    sewn: Ints
    """Indices into `uv` of the points both panels share."""


def sleeve_end() -> tuple[Floats, Floats]:
    """Upper and lower corner of the cuff on the +x side."""
    angle = np.deg2rad(_SLEEVE_DEG)
    top = np.array(SHOULDER) + _SLEEVE_IN * np.array([np.cos(angle), np.sin(angle)])
    return top, top + _CUFF_IN * np.array([-np.sin(angle), np.cos(angle)])


def neck_curve(side: str, *, inset_in: float) -> Floats:
    """Neckline from +x to -x; `inset_in` 0 is the collar seam, RIB_IN the collar's free edge."""
    t = np.linspace(0, np.pi, 181)
    half = _NECK_HALF_IN - 0.86 * inset_in
    top = _NECK_Y - 0.45 * inset_in
    depth = _NECK_DEPTH[side] - _NECK_Y - (1.0 if side == "front" else 0.9) * inset_in + 0.45 * inset_in
    return np.stack([half * np.cos(t), top + depth * np.sin(t) ** 0.88], axis=1)


def hem_curve(*, inset_in: float = 0.0) -> Floats:
    """Lower edge from +x to -x."""
    x = np.linspace(10.62, -10.62, 121)
    return np.stack([x, LENGTH_IN + 0.55 * np.cos(x / 10.62 * np.pi / 2) - inset_in], axis=1)


def armhole_curve() -> Floats:
    """The seam of the set-in sleeve on the +x side, drawn on the panel (the panel itself is cut in one)."""
    t = np.linspace(0, 1, 81)[:, None]
    a, b, c = np.array(SHOULDER), np.array([7.55, 6.6]), np.array(ARMPIT)
    curve: Floats = (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
    return curve


def side_curve() -> Floats:
    """The side seam on the +x side from armpit to hem: slightly waisted."""
    y = np.linspace(ARMPIT[1], LENGTH_IN, 121)
    x = np.interp(y, (ARMPIT[1], 14.0, 19.0, LENGTH_IN), (11.0, 10.62, 10.42, 10.62))
    return np.stack([x, y], axis=1)


def seam_line() -> Floats:
    """What is sewn to the other panel on the +x side: collar tip, shoulder, sleeve top."""
    tip = neck_curve("front", inset_in=RIB_IN)[0]
    top, _ = sleeve_end()
    shoulder = np.array(SHOULDER)
    # A drop of curve over the shoulder point, where pattern makers round the cap.
    rounded = [shoulder + d for d in ((-0.9, -0.27), (0.0, 0.09), (0.9, 0.47))]
    return np.array([tip, (_NECK_HALF_IN, _NECK_Y), *rounded, top])


def cut_panel(side: str, *, spacing_in: float) -> Panel:
    """Triangulate one panel with points `spacing_in` apart."""
    mirror = np.array([-1.0, 1.0])
    _, low = sleeve_end()
    upper = resample(seam_line(), spacing_in)
    cuff = resample(np.array(sleeve_end()), spacing_in)
    under = resample(np.array([low, (low + ARMPIT) / 2 + (-0.25, -0.2), ARMPIT]), spacing_in)
    flank = resample(side_curve(), spacing_in)
    hem = resample(hem_curve(), spacing_in)
    neck = resample(neck_curve(side, inset_in=RIB_IN), spacing_in)
    right = [upper, cuff, under, flank]
    left = [(part * mirror)[::-1] for part in reversed(right)]
    outline = np.concatenate([part[:-1] for part in [*right, hem, *left, neck[::-1]]])
    sewn = np.concatenate([part * m for part in (upper, under, flank) for m in (np.ones(2), mirror)])
    return _triangulate(outline, sewn, spacing_in)


def resample(line: Floats, spacing_in: float) -> Floats:
    """Points evenly `spacing_in` apart (about) along a polyline, both ends kept."""
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0, arc[-1], max(2, round(arc[-1] / spacing_in) + 1))
    return np.stack([np.interp(at, arc, line[:, k]) for k in range(2)], axis=1)


def _triangulate(outline: Floats, sewn: Floats, spacing_in: float) -> Panel:
    uv = np.concatenate([outline, _inner_points(outline, spacing_in)])
    triangles = Delaunay(uv).simplices.astype(np.int64)
    centre = uv[triangles].mean(axis=1)
    triangles = triangles[_inside(outline, centre) > 0]
    a, b, c = (uv[triangles[:, k]] for k in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    triangles[area < 0] = triangles[area < 0][:, ::-1]
    triangles = triangles[np.abs(area) > 1e-4 * spacing_in**2]
    keys = {tuple(p) for p in np.round(sewn, 5).tolist()}
    shared = [i for i, p in enumerate(np.round(uv[: len(outline)], 5).tolist()) if tuple(p) in keys]
    return Panel(uv, triangles, np.array(shared))


def _inner_points(outline: Floats, spacing_in: float) -> Floats:
    """A jittered hexagonal filling: a regular one would print its own directions into the folds."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    ys = np.arange(low[1], high[1], spacing_in * np.sqrt(3) / 2)
    xs = np.arange(low[0], high[0], spacing_in)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    grid[1::2, :, 0] += spacing_in / 2
    points = grid.reshape(-1, 2) + np.random.default_rng(7).normal(0, 0.12 * spacing_in, (grid.size // 2, 2))
    return points[_inside(outline, points) > 0.55 * spacing_in]


def _inside(outline: Floats, points: Floats) -> Floats:
    """Distance to the outline in inches, negative outside."""
    contour = outline.astype(np.float32).reshape(-1, 1, 2)
    return np.array([cv2.pointPolygonTest(contour, (float(x), float(y)), True) for x, y in points])  # noqa: FBT003 - OpenCV takes it by place
