"""The whole service as `make serve` runs it, to be killed in parts or at once and started again."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import httpx

from bench.processes import title, tree
from bench.service import free_port, stop, wait_ready
from configs.settings import REPOSITORY, Settings
from tests.faults.replicas import KEY, PATIENT

READY_S = 240
REPLICA = "ray::ServeReplica:mighty:"


class LiveService:
    """Processes of Ray and Serve over one data folder, which outlives them."""

    def __init__(self, folder: Path) -> None:
        self.data = folder
        self.database_url = f"sqlite:///{folder}/mighty.sqlite"
        self.storage_url = (folder / "objects").as_uri()
        (folder / "weights").symlink_to(Settings().weights_dir)
        self._log = folder / "log"
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it is ready; raises `RuntimeError` with its log."""
        environment = {
            **os.environ, **PATIENT,
            "API_PORT": str(self._port), "DATA_DIR": str(self.data), "DASHBOARD": "false",
        }  # fmt: skip
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "serve_app"], cwd=REPOSITORY, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        address = f"http://127.0.0.1:{self._port}"
        wait_ready(address, self._process, log=self._log, timeout_s=READY_S)

    def client(self) -> httpx.AsyncClient:
        """A client with the local key."""
        address = f"http://127.0.0.1:{self._port}"
        return httpx.AsyncClient(base_url=address, headers=KEY, timeout=120, trust_env=False)

    def kill(self, deployment: str) -> int:
        """Kill the replicas of a deployment; how many there were."""
        assert self._process is not None
        replicas = [pid for pid in tree(self._process.pid) if title(pid).startswith(REPLICA + deployment)]
        for pid in replicas:
            _kill(pid)
        return len(replicas)

    def kill_all(self) -> int:
        """Kill every process, as a power cut would; how many there were."""
        assert self._process is not None
        pids = tree(self._process.pid)
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)  # or the first to miss another would tidy up
        for pid in pids:
            _kill(pid)
        self._process.wait()
        return len(pids)

    def stop(self) -> None:
        """Stop it in order."""
        if self._process is not None and self._process.poll() is None:
            stop(self._process)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
