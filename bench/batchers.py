"""The batchers that are compared, in front of simulated devices, driven inside a Serve replica."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ray import serve

from serve_app.batching import DrainBatcher

MAX_BATCH = 8
"""Items that the simulated device takes at once."""
FIXED_S = 0.020
PER_ITEM_S = 0.010
"""A batch of n takes FIXED_S + n * PER_ITEM_S: at most 80 items a second in batches of 8, 33 one by one."""
LONE_REQUESTS = 10
LONE_GAP_S = 0.2

Submit = Callable[[int], Awaitable[int]]
Settings = tuple[int, float]
"""`max_batch_size` and `batch_wait_timeout_s` of `@serve.batch`."""


@dataclass(slots=True)
class Device:
    """Takes one batch at a time, as long as it says."""

    sizes: Counter[int] = field(default_factory=Counter)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, items: Sequence[int]) -> list[int]:
        """Give the items back when their time is over."""
        async with self.lock:
            self.sizes[len(items)] += 1
            await asyncio.sleep(FIXED_S + PER_ITEM_S * len(items))
        return list(items)


@dataclass(frozen=True, slots=True)
class Seen:
    """What one batcher did with one sequence of arrivals."""

    latencies_s: list[float]
    """Of each item, from its arrival to its answer."""
    seconds: float
    """From the first arrival to the last answer."""
    sizes: dict[int, int]
    """How many batches of each size ran."""


def poisson(*, rate_per_s: float, seconds: float, seed: int) -> list[float]:
    """Arrival times of a Poisson process, ascending, seconds, in [0, seconds)."""
    source = random.Random(seed)
    times, now = [], source.expovariate(rate_per_s)
    while now < seconds:
        times.append(now)
        now += source.expovariate(rate_per_s)
    return times


def drain(device: Device) -> Submit:
    """Ours."""
    batcher: DrainBatcher[int, int] = DrainBatcher(
        device.run, max_cost=float("inf"), max_items=MAX_BATCH, max_waiting=1_000_000
    )
    return batcher.submit


def timed(device: Device, settings: Settings) -> Submit:
    """Ray's: the decorator keeps its queue with the class, so each gets a class of its own."""
    max_batch_size, batch_wait_timeout_s = settings

    class Timed:
        @serve.batch(max_batch_size=max_batch_size, batch_wait_timeout_s=batch_wait_timeout_s)
        async def submit(self, items: list[int]) -> list[int]:
            return await device.run(items)

    submit: Submit = Timed().submit
    return submit


class Replica:
    """Drives all batchers at once with the same arrivals: sleeping costs no CPU, so they do not disturb."""

    async def drive(self, arrivals: list[float], every: list[Settings]) -> list[Seen]:
        """One result for ours and one for each setting of `@serve.batch`, in order."""
        devices = [Device() for _ in range(len(every) + 1)]
        submits = [drain(devices[0])]
        submits += [timed(device, settings) for device, settings in zip(devices[1:], every, strict=True)]
        runs = (_run(submit, arrivals) for submit in submits)
        done = await asyncio.gather(*runs)
        return [
            Seen(latencies, seconds, dict(sorted(device.sizes.items())))
            for (latencies, seconds), device in zip(done, devices, strict=True)
        ]


async def _run(submit: Submit, arrivals: Sequence[float]) -> tuple[list[float], float]:
    """Send every item at its time, whether or not those before it were answered."""
    clock = asyncio.get_running_loop().time
    start = clock()

    async def one(index: int, at: float) -> float:
        await asyncio.sleep(max(0.0, start + at - clock()))
        await submit(index)
        return clock() - start - at

    latencies = list(await asyncio.gather(*(one(index, at) for index, at in enumerate(arrivals))))
    return latencies, clock() - start - arrivals[0]


def lone() -> list[float]:
    """Arrival times of requests that each find the device free."""
    return [LONE_GAP_S * (index + 1) for index in range(LONE_REQUESTS)]
