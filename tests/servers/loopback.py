"""What the servers on loopback have in common: they are started, stopped and made to hang."""

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from pathlib import Path

import pytest

from bench.service import free_port

_START_S = 30


class LoopbackServer(ABC):
    """A server that can be stopped, started again at the same port, and made to hang."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it at `port`."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it can be used by now."""

    def start(self) -> None:
        """Start it, and wait until it answers; at the port it had."""
        if self._process:
            return
        self.port = self.port or free_port()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self.command(), stdout=log, stderr=log)
        end = time.monotonic() + _START_S
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > end:
                pytest.fail(f"{self.command()} does not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End it at once, as a crash would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Connections stay open, nothing is answered."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after a pause."""
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    @property
    def _log(self) -> Path:
        return self.folder / "log.txt"
