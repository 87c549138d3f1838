"""Drape: extended position-based dynamics of the sewn panels over the form.

The method is XPBD (Macklin, Müller, Chentanez 2016) with small steps and one sweep a step: edges keep their
length, pairs of opposite corners keep their distance with some give, which is the cloth's bending stiffness.
"""

# ruff: noqa: PLR2004 - sizes of one shirt, in inches, each used once where it is read

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.interpolate import LinearNDInterpolator
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

from garments.body import Body, arm_angle_deg
from garments.pattern import (
    ARMPIT,
    HEM_IN,
    LENGTH_IN,
    RIB_IN,
    SHOULDER,
    Panel,
    neck_curve,
    sleeve_end,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_STEP_S = 1 / 1500
_SKIN_IN = 0.06
_FRICTION = 0.15


@dataclass(frozen=True, slots=True)
class Sewn:
    """Both panels as one mesh."""

    uv: Floats
    """(n, 2); shared points carry the front panel's coordinates, equal to the back's."""
    triangles: tuple[Ints, Ints]
    """Front and back, as indices into `uv`."""
    panel: Ints
    """(n,), 0 for points of the front and of the seams, 1 for the back's own."""


def sew(front: Panel, back: Panel) -> Sewn:
    """Join the panels at the points they share."""
    _, match = cKDTree(front.uv[front.sewn]).query(back.uv[back.sewn])
    index = np.full(len(back.uv), -1)
    index[back.sewn] = front.sewn[match]
    own = index < 0
    index[own] = len(front.uv) + np.arange(own.sum())
    uv = np.concatenate([front.uv, back.uv[own]])
    panel = np.concatenate([np.zeros(len(front.uv), int), np.ones(own.sum(), int)])
    return Sewn(uv, (front.triangles, index[back.triangles]), panel)


def place(sewn: Sewn, body: Body) -> Floats:
    """Positions to start from: sleeves turned down to the arms, panels just outside the form."""
    x, y = sewn.uv.T
    side = np.where(x < 0, -1.0, 1.0)
    pivot = np.stack([side * (SHOULDER[0] - 0.6), np.full_like(x, SHOULDER[1] + 1.0)], axis=1)
    reach = np.abs(x) - np.interp(y, (SHOULDER[1], ARMPIT[1]), (SHOULDER[0] - 1.0, ARMPIT[0] - 0.6))
    share = np.clip((reach + 1.0) / 3.5, 0, 1) * np.clip((ARMPIT[1] + 2.5 - y) / 2.0, 0, 1)
    turn = np.deg2rad(arm_angle_deg(x) - 29.0) * share**2 * (3 - 2 * share) * side
    dx, dy = (sewn.uv - pivot).T
    px = pivot[:, 0] + dx * np.cos(turn) - dy * np.sin(turn)
    py = pivot[:, 1] + dx * np.sin(turn) + dy * np.cos(turn)
    z = np.zeros_like(px)
    facing = np.where(sewn.panel == 0, 1.0, -1.0)
    for _ in range(60):
        inside = _sample(np.stack([px * 0.93, py, z], axis=1), body) < 0.12
        z = np.where(inside, z + 0.08 * facing, z)
    seam = np.isin(np.arange(len(x)), np.intersect1d(sewn.triangles[0], sewn.triangles[1]))
    return np.stack([px * 0.96, py, np.where(seam, 0.0, z)], axis=1)


def refine(coarse: Sewn, position: Floats, fine: Sewn) -> Floats:
    """Carry a settled shape over to a finer mesh, so that only small folds are left to find."""
    result = np.empty((len(fine.uv), 3))
    for old, new in zip(coarse.triangles, fine.triangles, strict=True):
        used, wanted = np.unique(old), np.unique(new)
        points, at = coarse.uv[used], fine.uv[wanted]
        linear = LinearNDInterpolator(points, position[used])(at)
        nearest = position[used][cKDTree(points).query(at)[1]]
        result[wanted] = np.where(np.isnan(linear), nearest, linear)
    return result


def drape(sewn: Sewn, body: Body, start: Floats, *, seconds: float, bend: float, gravity: float) -> Floats:
    """Let the shirt settle; `bend` is the compliance of the bending springs (larger is softer)."""
    edges, rest, compliance = _springs(sewn, bend)
    order = np.random.default_rng(11).permutation(len(edges))
    position = start.copy()
    _settle(
        position,
        edges[order],
        rest[order],
        compliance[order],
        body.distance,
        body.gradient,
        body.origin,
        body.step_in,
        int(seconds / _STEP_S),
        gravity,
    )
    return position


def iron(sewn: Sewn, position: Floats, *, passes: int) -> Floats:
    """Smooth away crumples of the mesh's own size.

    Each point moves towards the local linear fit of position over pattern (not towards the mean of its
    neighbours: that would drag the stitches drawn there); points of an edge or seam stay on its line.
    """
    edge, near = _neighbours(sewn)
    uv = sewn.uv
    mean_uv = near @ uv
    spread = np.stack([near @ (uv[:, j] * uv[:, k]) for j in (0, 1) for k in (0, 1)], axis=1).reshape(
        -1, 2, 2
    )
    spread -= mean_uv[:, :, None] * mean_uv[:, None, :]
    inverse = np.linalg.inv(spread + 1e-9 * np.eye(2))
    result = position
    for step in range(passes):
        mean = near @ result
        joint = (
            np.stack([near @ (result * uv[:, [k]]) for k in (0, 1)], axis=2)
            - mean[:, :, None] * mean_uv[:, None, :]
        )
        fit = mean + np.einsum("nij,njk,nk->ni", joint, inverse, uv - mean_uv)
        target = np.where(edge[:, None], mean, fit)
        # Taubin's pair of a shrinking and a growing pass keeps the volume.
        result = result + (0.65 if step % 2 == 0 else -0.30) * (target - result)
    return result


def _neighbours(sewn: Sewn) -> tuple[npt.NDArray[np.bool_], csr_array]:
    """Which points lie on an edge of a panel, and the matrix that averages each point's neighbours."""
    size = len(sewn.uv)
    edge = np.zeros(size, bool)
    links = []
    for triangles in sewn.triangles:
        ends = np.concatenate([triangles[:, k] for k in ([0, 1], [1, 2], [2, 0])])
        pairs, count = np.unique(np.sort(ends, axis=1), axis=0, return_counts=True)
        edge[pairs[count == 1]] = True
        links += [pairs[count == 1], pairs[count > 1]]
    outer = np.concatenate(links[::2])
    inner = np.concatenate(links[1::2])
    both = np.concatenate(
        [outer, outer[:, ::-1], *(way[~edge[way[:, 0]]] for way in (inner, inner[:, ::-1]))]
    )
    near = coo_array((np.ones(len(both)), both.T), shape=(size, size)).tocsr()
    return edge, csr_array(near / near.sum(axis=1)[:, None])


def _springs(sewn: Sewn, bend: float) -> tuple[Ints, Floats, Floats]:
    """Edges and bending pairs with rest lengths from the flat pattern."""
    edges, rest, soft = [], [], []
    for triangles, own in zip(sewn.triangles, ("front", "back"), strict=True):
        pairs, opposite = _edges(triangles)
        edges += [pairs, opposite]
        for ends, give in ((pairs, 2e-8), (opposite, bend)):
            a, b = sewn.uv[ends[:, 0]], sewn.uv[ends[:, 1]]
            factor, stiff = _make(own, (a + b) / 2)
            rest.append(np.linalg.norm(a - b, axis=1) * factor)
            soft.append(np.where(give > 1e-6, give * stiff, give))
    across, length = _over_seams(sewn)
    edges, rest, soft = [*edges, across], [*rest, length], [*soft, np.full(len(across), 3 * bend)]
    joined = np.concatenate(edges)
    _, first = np.unique(np.sort(joined, axis=1), axis=0, return_index=True)
    return joined[first], np.concatenate(rest)[first], np.concatenate(soft)[first]


def _over_seams(sewn: Sewn) -> tuple[Ints, Floats]:
    """Bending over the seams: a sewn sleeve is a tube, not an envelope."""
    found: list[dict[tuple[int, int], int]] = []
    for triangles in sewn.triangles:
        ends = np.sort(
            np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1
        )
        corner = np.concatenate([triangles[:, 2], triangles[:, 0], triangles[:, 1]])
        pairs, first, count = np.unique(ends, axis=0, return_index=True, return_counts=True)
        rim = count == 1
        found.append(
            {(int(a), int(b)): int(corner[k]) for (a, b), k in zip(pairs[rim], first[rim], strict=True)}
        )
    shared = sorted(found[0].keys() & found[1].keys())
    ends = np.array(shared)
    across = np.array([(found[0][e], found[1][e]) for e in shared])
    a, b = sewn.uv[ends[:, 0]], sewn.uv[ends[:, 1]]
    edge = (b - a) / np.linalg.norm(b - a, axis=1, keepdims=True)
    along, height = [], []
    for k in range(2):
        reach = sewn.uv[across[:, k]] - a
        along.append((reach * edge).sum(axis=1))
        height.append(np.abs(reach[:, 0] * edge[:, 1] - reach[:, 1] * edge[:, 0]))
    return across, np.hypot(height[0] + height[1], along[0] - along[1])


def _make(side: str, at: Floats) -> tuple[Floats, Floats]:
    """How the making changes the cloth: the rib is knitted short, hems are doubled and stiff."""
    in_rib = cKDTree(neck_curve(side, inset_in=RIB_IN)).query(at)[0] < RIB_IN
    top, low = sleeve_end()
    across = np.abs(np.cross(low - top, np.abs(at) * (1, 1) - top)) / np.linalg.norm(low - top)
    cuff = (across < HEM_IN) & (np.abs(at[:, 0]) > ARMPIT[0])
    hem = at[:, 1] > LENGTH_IN - HEM_IN
    u, v = at.T
    # No cloth is cut and sewn exactly: puckers of under a percent give each fold its own reason.
    uneven = 0.006 * np.sin(0.9 * u + 0.6 * v + 1.0) + 0.005 * np.sin(0.43 * v - 1.3 * u + 2.0)
    factor = np.where(in_rib, 0.97, 1.0 + uneven)
    return factor, np.where(in_rib, 0.12, np.where(hem | cuff, 0.25, 1.0))


def _edges(triangles: Ints) -> tuple[Ints, Ints]:
    """Unique edges, and for inner ones the two corners that face each other across."""
    ends = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    corner = np.concatenate([triangles[:, 2], triangles[:, 0], triangles[:, 1]])
    ends = np.sort(ends, axis=1)
    order = np.lexsort(ends.T)
    ends, corner = ends[order], corner[order]
    twin = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1))
    return np.unique(ends, axis=0), np.stack([corner[twin], corner[twin + 1]], axis=1)


def _sample(points: Floats, body: Body) -> Floats:
    index = np.round((points - body.origin) / body.step_in).astype(int)
    index = np.clip(index, 0, np.array(body.distance.shape) - 1)
    found: Floats = body.distance[tuple(index.T)]
    return found


@njit(cache=True)
def _settle(  # noqa: PLR0917 - numba takes arguments by place
    position: Floats,
    edges: Ints,
    rest: Floats,
    compliance: Floats,
    distance: Floats,
    gradient: Floats,
    origin: Floats,
    cell: float,
    steps: int,
    gravity: float,
) -> None:
    velocity = np.zeros_like(position)
    before = np.empty_like(position)
    for step in range(steps):
        drag = 0.985 if step < steps * 0.6 else 0.96
        for i in range(position.shape[0]):
            velocity[i, 1] += gravity * _STEP_S
            for k in range(3):
                before[i, k] = position[i, k]
                position[i, k] += velocity[i, k] * drag * _STEP_S
        _pull(position, edges, rest, compliance)
        for i in range(position.shape[0]):
            depth, out = _depth(position[i], distance, gradient, origin, cell)
            if depth > 0:
                _push_out(position[i], before[i], depth, out)
            for k in range(3):
                velocity[i, k] = min(max((position[i, k] - before[i, k]) / _STEP_S, -60.0), 60.0)


@njit(cache=True)
def _pull(position: Floats, edges: Ints, rest: Floats, compliance: Floats) -> None:
    """One Gauss-Seidel sweep over the springs."""
    for e in range(edges.shape[0]):
        i, j = edges[e, 0], edges[e, 1]
        dx = position[i, 0] - position[j, 0]
        dy = position[i, 1] - position[j, 1]
        dz = position[i, 2] - position[j, 2]
        length = np.sqrt(dx * dx + dy * dy + dz * dz) + 1e-12
        push = -(length - rest[e]) / (2.0 + compliance[e] / (_STEP_S * _STEP_S)) / length
        position[i, 0] += push * dx
        position[i, 1] += push * dy
        position[i, 2] += push * dz
        position[j, 0] -= push * dx
        position[j, 1] -= push * dy
        position[j, 2] -= push * dz


@njit(cache=True)
def _depth(
    point: Floats, distance: Floats, gradient: Floats, origin: Floats, cell: float
) -> tuple[float, Floats]:
    """How deep a point is in the form's skin, and the way out; trilinear."""
    out = np.zeros(3)
    at = (point - origin) / cell
    ix, iy, iz = int(at[0]), int(at[1]), int(at[2])
    nx, ny, nz = distance.shape
    if min(at[0], at[1], at[2]) < 0 or ix >= nx - 1 or iy >= ny - 1 or iz >= nz - 1:
        return -1.0, out
    tx, ty, tz = at[0] - ix, at[1] - iy, at[2] - iz
    found = 0.0
    for a in range(2):
        for b in range(2):
            for c in range(2):
                w = (tx if a else 1 - tx) * (ty if b else 1 - ty) * (tz if c else 1 - tz)
                found += w * distance[ix + a, iy + b, iz + c]
                for k in range(3):
                    out[k] += w * gradient[ix + a, iy + b, iz + c, k]
    return _SKIN_IN - found, out


@njit(cache=True)
def _push_out(point: Floats, before: Floats, depth: float, out: Floats) -> None:
    """Lift a point to the skin and hold back what it slips along it (Coulomb friction)."""
    for k in range(3):
        point[k] += depth * out[k]
    slip = point - before
    slip -= np.sum(slip * out) * out
    size = np.sqrt(np.sum(slip * slip)) + 1e-12
    hold = min(1.0, _FRICTION * depth / size)
    for k in range(3):
        point[k] -= hold * slip[k]
