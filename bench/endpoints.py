"""The service as a client sees it: start, latency of each endpoint, load. `python -m bench.endpoints`."""

import time
from collections.abc import Mapping, Sequence
from itertools import cycle, islice

import httpx

from bench.command import Effort, run_alone, say
from bench.figures import median, table
from bench.requests import Answer, Kind, answer, from_clients, kinds, statuses
from bench.service import Service, running

REPEATS = {"quick": 1, "normal": 5, "full": 9}
LOAD_REQUESTS = {"quick": 5, "normal": 60, "full": 100}
CLIENTS = 16
FEW_CLIENTS = 4
OK = 200


def measure(effort: Effort = "normal") -> str:
    """The section: warm start, latency of each endpoint, sixteen mixed at once, load without pauses."""
    with running() as service, service.client() as client:
        say(f"ready after {service.start_s:.1f} s")
        idle_mb = service.pss_mb()
        rows = [_latency(kind, client, repeats=REPEATS[effort]) for kind in kinds()]
        before = _batches(client)
        burst = _mixed(service, requests=CLIENTS, clients=CLIENTS)
        batches = {name: _grown(after, before[name]) for name, after in _batches(client).items()}
        loads = [_load(service, clients, LOAD_REQUESTS[effort]) for clients in (FEW_CLIENTS, CLIENTS)]
    return f"""## Every endpoint over HTTP

`python -m serve_app` is ready after {service.start_s:.1f} s and then holds {idle_mb:.0f} MB (PSS of all its
processes). Whole requests, one at a time (upload, decode, work, encode, store), in milliseconds:

{table(("request", "median", "least", "most"), rows)}

**Sixteen at once**, the kinds above in turn, so two of them packs: {_spread(burst)}
Batches that the two model deployments ran meanwhile (count x size): {_batch_text(batches)}.

**Without pauses**, the same mix; 504 is the synchronous deadline of 30 s, passed when more comes in than the
machine can do:

{table(("clients", "answers by status", "time", "memory after"), loads)}"""


def _latency(kind: Kind, client: httpx.Client, *, repeats: int) -> tuple[str, ...]:
    """Times of one kind of request, one after the other, after one that is not counted."""
    kind.send(client).raise_for_status()
    times = []
    for _ in range(repeats):
        done = answer(kind.send, client)
        if done.status != OK:
            raise RuntimeError(f"{kind.name} was answered {done.status}")
        times.append(done.seconds)
    say(f"{kind.name}: {median(times) * 1e3:.0f} ms")
    return (kind.name, *(f"{value * 1e3:.0f}" for value in (median(times), min(times), max(times))))


def _mixed(service: Service, *, requests: int, clients: int) -> list[Answer]:
    every = islice(cycle(kind.send for kind in kinds()), requests)
    return from_clients(service, every, clients=clients)


def _load(service: Service, clients: int, requests: int) -> tuple[str, ...]:
    started = time.perf_counter()
    answers = _mixed(service, requests=requests, clients=clients)
    seconds = time.perf_counter() - started
    say(f"{requests} requests, {clients} clients: {statuses(answers)}")
    return (str(clients), statuses(answers), f"{seconds:.0f} s", f"{service.pss_mb():.0f} MB")


def _batches(client: httpx.Client) -> dict[str, dict[str, int]]:
    """Batches of each size since start, per model deployment."""
    checks = client.get("/health").json()["checks"]
    return {name: checks[name]["batches"] for name in ("upscaler", "segmenter")}


def _grown(after: Mapping[str, int], before: Mapping[str, int]) -> dict[str, int]:
    grown = {size: count - before.get(size, 0) for size, count in after.items()}
    return {size: count for size, count in grown.items() if count}


def _batch_text(batches: Mapping[str, Mapping[str, int]]) -> str:
    parts = [
        f"{name} {', '.join(f'{count} x {size}' for size, count in sizes.items())}"
        for name, sizes in batches.items()
    ]
    return "; ".join(parts)


def _spread(answers: Sequence[Answer]) -> str:
    times = [item.seconds for item in answers]
    errors = sum(item.status != OK for item in answers)
    return f"{errors} errors, median {median(times):.1f} s, slowest {max(times):.1f} s."


if __name__ == "__main__":
    run_alone("endpoints", measure)
