"""Loops without corners that are circles."""

import numpy as np
import numpy.typing as npt

from imaging.vector.runs import Runs

Floats = npt.NDArray[np.float64]

_OFF_PX, _MOST_OFF_PX = 0.07, 0.3
"""Root mean square and largest distance of the points from the circle."""


def fit_circles(runs: Runs) -> Floats:
    """(R, 3) x, y and radius of each run that is a whole circle; NaN for the others.

    The algebraic fit of Kåsa, "A circle fitting procedure and its error analysis" (1976), exact enough for
    points all around.
    """
    starts, loops = runs.starts[:-1], runs.ends[:, 0] < 0
    found = np.full((len(starts), 3), np.nan)
    if not loops.any():
        return found
    owner = np.repeat(np.arange(len(starts)), np.diff(runs.starts))
    # The last point of a loop is its first again.
    once = np.ones(len(runs.points))
    once[runs.starts[1:] - 1] = 0
    center = np.add.reduceat(once[:, None] * runs.points, starts) / (np.diff(runs.starts) - 1)[:, None]
    x, y = (runs.points - center[owner]).T
    rows = np.stack([x, y, np.ones_like(x)], axis=1)
    matrix = np.add.reduceat(once[:, None, None] * rows[:, :, None] * rows[:, None, :], starts)
    goal = np.add.reduceat((once * (x * x + y * y))[:, None] * rows, starts)
    a, b, c = np.linalg.solve(matrix + 1e-9 * np.eye(3), goal[..., None])[..., 0].T
    radius = np.sqrt(np.maximum(c + a * a / 4 + b * b / 4, 0))
    off = np.abs(np.hypot(x - a[owner] / 2, y - b[owner] / 2) - radius[owner])
    mean = np.sqrt(np.add.reduceat(off * off, starts) / np.diff(runs.starts))
    fine = loops & (mean <= _OFF_PX) & (np.maximum.reduceat(off, starts) <= _MOST_OFF_PX)
    found[fine] = np.column_stack([center[:, 0] + a / 2, center[:, 1] + b / 2, radius])[fine]
    return found
