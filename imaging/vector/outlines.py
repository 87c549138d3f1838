"""Every chain as geometry: straight and curved segments between its nodes, or a circle."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from imaging.vector.chains import chains_of
from imaging.vector.circles import fit_circles
from imaging.vector.corners import find_corners
from imaging.vector.coverage import Coverage
from imaging.vector.curves import fit_curves
from imaging.vector.junctions import find_junctions
from imaging.vector.planar import PlanarMap
from imaging.vector.runs import Runs, cut_runs

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outline:
    """The geometry of one chain, area on the right-hand side."""

    control: Floats
    """(S, 4, 2) cubics; straight ones have their controls at the thirds."""
    straight: Bools
    """(S,)"""
    circle: tuple[float, float, float] | None = None
    """x, y, radius, when the whole chain is one."""

    def backwards(self) -> "Outline":
        """The same, walked the other way."""
        return Outline(self.control[::-1, ::-1], self.straight[::-1], self.circle)


def outlines(plan: PlanarMap, coverage: Coverage) -> list[Outline]:
    """Fit every chain of the map."""
    chains = chains_of(plan, coverage)
    if not len(chains.closed):
        return []
    names, places = find_junctions(plan, chains, coverage.first.shape[1])
    runs = cut_runs(chains, find_corners(chains), names, places)
    circles = fit_circles(runs)
    curved = ~runs.straight & np.isnan(circles[:, 0])
    control, owner = _curves(runs, np.flatnonzero(curved), chains.slack)
    lines = np.flatnonzero(runs.straight)
    ends = np.stack([runs.points[runs.starts[lines]], runs.points[runs.starts[lines + 1] - 1]], axis=1)
    thirds = np.array([[1, 0], [2 / 3, 1 / 3], [1 / 3, 2 / 3], [0, 1]])
    control = np.concatenate([control, np.einsum("ij,njk->nik", thirds, ends)])
    owner = np.concatenate([owner, lines])
    order = np.argsort(owner, kind="stable")
    control, owner = control[order], owner[order]
    bounds = np.searchsorted(runs.chain[owner], np.arange(len(chains.closed) + 1))
    round_ = {int(runs.chain[run]): circles[run] for run in np.flatnonzero(~np.isnan(circles[:, 0]))}
    found = []
    for chain, (low, high) in enumerate(pairwise(bounds.tolist())):
        circle = round_.get(chain)
        shape = None if circle is None else (float(circle[0]), float(circle[1]), float(circle[2]))
        found.append(Outline(control[low:high], runs.straight[owner[low:high]], shape))
    return found


def _curves(runs: Runs, which: Ints, slack: Floats) -> tuple[Floats, Ints]:
    """Fit the runs `which`; the run of each segment comes with it."""
    counts = np.diff(runs.starts)[which]
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    index = np.arange(starts[-1]) + np.repeat(runs.starts[which] - starts[:-1], counts)
    loops = runs.ends[which, 0] < 0
    control, owner = fit_curves(
        runs.points[index], starts, loops, tangents=runs.tangents[which], slack=slack[runs.chain[which]]
    )
    return control, which[owner]
