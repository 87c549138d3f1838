"""Times taken in turn, and how they are put: medians, percentiles, ratios, tables."""

import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

PAUSE_S = 0.3
"""Between two contenders: the thread pool of the one before stops spinning meanwhile."""


def in_turn(contenders: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, list[float]]:
    """Time every contender once a round, so that a drift of the machine meets all of them alike.

    Args:
        contenders: What to call, by name.
        rounds: Timed rounds; odd ones run in reverse order.

    Returns:
        Seconds of every round, by name.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for index in range(rounds):
        names = list(contenders)
        for name in names if index % 2 == 0 else reversed(names):
            time.sleep(PAUSE_S)
            started = time.perf_counter()
            contenders[name]()
            times[name].append(time.perf_counter() - started)
    return times


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0-1) of the values do not exceed (nearest rank).

    Raises:
        ValueError: There are no values, or the share is out of range.
    """
    if not values or not 0 <= share <= 1:
        raise ValueError(f"no {share} percentile of {len(values)} values")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def median(values: Sequence[float]) -> float:
    """Middle value; the mean of the two middle ones of an even number."""
    return statistics.median(values)


def paired_ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """How many times `slow` takes the time of `fast`: the median of the ratios of each round.

    Raises:
        ValueError: They are not of the same rounds, or there are none.
    """
    if not slow or len(slow) != len(fast):
        raise ValueError(f"{len(slow)} and {len(fast)} times are not pairs")
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))


def times_text(ratio: float) -> str:
    """`2.4x`, with three figures at most."""
    digits = 2 if ratio < 10 else 1 if ratio < 100 else 0  # noqa: PLR2004 - three figures
    return f"{ratio:.{digits}f}x"


def against_aim(value: float, *, aim: float, at_least: bool, unit: str = "") -> str:
    """Whether a figure meets its aim, and by how much: `met (5.4x, aim >= 5x)`."""
    met = value >= aim if at_least else value <= aim
    sign = ">=" if at_least else "<="
    verdict = "met" if met else f"missed by {abs(value - aim) / aim:.0%}"
    figure = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"  # noqa: PLR2004 - no 2.18e+03
    return f"{verdict} ({figure}{unit}, aim {sign} {aim:,g}{unit})"


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A markdown table; figures are text already."""
    lines = ["| " + " | ".join(row) + " |" for row in (header, *rows)]
    lines.insert(1, "|" + "---|" * len(header))
    return "\n".join(lines)
