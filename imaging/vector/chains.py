"""Chains of edge points: one ordered run of points per boundary, in arrays laid end to end."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import Coverage
from imaging.vector.locate import edge_points
from imaging.vector.planar import PlanarMap

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_LEAST_POINTS = 4


@dataclass(frozen=True, slots=True)
class Chains:
    """Ordered points of every chain."""

    points: Floats
    """(N, 2) x, y in pixels."""
    starts: Ints
    """(chains + 1,)"""
    closed: Bools
    """(chains,)"""

    def owner(self) -> Ints:
        """(N,) the chain of each point."""
        return np.repeat(np.arange(len(self.closed)), np.diff(self.starts))

    def beside(self, at: Ints, offset: npt.ArrayLike) -> Ints:
        """The point `offset` further along: around a closed chain, no further than the end of an open one."""
        chain = np.searchsorted(self.starts, at, side="right") - 1
        start, count = self.starts[chain], self.starts[chain + 1] - self.starts[chain]
        place = at - start + np.asarray(offset)
        return start + np.where(self.closed[chain], place % count, np.clip(place, 0, count - 1))


def chains_of(plan: PlanarMap, coverage: Coverage) -> Chains:
    """The trusted edge points of every chain; all of them where few are trusted."""
    points, trusted = edge_points(plan, coverage)
    if not len(points):
        return Chains(points, plan.starts, plan.closed)
    kept = np.add.reduceat(trusted, plan.starts[:-1])
    trusted |= np.repeat(kept < _LEAST_POINTS, np.diff(plan.starts))
    counts = np.add.reduceat(trusted, plan.starts[:-1])
    return Chains(points[trusted], np.concatenate([[0], np.cumsum(counts)]), plan.closed)
