"""A service of the benchmark's own: started, measured from outside, stopped."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.processes import pss_mb, tree
from configs.settings import REPOSITORY, Settings

READY_TIMEOUT_S = 240
STOP_TIMEOUT_S = 90


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

    def client(self, *, timeout_s: float = 120) -> httpx.Client:
        """A client with the local key, whose every request is worked on: no answer comes from the cache."""
        return httpx.Client(
            base_url=self.address,
            headers={"Authorization": "Bearer dev-key", "Cache-Control": "no-store"},
            timeout=timeout_s,
            trust_env=False,
        )

    def pss_mb(self) -> float:
        """Proportional set size of every process of the service, in MB (10^6 bytes)."""
        return sum(pss_mb(pid) for pid in tree(self.pid))


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(*, port: int | None = None, **settings: str) -> Iterator[Service]:
    """Start a service in a data folder of its own; weights are shared. It is stopped however the block ends.

    Args:
        port: Where it listens; any free one when absent.
        settings: More environment variables for it, e.g. `SERVE_FILE="configs/serve/small.yaml"`.

    Raises:
        RuntimeError: it did not get ready.
    """
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        data = Path(folder)
        (data / "weights").symlink_to(Settings().weights_dir)
        environment = {
            **os.environ,
            "API_PORT": str(port),
            "DATA_DIR": str(data),
            "DASHBOARD": "false",
            **settings,
        }
        started = time.perf_counter()
        with (data / "log").open("wb") as log:
            # A session of its own: Ctrl-C reaches the benchmark, which then stops the service in order.
            process = subprocess.Popen(
                [sys.executable, "-m", "serve_app"],
                cwd=REPOSITORY,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                address = f"http://127.0.0.1:{port}"
                wait_ready(address, process, log=data / "log", timeout_s=READY_TIMEOUT_S)
                yield Service(address, process, time.perf_counter() - started)
            finally:
                stop(process)


def wait_ready(address: str, process: subprocess.Popen[bytes], *, log: Path, timeout_s: float) -> None:
    """Ask `/health/ready` until it says yes; raises `RuntimeError` with the log's end when it never does."""
    end = time.perf_counter() + timeout_s
    while not _ready(address):
        if process.poll() is not None or time.perf_counter() > end:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-4000:])
        time.sleep(0.1)


def _ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready", timeout=5, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a process in order; past the time for that, end it and all that is below it."""
    below = tree(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_TIMEOUT_S)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        for pid in below:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        raise
