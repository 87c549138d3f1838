"""The upscaler behind HTTP against the bare engine on the same images. `python -m bench.served`."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from threading import Event, Thread

import httpx

from bench.command import Effort, run_alone, say
from bench.engines import load_ours, network_megapixels, tiles_of
from bench.figures import against_aim, median, percentile, table
from bench.pictures import PHOTO, encoded, square
from bench.processes import cpu_s, title, tree
from bench.requests import UPSCALE, answer, from_clients, post, statuses
from bench.service import Service, running
from models.base import UpscaleEngine

MODEL = "realesr-animevideov3"
"""What `model=graphic` is on a CPU (configs/engines.yaml)."""
MIX = {64: 6, 128: 4, 256: 3, 512: 2, 1024: 1}
"""Sides of the images of one round for 16 clients, and how many of each: 1.9 megapixels."""
CLIENTS = 16
ROUNDS = {"quick": 1, "normal": 3, "full": 6}
MIXES_PER_ROUND = {"quick": 1, "normal": 2, "full": 4}
SMALL, LARGE = 64, 1024
SMALL_REQUESTS = {"quick": 5, "normal": 25, "full": 60}
"""Per round."""
THINK_S = 0.1
"""At most, before each small request: it meets the large one at any point of its tiles."""
THROUGHPUT_AIM = 0.9
TAIL_AIM = 3.0
HEAD_START_S = 0.5
"""By then a large request's tiles are on the device."""
SEED = 3
# A photo, though through the graphic model: flat tiles would not go to the network at all.


def measure(effort: Effort = "normal") -> str:
    """The section: throughput of a mix of sizes against the bare engine; the smallest beside the largest."""
    sides = mix(MIXES_PER_ROUND[effort])
    engine = load_ours(MODEL)
    megapixels = sum(network_megapixels(square(PHOTO, side), engine.info.tile) for side in sides)
    bare, served, shares = [], [], []
    lone, beside = [], []
    with running(DEADLINE_S="110") as service:
        _bare(engine, sides[:CLIENTS])
        for _ in range(ROUNDS[effort]):
            bare.append(megapixels / _bare(engine, sides))
            before = _cpu(service)
            served.append(megapixels / _served(service, sides))
            shares.append(network_share(before, _cpu(service)))
            lone += _small(service, SMALL_REQUESTS[effort])
            with _large(service):
                beside += _small(service, SMALL_REQUESTS[effort])
            say(f"bare {bare[-1]:.3f}, served {served[-1]:.3f} network megapixels a second")
    ratio = median([there / here for there, here in zip(served, bare, strict=True)])
    tail = percentile(beside, 0.95) / median(lone)
    return f"""## Served against the bare engine

{MODEL}, {CLIENTS} clients that never pause; of every 16 images {_sides_text()}.
The bare engine runs the very same tiles one after the other in another process, with nothing decoded,
finished, stitched or encoded. In turn, {ROUNDS[effort]} rounds of {len(sides)} images.

{table(("", "network megapixels/s"), [_throughput("bare engine", bare), _throughput("served", served)])}

Served / bare: {against_aim(ratio, aim=THROUGHPUT_AIM, at_least=True)}. While serving, the network's process
had {median(shares):.0%} of the CPU time that the service used; the rest decoded, compared and encoded.

A {SMALL}² image alone, and while {LARGE}² ones run one after the other, ms:

{table(("", "p50", "p95"), [_latency("alone", lone), _latency(f"beside {LARGE}²", beside)])}

p95 beside / median alone: {against_aim(tail, aim=TAIL_AIM, at_least=False)}."""


def mix(rounds: int) -> list[int]:
    """Sides of the images of some rounds, each round's in an order of its own."""
    source = random.Random(SEED)
    sides = list(chain.from_iterable([side] * count for side, count in MIX.items()))
    return list(chain.from_iterable(source.sample(sides, len(sides)) for _ in range(rounds)))


def network_share(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Of the CPU time used between two readings, the share of the network's process.

    Args:
        before: CPU seconds by process title.
        after: The same, later.
    """
    used = {name: seconds - before.get(name, 0.0) for name, seconds in after.items()}
    return sum(spent for name, spent in used.items() if "Upscaler" in name) / sum(used.values())


def _bare(engine: UpscaleEngine, sides: Sequence[int]) -> float:
    """Seconds that the engine itself takes for all tiles of these images, one after the other."""
    tiles = {side: tiles_of(square(PHOTO, side), engine.info.tile) for side in set(sides)}
    started = time.perf_counter()
    for side in sides:
        for tile in tiles[side]:
            engine.run([tile])
    return time.perf_counter() - started


def _served(service: Service, sides: Sequence[int]) -> float:
    """Seconds from the first request to the last answer, all from clients that never pause."""
    files = {side: encoded(square(PHOTO, side)) for side in set(sides)}
    sends = [post(UPSCALE, files[side], model="graphic") for side in sides]
    started = time.perf_counter()
    answers = from_clients(service, sends, clients=CLIENTS)
    seconds = time.perf_counter() - started
    if any(item.status != httpx.codes.OK for item in answers):
        raise RuntimeError(f"the mix was answered {statuses(answers)}")
    return seconds


def _small(service: Service, requests: int) -> list[float]:
    """Seconds of small requests, one at a time, with a pause of any length before each."""
    source = random.Random(SEED)
    send = post(UPSCALE, encoded(square(PHOTO, SMALL)), model="graphic")
    times = []
    with service.client() as client:
        for _ in range(requests):
            time.sleep(source.uniform(0, THINK_S))
            times.append(answer(send, client).seconds)
    return times


@contextmanager
def _large(service: Service) -> Iterator[None]:
    """Large requests one after the other, from another client, until the block ends."""
    send, over = post(UPSCALE, encoded(square(PHOTO, LARGE)), model="graphic"), Event()

    def keep() -> None:
        with service.client() as client:
            while not over.is_set():
                answer(send, client)

    thread = Thread(target=keep, daemon=True)
    thread.start()
    time.sleep(HEAD_START_S)
    try:
        yield
    finally:
        over.set()
        thread.join()


def _cpu(service: Service) -> dict[str, float]:
    return {f"{title(pid)} {pid}": cpu_s(pid) for pid in tree(service.pid)}


def _throughput(name: str, rates: Sequence[float]) -> tuple[str, str]:
    return name, f"{median(rates):.3f}"


def _latency(name: str, seconds: Sequence[float]) -> tuple[str, ...]:
    return (name, *(f"{percentile(seconds, share) * 1e3:.0f}" for share in (0.5, 0.95)))


def _sides_text() -> str:
    return ", ".join(f"{count} of {side}²" for side, count in MIX.items())


if __name__ == "__main__":
    run_alone("served", measure)
