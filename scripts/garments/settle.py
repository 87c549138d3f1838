"""The sweep of the drape, compiled: XPBD on springs, with contact and friction against the form."""

import numpy as np
from numba import njit

from garments.mesh import Floats, Ints

STEP_S = 1 / 1500


@njit(cache=True)
def settle(  # noqa: PLR0917 - numba takes arguments by place
    position: Floats,
    edges: Ints,
    rest: Floats,
    compliance: Floats,
    distance: Floats,
    gradient: Floats,
    origin: Floats,
    cell: float,
    skin: Floats,
    free: Floats,
    pull: Floats,
    friction: float,
    steps: int,
) -> None:
    """Advance `position` in place.

    Args:
        position: (n, 3) inches.
        edges: (k, 2) ends of springs.
        rest: (k,) their lengths, inches.
        compliance: (k,) how they give.
        distance: the form's distance grid.
        gradient: its unit slopes.
        origin: place of the grid's first sample.
        cell: inches between samples.
        skin: (n,) inches that each point keeps from the form.
        free: (n,) 1 for points that move, 0 for those that are held.
        pull: (n, 3) acceleration, inches per second squared.
        friction: Coulomb's, of cloth on the form.
        steps: how many, each of STEP_S.
    """
    velocity = np.zeros_like(position)
    before = np.empty_like(position)
    for step in range(steps):
        drag = 0.985 if step < steps * 0.6 else 0.96
        for i in range(position.shape[0]):
            for k in range(3):
                velocity[i, k] += pull[i, k] * free[i] * STEP_S
                before[i, k] = position[i, k]
                position[i, k] += velocity[i, k] * drag * STEP_S
        _pull(position, edges, rest, compliance, free)
        for i in range(position.shape[0]):
            depth, out = _depth(position[i], distance, gradient, origin, cell, skin[i])
            if depth > 0 and free[i] > 0:
                _push_out(position[i], before[i], depth, out, friction)
            for k in range(3):
                velocity[i, k] = min(max((position[i, k] - before[i, k]) / STEP_S, -60.0), 60.0)


@njit(cache=True)
def _pull(position: Floats, edges: Ints, rest: Floats, compliance: Floats, free: Floats) -> None:
    """One Gauss-Seidel sweep over the springs."""
    for e in range(edges.shape[0]):
        i, j = edges[e, 0], edges[e, 1]
        dx = position[i, 0] - position[j, 0]
        dy = position[i, 1] - position[j, 1]
        dz = position[i, 2] - position[j, 2]
        length = np.sqrt(dx * dx + dy * dy + dz * dz) + 1e-12
        weight = free[i] + free[j] + compliance[e] / (STEP_S * STEP_S)
        push = -(length - rest[e]) / weight / length
        for k, d in enumerate((dx, dy, dz)):
            position[i, k] += free[i] * push * d
            position[j, k] -= free[j] * push * d


@njit(cache=True)
def _depth(  # noqa: PLR0917 - numba takes arguments by place
    point: Floats, distance: Floats, gradient: Floats, origin: Floats, cell: float, skin: float
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
    return skin - found, out


@njit(cache=True)
def _push_out(point: Floats, before: Floats, depth: float, out: Floats, friction: float) -> None:
    """Lift a point to the skin and hold back what it slips along it (Coulomb friction)."""
    for k in range(3):
        point[k] += depth * out[k]
    slip = point - before
    slip -= np.sum(slip * out) * out
    size = np.sqrt(np.sum(slip * slip)) + 1e-12
    hold = min(1.0, friction * depth / size)
    for k in range(3):
        point[k] -= hold * slip[k]
