"""Modules in processes of their own, and the processor's time."""

from types import SimpleNamespace

import pytest

from models.backends import isolated
from models.backends.isolated import processor_seconds, run_isolated
from models.base import EngineError


def test_the_last_line_is_the_answer() -> None:
    """What is printed before the last line is no answer: some runtimes greet."""
    assert run_isolated("timeit", "-n1", "-r1", "print('hello')", patience_s=60).startswith("1 loop")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("raise ValueError('no such instruction')", "ended with 1: ValueError: no such instruction"),
        ("__import__('os').kill(__import__('os').getpid(), 9)", "ended with -9: no message"),
    ],
)
def test_a_failure_says_how_it_ended(code: str, says: str) -> None:
    """The last words and the status of a process that failed are the error's text, a signal's too."""
    with pytest.raises(EngineError, match=says):
        run_isolated("timeit", "-n1", "-r1", code, patience_s=60)


def test_patience_ends() -> None:
    """A process that takes too long is ended, and that is an error."""
    with pytest.raises(EngineError, match=r"took more than 0\.2 s"):
        run_isolated("timeit", "-n1", "-r1", "__import__('time').sleep(60)", patience_s=0.2)


def test_what_cannot_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an interpreter, or memory for one, there is an error that candidates may raise."""
    monkeypatch.setattr(isolated.sys, "executable", "/nowhere/python")
    with pytest.raises(EngineError, match="could not be started"):
        run_isolated("timeit", patience_s=1)


def test_the_processors_time_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The least of the passes after the first counts, by the processor: what the clock says is not asked."""
    spent, now = iter([9.0, 3.0, 2.0, 5.0, 4.0]), [0.0]

    def run() -> None:
        now[0] += next(spent)

    monkeypatch.setattr(isolated, "time", SimpleNamespace(process_time=lambda: now[0]))
    assert processor_seconds(run) == 2.0
    assert next(spent, None) is None
