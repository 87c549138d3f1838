"""`python -m bench [--quick | --full]`: every benchmark, each replacing its section of docs/benchmarks.md."""

import argparse
import importlib
import time
from collections.abc import Callable

from bench.command import Effort, ends_cleanly, parsed_effort, say
from bench.page import QUICK_ENOUGH, SLOW, publish


def main() -> int:
    """Measure, print and publish; one that fails is named at the end and leaves its old section alone."""
    effort = parsed_effort(argparse.ArgumentParser(prog="python -m bench", description=__doc__))
    failed = []
    for name in QUICK_ENOUGH + (SLOW if effort == "full" else ()):
        started = time.perf_counter()
        try:
            with ends_cleanly():
                text = _measure(name)(effort)
        except Exception as error:  # noqa: BLE001 - the other benchmarks are worth having all the same
            failed.append(f"{name}: {error!r}")
            continue
        say(f"{text}\n\n{name} took {time.perf_counter() - started:.0f} s\n")
        if effort != "quick":
            publish(name, text)
    for line in failed:
        say(f"failed: {line}")
    return 1 if failed else 0


def _measure(name: str) -> Callable[[Effort], str]:
    measure: Callable[[Effort], str] = importlib.import_module(f"bench.{name}").measure
    return measure


if __name__ == "__main__":
    raise SystemExit(main())
