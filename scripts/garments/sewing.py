"""Pieces sewn into one mesh."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import LinearNDInterpolator
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from garments.mesh import Floats, Ints, Piece

_SAME_IN = 1e-9
"""Points nearer than this are one point."""


@dataclass(frozen=True, slots=True)
class Seam:
    """Two runs of outline points, sewn to each other one by one."""

    first: str
    """Name of a piece."""
    first_uv: Floats
    """(k, 2) outline points of it."""
    second: str
    second_uv: Floats


@dataclass(frozen=True, slots=True)
class Sewn:
    """All pieces as one mesh of n points; a point of a seam belongs to every piece it joins."""

    names: tuple[str, ...]
    sheets: tuple[Floats, ...]
    """For each piece (n, 2) pattern coordinates, NaN at points that are not its own."""
    triangles: tuple[Ints, ...]
    """For each piece (m, 3) indices of points."""

    @property
    def size(self) -> int:
        """How many points there are."""
        return len(self.sheets[0])

    def points(self, index: int) -> Ints:
        """Points of one piece, ascending."""
        return np.unique(self.triangles[index])

    def seams(self) -> npt.NDArray[np.bool_]:
        """(n,) where a point belongs to more than one piece."""
        owners = np.bincount(np.concatenate([self.points(k) for k in range(len(self.names))]))
        return owners > 1


def sew(pieces: Sequence[Piece], seams: Sequence[Seam]) -> Sewn:
    """Join the pieces at the points their seams share."""
    offset = np.concatenate([[0], np.cumsum([len(piece.uv) for piece in pieces])])
    at = {piece.name: k for k, piece in enumerate(pieces)}
    ends = [
        [offset[at[name]] + _find(pieces[at[name]].uv, uv) for name, uv in sides]
        for sides in (((s.first, s.first_uv), (s.second, s.second_uv)) for s in seams)
    ]
    pairs = np.concatenate([np.stack(pair) for pair in ends], axis=1)
    graph = coo_array((np.ones(pairs.shape[1]), pairs), shape=(offset[-1], offset[-1]))
    _, group = connected_components(graph, directed=False)
    # Points keep the order in which the pieces name them.
    _, first = np.unique(group, return_index=True)
    rank = np.empty(len(first), int)
    rank[np.argsort(first)] = np.arange(len(first))
    index = rank[group]
    sheets: list[Floats] = []
    triangles = []
    for piece, begin in zip(pieces, offset[:-1], strict=True):
        own = index[begin : begin + len(piece.uv)]
        sheet = np.full((len(first), 2), np.nan)
        sheet[own] = piece.uv
        for earlier in sheets:
            sheet = np.where(np.abs(earlier - sheet) < _SAME_IN, earlier, sheet)
        sheets.append(sheet)
        triangles.append(own[piece.triangles])
    return Sewn(tuple(piece.name for piece in pieces), tuple(sheets), tuple(triangles))


def refine(coarse: Sewn, position: Floats, fine: Sewn) -> Floats:
    """Carry a settled shape over to a finer mesh, so that only small folds are left to find."""
    result = np.empty((fine.size, 3))
    for k in range(len(coarse.names)):
        used, wanted = coarse.points(k), fine.points(k)
        points, at = coarse.sheets[k][used], fine.sheets[k][wanted]
        linear = LinearNDInterpolator(points, position[used])(at)
        nearest = position[used][cKDTree(points).query(at)[1]]
        result[wanted] = np.where(np.isnan(linear), nearest, linear)
    return result


def _find(uv: Floats, wanted: Floats) -> Ints:
    distance, index = cKDTree(uv).query(wanted)
    if distance.max() > 1e-6:  # noqa: PLR2004 - a seam must name points that were cut
        raise ValueError(f"No outline point within {distance.max():.4f} in of the seam.")
    return np.asarray(index, np.int64)
