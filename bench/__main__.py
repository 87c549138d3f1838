"""`python -m bench [--cold]`: the service as a client and an operator see it; rewrites docs/benchmarks.md."""

import argparse
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from bench.cold import cold_start_s
from bench.report import Figures, Latency, Load, write
from bench.requests import Kind, kinds
from bench.service import Service, running

REPEATS = 7
LOAD_REQUESTS = 100
CLIENTS = 16
FEW_CLIENTS = 4


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="also time `make serve` in a fresh clone")
    options = parser.parse_args()
    cold_s = cold_start_s() if options.cold else None
    with running() as service:
        print(f"ready after {service.start_s:.1f} s")
        figures = _measure(service, cold_s=cold_s)
    write(figures)


def _measure(service: Service, *, cold_s: float | None) -> Figures:
    idle_mb = service.pss_mb()
    with service.client() as client:
        latencies = [_latency(kind, client) for kind in kinds()]
        before = _batches(client)
        burst = _mixed(service, requests=CLIENTS, clients=CLIENTS)
        batches = {name: _difference(after, before[name]) for name, after in _batches(client).items()}
    loads = []
    for clients in (FEW_CLIENTS, CLIENTS):
        started = time.perf_counter()
        answers = _mixed(service, requests=LOAD_REQUESTS, clients=clients)
        loads.append(Load(clients, answers, time.perf_counter() - started, service.pss_mb()))
        print(f"{LOAD_REQUESTS} requests, {clients} clients: {loads[-1].statuses}")
    return Figures(cold_s, service.start_s, idle_mb, latencies, burst, batches, loads)


def _latency(kind: Kind, client: httpx.Client) -> Latency:
    """Times of one kind of request, one after the other, after one that is not counted."""
    kind.send(client).raise_for_status()
    times = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        kind.send(client).raise_for_status()
        times.append(time.perf_counter() - started)
    print(f"{kind.name}: {statistics.median(times) * 1e3:.0f} ms")
    return Latency(kind.name, statistics.median(times), min(times), max(times))


def _mixed(service: Service, *, requests: int, clients: int) -> Sequence[tuple[int, float]]:
    """Requests of all kinds in turn, from clients that never pause: status and seconds of each."""
    every = kinds()

    def one(index: int) -> tuple[int, float]:
        with service.client() as client:
            started = time.perf_counter()
            status = every[index % len(every)].send(client).status_code
            return status, time.perf_counter() - started

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(one, range(requests)))


def _batches(client: httpx.Client) -> dict[str, dict[str, int]]:
    """Batches of each size since start, per model deployment."""
    checks: dict[str, Any] = client.get("/health").json()["checks"]
    return {name: checks[name]["batches"] for name in ("upscaler", "segmenter")}


def _difference(after: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    grown = {size: count - before.get(size, 0) for size, count in after.items()}
    return {size: count for size, count in grown.items() if count}


if __name__ == "__main__":
    main()
