"""A real Postgres in a temporary folder, to be stopped, killed and frozen by tests."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench.service import free_port

_USER = "mighty"
_START_S = 30.0


class PostgresServer:
    """One server; `url` stays the same through stops and starts."""

    def __init__(self, *, programs: Path, folder: Path, flushes: bool) -> None:
        self._programs = programs
        self._flushes = flushes
        self._data = folder / "data"
        self._log = folder / "log.txt"
        self._account = _account()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = self.url_of("postgres")
        self._initialise()

    def url_of(self, database: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = {
            "fsync": "on" if self._flushes else "off",
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "shared_buffers": "16MB",
            "max_connections": "100",
        }
        arguments = [item for name, value in options.items() for item in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(self._data), *arguments],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                user=self._account, cwd=self._data,
            )  # fmt: skip
        self._wait_until_ready()

    def stop(self) -> None:
        """Shut down in order; connections are closed, new ones are refused."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(_START_S)
            self._process = None

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would."""
        if self._process is not None:
            for pid in self._tree():
                _signal(pid, signal.SIGKILL)
            self._process.wait(_START_S)
            self._process = None

    def pause(self) -> None:
        """Freeze every process of it: connections stay open, and nothing answers."""
        for pid in self._tree():
            _signal(pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after `pause`."""
        for pid in reversed(self._tree()):
            _signal(pid, signal.SIGCONT)

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._process is not None

    def execute(self, statement: str, *, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement; its rows."""
        with psycopg.connect(self.url_of(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _tree(self) -> list[int]:
        """The postmaster, then its children: each leads a session of its own, so no group has them all."""
        if self._process is None:
            return []
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [pid, *map(int, children.split())]

    def _initialise(self) -> None:
        if self._account is not None:
            for folder in (self._data.parent, *self._data.parents[1:2]):
                os.chown(folder, self._account, -1)
        subprocess.run(
            [str(self._programs / "initdb"), "-D", str(self._data), "-U", _USER, "-A", "trust",
             "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True, capture_output=True, user=self._account, cwd=self._data.parent,
        )  # fmt: skip

    def _wait_until_ready(self) -> None:
        ends_at = time.monotonic() + _START_S
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > ends_at or self._process is None or self._process.poll() is not None:
                    raise RuntimeError(self._log.read_text(encoding="utf-8", errors="replace")) from None
                time.sleep(0.05)
            else:
                return


@contextlib.contextmanager
def postgres(*, flushes: bool = True) -> Iterator[PostgresServer]:
    """A started server; skips the test where Postgres is not installed.

    Args:
        flushes: Commits wait for the disk, as in production. Without it they are as safe from the death of
            the server's processes, which is all that tests bring about, but not from that of the machine;
            making and closing many databases is several times as fast.
    """
    programs = _programs()
    if programs is None:
        pytest.skip("Postgres is not installed: neither on the PATH nor in /usr/lib/postgresql")
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(programs=programs, folder=Path(folder), flushes=flushes)
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest version's where there are several."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(versions, key=lambda place: float(place.parent.name), reverse=True)
    return next((place for place in places if (place / "postgres").exists()), None)


def _account() -> int | None:
    """Postgres refuses to run as root: the user to run it as then."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return known.get("postgres", known.get("nobody", 65534))


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
