"""A real Redis on loopback."""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_START_S = 20


@dataclass
class RedisServer:
    """A server that can be stopped, started again at the same port, and made to hang."""

    folder: Path
    options: tuple[str, ...] = ()
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, empty, and wait until it answers; at the port it had."""
        if self._process:
            return
        self.port = self.port or _free_port()
        own = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder))
        self._process = subprocess.Popen(
            ["redis-server", *own, "--save", "", "--appendonly", "no", *self.options],
            stdout=subprocess.DEVNULL,
        )
        end = time.monotonic() + _START_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                pytest.fail("redis-server does not start")
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

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16)[:1] in {b"+", b"-"}  # "-" asks for a password
        except OSError:
            return False


@contextmanager
def redis_server(*options: str) -> Iterator[RedisServer]:
    """A running server, e.g. `redis_server("--requirepass", "secret")`; skips where there is none."""
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed")
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        server = RedisServer(Path(folder), options)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
