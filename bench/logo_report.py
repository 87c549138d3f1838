"""The logo benchmark's figures as tables."""

from collections.abc import Mapping, Sequence

import numpy as np

from bench.figures import against_aim, table
from bench.logo_cases import Score

Scores = Sequence[Score]
LOW = 10


def spread(values: Sequence[float], *, worst_high: bool = False, digits: int = 3) -> str:
    """Median and the value that a tenth of the logos fall short of: `0.998 / 0.951`; a dash for none."""
    if not values:
        return "-"
    tail = 100 - LOW if worst_high else LOW
    return f"{np.median(values):.{digits}f} / {np.percentile(values, tail):.{digits}f}"


def known(scores: Scores, field: str) -> list[float]:
    """A measure of the logos that have it."""
    values = (getattr(score, field) for score in scores)
    return [float(value) for value in values if value is not None]


def mean(values: Sequence[float]) -> str:
    """`97.4 %`, or a dash for none."""
    return f"{np.mean(values):.1%}" if values else "-"


def cut_table(results: Mapping[str, Mapping[str, Scores]]) -> str:
    """One row a case and contender: the measures of a cut-out.

    Args:
        results: By case, then by contender.
    """
    header = ("", "", "logos", "IoU", "counters, mean", "white kept, mean", "halo", "ΔE", "colours, mean")
    rows = []
    for case, by_name in results.items():
        for name, scores in by_name.items():
            row = [
                case,
                name,
                str(len(scores)),
                spread(known(scores, "iou")),
                mean(known(scores, "counters")),
                mean(known(scores, "kept")),
                spread(known(scores, "halo"), worst_high=True),
                spread(known(scores, "color"), worst_high=True, digits=1),
                mean(known(scores, "palette")),
            ]
            rows.append(row)
    return table(header, rows)


def aims_table(aims: Sequence[tuple[str, Scores, float, float]], *, field: str, at_least: bool) -> str:
    """Whether our median and our tenth percentile meet their aims, by case."""
    tail = LOW if at_least else 100 - LOW
    rows = []
    for case, scores, middle, low in aims:
        values = known(scores, field)
        figures = ((float(np.median(values)), middle), (float(np.percentile(values, tail)), low))
        rows.append([case, *(against_aim(value, aim=aim, at_least=at_least) for value, aim in figures)])
    return table(("", "median", "10th percentile"), rows)
