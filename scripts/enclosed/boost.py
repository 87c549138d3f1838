"""Gradient-boosted trees for a yes-or-no question, small enough to read.

Second-order boosting of the logistic loss with histograms, level by level (T. Chen, C. Guestrin, "XGBoost",
KDD 2016, equations 5-7).
"""

import numpy as np
import numpy.typing as npt

from imaging.logo.odds import DEPTH, Forest

Floats = npt.NDArray[np.float64]

TREES, RATE, RIDGE, LEAST_WEIGHT = 200, 0.07, 10.0, 15.0
COLUMNS = 0.15
"""Share of the features that a tree may look at."""
_BINS = 40


def boost(
    rows: npt.NDArray[np.float32], wanted: npt.NDArray[np.bool_], weight: Floats, *, seed: int = 0
) -> Forest:
    """Fit the trees.

    Args:
        rows: (R, F).
        wanted: (R,) the answers.
        weight: (R,) how much each counts.
        seed: of the choice of columns; the same seed gives the same trees.
    """
    rng = np.random.default_rng(seed)
    cuts = [np.unique(np.quantile(column, np.linspace(0, 1, _BINS + 1)[1:-1])) for column in rows.T]
    bins = np.stack(
        [np.searchsorted(cut, column, side="left") for cut, column in zip(cuts, rows.T, strict=True)], 1
    )
    odds = np.zeros(len(rows))
    features: list[list[int]] = []
    splits: list[list[float]] = []
    leaves: list[Floats] = []
    for _ in range(TREES):
        columns: npt.NDArray[np.bool_] = np.less(rng.random(rows.shape[1]), COLUMNS)
        chance = 1 / (1 + np.exp(-odds))
        slope, bend = weight * (chance - wanted), weight * chance * (1 - chance)
        feature, split, node = _grow(bins, cuts, slope, bend, columns)
        at = node - (2**DEPTH - 1)
        totals = [np.bincount(at, weights=value, minlength=2**DEPTH) for value in (slope, bend)]
        leaf = -RATE * totals[0] / (totals[1] + RIDGE)
        odds += leaf[at]
        features.append(feature)
        splits.append(split)
        leaves.append(leaf)
    return Forest(np.array(features, np.int32), np.array(splits, np.float32), np.array(leaves, np.float32))


def _grow(
    bins: npt.NDArray[np.int64],
    cuts: list[Floats],
    slope: Floats,
    bend: Floats,
    columns: npt.NDArray[np.bool_],
) -> tuple[list[int], list[float], npt.NDArray[np.int64]]:
    """One tree: each node's feature and split in breadth-first order, and the leaf node of each row."""
    node = np.zeros(len(bins), np.int64)
    feature, split = [0] * (2**DEPTH - 1), [np.inf] * (2**DEPTH - 1)
    for level in range(DEPTH):
        for current in range(2**level - 1, 2 ** (level + 1) - 1):
            here = np.flatnonzero(node == current)
            best = _best_split(bins[here], cuts, slope[here], bend[here], columns)
            if best is not None:
                feature[current], split[current] = best[0], float(cuts[best[0]][best[1]])
                right = bins[here, best[0]] > best[1]
            else:
                right = np.zeros(len(here), bool)
            node[here] = 2 * current + 1 + right
    return feature, split, node


def _best_split(
    bins: npt.NDArray[np.int64],
    cuts: list[Floats],
    slope: Floats,
    bend: Floats,
    columns: npt.NDArray[np.bool_],
) -> tuple[int, int] | None:
    """Feature and bin after which to split for the largest gain; None when no split gains."""
    best, gain = None, 1e-6
    whole = slope.sum() ** 2 / (bend.sum() + RIDGE)
    for column in np.flatnonzero(columns):
        if not len(cuts[column]):
            continue
        size = len(cuts[column]) + 1
        left = [np.bincount(bins[:, column], weights=v, minlength=size).cumsum()[:-1] for v in (slope, bend)]
        right = [slope.sum() - left[0], bend.sum() - left[1]]
        gains = left[0] ** 2 / (left[1] + RIDGE) + right[0] ** 2 / (right[1] + RIDGE) - whole
        gains[(left[1] * 4 < LEAST_WEIGHT) | (right[1] * 4 < LEAST_WEIGHT)] = 0
        if gains.max() > gain:
            best, gain = (int(column), int(gains.argmax())), float(gains.max())
    return best
