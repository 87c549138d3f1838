"""Fit and measure what `enclosed=auto` does: `scripts/fit_enclosed.py ICONS_JSON --cache DIR [--write]`.

Run with the repository on PYTHONPATH. ICONS_JSON is `icons.json` of the npm package `@iconify-json/logos`
(`npm pack @iconify-json/logos`). Every logo is laid on white and on black; each enclosed region of the
ground's colour is a hole where the SVG is clear, artwork where it is solid. One half of the logos fits the
trees, their say among neighbours and the point from which a region is cleared (the last by ten-fold
cross-validation, so that `KEEP` of the artwork stays); the other half is only measured. With `--write` the
result goes into `imaging/logo/enclosed.json`.

Every logo counts once for its holes and once for its artwork, however many regions it has.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from enclosed.boost import boost
from enclosed.logos import fold_of, half_of, logos, on_ground

from imaging.logo import odds as rule
from imaging.logo.features import FEATURES, region_features
from imaging.logo.ground import ground_distance
from imaging.logo.odds import Forest, Judge, judge_of, listen
from imaging.logo.plates import find_plates
from imaging.logo.regions import MOST_JUDGED, split_ground
from imaging.logo.silhouettes import find_silhouettes
from imaging.types import Color, Pixels

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

GROUNDS: dict[str, Color] = {"light": (255, 255, 255), "dark": (0, 0, 0)}
KEEP = 0.89
"""Share of the artwork that must stay on the fitting half."""
FOLDS = 10
_LIKE_GROUND, _LEAST_PX = 4.0, 12
_CLEAR, _SOLID = 25, 230


@dataclass(frozen=True, slots=True)
class Sample:
    """Every region of one set of logos on one kind of ground or more."""

    rows: npt.NDArray[np.float32]
    groups: npt.NDArray[np.int32]
    hole: Bools
    logo: npt.NDArray[np.int64]
    """Number of the logo and ground that the region is of."""
    name: npt.NDArray[np.str_]
    dark: Bools

    def of(self, chosen: Bools) -> "Sample":
        """Some of the regions."""
        return Sample(*(getattr(self, field)[chosen] for field in self.__slots__))

    def share(self) -> Floats:
        """One a logo and answer."""
        _, which, count = np.unique(self.logo * 2 + self.hole, return_inverse=True, return_counts=True)
        return 1.0 / count[which]

    def weight(self) -> Floats:
        """The same, and as much for all the holes as for all the artwork."""
        weight = self.share()
        for answer in (True, False):
            chosen = self.hole == answer
            weight[chosen] *= len(weight) / 2 / weight[chosen].sum()
        return weight

    def heard(self, odds: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """`imaging.logo.odds.listen`, logo by logo."""
        result = np.zeros((len(odds), 4), np.float32)
        for logo in np.unique(self.logo):
            own = self.logo == logo
            result[own] = listen(odds[own], self.groups[own])
        return result


def gather(icons_json: Path, cache: Path) -> Sample:
    """Describe every region of every logo on every ground; kept in the cache."""
    file = cache / "regions.npz"
    if not file.exists():
        parts: list[tuple[object, ...]] = []
        number = 0
        for name, logo in logos(icons_json, cache):
            for kind, ground in GROUNDS.items():
                number += 1
                rows, groups, hole = _regions(logo, ground)
                count = len(hole)
                if count:
                    parts.append(
                        (
                            rows,
                            groups,
                            hole,
                            np.full(count, number),
                            np.full(count, name),
                            np.full(count, kind == "dark"),
                        )
                    )
        columns = [np.concatenate([np.asarray(part[i]) for part in parts]) for i in range(6)]
        np.savez(file, *columns)
    with np.load(file) as stored:
        return Sample(*(stored[f"arr_{i}"] for i in range(6)))


def _regions(logo: Pixels, ground: Color) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32], Bools]:
    """Features and groups of a logo's regions, and whether each is a hole; the undecidable are left out."""
    rgb = on_ground(logo, ground)
    like = (ground_distance(rgb, ground) <= _LIKE_GROUND).astype(np.uint8)
    split = split_ground(like)
    inside = split.inside(min_area_px=_LEAST_PX)[:MOST_JUDGED]
    if not inside:
        return np.zeros((0, len(FEATURES)), np.float32), np.zeros((0, 2), np.int32), np.zeros(0, bool)
    outer = split.outer()
    rows, groups = region_features(
        split.labels, split.boxes, inside=inside, plates=find_plates(rgb, like, outer),
        silhouettes=find_silhouettes(outer), ground=ground,
    )  # fmt: skip
    alpha = np.array([np.median(logo[..., 3][split.labels == label]) for label in inside])
    sure = (alpha < _CLEAR) | (alpha > _SOLID)
    return rows[sure], groups[sure], alpha[sure] < _CLEAR


@dataclass(frozen=True, slots=True)
class Fitted:
    """What goes into the file."""

    forest: Forest
    weights: dict[str, list[float]]
    offsets: dict[str, float]
    chances: dict[str, list[float]]
    """Constant and slope of the log-odds that a region is a hole, over the odds that decide."""


def fit(sample: Sample) -> Fitted:
    """Trees, weights among neighbours, the points from which regions are cleared, and how sure that is."""
    folds = np.array([fold_of(name, FOLDS) for name in sample.name])
    blind = np.zeros(len(sample.hole), np.float32)
    for fold in range(FOLDS):
        rest = sample.of(folds != fold)
        blind[folds == fold] = boost(rest.rows, rest.hole, rest.weight()).odds(sample.rows[folds == fold])
    heard = sample.heard(blind)
    weights, offsets, chances = {}, {}, {}
    for kind, dark in (("light", False), ("dark", True)):
        part = sample.of(sample.dark == dark)
        columns = heard[sample.dark == dark]
        weights[kind] = _logistic(columns, part.hole, part.weight()).round(4).tolist()
        odds = columns @ np.array(weights[kind])
        offsets[kind] = _offset(odds, part)
        line = np.stack([np.ones(len(odds)), odds - offsets[kind]], axis=1)
        chances[kind] = _logistic(line, part.hole, part.share()).round(4).tolist()
    return Fitted(boost(sample.rows, sample.hole, sample.weight()), weights, offsets, chances)


def _logistic(columns: npt.NDArray[Any], wanted: Bools, weight: Floats) -> Floats:
    """Logistic regression without a constant, by Newton's method with a slight ridge."""
    found = np.zeros(columns.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-columns @ found))
        bend = (columns.T * (weight * chance * (1 - chance))) @ columns + np.eye(columns.shape[1])
        found += np.linalg.solve(bend, columns.T @ (weight * (wanted - chance)) - found)
    return found


def _offset(odds: Floats, sample: Sample) -> float:
    """The lowest point from which, when cleared, no more artwork goes than `KEEP` allows."""
    points = np.sort(np.unique(np.round(odds, 2)))
    return float(next((p for p in points if score(odds > p, sample)[1] >= KEEP), points[-1]))


def score(cleared: Bools, sample: Sample) -> tuple[float, float, float, float]:
    """Shares of the holes cleared and of the artwork kept: each logo counted once, then each region."""
    weight = sample.weight()
    hole = sample.hole
    by_logo = [float(weight[hole & cleared].sum() / weight[hole].sum()),
               float(weight[~hole & ~cleared].sum() / weight[~hole].sum())]  # fmt: skip
    return (*by_logo, float(cleared[hole].mean()), float((~cleared[~hole]).mean()))  # type: ignore[return-value]


def report(judge: Judge, sample: Sample, title: str) -> None:
    """Print what `auto` does on some regions, and how often it is right by how sure it is."""
    for kind, dark in (("light", False), ("dark", True)):
        part = sample.of(sample.dark == dark)
        odds = judge.weigh(part.heard(judge.forest.odds(part.rows)), dark=dark)
        cleared, kept, region_cleared, region_kept = score(odds > 0, part)
        print(
            f"{title}, {kind}: {len(np.unique(part.logo))} logos, {part.hole.sum()} holes, "
            f"{(~part.hole).sum()} artwork; by logo {cleared:.3f} cleared {kept:.3f} kept; "
            f"by region {region_cleared:.3f} {region_kept:.3f}"
        )
        sure, right, weight = judge.confidence(odds, dark=dark), (odds > 0) == part.hole, part.share()
        for low in (0.5, 0.6, 0.7, 0.8, 0.9):
            band = (sure >= low) & (sure < low + 0.1)
            if band.any():
                mean = np.average(right[band], weights=weight[band])
                print(f"    sure {low:.1f}-{low + 0.1:.1f}: {band.sum()} regions, {mean:.3f} right")


def main() -> None:
    """Fit on one half, measure on both, write when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("icons_json", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    sample = gather(args.icons_json, args.cache)
    halves = np.array([half_of(name) for name in sample.name])
    fitting, held = sample.of(halves == 0), sample.of(halves == 1)
    fitted = fit(fitting)
    numbers = _numbers(fitted)
    judge = judge_of(numbers)
    for part, title in ((fitting, "fitted"), (held, "held out")):
        report(judge, part, title)
    if args.write:
        trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in numbers.pop("trees"))
        file = Path(rule.__file__).with_name("enclosed.json")
        file.write_text(f'{json.dumps(numbers)[:-1]}, "trees": [\n{trees}\n]}}\n', encoding="utf-8")


def _numbers(fitted: Fitted) -> dict[str, Any]:
    """What `imaging.logo.odds.judge_of` reads, rounded as it is stored."""
    forest = fitted.forest
    trees = [
        {
            "feature": feature.tolist(),
            "split": [float(f"{value:.5g}") if np.isfinite(value) else 1e9 for value in split],
            "leaf": [float(f"{value:.4g}") for value in leaf],
        }
        for feature, split, leaf in zip(forest.feature, forest.split, forest.leaf, strict=True)
    ]
    return {
        "features": list(FEATURES),
        "weights": fitted.weights,
        "offsets": fitted.offsets,
        "chances": fitted.chances,
        "trees": trees,
    }


if __name__ == "__main__":
    main()
