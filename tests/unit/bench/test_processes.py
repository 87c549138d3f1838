"""What the kernel says of processes."""

import os
import subprocess
import sys

import pytest

from bench.processes import by_process_mb, cpu_s, pss_mb, short_name, title, tree, watching


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("ray::ServeReplica:mighty:Codec", "Codec"),
        ("ray::ServeController.listen_for_change()", "ServeController"),
        ("/x/ray/core/src/ray/raylet/raylet --socket=/y", "raylet"),
        ("/venv/bin/python -u /x/ray/dashboard/agent.py", "dashboard/agent.py"),
        ("/venv/bin/python3.11 -m serve_app", "-m serve_app"),
        ("/venv/bin/python", "bin/python"),
        ("", ""),
    ],
)
def test_names_of_processes_are_short(command: str, name: str) -> None:
    """A process is named by what it does, not by where its program lies."""
    assert short_name(command) == name


def test_tree_holds_children() -> None:
    """A child is in its parent's tree while it runs, and its memory is part of the whole."""
    code = "import sys; data = bytearray(50_000_000); print('up', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with watching(os.getpid()) as watch:
            watch.sample()
        assert child.pid in tree(os.getpid())
        assert title(child.pid).startswith(sys.executable)
        assert pss_mb(child.pid) > 50
        assert watch.peak_mb > pss_mb(os.getpid()) + 40
        assert sum(by_process_mb(child.pid).values()) > 50
        child.communicate()
    assert child.pid not in tree(os.getpid())


def test_ended_process_holds_nothing() -> None:
    """A process that has ended has no memory, no title and used no time."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert (pss_mb(child.pid), title(child.pid), cpu_s(child.pid)) == (0.0, "", 0.0)


def test_work_takes_cpu_time() -> None:
    """A busy loop shows in the time of its own process."""
    before = cpu_s(os.getpid())
    while cpu_s(os.getpid()) - before < 0.02:
        sum(range(10_000))
    assert cpu_s(os.getpid()) > before
