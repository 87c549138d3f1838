"""A real S3 server on loopback: OpenStack Swift behind its S3 API (`swift_in_one.py`)."""

import importlib.util
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

BUCKET = "files"
_START_S = 30
_SCRIPT = Path(__file__).with_name("swift_in_one.py")


@dataclass
class S3Server:
    """A server with one bucket that can be stopped, started again at the same port, and made to hang."""

    folder: Path
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Of the bucket, for STORAGE_URL."""
        return f"s3://{BUCKET}"

    @property
    def options(self) -> dict[str, str]:
        """What `ObstoreObjectStore.from_url` needs beside the URL."""
        keys = {"access_key_id": "test:tester", "secret_access_key": "testing"}
        return {"endpoint": self.endpoint, "region": "us-east-1", **keys}

    @property
    def environment(self) -> dict[str, str]:
        """The same as variables of a process."""
        options = self.options
        return {
            "AWS_ENDPOINT_URL": options["endpoint"],
            "AWS_REGION": options["region"],
            "AWS_ACCESS_KEY_ID": options["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": options["secret_access_key"],
        }

    def start(self) -> None:
        """Start it and wait until the bucket is there, with what was stored before a stop."""
        if self._process:
            return
        self.port = self.port or _free_port()
        # -P: this folder's modules must not hide installed ones. Eventlet warns that it is old.
        command = [sys.executable, "-P", "-W", "ignore", str(_SCRIPT), str(self.folder), str(self.port)]
        with (self.folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + _START_S
        while not self._makes_bucket():
            if self._process.poll() is not None or time.monotonic() > end:
                pytest.fail("Swift does not start: " + (self.folder / "log.txt").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        """End it at once, as a crash would; what it acknowledged is kept."""
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

    def _makes_bucket(self) -> bool:
        store = S3Store(BUCKET, config=self.options, client_options={"allow_http": True})  # type: ignore[arg-type]
        url = obstore.sign(store, "PUT", "", timedelta(seconds=60))
        request = urllib.request.Request(url, method="PUT")  # noqa: S310 - our own loopback server
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - the same
                return bool(answer.status == HTTPStatus.OK)
        except urllib.error.HTTPError as error:
            return error.code == HTTPStatus.CONFLICT  # it is there since before the stop
        except OSError:
            return False


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """A running server with an empty bucket; skips where Swift is not installed."""
    if importlib.util.find_spec("swift") is None:
        pytest.skip("swift is not installed")
    with tempfile.TemporaryDirectory(prefix="s3-") as folder:
        server = S3Server(Path(folder))
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
