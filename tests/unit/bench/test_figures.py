"""How figures are put: medians, percentiles, ratios, aims, tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import figures
from bench.figures import against_aim, in_turn, paired_ratio, percentile, table, times_text


@pytest.mark.parametrize(("share", "value"), [(0, 1), (0.5, 5), (0.95, 10), (0.91, 10), (0.9, 9), (1, 10)])
def test_percentile_is_the_nearest_rank(share: float, value: int) -> None:
    """Of ten values the 95th percentile is the largest, and the 90th the ninth."""
    assert percentile([3, 1, 2, 10, 9, 8, 7, 6, 5, 4], share) == value


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_percentile_covers_its_share(values: list[float], share: float) -> None:
    """At least the share asked for does not exceed the percentile, which is one of the values."""
    result = percentile(values, share)
    assert result in values
    assert sum(value <= result for value in values) >= share * len(values) - 1e-9


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.1), ([1.0], -0.1)])
def test_percentile_of_nothing_is_refused(values: list[float], share: float) -> None:
    """There is no percentile of no values, nor outside 0 to 1."""
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def test_ratio_pairs_rounds() -> None:
    """A machine that slows down by the round changes both times and not their ratio."""
    assert paired_ratio([2, 4, 40], [1, 2, 20]) == 2


@pytest.mark.parametrize(("slow", "fast"), [([], []), ([1.0], [1.0, 2.0])])
def test_ratio_of_unpaired_times_is_refused(slow: list[float], fast: list[float]) -> None:
    """Times of different rounds cannot be compared."""
    with pytest.raises(ValueError, match="not pairs"):
        paired_ratio(slow, fast)


def test_rounds_alternate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every contender runs once a round, and every other round runs backwards."""
    monkeypatch.setattr(figures, "PAUSE_S", 0)
    ran: list[str] = []
    times = in_turn({"a": lambda: ran.append("a"), "b": lambda: ran.append("b")}, rounds=3)
    assert ran == ["a", "b", "b", "a", "a", "b"]
    assert {name: len(seconds) for name, seconds in times.items()} == {"a": 3, "b": 3}


@pytest.mark.parametrize(
    ("ratio", "text"), [(0.5, "0.50x"), (2.345, "2.35x"), (23.45, "23.4x"), (234.5, "234x")]
)
def test_ratios_have_three_figures(ratio: float, text: str) -> None:
    """A ratio says no more than was measured."""
    assert times_text(ratio) == text


@pytest.mark.parametrize(
    ("value", "aim", "at_least", "text"),
    [
        (5.0, 5.0, True, "met (5x, aim >= 5x)"),
        (4.0, 5.0, True, "missed by 20% (4x, aim >= 5x)"),
        (3.0, 3.0, False, "met (3x, aim <= 3x)"),
        (4.5, 3.0, False, "missed by 50% (4.5x, aim <= 3x)"),
        (2184.4, 2000.0, False, "missed by 9% (2,184x, aim <= 2,000x)"),
    ],
)
def test_aims_are_met_or_missed_by_how_much(value: float, aim: float, *, at_least: bool, text: str) -> None:
    """An aim is met at its very value; a miss is given as a share of the aim."""
    assert against_aim(value, aim=aim, at_least=at_least, unit="x") == text


def test_table_is_markdown() -> None:
    """A header, a rule of as many columns, the rows."""
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n|---|---|\n| 1 | 2 |"
