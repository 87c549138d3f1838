"""Where exactly an edge crosses between two pixels, from how much of each the paints cover.

Summed across the edge, coverage is the edge's mean position over that row or column, which for a straight
edge is its position at the middle, exactly (the partial area effect; Trujillo-Pino et al., "Accurate subpixel
edge location based on partial area effect", 2013). The sum runs from the ridge on one side to the valley on
the other; where a thin stroke has no full ridge, or a thin gap no empty valley, its two edges halve the rest.
"""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import PAD, Coverage
from imaging.vector.planar import PlanarMap

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_FLAT = 0.004
_ASIDE = 1.25
"""A side is kept when the edge runs rather along it than across: at 45 degrees both kinds are."""


def edge_points(plan: PlanarMap, coverage: Coverage) -> tuple[Floats, Bools]:
    """(N, 2) x, y of the edge at every pixel side of the map, and which of them to trust."""
    width = coverage.first.shape[1]
    own = np.repeat(plan.pairs[:, 0], np.diff(plan.starts))
    other = np.repeat(plan.pairs[:, 1], np.diff(plan.starts))
    first, second = coverage.first.reshape(-1), coverage.second.reshape(-1)
    share = coverage.share.reshape(-1)

    def level(at: Ints) -> Floats:
        one, two, part = first[at], second[at], share[at].astype(np.float64)
        rest = np.where(one == two, 0.0, 1 - part)
        of_own = (one == own) * part + (two == own) * rest
        return np.asarray((1 + of_own - (one == other) * part - (two == other) * rest) / 2, np.float64)

    base, step = plan.inside, plan.step
    aside = np.where(np.abs(step) == 1, width, 1)
    across = [level(base + number * step) for number in range(-2, 4)]
    reach = _reach(across)
    lateral = sum(level(base + k * step + aside) - level(base + k * step - aside) for k in (0, 1))
    steep = across[1] + across[2] - across[3] - across[4]
    x = (base % width - PAD + 0.5).astype(np.float64)
    y = (base // width - PAD + 0.5).astype(np.float64)
    flat_step = np.abs(step) == 1
    points = np.column_stack([x + reach * step * flat_step, y + reach * np.sign(step) * ~flat_step])
    return points, np.abs(lateral) <= _ASIDE * steep


def _reach(u: list[Floats]) -> Floats:
    """How far the edge is from the inside pixel's centre; `u[2]` is that pixel, `u[3]` the one across."""
    back = np.where(u[1] < u[2] - _FLAT, 0, np.where(u[0] < u[1] - _FLAT, 1, 2))
    ahead = np.where(u[4] > u[3] + _FLAT, 1, np.where(u[5] > u[4] + _FLAT, 2, 3))
    ridge = np.choose(back, [u[2], u[1], u[0]])
    valley = np.choose(ahead, [u[3], u[3], u[4], u[5]])
    total = np.where(back >= 1, u[2], 0) + np.where(back >= 2, u[1], 0)
    total = total + np.where(ahead >= 2, u[3], 0) + np.where(ahead >= 3, u[4], 0)
    reach = 0.5 - back - (1 - ridge) / 2 + total + valley / 2
    return np.asarray(np.clip(reach, -0.6, 1.6), np.float64)
