"""Chooses among ways to run a network by measuring each once, and remembers what was found in a JSON file."""

import json
import logging
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from uuid import uuid4

from models.backends.cpu import cpu_flags, cpu_name
from models.base import EngineError

_log = logging.getLogger(__name__)

MEMORY_FILE = "backends.json"
"""In the weights folder: what was measured here before."""

MARGIN = 0.9
"""A later candidate is taken only below this share of an earlier one's time: order them by memory."""

KEPT_RECORDS = 64
"""Measurements the file holds; the oldest go first."""

_FLAGS_THAT_MATTER = frozenset(
    {"avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_bf16"}
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, and by which figures."""

    name: str
    """One of the candidates' names."""
    seconds: Mapping[str, float]
    """Of each candidate that ran; empty when the choice was forced."""
    remembered: bool
    """Whether the figures were read, not measured now."""


def circumstances(*, threads: int, packages: Iterable[str]) -> str:
    """What a measurement depends on, in one line: processor, instructions, threads, versions.

    Args:
        threads: CPU threads the candidates may use.
        packages: Names of the distributions that run them; they are not imported.
    """
    flags = " ".join(sorted(_FLAGS_THAT_MATTER & cpu_flags()))
    versions = ", ".join(f"{package} {_version(package)}" for package in sorted(packages))
    return f"{cpu_name()} [{flags}], {threads} threads, {versions}"


def fastest(
    candidates: Mapping[str, Callable[[], float]],
    *,
    question: str,
    given: str,
    memory: Path,
    forced: str | None = None,
) -> Choice:
    """The candidate that took the fewest seconds, by measurement or by memory of one.

    A memory file that is missing, damaged or not writable costs a measurement and a line in the log, not the
    start. When replicas measure at the same time each writes a whole file and the last to write wins; what it
    lost of the others is measured again.

    Args:
        candidates: By name, in order of preference (`MARGIN`): what runs and returns its seconds. One that
            raises is out.
        question: What is chosen, e.g. `realesrgan-x4plus`: the memory's key, with `given`.
        given: What the answer depends on, see `circumstances`.
        memory: The JSON file.
        forced: Take this candidate, measuring nothing.

    Raises:
        EngineError: `forced` is no candidate, or every candidate raised.
    """
    if forced is not None:
        if forced not in candidates:
            raise EngineError(f"{question}: no backend {forced!r} here; there are {', '.join(candidates)}")
        return Choice(name=forced, seconds={}, remembered=False)
    key = f"{question}: {given}"
    known = _seconds(_read(memory).get(key), candidates)
    seconds = known or _measure(candidates, question=question)
    if not known:
        _remember(memory, key=key, seconds=seconds)
    name = _first_within_margin(seconds, order=candidates)
    _log.info("%s: %s of %s (%s)", question, name, _listed(seconds), "remembered" if known else "measured")
    return Choice(name=name, seconds=seconds, remembered=bool(known))


def _measure(candidates: Mapping[str, Callable[[], float]], *, question: str) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for name, run in candidates.items():
        try:
            seconds[name] = run()
        except Exception as error:  # noqa: BLE001 - whatever a runtime raises, another may do
            _log.warning("%s: %s is out: %s", question, name, error)
    if not seconds:
        raise EngineError(
            f"{question}: no backend could run it ({', '.join(candidates) or 'none is installed'})"
        )
    return seconds


def _first_within_margin(seconds: Mapping[str, float], *, order: Iterable[str]) -> str:
    ran = [name for name in order if name in seconds]
    best = ran[0]
    for name in ran[1:]:
        if seconds[name] < MARGIN * seconds[best]:
            best = name
    return best


def _listed(seconds: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value * 1e3:.0f} ms" for name, value in seconds.items())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _read(memory: Path) -> dict[str, Any]:
    """All records; none where there is no file, or one that is not ours to understand."""
    try:
        records = json.loads(memory.read_bytes())
    except (OSError, ValueError):
        return {}
    return records if isinstance(records, dict) else {}


def _seconds(record: object, candidates: Mapping[str, object]) -> dict[str, float]:
    """A record's figures when they make sense and speak of today's candidates only; else nothing."""
    if not isinstance(record, dict) or not set(record) <= set(candidates):
        return {}
    sound = all(type(value) is float and math.isfinite(value) and value > 0 for value in record.values())
    return dict(record) if sound else {}


def _remember(memory: Path, *, key: str, seconds: Mapping[str, float]) -> None:
    """Add a record, by a new file of its own name moved over the old one."""
    records = {**_read(memory), key: dict(seconds)}
    kept = dict(list(records.items())[-KEPT_RECORDS:])
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        temporary = memory.with_name(f"{memory.name}.{uuid4().hex}.tmp")
        try:
            temporary.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            temporary.replace(memory)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        _log.warning("%s: the measurement is not remembered: %s", key, error)
