"""Figures to docs/benchmarks.md, with the machine and the command."""

import os
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from configs.settings import REPOSITORY

OUT = REPOSITORY / "docs" / "benchmarks.md"
OK = 200


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of one kind of request, seconds."""

    name: str
    median_s: float
    least_s: float
    most_s: float


@dataclass(frozen=True, slots=True)
class Load:
    """Mixed requests from some clients that never pause."""

    clients: int
    answers: Sequence[tuple[int, float]]
    """(status, seconds) of each."""
    seconds: float
    """From the first request to the last answer."""
    pss_mb: float
    """Memory of all processes right after."""

    @property
    def statuses(self) -> dict[int, int]:
        """How many answers had each status."""
        return dict(sorted(Counter(status for status, _ in self.answers).items()))


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that one run measured."""

    cold_s: float | None
    warm_s: float
    idle_mb: float
    latencies: Sequence[Latency]
    burst: Sequence[tuple[int, float]]
    """(status, seconds) of 16 requests sent at once."""
    batches: Mapping[str, Mapping[str, int]]
    """Batches of each size while those ran."""
    loads: Sequence[Load]


def write(figures: Figures) -> None:
    """Replace the generated part of the page; what was written by hand below the marker stays."""
    marker = "<!-- below: written by hand -->"
    old = OUT.read_text(encoding="utf-8") if OUT.exists() else ""
    kept = old.split(marker, 1)[1] if marker in old else "\n"
    OUT.write_text(_page(figures) + marker + kept, encoding="utf-8")
    print(f"wrote {OUT.relative_to(REPOSITORY)}")


def _page(figures: Figures) -> str:
    cold = f"{figures.cold_s:.0f} s" if figures.cold_s is not None else "not measured in this run (`--cold`)"
    rows = "\n".join(
        f"| {item.name} | {item.median_s * 1e3:.0f} | {item.least_s * 1e3:.0f} | {item.most_s * 1e3:.0f} |"
        for item in figures.latencies
    )
    batches = "\n".join(
        f"| {name} | {', '.join(f'{count} x {size}' for size, count in sizes.items())} |"
        for name, sizes in figures.batches.items()
    )
    return f"""# Benchmarks

`make bench` measures and rewrites this page (`python -m bench --cold` also times a cold start).
Measured {datetime.now(UTC):%Y-%m-%d} on {_machine()}. Shared machines drift: compare rows of one run.

## Start and memory

| | |
|---|---|
| cold: `make serve` in a fresh clone until `/health/ready` is 200 | {cold} |
| warm: `python -m serve_app` until `/health/ready` is 200 | {figures.warm_s:.1f} s |
| memory of all processes (PSS), idle | {figures.idle_mb:.0f} MB |

## Latency, one request at a time

Whole requests over HTTP: upload, decode, work, encode, store. Milliseconds.

| request | median | least | most |
|---|---|---|---|
{rows}

## 16 mixed requests at once

The five kinds above in turn, so three of them packs. {_spread(figures.burst)}
Batches that the two model deployments ran meanwhile (count x size):

| deployment | batches |
|---|---|
{batches}

## Load without pauses

The same mix; 504 is the synchronous deadline of 30 s, passed when more comes in than the machine can do.

| clients | answers by status | time | memory after |
|---|---|---|---|
{chr(10).join(_load(load) for load in figures.loads)}

"""


def _spread(answers: Sequence[tuple[int, float]]) -> str:
    times = sorted(seconds for _, seconds in answers)
    errors = sum(status != OK for status, _ in answers)
    middle = times[len(times) // 2]
    return f"{len(times)} requests, {errors} errors; median {middle:.1f} s, slowest {times[-1]:.1f} s."


def _load(load: Load) -> str:
    statuses = ", ".join(f"{count} x {status}" for status, count in load.statuses.items())
    return f"| {load.clients} | {statuses} | {load.seconds:.0f} s | {load.pss_mb:.0f} MB |"


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    flags = next((line for line in lines if line.startswith("flags")), "")
    bf16 = "bf16" if "avx512_bf16" in flags or "amx_bf16" in flags else "no bf16"
    cores = f"{os.cpu_count()} cores of {name or platform.processor()} ({bf16})"
    return f"{cores}, Python {platform.python_version()}"
