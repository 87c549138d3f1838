"""Fetching from a server of ours on loopback: requests, bodies, broken answers, deadlines."""

import asyncio
import gzip
import tracemalloc
import zlib
from contextlib import suppress

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from serve_app.errors import (
    PayloadTooLargeError,
    UrlFetchFailedError,
    UrlForbiddenError,
    UrlSchemeError,
)
from tests.contract.loopback import HEAD, fetch, fetcher, serve


async def test_the_request_is_plain() -> None:
    """The server sees path and query, the host as written, and no more than five headers of ours."""
    seen: list[bytes] = []

    async def _handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        seen.append(head)
        writer.write(HEAD + b"\r\nimage")

    assert await fetch(_handler) == b"image"
    lines = seen[0].decode().strip().split("\r\n")
    assert lines[0] == "GET /a.png?x=1 HTTP/1.1"
    names = {line.partition(":")[0].lower() for line in lines[1:]}
    assert names <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert "Accept-Encoding: identity" in lines


async def test_proxy_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is not asked."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert await fetch(HEAD + b"\r\nimage") == b"image"


@pytest.mark.parametrize(
    "answer",
    [
        b"Content-Length: 1000\r\n\r\n" + b"x" * 1000,
        b"\r\n" + b"x" * 1000,
        b"Transfer-Encoding: chunked\r\n\r\n3e8\r\n" + b"x" * 1000 + b"\r\n0\r\n\r\n",
        b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 1000),
        b"Content-Encoding: deflate\r\n\r\n" + zlib.compress(b"x" * 1000),
        b"Content-Encoding: identity\r\n\r\n" + b"x" * 1000,
    ],
    ids=["length", "until-close", "chunked", "gzip", "deflate", "identity"],
)
async def test_a_body_of_the_limit_passes(answer: bytes) -> None:
    """A body of exactly the limit comes back whole, however it is framed or packed."""
    assert await fetch(HEAD + answer) == b"x" * 1000


@pytest.mark.parametrize(
    "answer",
    [
        b"Content-Length: 1001\r\n\r\n",
        b"Content-Length: 99999999999999999999\r\n\r\n",
        b"\r\n" + b"x" * 1001,
        b"Transfer-Encoding: chunked\r\n\r\n64\r\n"
        + b"x" * 100
        + b"\r\n"
        + b"385\r\n"
        + b"x" * 901
        + b"\r\n",
        b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 1001),
        b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(100_000)),
    ],
    ids=["length", "huge-length", "until-close", "chunked", "gzip", "bomb"],
)
async def test_a_longer_body_is_too_large(answer: bytes) -> None:
    """One byte more is `PayloadTooLargeError`: announced, met while streaming, or met while unpacking."""
    with pytest.raises(PayloadTooLargeError):
        await fetch(HEAD + answer)


async def test_a_bomb_is_never_unfolded() -> None:
    """A small body that would unfold to 64 MiB takes memory of the limit's order, not of its own."""
    bomb = gzip.compress(bytes(64 * 1024 * 1024), compresslevel=1)
    tracemalloc.start()
    try:
        with pytest.raises(PayloadTooLargeError):
            await fetch(HEAD + b"Content-Encoding: gzip\r\n\r\n" + bomb, max_bytes=1_000_000)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 16_000_000


async def test_an_endless_body_is_cut() -> None:
    """A body that never ends and announces no length is cut at the limit."""

    async def _handler(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 4096)
            await writer.drain()

    with pytest.raises(PayloadTooLargeError):
        await fetch(_handler, max_bytes=100_000)


@pytest.mark.parametrize("status", [201, 204, 206, 304, 400, 401, 404, 418, 500, 503])
async def test_other_statuses(status: int) -> None:
    """Any status but 200 is `UrlFetchFailedError`; the text names the status and nothing the server said."""
    with pytest.raises(UrlFetchFailedError, match=f"status {status}") as caught:
        await fetch(b"HTTP/1.1 %d private-reason\r\nX-Note: private\r\n\r\nprivate" % status)
    assert "private" not in caught.value.message


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 302 Found\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n",
        HEAD + b"Content-Encoding: br\r\n\r\nx",
        HEAD + b"Content-Encoding: gzip, gzip\r\n\r\nx",
        HEAD + b"Content-Encoding: gzip\r\n\r\nnot gzip",
        HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 500, mtime=0)[:-9],
    ],
)
async def test_broken_answers(answer: bytes) -> None:
    """An answer that breaks HTTP, or whose body is cut or packed otherwise, is `UrlFetchFailedError`."""
    with pytest.raises(UrlFetchFailedError):
        await fetch(answer)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 301 M\r\nLocation:", HEAD]),
)
@example(b"Content-Length: 0x5\r\n\r\nabcde", HEAD)
def test_any_answer_gives_bytes_or_a_named_error(answer: bytes, head: bytes) -> None:
    """Whatever bytes a server sends, a fetch ends in bytes or in one of the errors of the port."""
    with suppress(UrlFetchFailedError, UrlForbiddenError, UrlSchemeError, PayloadTooLargeError):
        assert isinstance(asyncio.run(fetch(head + answer)), bytes)


@pytest.mark.parametrize(
    "sent_first", [b"", b"HTTP/1.1 200 OK\r\n", HEAD + b"\r\n"], ids=["all", "headers", "body"]
)
async def test_a_dripping_server_meets_the_deadline(sent_first: bytes) -> None:
    """A server that gives a byte now and then, so that no read times out, is left at the deadline."""

    async def _handler(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(sent_first)
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    with pytest.raises(UrlFetchFailedError, match=r"within 0\.4 s"):
        await fetch(_handler, deadline_s=0.4)


async def test_a_silent_server_meets_the_deadline() -> None:
    """A server that takes the request and says nothing is left at the deadline."""

    async def _handler(_: bytes, writer: asyncio.StreamWriter) -> None:
        await writer.wait_closed()

    with pytest.raises(UrlFetchFailedError, match=r"within 0\.3 s"):
        await fetch(_handler, deadline_s=0.3)


async def test_nobody_listens() -> None:
    """A refused connection is `UrlFetchFailedError`, and the text does not say where it was refused."""
    async with serve(b"") as port:
        pass
    with pytest.raises(UrlFetchFailedError) as caught:
        await fetcher(port).fetch(f"http://127.0.0.1:{port}/")
    assert "127" not in caught.value.message
