"""Fit and measure what `enclosed=auto` does: `scripts/fit_enclosed.py ICONS_JSON --cache FILE [--write]`.

Run with the repository on PYTHONPATH. ICONS_JSON is `icons.json` of the npm package `@iconify-json/logos`, of
which only the names that `bench.logo_set.allowed` lets through are rendered: the others stay unseen, for
somebody else to check with. Every logo is laid on white and on black, and on white at half its size after
lossy compression; each enclosed region of the ground's colour is a hole where the SVG is clear, artwork where
it is solid. The trees, their say among neighbours and the point from which a region is cleared (so that
`KEEP` of the artwork stays) are fitted to all; what is printed as held out is measured in `FOLDS` folds, each
decided by what the others taught. With `--write` the result goes into `imaging/logo/enclosed.json`.

Every logo counts once for its holes and once for its artwork, however many regions it has.
"""

import argparse
import json
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from enclosed.boost import boost
from enclosed.logos import BLACK, Picture, fold_of, pictures

from bench.logo_set import Logo, logos
from imaging.logo import odds as rule
from imaging.logo.cutout import find_ground_like, least_region_px
from imaging.logo.features import FEATURES, region_features
from imaging.logo.odds import Forest, Judge, judge_of, listen
from imaging.logo.plates import find_plates
from imaging.logo.regions import MOST_JUDGED, split_ground
from imaging.logo.silhouettes import find_silhouettes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rows = tuple[npt.NDArray[np.float32], npt.NDArray[np.int32], Bools]

KINDS = {"light": False, "dark": True}
"""Grounds with weights of their own, and whether they are dark."""
KEEP = {"light": 0.91, "dark": 0.82}
"""Share of the artwork that must stay. On black ten logos have holes for each that has black artwork."""
FOLDS = 10
_LEAST_PX = 8
_CLEAR, _SOLID = 25, 230


@dataclass(frozen=True, slots=True)
class Sample:
    """Every region of some pictures, one row each."""

    rows: npt.NDArray[np.float32]
    groups: npt.NDArray[np.int32]
    hole: Bools
    logo: npt.NDArray[np.int64]
    """Number of the picture that the region is of."""
    fold: npt.NDArray[np.int64]
    dark: Bools
    lossy: Bools

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
    """Describe every region of every picture; kept in the cache."""
    if not cache.exists():
        found = logos(icons_json)
        with Pool() as pool:
            parts = [part for some in pool.imap(_described, enumerate(found), chunksize=4) for part in some]
        np.savez(cache, *(np.concatenate([np.asarray(part[i]) for part in parts]) for i in range(7)))
    with np.load(cache) as stored:
        return Sample(*(stored[f"arr_{i}"] for i in range(7)))


def _described(numbered: tuple[int, Logo]) -> list[tuple[object, ...]]:
    number, logo = numbered
    truth = logo.render()
    parts: list[tuple[object, ...]] = []
    for kind, picture in enumerate(pictures(truth) if truth[..., 3].any() else ()):
        rows, groups, hole = _regions(picture)
        if count := len(hole):
            columns = (number * 3 + kind, fold_of(logo, FOLDS), picture.ground == BLACK, kind > 1)
            parts.append((rows, groups, hole, *(np.full(count, value) for value in columns)))
    return parts


def _regions(picture: Picture) -> Rows:
    """Features and groups of a logo's regions, and whether each is a hole; the undecidable are left out."""
    like, _, noise = find_ground_like(picture.rgb, picture.ground)
    split = split_ground(like)
    inside = split.inside(min_area_px=max(_LEAST_PX, least_region_px(noise)))[:MOST_JUDGED]
    if not inside:
        return np.zeros((0, len(FEATURES)), np.float32), np.zeros((0, 2), np.int32), np.zeros(0, bool)
    outer = split.outer()
    rows, groups = region_features(
        split.labels, split.boxes, inside=inside, plates=find_plates(picture.rgb, like, outer),
        silhouettes=find_silhouettes(outer), ground=picture.ground,
    )  # fmt: skip
    alpha = np.array([np.median(picture.truth[..., 3][split.labels == label]) for label in inside])
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


def fit(sample: Sample, blind: npt.NDArray[np.float32]) -> Fitted:
    """Trees, weights among neighbours, the points from which regions are cleared, and how sure that is.

    Args:
        sample: to fit the trees to.
        blind: (R,) log-odds of its regions from trees that have not seen their logos.
    """
    heard = sample.heard(blind)
    weights, offsets, chances = {}, {}, {}
    for kind, dark in KINDS.items():
        part, columns = sample.of(sample.dark == dark), heard[sample.dark == dark]
        weights[kind] = _logistic(columns, part.hole, part.weight()).round(4).tolist()
        odds = columns @ np.array(weights[kind])
        offsets[kind] = _offset(odds, part, keep=KEEP[kind])
        line = np.stack([np.ones(len(odds)), odds - offsets[kind]], axis=1)
        chances[kind] = _logistic(line, part.hole, part.share()).round(4).tolist()
    return Fitted(boost(sample.rows, sample.hole, sample.weight()), weights, offsets, chances)


def blind_odds(sample: Sample) -> npt.NDArray[np.float32]:
    """(R,) log-odds of each region from the trees of the other folds."""
    blind = np.zeros(len(sample.hole), np.float32)
    with Pool() as pool:
        for fold, odds in enumerate(pool.map(_blind_fold, [(sample, fold) for fold in range(FOLDS)])):
            blind[sample.fold == fold] = odds
    return blind


def _blind_fold(task: tuple[Sample, int]) -> npt.NDArray[np.float32]:
    sample, fold = task
    rest = sample.of(sample.fold != fold)
    return boost(rest.rows, rest.hole, rest.weight()).odds(sample.rows[sample.fold == fold])


def _logistic(columns: npt.NDArray[Any], wanted: Bools, weight: Floats) -> Floats:
    """Logistic regression without a constant, by Newton's method with a slight ridge."""
    found = np.zeros(columns.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-columns @ found))
        bend = (columns.T * (weight * chance * (1 - chance))) @ columns + np.eye(columns.shape[1])
        found += np.linalg.solve(bend, columns.T @ (weight * (wanted - chance)) - found)
    return found


def _offset(odds: Floats, sample: Sample, *, keep: float) -> float:
    """The lowest point above which, when cleared, so much of the artwork stays."""
    points = np.sort(np.unique(np.round(odds, 2)))
    return float(next((p for p in points if score(odds > p, sample)[1] >= keep), points[-1]))


def score(cleared: Bools, sample: Sample) -> tuple[float, float, float, float]:
    """Shares of the holes cleared and of the artwork kept: each logo counted once, then each region."""
    weight = sample.weight()
    hole = sample.hole
    by_logo = [float(weight[hole & cleared].sum() / weight[hole].sum()),
               float(weight[~hole & ~cleared].sum() / weight[~hole].sum())]  # fmt: skip
    return (*by_logo, float(cleared[hole].mean()), float((~cleared[~hole]).mean()))  # type: ignore[return-value]


def held_out(sample: Sample, blind: npt.NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Odds and confidence of each region by trees, weights and points that have not seen its logo."""
    heard = sample.heard(blind)
    odds, sure = np.zeros(len(blind)), np.zeros(len(blind))
    for fold in range(FOLDS):
        for kind, dark in KINDS.items():
            alike = sample.dark == dark
            rest, own = alike & (sample.fold != fold), alike & (sample.fold == fold)
            part = sample.of(rest)
            weights = _logistic(heard[rest], part.hole, part.weight())
            known = heard[rest] @ weights
            point = _offset(known, part, keep=KEEP[kind])
            line = np.stack([np.ones(len(known)), known - point], axis=1)
            constant, slope = _logistic(line, part.hole, part.share())
            odds[own] = heard[own] @ weights - point
            chance = 1 / (1 + np.exp(-(constant + slope * odds[own])))
            sure[own] = np.where(odds[own] > 0, chance, 1 - chance)
    return odds, sure


def report(sample: Sample, odds: Floats, sure: Floats, title: str) -> dict[str, list[float]]:
    """Print what is decided on some regions, and how often it is right by how sure it is.

    Returns:
        Shares of the holes cleared and of the artwork kept by kind of picture, each logo counted once.
    """
    shares = {}
    kinds = {"white": ~sample.dark & ~sample.lossy, "white, lossy": sample.lossy, "black": sample.dark}
    for kind, chosen in kinds.items():
        part, own, certain = sample.of(chosen), odds[chosen], sure[chosen]
        cleared, kept, region_cleared, region_kept = score(own > 0, part)
        shares[kind] = [round(cleared, 3), round(kept, 3)]
        print(
            f"{title}, {kind}: {len(np.unique(part.logo))} logos, {part.hole.sum()} holes, "
            f"{(~part.hole).sum()} artwork; by logo {cleared:.3f} cleared {kept:.3f} kept; "
            f"by region {region_cleared:.3f} {region_kept:.3f}"
        )
        right, weight = (own > 0) == part.hole, part.share()
        for low in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            band = (certain >= low) & (certain < low + 0.1)
            if band.any():
                mean = np.average(right[band], weights=weight[band])
                print(f"    sure {low:.1f}-{low + 0.1:.1f}: {band.sum()} regions, {mean:.3f} right")
    return shares


def judged(judge: Judge, sample: Sample) -> tuple[Floats, Floats]:
    """Odds and confidence of each region by a finished judge."""
    odds, sure = np.zeros(len(sample.hole)), np.zeros(len(sample.hole))
    for dark in KINDS.values():
        own = sample.dark == dark
        part = sample.of(own)
        odds[own] = judge.weigh(part.heard(judge.forest.odds(part.rows)), dark=dark)
        sure[own] = judge.confidence(odds[own].astype(np.float32), dark=dark)
    return odds, sure


def main() -> None:
    """Fit, measure in folds, write when asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("icons_json", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="an .npz file")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    sample = gather(args.icons_json, args.cache)
    blind = blind_odds(sample)
    numbers = _numbers(fit(sample, blind))
    report(sample, *judged(judge_of(numbers), sample), "fitted")
    numbers["held_out"] = report(sample, *held_out(sample, blind), "held out")
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
