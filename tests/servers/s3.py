"""A real S3 server on loopback: OpenStack Swift behind its S3 API (`swift_in_one.py`)."""

import importlib.util
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import obstore
import pytest
from obstore.store import S3Store

from tests.servers.loopback import LoopbackServer

BUCKET = "files"
_SCRIPT = Path(__file__).with_name("swift_in_one.py")


class S3Server(LoopbackServer):
    """With one bucket, whose acknowledged objects outlive a stop."""

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

    def command(self) -> list[str]:
        # -P: this folder's modules must not hide installed ones. Eventlet warns that it is old.
        return [sys.executable, "-P", "-W", "ignore", str(_SCRIPT), str(self.folder), str(self.port)]

    def answers(self) -> bool:
        """The bucket is there; makes it."""
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
