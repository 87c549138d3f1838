"""How commands show what they found: JSON for programs, a table for people, bars on long work."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

_PIPE_WIDTH = 240
"""Columns where the output is no terminal: enough that nothing is cut."""
_MEGA = 1e6


def say(text: str) -> None:
    """A line of the answer."""
    sys.stdout.write(f"{text}\n")


def note(text: str) -> None:
    """A line beside the answer."""
    sys.stderr.write(f"{text}\n")


def say_json(content: Any) -> None:
    """The answer for programs."""
    say(json.dumps(content, indent=2, default=_plain))


def say_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """The answer for people."""
    console = Console(soft_wrap=False, highlight=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*(Text(shown(value)) for value in row))
    console.print(table)


def say_facts(facts: Mapping[str, object]) -> None:
    """Names and values, a line each."""
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        say(f"{name.replace('_', ' '):<{width}}  {shown(value)}")


def shown(value: object) -> str:
    """A value in a table."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return str(value)


def megabytes(size: int) -> str:
    """A size in MB (10^6 bytes)."""
    return f"{size / _MEGA:,.1f} MB"


class _Amount(ProgressColumn):
    """Bytes or a count, as the stage has it."""

    _bytes = DownloadColumn()
    _speed = TransferSpeedColumn()
    _count = MofNCompleteColumn()

    def render(self, task: Task) -> Text:
        """How far it is."""
        if task.total is None:
            return Text(f"{int(task.completed):,}")
        if not task.fields["in_bytes"]:
            return self._count.render(task)
        return Text.assemble(self._bytes.render(task), "  ", self._speed.render(task))


@contextmanager
def bars(*, of_bytes: Sequence[str] = ()) -> Iterator[Callable[[str, int, int], None]]:
    """Bars on a terminal, one a stage; elsewhere nothing is drawn.

    Yields:
        What is told a stage, how much of it was added, and the total (0: unknown).
    """
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), _Amount())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        stages: dict[str, TaskID] = {}

        def told(stage: str, more: int, total: int) -> None:
            if stage not in stages:
                stages[stage] = progress.add_task(stage, total=total or None, in_bytes=stage in of_bytes)
            progress.update(stages[stage], advance=more)

        yield told
        for task in stages.values():
            done = progress.tasks[task].completed
            progress.update(task, total=progress.tasks[task].total or done or 1, refresh=True)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)
