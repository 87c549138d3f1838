"""What the kernel says of a tree of processes: who is in it, memory, CPU time."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PERIOD_S = 0.2
"""Between two samples of memory."""
KIB = 1024 / 1e6
"""Megabytes (10^6 bytes) of one kibibyte, as /proc counts."""


def tree(root: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int(_stat(int(entry.name))[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += children.get(pid, [])
    return found


def pss_mb(pid: int) -> float:
    """Proportional set size in MB: shared pages, the object store's too, count once over all who map them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:  # it ended meanwhile
        return 0.0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) * KIB


def cpu_s(pid: int) -> float:
    """CPU time that a process has used, all threads, user and system; 0 when it has ended."""
    try:
        fields = _stat(pid)
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def title(pid: int) -> str:
    """What a process calls itself; Ray's replicas name their deployment: `ray::ServeReplica:mighty:Codec`."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return " ".join(part.decode(errors="replace") for part in command[:3]).strip()


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, the state first."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()


def short_name(command: str) -> str:
    """A title without paths and options: `Codec`, `raylet`, `dashboard/agent.py`, `-m serve_app`."""
    if command.startswith("ray::"):
        return re.split(r"[ .]", command.removeprefix("ray::"))[0].split(":")[-1]
    program, *rest = command.split(" ") if command else [""]
    if "python" in Path(program).name:
        if rest[:1] == ["-m"]:
            return " ".join(rest[:2])
        program = next((part for part in rest if not part.startswith("-")), program)
        return "/".join(Path(program).parts[-2:])
    return Path(program).name


def by_process_mb(root: int) -> dict[str, float]:
    """Memory of each process of a tree, largest first; processes of one name together."""
    sizes: dict[str, float] = {}
    for pid in tree(root):
        name = short_name(title(pid))
        sizes[name] = sizes.get(name, 0.0) + pss_mb(pid)
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


@dataclass(slots=True)
class Watch:
    """Memory of a tree while it is watched."""

    root: int
    highest: dict[str, float] = field(default_factory=dict)
    """Memory by process when the sum was the largest, see `by_process_mb`."""

    @property
    def peak_mb(self) -> float:
        """The largest sum of PSS that was seen."""
        return sum(self.highest.values())

    def sample(self) -> None:
        """Take one more."""
        now = by_process_mb(self.root)
        if sum(now.values()) > self.peak_mb:
            self.highest = now


@contextmanager
def watching(root: int) -> Iterator[Watch]:
    """Sample the memory of a process tree, from a thread, until the block ends."""
    watch, over = Watch(root), threading.Event()
    watch.sample()

    def keep() -> None:
        while not over.wait(PERIOD_S):
            watch.sample()

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()
