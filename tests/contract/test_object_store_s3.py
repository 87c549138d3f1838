"""What an S3 bucket does that no disk does: signed links, uploads that change on the way, servers that go."""

import asyncio
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from serve_app.adapters import object_store
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.errors import NotFoundError, UnavailableError
from tests.servers.s3 import S3Server, s3_server

_PNG = "image/png"
_BODY = bytes(range(256)) * 4096  # 1 MiB

CALLS: dict[str, Callable[[ObstoreObjectStore], Awaitable[object]]] = {
    "get": lambda store: store.get("a.png"),
    "range": lambda store: store.get("a.png", start=3, end=5),
    "put": lambda store: store.put("b.png", _BODY, content_type=_PNG),
    "list": lambda store: store.list_keys(""),
    "delete": lambda store: store.delete("a.png"),
    "check": lambda store: store.check(),
}


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Server]:
    """A server of this module's own, which its tests stop."""
    with s3_server() as server:
        yield server


@pytest.fixture
def server(bucket: S3Server) -> Iterator[S3Server]:
    """The server, running before and after."""
    yield bucket
    bucket.resume()
    bucket.start()


@pytest.fixture
def store(server: S3Server, request: pytest.FixtureRequest) -> ObstoreObjectStore:
    """A folder of the bucket."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name)
    return ObstoreObjectStore.from_url(f"{server.url}/{name}", s3_options=server.options)


def _open(url: str, **headers: str) -> tuple[int, str, bytes]:
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own loopback server
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - the same
        return answer.status, answer.headers["Content-Type"], answer.read()


async def test_link_tells_caches(store: ObstoreObjectStore) -> None:
    """The bucket itself tells a browser to keep what it got, and that it will not change."""
    await store.put("a.png", b"x", content_type=_PNG)
    url = await _link(store, seconds=60)
    with await asyncio.to_thread(urllib.request.urlopen, url) as answer:
        assert answer.headers["Cache-Control"] == "private, max-age=86400, immutable"


async def _link(store: ObstoreObjectStore, *, seconds: float) -> str:
    url = await store.signed_url("a.png", expires_at=datetime.now(UTC) + timedelta(seconds=seconds))
    assert url is not None
    return url


async def test_link_opens_without_a_key(store: ObstoreObjectStore) -> None:
    """Whoever holds the link gets the bytes with their type from the bucket itself, ranges too."""
    await store.put("a.png", _BODY, content_type=_PNG)
    url = await _link(store, seconds=60)
    assert await asyncio.to_thread(_open, url) == (200, _PNG, _BODY)
    assert await asyncio.to_thread(_open, url, Range="bytes=5-8") == (206, _PNG, _BODY[5:9])


@pytest.mark.parametrize(("old", "new"), [("a.png", "b.png"), ("Expires=60", "Expires=600"), ("?", "?x=&")])
async def test_changed_link(store: ObstoreObjectStore, old: str, new: str) -> None:
    """A link to another key, for longer or with any other part opens nothing."""
    for key in ("a.png", "b.png"):
        await store.put(key, b"x", content_type=_PNG)
    url = await _link(store, seconds=60.9)
    assert old in url
    with pytest.raises(urllib.error.HTTPError) as caught:
        await asyncio.to_thread(_open, url.replace(old, new))
    assert caught.value.code == 403


async def test_link_expires(store: ObstoreObjectStore) -> None:
    """A link is good at first and refused when its second is over; one that is past is good for a second."""
    await store.put("a.png", b"x", content_type=_PNG)
    url = await _link(store, seconds=-60)
    assert "X-Amz-Expires=1&" in url
    await asyncio.sleep(2.5)
    with pytest.raises(urllib.error.HTTPError) as caught:
        await asyncio.to_thread(_open, url)
    assert caught.value.code == 403


async def test_link_is_cut_to_a_week(store: ObstoreObjectStore) -> None:
    """S3 signs for seven days at most; a longer time gives a link that works for as long as it can."""
    await store.put("a.png", b"x", content_type=_PNG)
    url = await _link(store, seconds=1e7)
    assert f"X-Amz-Expires={7 * 86_400}&" in url
    assert (await asyncio.to_thread(_open, url))[0] == 200


async def test_other_stores_sign_nothing() -> None:
    """Memory has no links of its own, and what is not a key has none anywhere."""
    later = datetime.now(UTC) + timedelta(seconds=60)
    assert await ObstoreObjectStore.from_url("memory://").signed_url("a.png", expires_at=later) is None
    options = {"access_key_id": "a", "secret_access_key": "b"}
    bucket = ObstoreObjectStore.from_url("s3://files", s3_options=options)
    assert await bucket.signed_url("../a.png", expires_at=later) is None


@pytest.mark.timeout(30)
@pytest.mark.parametrize("failure", ["stop", "pause"])
async def test_gone_server(
    store: ObstoreObjectStore, server: S3Server, monkeypatch: pytest.MonkeyPatch, failure: str
) -> None:
    """A server that refuses connections, or takes them and is silent, is unavailable before long.

    When it is back, what was acknowledged is there and what was not is absent.
    """
    await store.put("a.png", _BODY, content_type=_PNG)
    monkeypatch.setattr(object_store, "_PATIENCE_S", 2.0)  # less than the service's 5, to be done sooner
    getattr(server, failure)()
    outcomes = await asyncio.gather(*(call(store) for call in CALLS.values()), return_exceptions=True)
    assert [type(each) for each in outcomes] == [UnavailableError] * len(CALLS)
    monkeypatch.undo()
    server.stop()  # else a silent one would do on waking what it was asked
    server.start()
    assert (await store.get("a.png")).data == _BODY
    assert await store.list_keys("") == ["a.png"]


@pytest.mark.timeout(60)
async def test_server_killed_while_puts_run(store: ObstoreObjectStore, server: S3Server) -> None:
    """Of many puts that a killed server breaks off, the acknowledged are there and no object is partial."""
    puts = {
        f"{n}.png": asyncio.create_task(store.put(f"{n}.png", _BODY, content_type=_PNG)) for n in range(24)
    }
    await asyncio.wait(puts.values(), return_when=asyncio.FIRST_COMPLETED)
    server.stop()
    outcomes = await asyncio.gather(*puts.values(), return_exceptions=True)
    server.start()
    assert {type(each) for each in outcomes} == {type(None), UnavailableError}
    listed = await store.list_keys("")
    assert {key for key, each in zip(puts, outcomes, strict=True) if each is None} <= set(listed)
    for key in listed:
        assert (await store.get(key)).data == _BODY


@asynccontextmanager
async def _changing_line(port: int, *, old: bytes, new: bytes) -> AsyncIterator[int]:
    """A line to a port of loopback on which bytes of the requests change; its own port."""

    async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while part := await source.read(65_536):
            target.write(part.replace(old, new))
            await target.drain()
        target.close()

    async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream, to_server = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_copy(reader, to_server), _copy(upstream, writer), return_exceptions=True)

    server = await asyncio.start_server(_connect, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(("sent", "kept"), [(b"MARKED", []), (b"UNMARKED", ["a.png"])])
async def test_upload_that_changes_on_its_way(server: S3Server, sent: bytes, kept: list[str]) -> None:
    """An upload of which one byte changes on the line is refused by its SHA-256; nothing is kept of it."""
    async with _changing_line(server.port, old=b" MARKED", new=b" MARKET") as port:
        options = {**server.options, "endpoint": f"http://127.0.0.1:{port}"}
        store = ObstoreObjectStore.from_url(f"{server.url}/changed/{len(kept)}", s3_options=options)
        put = store.put("a.png", b"0" * 100 + b" " + sent, content_type=_PNG)
        if kept:
            await put
        else:
            with pytest.raises(UnavailableError):
                await put
        assert await store.list_keys("") == kept


_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nLast-Modified: Mon, 23 Nov 2026 04:00:00 GMT\r\n\r\n"
_ANSWERS = {
    "busy": b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n",
    "broken": b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n",
    "no-http": b"\x00\xff nonsense\r\n\r\n",
    "half-a-body": _HEAD + b"01234",
    "silent": b"",
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("then", ["close", "hang"])
@pytest.mark.parametrize("answer", _ANSWERS)
async def test_ill_server(answer: str, then: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers errors, nonsense or half, then closes or hangs, is unavailable before long."""
    monkeypatch.setattr(object_store, "_PATIENCE_S", 0.5)
    ended = asyncio.Event()

    async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_ANSWERS[answer])
        await writer.drain()
        if then == "hang":
            await ended.wait()
        writer.close()

    server = await asyncio.start_server(_connect, "127.0.0.1", 0)
    async with server:
        options = {"endpoint": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "region": "r"}
        keys = {"access_key_id": "a", "secret_access_key": "b"}
        store = ObstoreObjectStore.from_url("s3://files", s3_options={**options, **keys})
        calls = ("get", "range", "put", "list", "delete", "check")
        outcomes = await asyncio.gather(*(CALLS[name](store) for name in calls), return_exceptions=True)
        ended.set()
        await asyncio.sleep(0)
    assert [type(each) for each in outcomes] == [UnavailableError] * len(calls)


@pytest.mark.parametrize("wrong", [{"secret_access_key": "x"}, {"access_key_id": "x"}])
async def test_wrong_credentials(server: S3Server, wrong: dict[str, str]) -> None:
    """A bucket that refuses the credentials is unavailable, not empty."""
    store = ObstoreObjectStore.from_url(server.url, s3_options={**server.options, **wrong})
    for call in CALLS.values():
        with pytest.raises(UnavailableError):
            await call(store)


async def test_absent_bucket(server: S3Server) -> None:
    """A bucket that does not exist is unavailable: its objects are not just absent."""
    store = ObstoreObjectStore.from_url("s3://no-such-bucket", s3_options=server.options)
    for name in ("get", "range", "put", "list", "delete", "check"):
        with pytest.raises(UnavailableError):
            await CALLS[name](store)


_ROUND_TRIP = """
import asyncio, sys
from serve_app.adapters.object_store import ObstoreObjectStore
async def main():
    store = ObstoreObjectStore.from_url(sys.argv[1])
    await store.put("a.png", b"by environment", content_type="image/png")
    print((await store.get("a.png")).data.decode())
asyncio.run(main())
"""


async def test_usual_variables_are_enough(server: S3Server) -> None:
    """Endpoint (plain http too), region and keys come from the AWS_* variables of the process."""
    command = [sys.executable, "-c", _ROUND_TRIP, f"{server.url}/by-environment"]
    done = await asyncio.to_thread(
        subprocess.run,
        command,
        env={**server.environment, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "by environment\n"
    store = ObstoreObjectStore.from_url(f"{server.url}/by-environment", s3_options=server.options)
    assert await store.list_keys("") == ["a.png"]


async def test_endpoint_with_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint below a path, such as Supabase Storage's, keeps its path before the bucket's name."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://project.supabase.co/storage/v1/s3")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    url = await _link(ObstoreObjectStore.from_url("s3://files/prefix"), seconds=60)
    assert url.startswith("https://project.supabase.co/storage/v1/s3/files/prefix/a.png?X-Amz-")
    assert "eu-central-1%2Fs3" in url


async def test_absent_object_of_a_bucket(store: ObstoreObjectStore) -> None:
    """In a bucket that is there, an absent object is not found."""
    with pytest.raises(NotFoundError):
        await store.get("a.png")
