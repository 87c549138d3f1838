"""Junctions: the points where three areas meet, from the boundaries that lead there."""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

import numpy as np
import numpy.typing as npt

from imaging.vector.chains import Chains
from imaging.vector.coverage import PAD
from imaging.vector.planar import PlanarMap

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_POINTS = 6
_NEAR_PX, _FAR_PX = 1.0, 5.0
_HOLD = 0.05
"""Weight of the lattice corner, which settles what the lines leave open."""
_MOST_SHIFT_PX = 1.5


def find_junctions(plan: PlanarMap, chains: Chains, width: int) -> tuple[Ints, Floats]:
    """(chains, 2) the junction at each end of each chain, -1 when closed, and (J, 2) their places.

    A junction is put where the lines through the ends of its chains pass nearest, in least squares.
    """
    names = np.full(plan.corners.shape, -1, np.int64)
    lattice, inverse = np.unique(plan.corners[~plan.closed], return_inverse=True)
    names[~plan.closed] = inverse.reshape(-1, 2)
    places = np.column_stack([lattice % width - PAD, lattice // width - PAD]).astype(np.float64)
    matrix = np.zeros((len(places), 2, 2)) + _HOLD * np.eye(2)
    goal = _HOLD * places
    for side in (0, 1):
        at = np.flatnonzero(~plan.closed)
        center, outer = _end_lines(chains, at, places[names[at, side]], side)
        np.add.at(matrix, names[at, side], outer)
        np.add.at(goal, names[at, side], np.einsum("nij,nj->ni", outer, center))
    found = np.linalg.solve(matrix, goal[..., None])[..., 0]
    near = np.linalg.norm(found - places, axis=1) < _MOST_SHIFT_PX
    return names, np.where(near[:, None], found, places)


def _end_lines(chains: Chains, at: Ints, places: Floats, side: int) -> tuple[Floats, Floats]:
    """Centre and normal's outer product of the line along each chain's end; zero where it is too short."""
    first = chains.starts[at] if side == 0 else chains.starts[at + 1] - 1
    index = chains.beside(first[:, None], (1 - 2 * side) * np.arange(_POINTS))
    points = chains.points[index]
    away = np.linalg.norm(points - places[:, None], axis=2)
    use = (away >= _NEAR_PX) & (away <= _FAR_PX)
    count = use.sum(axis=1)
    weight = use / np.maximum(count, 1)[:, None]
    center = np.einsum("ij,ijk->ik", weight, points)
    gap = points - center[:, None]
    moment = np.einsum("ij,ijk,ijl->ikl", weight, gap, gap)
    angle = np.arctan2(2 * moment[:, 0, 1], moment[:, 0, 0] - moment[:, 1, 1]) / 2
    normal = np.column_stack([-np.sin(angle), np.cos(angle)]) * (count >= 2)[:, None]
    return center, normal[:, :, None] * normal[:, None, :]
