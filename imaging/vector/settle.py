"""Lines through straight runs, level where they nearly are, and the vertices where they cross."""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_LEVEL = np.radians(0.6)
_LEVEL_PX = 0.12
"""A line this near to an axis, in angle or over its length, lies on the axis."""
_HOLD = 0.02
"""Weight of where a vertex was, which settles what the lines leave open."""
_MOST_SHIFT_PX = 1.6
_FULL = 4


def settle_lines(points: Floats, starts: Ints, ends: Ints, straight: Bools, places: Floats) -> Floats:
    """Move vertices to where the straight runs that end there cross.

    Args:
        points: (M, 2) run after run.
        starts: (R + 1,)
        ends: (R, 2) vertices of each run, -1 for loops.
        straight: (R,)
        places: (V, 2) the vertices.

    Returns:
        (V, 2); both vertices of a level or upright run have exactly one y or one x.
    """
    center, direction = _lines(points, starts)
    span = np.linalg.norm(points[starts[1:] - 1] - points[starts[:-1]], axis=1)
    axis = np.abs(direction).argmax(axis=1)
    tilt = np.abs(direction[np.arange(len(axis)), 1 - axis])
    fitted = straight & (np.diff(starts) >= _FULL)
    level = fitted & ((tilt < _LEVEL) | (tilt * span < _LEVEL_PX)) & (span > 2)
    direction[level] = np.eye(2)[axis[level]]
    settled = _cross(center, direction, ends, np.flatnonzero(fitted), places)
    for side in (0, 1):
        at = np.flatnonzero(level)
        vertex, across = ends[at, side], 1 - axis[at]
        near = np.abs(settled[vertex, across] - center[at, across]) < 0.5
        settled[vertex[near], across[near]] = center[at[near], across[near]]
    return settled


def _lines(points: Floats, starts: Ints) -> tuple[Floats, Floats]:
    """Centre and unit direction of the line through each run's inner points, or its ends when it has few."""
    first = starts[:-1]
    owner = np.repeat(np.arange(len(first)), np.diff(starts))
    weight = np.ones(len(points))
    full = np.diff(starts) >= _FULL
    weight[first[full]] = weight[starts[1:][full] - 1] = 0
    total = np.add.reduceat(weight, first)
    center = np.add.reduceat(weight[:, None] * points, first) / total[:, None]
    x, y = (points - center[owner]).T
    moment = np.add.reduceat(weight[:, None] * np.column_stack([x * x, x * y, y * y]), first)
    angle = np.arctan2(2 * moment[:, 1], moment[:, 0] - moment[:, 2]) / 2
    return center, np.column_stack([np.cos(angle), np.sin(angle)])


def _cross(center: Floats, direction: Floats, ends: Ints, at: Ints, places: Floats) -> Floats:
    """Least-squares crossing of the lines `at` in each vertex, held weakly where it was."""
    normal = np.column_stack([-direction[at, 1], direction[at, 0]])
    matrix = np.zeros((len(places), 2, 2)) + _HOLD * np.eye(2)
    goal = _HOLD * places
    outer = normal[:, :, None] * normal[:, None, :]
    pull = np.einsum("nij,nj->ni", outer, center[at])
    for side in (0, 1):
        np.add.at(matrix, ends[at, side], outer)
        np.add.at(goal, ends[at, side], pull)
    found = np.linalg.solve(matrix, goal[..., None])[..., 0]
    near = np.linalg.norm(found - places, axis=1) < _MOST_SHIFT_PX
    return np.where(near[:, None], found, places)
