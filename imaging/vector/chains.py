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
_PARABOLA = np.array([-2, 3, 6, 7, 6, 3, -2]) / 21
"""Savitzky and Golay's smoothing by a parabola over seven points (1964)."""
_LONG = 24
"""Points a chain needs to be judged."""
_EVEN_PX = 0.045
"""Median unevenness of edges as renderers draw them."""
_MOST_SLACK = 2.5


@dataclass(frozen=True, slots=True)
class Chains:
    """Ordered points of every chain."""

    points: Floats
    """(N, 2) x, y in pixels."""
    starts: Ints
    """(chains + 1,)"""
    closed: Bools
    """(chains,)"""

    slack: Floats
    """(chains,) how much looser than usual each is to be fitted, 1-3: edges after compression are uneven."""

    def owner(self) -> Ints:
        """(N,) the chain of each point."""
        return np.repeat(np.arange(len(self.closed)), np.diff(self.starts))

    def beside(self, at: Ints, offset: npt.ArrayLike) -> Ints:
        """The point `offset` further along: around a closed chain, no further than the end of an open one."""
        chain = np.searchsorted(self.starts, at, side="right") - 1
        start, count = self.starts[chain], self.starts[chain + 1] - self.starts[chain]
        place = at - start + np.asarray(offset)
        inside = np.where(self.closed[chain], place % count, np.clip(place, 0, count - 1))
        return np.asarray(start + inside, np.int64)


def chains_of(plan: PlanarMap, coverage: Coverage) -> Chains:
    """The trusted edge points of every chain; all of them where few are trusted."""
    points, trusted = edge_points(plan, coverage)
    if not len(points):
        return Chains(points, plan.starts, plan.closed, np.ones(0))
    kept = np.add.reduceat(trusted, plan.starts[:-1])
    trusted |= np.repeat(kept < _LEAST_POINTS, np.diff(plan.starts))
    counts = np.add.reduceat(trusted, plan.starts[:-1])
    starts = np.concatenate([[0], np.cumsum(counts)])
    return Chains(points[trusted], starts, plan.closed, _slack(points[trusted], starts))


def _slack(points: Floats, starts: Ints) -> Floats:
    """From the unevenness of each chain: how far points are from a parabola through their neighbours."""
    slack = np.ones(len(starts) - 1)
    if len(points) < len(_PARABOLA):
        return slack
    smooth = np.stack([np.convolve(axis, _PARABOLA, mode="same") for axis in points.T], axis=1)
    off = np.linalg.norm(points - smooth, axis=1)
    for chain in np.flatnonzero(np.diff(starts) >= _LONG):
        low, high = starts[chain] + 3, starts[chain + 1] - 3
        slack[chain] = np.median(off[low:high]) / _EVEN_PX
    return np.clip(slack, 1, _MOST_SLACK)
