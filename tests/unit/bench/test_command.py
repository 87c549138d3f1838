"""The command line: what is published, and that everything is unwound."""

import importlib
import os
import signal
import sys

import pytest

from bench import command
from bench.command import ends_cleanly, run_alone
from bench.page import QUICK_ENOUGH, SLOW

every = importlib.import_module("bench.__main__")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What would have been written to the page."""
    sections: list[tuple[str, str]] = []
    for module in (command, every):
        monkeypatch.setattr(module, "publish", lambda name, text: sections.append((name, text)))
    return sections


@pytest.mark.parametrize(("option", "effort"), [([], "normal"), (["--full"], "full")])
def test_one_benchmark_replaces_its_section(
    option: list[str], effort: str, published: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A benchmark run alone publishes what it measured with the effort that was asked for."""
    monkeypatch.setattr(sys, "argv", ["bench", *option])
    run_alone("memory", lambda asked: f"## {asked}")
    assert published == [("memory", f"## {effort}")]


def test_quick_figures_are_not_published(
    published: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reduced run prints its section and leaves the page alone."""
    monkeypatch.setattr(sys, "argv", ["bench", "--quick"])
    run_alone("memory", lambda asked: f"## {asked}")
    assert published == []
    assert "## quick" in capsys.readouterr().out


def test_one_that_fails_does_not_stop_the_others(
    published: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failed benchmark is named, its old section stays, and the exit code says so."""

    def measure(name: str) -> object:
        if name == "served":
            raise RuntimeError("no answer")
        return lambda _: f"## {name}"

    monkeypatch.setattr(sys, "argv", ["bench"])
    monkeypatch.setattr(every, "_measure", measure)
    assert every.main() == 1
    assert [name for name, _ in published] == [name for name in QUICK_ENOUGH if name != "served"]
    assert "failed: served: RuntimeError('no answer')" in capsys.readouterr().out


def test_every_benchmark_has_its_module() -> None:
    """What `python -m bench` runs is there: a module each, with a `measure`."""
    for name in (*QUICK_ENOUGH, *SLOW):
        assert callable(every._measure(name))


def test_sigterm_unwinds() -> None:
    """SIGTERM runs what is to be done at the end, as Ctrl-C does; later it is the system's again."""
    before = signal.getsignal(signal.SIGTERM)
    cleaned = []

    def measure() -> None:
        with ends_cleanly():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                signal.pause()
            finally:
                cleaned.append("service stopped")

    with pytest.raises(KeyboardInterrupt):
        measure()
    assert cleaned == ["service stopped"]
    assert signal.getsignal(signal.SIGTERM) is before
