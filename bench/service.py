"""A service of the benchmark's own: started, measured from outside, stopped."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from configs.settings import REPOSITORY, Settings

PORT = 8765
READY_TIMEOUT_S = 240


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    address: str
    process: subprocess.Popen[bytes]
    start_s: float
    """From the command to `/health/ready` 200."""

    @property
    def pid(self) -> int:
        """Of the process that was started; Ray's are below it."""
        return self.process.pid

    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self.process.poll()

    def client(self) -> httpx.Client:
        """A client with the local key."""
        return httpx.Client(
            base_url=self.address,
            headers={"Authorization": "Bearer dev-key"},
            timeout=120,
            trust_env=False,
        )

    def pss_mb(self) -> float:
        """Proportional set size of every process of the service, in MB (10^6 bytes)."""
        return sum(_pss_kb(pid) for pid in tree(self.pid)) * 1024 / 1e6


@contextmanager
def running(*, port: int = PORT, **settings: str) -> Iterator[Service]:
    """Start a service on a port and in a data folder of its own; weights are shared.

    Args:
        port: Where it listens.
        settings: More environment variables for it.

    Raises:
        RuntimeError: it did not get ready.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        (data / "weights").symlink_to(Settings().weights_dir)
        environment = {
            **os.environ,
            "API_PORT": str(port),
            "DATA_DIR": str(data),
            "DASHBOARD": "false",
            **settings,
        }
        log = (data / "log").open("wb")
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "serve_app"], cwd=REPOSITORY, env=environment, stdout=log, stderr=log
        )
        address = f"http://127.0.0.1:{port}"
        try:
            while not _ready(address):
                if process.poll() is not None or time.perf_counter() - started > READY_TIMEOUT_S:
                    raise RuntimeError((data / "log").read_text(errors="replace")[-4000:])
                time.sleep(0.1)
            yield Service(address, process, time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=90)
            log.close()


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready", timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def tree(root: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += children.get(pid, [])
    return found


def _pss_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
