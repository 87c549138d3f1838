"""Our batcher against `@serve.batch`: waiting, batch sizes, throughput. `python -m bench.batcher`."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import ray
from ray import serve

from bench.batchers import FIXED_S, MAX_BATCH, PER_ITEM_S, Replica, Seen, Settings, lone, poisson
from bench.command import Effort, run_alone, say
from bench.figures import median, percentile, table, times_text

RATES_PER_S = (10, 25, 40, 55, 70)
SECONDS = {"quick": 3.0, "normal": 20.0, "full": 60.0}
SEED = 3
DEFAULT: Settings = (MAX_BATCH, 0.01)
"""Ray's own waiting time."""
SETTINGS: tuple[Settings, ...] = ((MAX_BATCH, 0.0), DEFAULT, (MAX_BATCH, 0.05), (MAX_BATCH, 0.1), (4, 0.01))
OURS = "ours: drain when free"


def measure(effort: Effort = "normal") -> str:
    """The section: the same Poisson arrivals through both, at several loads."""
    names = (OURS, *(name_of(settings) for settings in SETTINGS))
    with _replica() as replica:
        alone = _drive(replica, lone())
        loads = {}
        for rate in RATES_PER_S:
            arrivals = poisson(rate_per_s=rate, seconds=SECONDS[effort], seed=SEED)
            loads[rate] = _drive(replica, arrivals)
            say(f"{rate}/s: {len(arrivals)} requests")
    best = best_of({name: [loads[rate][index] for rate in RATES_PER_S] for index, name in enumerate(names)})
    columns = ("", *(f"{rate}/s" for rate in RATES_PER_S))
    waits = [
        (name, _waits(alone[index])[0], *(" / ".join(_waits(loads[rate][index])) for rate in RATES_PER_S))
        for index, name in enumerate(names)
    ]
    sizes = [
        (name, *(_sizes(loads[rate][index]) for rate in RATES_PER_S)) for index, name in enumerate(names)
    ]
    return f"""## Batcher against `@serve.batch`

`serve_app.batching.DrainBatcher` and Ray's `@serve.batch` in one Serve replica, each in front of a simulated
device that takes {FIXED_S * 1e3:.0f} + {PER_ITEM_S * 1e3:.0f}·n ms for a batch of n, {MAX_BATCH} at most:
{_capacity(1):.0f}/s one by one, {_capacity(MAX_BATCH):.0f}/s in full batches.
The same Poisson arrivals, {SECONDS[effort]:.0f} s of each load, at the same time.
Settings are (`max_batch_size`, `batch_wait_timeout_s`).

Wait from arrival to answer, ms, p50 / p95 / p99:

{table(("", "lone, p50", *columns[1:]), waits)}

Mean batch, share of answers that came from batches of one, answers per second:

{table(columns, sizes)}

{_verdict(names, best, alone, loads)}"""


def name_of(settings: Settings) -> str:
    """A row's name."""
    return f"`@serve.batch` ({settings[0]}, {settings[1]:g})"


def best_of(loads: Mapping[str, Sequence[Seen]]) -> str:
    """The setting of `@serve.batch` whose p95, over all loads (geometric mean), is least."""
    theirs = {name: seen for name, seen in loads.items() if name != OURS}
    return min(theirs, key=lambda name: sum(math.log(percentile(s.latencies_s, 0.95)) for s in theirs[name]))


def _verdict(
    names: Sequence[str], best: str, alone: Sequence[Seen], loads: Mapping[int, Sequence[Seen]]
) -> str:
    index = names.index(best)
    ratios = [
        f"{rate}/s {times_text(_p95(seen[index]) / _p95(seen[0]))}" for rate, seen in sorted(loads.items())
    ]
    waits = [median(alone[at].latencies_s) * 1e3 for at in (0, index)]
    return (
        f"Best setting of `@serve.batch` by p95 over all loads: {best}. Its p95 against ours:\n"
        f"{', '.join(ratios)}; a lone request waits {waits[1]:.0f} ms there and {waits[0]:.0f} ms here."
    )


def _capacity(size: int) -> float:
    """Items a second in batches of a size."""
    return size / (FIXED_S + size * PER_ITEM_S)


def _p95(seen: Seen) -> float:
    return percentile(seen.latencies_s, 0.95)


def _waits(seen: Seen) -> tuple[str, ...]:
    return tuple(f"{percentile(seen.latencies_s, share) * 1e3:.0f}" for share in (0.5, 0.95, 0.99))


def _sizes(seen: Seen) -> str:
    answers = sum(size * count for size, count in seen.sizes.items())
    mean = answers / sum(seen.sizes.values())
    return f"{mean:.1f}, {seen.sizes.get(1, 0) / answers:.0%}, {answers / seen.seconds:.0f}/s"


def _drive(replica: Any, arrivals: Sequence[float]) -> list[Seen]:
    seen: list[Seen] = replica.drive.remote(list(arrivals), list(SETTINGS)).result()
    return seen


@contextmanager
def _replica() -> Iterator[Any]:
    """A Serve replica without HTTP: `@serve.batch` works in a replica only, not in local testing mode."""
    ray.init(address="local", include_dashboard=False, log_to_driver=False, configure_logging=False)
    try:
        serve.start(proxy_location="Disabled")
        deployment = serve.deployment(max_ongoing_requests=10_000, ray_actor_options={"num_cpus": 0})(Replica)
        yield serve.run(deployment.bind(), name="batchers", route_prefix=None)
    finally:
        serve.shutdown()  # type: ignore[no-untyped-call]  # Ray has no types here
        ray.shutdown()


if __name__ == "__main__":
    run_alone("batcher", measure)
