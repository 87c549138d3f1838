"""Runs the work of a command: loads it, and turns what it raises into one line and an exit status."""

import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any

import typer


class Exit(IntEnum):
    """What a command tells the shell."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    """An option, or a setting, that cannot be used."""
    NOT_WHOLE = 3
    """Done, and something needs a look: the output says what."""
    INTERRUPTED = 130


class Refusal(Exception):  # noqa: N818 - not a defect: the answer to what was asked
    """The command cannot do what was asked; the text is a sentence for the operator."""


_TOLD = {
    "AppError": Exit.FAILED,
    "BackupError": Exit.FAILED,
    "WeightsError": Exit.FAILED,
    "Refusal": Exit.FAILED,
    "OSError": Exit.FAILED,
    "ValidationError": Exit.USAGE,
    "SettingsError": Exit.USAGE,
    "ValueError": Exit.USAGE,
}
"""Errors whose text is meant for people, by the name of a base: to import them all would cost a second."""
_LONGEST = 500
"""Letters of a line: drivers quote whole statements."""


def run(work: str, **arguments: Any) -> None:
    """Do the work of a command and end the process.

    Args:
        work: `module:function` in `serve_app.cli.work`; the function gives an `Exit`.
        arguments: Of the function.

    Raises:
        typer.Exit: always.
    """
    module, _, name = work.partition(":")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that what is half-written is removed
    try:
        function: Callable[..., Exit] = getattr(importlib.import_module(f"serve_app.cli.work.{module}"), name)
        status = function(**arguments)
    except KeyboardInterrupt:
        _say("Interrupted.")
        status = Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last place: a person reads this
        status = _explain(error)
    raise typer.Exit(int(status))


def _explain(error: Exception) -> Exit:
    if os.environ.get("LOG_LEVEL", "").upper() == "DEBUG":
        traceback.print_exception(error)
    names = {base.__name__ for base in type(error).__mro__}
    found = [status for name, status in _TOLD.items() if name in names]
    if not found:
        _say(f"Unexpected: {type(error).__name__}: {_line(str(error))} (LOG_LEVEL=DEBUG shows where)")
        return Exit.FAILED
    details: Sequence[Any] = error.errors() if "ValidationError" in names else ()  # type: ignore[attr-defined]
    if details:
        faults = (_fault(each) for each in details)
        _say(f"The settings cannot be used. {'; '.join(faults)}")
        return Exit.USAGE
    # What clients are not told, an operator is: the disk is full, the host refuses.
    cause = error.__cause__ if "AppError" in names else None
    _say(_line(f"{error} ({type(cause).__name__}: {cause})" if cause else str(error))[:_LONGEST])
    return found[0]


def _line(text: str) -> str:
    return " ".join(text.split())


def _say(text: str) -> None:
    sys.stderr.write(f"mighty: {text}\n")


def _fault(detail: Any) -> str:
    """One fault of the settings: its name, where it has one, and what is wrong."""
    name = ".".join(map(str, detail["loc"])).upper()
    words = str(detail["msg"]).removeprefix("Value error, ")
    return f"{name}: {words}" if name else words
