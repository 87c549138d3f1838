"""How likely an enclosed region is a hole: boosted trees over its features, settled with its neighbours.

The numbers lie in `enclosed.json`, fitted by `scripts/fit_enclosed.py` to logos whose alpha is known. Each
tree asks four questions and adds its answer to the region's log-odds; then a region listens to the mean of
the others of its plate, of its silhouette and of the whole logo, because a badge's letters share their fate.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from imaging.logo.features import FEATURES

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]

_FILE = Path(__file__).with_name("enclosed.json")
DEPTH = 4
"""Questions on the way through a tree."""
MOST_ODDS = 4.0
"""A tree's say is cut off here before it is averaged: no region outvotes all others."""


@dataclass(frozen=True, slots=True)
class Forest:
    """T trees of `DEPTH` levels, nodes in breadth-first order."""

    feature: Labels
    """(T, 2**DEPTH - 1): column that a node looks at."""
    split: Floats
    """(T, 2**DEPTH - 1): values above it go right."""
    leaf: Floats
    """(T, 2**DEPTH): log-odds that a leaf adds."""

    def odds(self, rows: Floats) -> Floats:
        """Log-odds of each of (R, F) rows, cut off at `MOST_ODDS`."""
        tree = np.arange(len(self.feature))[None]
        node = np.zeros((len(rows), len(self.feature)), np.int64)
        for _ in range(DEPTH):
            right = np.take_along_axis(rows, self.feature[tree, node], axis=1) > self.split[tree, node]
            node = 2 * node + 1 + right
        total = self.leaf[tree, node - (2**DEPTH - 1)].sum(axis=1)
        odds: Floats = np.clip(total, -MOST_ODDS, MOST_ODDS).astype(np.float32)
        return odds


@dataclass(frozen=True, slots=True)
class Judge:
    """The fitted decision."""

    forest: Forest
    weights: Floats
    """(2, 4), on a light ground and on a dark one: of the region's own log-odds, and of the means of its
    plate, silhouette and logo."""
    offsets: tuple[float, float]
    """Log-odds from which a region is cleared, for the same two."""
    chances: tuple[tuple[float, float], tuple[float, float]]
    """Constant and slope that turn odds into the log-odds of a hole, for the same two."""

    def holes(self, rows: Floats, groups: Labels, *, dark: bool) -> Floats:
        """How much each region looks like a hole; it is cleared above 0.

        Args:
            rows: (R, len(FEATURES)).
            groups: (R, 2) plate and silhouette of each region.
            dark: the ground is black, or nearly.
        """
        return self.weigh(listen(self.forest.odds(rows), groups), dark=dark)

    def weigh(self, heard: Floats, *, dark: bool) -> Floats:
        """The same from what `listen` gives."""
        odds: Floats = heard @ self.weights[int(dark)] - np.float32(self.offsets[dark])
        return odds

    def confidence(self, odds: Floats, *, dark: bool) -> Floats:
        """How often decisions at these odds are right, 0-1.

        Artwork is kept even where a hole is a little likelier, since a hole lost is repaired more easily than
        artwork lost: there it is below 0.5.
        """
        constant, slope = self.chances[dark]
        hole = 1 / (1 + np.exp(-(constant + slope * odds)))
        sure: Floats = np.where(odds > 0, hole, 1 - hole).astype(np.float32)
        return sure


def listen(odds: Floats, groups: Labels) -> Floats:
    """(R, 4): each region's odds beside the means of the others of its plate, silhouette and logo.

    A region that is alone in a group hears itself.
    """
    heard = [odds]
    for group in (groups[:, 0], groups[:, 1], np.zeros(len(odds), np.int32)):
        _, which, size = np.unique(group, return_inverse=True, return_counts=True)
        others = np.bincount(which, weights=odds)[which] - odds
        heard.append(np.where(size[which] > 1, others / np.maximum(size[which] - 1, 1), odds))
    return np.stack(heard, axis=1).astype(np.float32)


def judge_of(numbers: dict[str, Any]) -> Judge:
    """The judge in a JSON object as `scripts/fit_enclosed.py` writes it; raises `ValueError` for others."""
    if tuple(numbers["features"]) != FEATURES:
        raise ValueError("enclosed.json was fitted to other features; run scripts/fit_enclosed.py")
    trees = numbers["trees"]
    forest = Forest(
        np.array([tree["feature"] for tree in trees], np.int32),
        np.array([tree["split"] for tree in trees], np.float32),
        np.array([tree["leaf"] for tree in trees], np.float32),
    )
    weights, offsets, chances = (
        [numbers[name][kind] for kind in ("light", "dark")] for name in ("weights", "offsets", "chances")
    )
    return Judge(
        forest,
        np.array(weights, np.float32),
        (offsets[0], offsets[1]),
        (tuple(chances[0]), tuple(chances[1])),
    )


@cache
def fitted_judge() -> Judge:
    """The judge in use."""
    return judge_of(json.loads(_FILE.read_text(encoding="utf-8")))
