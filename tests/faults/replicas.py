"""Replicas without Ray in processes of their own, over shared servers."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import httpx

from bench.service import free_port
from configs.settings import REPOSITORY

START_S = 60
PATIENT = {"DEADLINE_S": "60", "JOBS_AT_ONCE": "4", "JOBS_AT_ONCE_PER_OWNER": "4"}
"""A slow machine is no defect; one owner asks for everything."""
KEY = {"Authorization": "Bearer dev-key"}


class Replica:
    """One process; `address` stays the same through kills and starts."""

    def __init__(self, kind: Literal["api", "dispatcher"], environment: Mapping[str, str], log: Path) -> None:
        self._kind = kind
        self._environment = {**os.environ, **PATIENT, **environment}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._port = free_port()
        self.address = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start; returns at once."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.replica", self._kind, str(self._port)],
                cwd=REPOSITORY, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self) -> None:
        """Kill it as the kernel would when memory is short."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    @property
    def log(self) -> str:
        """The end of what it said."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def client(self) -> httpx.AsyncClient:
        """A client with the local key."""
        limits = httpx.Limits(max_connections=200)
        return httpx.AsyncClient(
            base_url=self.address, headers=KEY, timeout=90, trust_env=False, limits=limits
        )

    async def ready(self) -> None:
        """All that it needs answers it; raises with its log when that takes too long."""
        async with self.client() as http:
            try:
                async with asyncio.timeout(START_S):
                    while True:
                        if await _says_yes(http):
                            return
                        await asyncio.sleep(0.1)
            except TimeoutError as error:
                raise RuntimeError(self.log) from error


async def _says_yes(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).is_success
    except httpx.HTTPError:
        return False


@contextmanager
def started(*, apis: int, environment: Mapping[str, str], folder: Path) -> Iterator[list[Replica]]:
    """Replicas of the API and, last in the list, the dispatcher; killed however the block ends."""
    made = [Replica("api", environment, folder / f"api{number}.log") for number in range(apis)]
    made.append(Replica("dispatcher", environment, folder / "dispatcher.log"))
    try:
        for replica in made:
            replica.start()
        yield made
    finally:
        for replica in made:
            replica.kill()
