"""HTTP downloads against a real server on the loopback interface, which can be told to misbehave."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.sources import OfficialFile
from models.weights import ChecksumError, SourceError, SourceSkippedError
from models.weights.download import Downloader

BODY = os.urandom(300_000)


@dataclass
class Behaviour:
    """How the server answers."""

    body: bytes = BODY
    honours_range: bool = True
    wrong_range: bool = False
    cut_after_bytes: int | None = None
    stall_after_bytes: int | None = None
    status: int | None = None
    announces_length: bool = True
    ranges: list[str | None] = field(default_factory=list)
    """The Range header of each request so far."""


class Handler(BaseHTTPRequestHandler):
    """Serves one body at any path."""

    behaviour: Behaviour
    release: threading.Event

    def do_GET(self) -> None:
        """Answer as told."""
        how, wanted = self.behaviour, self.headers.get("Range")
        how.ranges.append(wanted)
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and how.honours_range else 0
        if how.status or start >= len(how.body):
            self.send_error(how.status or 416)
            return
        self.send_response(206 if start else 200)
        if start:
            first = start + 1 if how.wrong_range else start
            self.send_header("Content-Range", f"bytes {first}-{len(how.body) - 1}/{len(how.body)}")
        rest = how.body[start:]
        if how.announces_length:
            self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a client that refuses the rest hangs up
            self.wfile.write(rest[: how.cut_after_bytes or how.stall_after_bytes])
        if how.stall_after_bytes:
            self.wfile.flush()
            self.release.wait(30)
        how.cut_after_bytes = None  # the next request goes through

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Keep the test's output clean."""


@dataclass(frozen=True)
class Site:
    """A running server."""

    url: str
    behaviour: Behaviour
    release: threading.Event


@pytest.fixture
def site() -> Iterator[Site]:
    """A server that serves BODY until told otherwise."""
    attributes = {"behaviour": Behaviour(), "release": threading.Event()}
    handler = type("Told", (Handler,), attributes)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield Site(url=f"http://127.0.0.1:{server.server_port}/model.bin", **attributes)
    attributes["release"].set()
    server.shutdown()
    server.server_close()


def published(body: bytes = BODY) -> OfficialFile:
    """A pin for these bytes."""
    return OfficialFile("model.bin", "", hashlib.sha256(body).hexdigest(), len(body))


def fetch(site: Site, folder: Path, file: OfficialFile | None = None) -> Path:
    """One run."""
    with Downloader() as downloader:
        return downloader.fetch(file or published(), url=site.url, folder=folder)


def test_whole_file_arrives_and_nothing_else(site: Site, tmp_path: Path) -> None:
    """After a download the folder holds the file and no part."""
    assert fetch(site, tmp_path).read_bytes() == BODY
    assert [path.name for path in tmp_path.iterdir()] == ["model.bin"]


def test_body_of_unannounced_length_arrives(site: Site, tmp_path: Path) -> None:
    """A server that ends the body by closing the connection is understood."""
    site.behaviour.announces_length = False
    assert fetch(site, tmp_path).read_bytes() == BODY


@pytest.mark.parametrize("announces_length", [True, False])
def test_cut_is_resumed_in_the_same_run(site: Site, tmp_path: Path, announces_length: bool) -> None:  # noqa: FBT001 - pytest passes parameters by name
    """After a cut the next request asks only for the rest."""
    site.behaviour.announces_length = announces_length
    site.behaviour.cut_after_bytes = 100_000
    assert fetch(site, tmp_path).read_bytes() == BODY
    assert site.behaviour.ranges == [None, "bytes=100000-"]


def test_part_of_earlier_run_is_resumed(site: Site, tmp_path: Path) -> None:
    """What an earlier run brought is not asked for again."""
    (tmp_path / "model.bin.part").write_bytes(BODY[:250_000])
    assert fetch(site, tmp_path).read_bytes() == BODY
    assert site.behaviour.ranges == ["bytes=250000-"]


def test_server_that_ignores_ranges_starts_over(site: Site, tmp_path: Path) -> None:
    """A full answer to a range request replaces the part instead of being appended to it."""
    site.behaviour.honours_range = False
    (tmp_path / "model.bin.part").write_bytes(BODY[:1000])
    assert fetch(site, tmp_path).read_bytes() == BODY


def test_part_of_another_version_is_thrown_away(site: Site, tmp_path: Path) -> None:
    """A resumed file with a wrong checksum is fetched once more from its beginning."""
    (tmp_path / "model.bin.part").write_bytes(bytes(1000))
    assert fetch(site, tmp_path).read_bytes() == BODY
    assert site.behaviour.ranges == ["bytes=1000-", None]


def test_part_longer_than_the_file_is_thrown_away(site: Site, tmp_path: Path) -> None:
    """Where the server has nothing after the part, the download begins anew."""
    (tmp_path / "model.bin.part").write_bytes(BODY + b"more")
    assert fetch(site, tmp_path).read_bytes() == BODY


def test_another_range_than_asked_for_is_refused(site: Site, tmp_path: Path) -> None:
    """Bytes of another place are not appended."""
    site.behaviour.wrong_range = True
    (tmp_path / "model.bin.part").write_bytes(BODY[:1000])
    with pytest.raises(SourceError, match="another range"):
        fetch(site, tmp_path)
    assert (tmp_path / "model.bin.part").read_bytes() == BODY[:1000]


def test_wrong_checksum_is_refused_and_removed(site: Site, tmp_path: Path) -> None:
    """Bytes that are not the pinned ones leave nothing behind."""
    site.behaviour.body = bytes(len(BODY))
    with pytest.raises(ChecksumError, match="expected " + published().sha256):
        fetch(site, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("announces_length", [True, False])
def test_endless_answer_is_cut_off(site: Site, tmp_path: Path, announces_length: bool) -> None:  # noqa: FBT001 - pytest passes parameters by name
    """An answer longer than the pin is refused, whether its length was announced or not."""
    site.behaviour.announces_length = announces_length
    site.behaviour.body = BODY * 20
    with pytest.raises(SourceError, match="long"):
        fetch(site, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [403, 404, 500])
def test_status_is_the_reason(site: Site, tmp_path: Path, status: int) -> None:
    """An error answer is named by its status."""
    site.behaviour.status = status
    with pytest.raises(SourceError, match=f"answered {status}"):
        fetch(site, tmp_path)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "models", "http://[/x"])
def test_unusable_address_is_a_reason(tmp_path: Path, url: str) -> None:
    """A mistyped mirror is a failed source, not a crash."""
    with Downloader() as downloader, pytest.raises(SourceError):
        downloader.fetch(published(), url=url, folder=tmp_path)


def test_unreachable_host_is_asked_once(site: Site, tmp_path: Path) -> None:
    """The second file of a host that refused the first is not asked for."""
    with Downloader() as downloader:
        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as closed:
            dead = f"http://127.0.0.1:{closed.server_port}/"
        with pytest.raises(SourceError, match="cannot be reached") as first:
            downloader.fetch(published(), url=dead + "a", folder=tmp_path)
        with pytest.raises(SourceSkippedError, match="not tried again"):
            downloader.fetch(published(), url=dead + "b", folder=tmp_path)
        assert not isinstance(first.value, SourceSkippedError)
        assert downloader.fetch(published(), url=site.url, folder=tmp_path).read_bytes() == BODY


RUN = """
import sys
from pathlib import Path
from models.sources import OfficialFile
from models.weights.download import Downloader
with Downloader() as downloader:
    file = OfficialFile("model.bin", "", sys.argv[2], int(sys.argv[3]))
    downloader.fetch(file, url=sys.argv[1], folder=Path(sys.argv[4]))
"""


def test_killed_download_leaves_only_a_part(site: Site, tmp_path: Path) -> None:
    """After SIGKILL in mid-download there is no file under the final name, and the next run goes on."""
    site.behaviour.stall_after_bytes = 200_000
    pin = published()
    command = [sys.executable, "-c", RUN, site.url, pin.sha256, str(pin.size_bytes), str(tmp_path)]
    with subprocess.Popen(command) as process:
        part = tmp_path / "model.bin.part"
        wait = threading.Event()
        while process.poll() is None and not (part.exists() and part.stat().st_size):
            wait.wait(0.02)
        assert process.poll() is None, "the download ended before it could be killed"
        process.send_signal(signal.SIGKILL)
    assert [path.name for path in tmp_path.iterdir()] == ["model.bin.part"]
    held_bytes = part.stat().st_size
    site.behaviour.stall_after_bytes = None
    assert fetch(site, tmp_path).read_bytes() == BODY
    assert site.behaviour.ranges[-1] == f"bytes={held_bytes}-"
