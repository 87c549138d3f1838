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
_LONG_PARABOLA = 3 * (329 - 5 * np.arange(-10, 11) ** 2) / (23 * 21 * 19)
"""Savitzky and Golay's smoothing by a parabola over seven and over 21 points (1964)."""
_LONG = 24
"""Points a chain needs to be judged."""
_EVEN_PX = 0.045
"""Median unevenness of edges as renderers draw them."""
_EXACT_PX = 0.003
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
    """From unevenness: how far points are from a parabola through their neighbours, in each chain and in all.

    Compression makes waves of some pixels in all edges; the smoother third of them is uneven only then.
    """
    slack = np.ones(len(starts) - 1)
    if len(points) < len(_LONG_PARABOLA):
        return slack
    near, wide = (_unevenness(points, weights) for weights in (_PARABOLA, _LONG_PARABOLA))
    waves = [np.zeros(0)]
    for chain in np.flatnonzero(np.diff(starts) >= _LONG):
        low, high = starts[chain], starts[chain + 1]
        slack[chain] = np.median(near[low + 3 : high - 3]) / _EVEN_PX
        waves.append(wide[low + 10 : high - 10])
    wave = np.concatenate(waves)
    # Level edges are exact, noise or not.
    wave = wave[wave > _EXACT_PX]
    overall = float(np.percentile(wave, 30)) / _EVEN_PX if len(wave) > _LONG else 1.0
    return np.clip(np.maximum(slack, overall), 1, _MOST_SLACK)


def _unevenness(points: Floats, weights: Floats) -> Floats:
    smooth = np.stack([np.convolve(axis, weights, mode="same") for axis in points.T], axis=1)
    return np.asarray(np.linalg.norm(points - smooth, axis=1), np.float64)
