"""Runs one of our modules in a process of its own.

Apart, because a runtime that was only tried would stay in the replica's memory for good, one that meets an
instruction which the processor lacks takes its process down, and a kernel that reads where it may not makes a
device refuse everything its process asks for afterwards.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from models.base import EngineError

PASSES = 4
"""Timed passes; the fastest counts, since what is slower was disturbed."""

_ROOT = Path(__file__).resolve().parents[2]


def run_isolated(module: str, *arguments: str, patience_s: float) -> str:
    """`python -m module arguments...`, whose end this process survives.

    Args:
        module: By its full name.
        arguments: For it. It runs in the repository's root: paths must be absolute.
        patience_s: For starting and all that it does.

    Returns:
        The last line that it printed.

    Raises:
        EngineError: It could not be started, failed (the text ends with its last words), or took too long.
    """
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our own modules, with arguments of our own
            command,
            cwd=_ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=patience_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EngineError(f"took more than {patience_s:g} s") from None
    except OSError as error:
        raise EngineError(f"its process could not be started: {error}") from error
    if done.returncode:
        last_words = _last_line(done.stderr) or "no message"
        raise EngineError(f"its process ended with {done.returncode}: {last_words}")
    return _last_line(done.stdout)


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def processor_seconds(run: Callable[[], object]) -> float:
    """The least of the processor's seconds, over all threads, for one of a few passes after a first one.

    Not the clock's: replicas start at the same time, and by the clock the backend would win whose pass was
    disturbed least.
    """
    run()
    seconds = []
    for _ in range(PASSES):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)
