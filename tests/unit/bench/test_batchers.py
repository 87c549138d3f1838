"""What the batchers are driven with, and ours before a simulated device."""

import statistics
from itertools import pairwise

import pytest

from bench import batchers
from bench.batcher import OURS, best_of
from bench.batchers import MAX_BATCH, Device, Replica, Seen, drain, lone, poisson


def test_arrivals_are_poisson() -> None:
    """As many arrivals as the rate says, in order, and gaps that vary as much as their mean."""
    times = poisson(rate_per_s=50, seconds=400, seed=1)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert times == sorted(times)
    assert times[-1] < 400
    assert len(times) == pytest.approx(20_000, rel=0.03)
    assert statistics.pstdev(gaps) == pytest.approx(statistics.mean(gaps), rel=0.05)


def test_arrivals_repeat_by_seed() -> None:
    """The same seed gives the same arrivals, another seed others."""
    first, again, other = (poisson(rate_per_s=5, seconds=10, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


async def test_device_takes_one_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits while the device is busy leaves it in full batches, each item with its own answer."""
    monkeypatch.setattr(batchers, "FIXED_S", 0.001)
    monkeypatch.setattr(batchers, "PER_ITEM_S", 0)
    device = Device()
    latencies, _ = await batchers._run(drain(device), [0.0] * (2 * MAX_BATCH))
    assert len(latencies) == 2 * MAX_BATCH
    assert device.sizes == {MAX_BATCH: 2}


async def test_all_batchers_see_the_same_arrivals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ours answers every arrival, also when there is nothing to compare it with."""
    monkeypatch.setattr(batchers, "FIXED_S", 0.0005)
    monkeypatch.setattr(batchers, "PER_ITEM_S", 0)
    (seen,) = await Replica().drive([0.0, 0.001, 0.002], [])
    assert len(seen.latencies_s) == sum(size * count for size, count in seen.sizes.items()) == 3


def test_lone_requests_meet_a_free_device() -> None:
    """Between lone requests there is more time than the slowest wait plus one batch takes."""
    first, second, *_ = lone()
    assert second - first > 0.1 + batchers.FIXED_S + batchers.PER_ITEM_S


def test_best_setting_is_theirs_with_the_least_tail() -> None:
    """The best of Ray's settings is chosen by its tail over all loads; ours is not among them."""

    def seen(*latencies_s: float) -> Seen:
        return Seen(list(latencies_s), 1.0, {1: 1})

    loads = {OURS: [seen(0.1), seen(0.1)], "short": [seen(0.2), seen(9.0)], "long": [seen(0.4), seen(0.5)]}
    assert best_of(loads) == "long"
