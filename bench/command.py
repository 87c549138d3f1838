"""The command line of a benchmark: `python -m bench.NAME [--quick | --full]`."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Literal

from bench.page import PAGE, publish
from configs.settings import REPOSITORY

Effort = Literal["quick", "normal", "full"]
"""`quick` only shows that it works and is never published; `full` adds rows that take very long."""


def run_alone(name: str, measure: Callable[[Effort], str]) -> None:
    """Measure one benchmark, print its section and replace it on the page.

    Args:
        name: Of the benchmark's module.
        measure: Gives the section's markdown.
    """
    parser = argparse.ArgumentParser(prog=f"python -m bench.{name}", description=measure.__doc__)
    effort = parsed_effort(parser)
    with ends_cleanly():
        text = measure(effort)
    say(text)
    if effort != "quick":
        publish(name, text)
        say(f"wrote {PAGE.relative_to(REPOSITORY)}")


def parsed_effort(parser: argparse.ArgumentParser) -> Effort:
    """`--quick`, `--full` or neither, from the command line."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--quick", action="store_true", help="a reduced run that is printed, not published")
    choice.add_argument("--full", action="store_true", help="with the rows that take very long")
    options = parser.parse_args()
    return "quick" if options.quick else "full" if options.full else "normal"


@contextmanager
def ends_cleanly() -> Iterator[None]:
    """Let SIGTERM unwind the stack as Ctrl-C does: services are stopped and temporary folders removed."""

    def unwind(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, unwind)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def say(text: str) -> None:
    """A line for the person who waits."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
