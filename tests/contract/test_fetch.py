"""Fetching from a server of ours on loopback, under a policy that allows loopback."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from serve_app.adapters.address_policy import IpAddress
from serve_app.adapters.fetch import FetchLimits, HttpUrlFetcher
from serve_app.errors import (
    AppError,
    PayloadTooLargeError,
    UrlFetchFailedError,
    UrlForbiddenError,
    UrlSchemeError,
)
from serve_app.ports import UrlFetcher

Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
_HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


class _LoopbackOnly:
    def allows(self, address: IpAddress) -> bool:
        return address == ip_address("127.0.0.1")


@asynccontextmanager
async def _serve(handler: Handler | bytes) -> AsyncIterator[int]:
    """A server that hands each request's head to a handler, or always answers the same; gives its port."""

    async def _connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if isinstance(handler, bytes):
                writer.write(handler)
            else:
                await handler(head, writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client hung up, as it should in many of these tests
        finally:
            writer.close()

    server = await asyncio.start_server(_connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def _fetcher(port: int, *, max_bytes: int = 1000, deadline_s: float = 20) -> UrlFetcher:
    limits = FetchLimits(max_bytes=max_bytes, deadline_s=deadline_s, allowed_ports=frozenset({port}))
    return HttpUrlFetcher(limits=limits, policy=_LoopbackOnly())


async def _fetch(handler: Handler | bytes, *, max_bytes: int = 1000, deadline_s: float = 20) -> bytes:
    async with _serve(handler) as port:
        fetcher = _fetcher(port, max_bytes=max_bytes, deadline_s=deadline_s)
        return await fetcher.fetch(f"http://127.0.0.1:{port}/a.png?x=1#part")


async def test_the_request_is_plain() -> None:
    """The server sees path and query, the host as written, and no more than five headers of ours."""
    seen: list[bytes] = []

    async def _handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        seen.append(head)
        writer.write(_HEAD + b"\r\nimage")

    assert await _fetch(_handler) == b"image"
    lines = seen[0].decode().strip().split("\r\n")
    assert lines[0] == "GET /a.png?x=1 HTTP/1.1"
    names = {line.partition(":")[0].lower() for line in lines[1:]}
    assert names <= {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert "Accept-Encoding: identity" in lines


async def test_proxy_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is not asked."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert await _fetch(_HEAD + b"\r\nimage") == b"image"


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
    assert await _fetch(_HEAD + answer) == b"x" * 1000


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
        await _fetch(_HEAD + answer)


async def test_a_bomb_is_never_unfolded() -> None:
    """A small body that would unfold to 64 MiB takes memory of the limit's order, not of its own."""
    bomb = gzip.compress(bytes(64 * 1024 * 1024), compresslevel=1)
    tracemalloc.start()
    try:
        with pytest.raises(PayloadTooLargeError):
            await _fetch(_HEAD + b"Content-Encoding: gzip\r\n\r\n" + bomb, max_bytes=1_000_000)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 16_000_000


async def test_an_endless_body_is_cut() -> None:
    """A body that never ends and announces no length is cut at the limit."""

    async def _handler(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(_HEAD + b"\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 4096)
            await writer.drain()

    with pytest.raises(PayloadTooLargeError):
        await _fetch(_handler, max_bytes=100_000)


@pytest.mark.parametrize("status", [201, 204, 206, 304, 400, 401, 404, 418, 500, 503])
async def test_other_statuses(status: int) -> None:
    """Any status but 200 is `UrlFetchFailedError`; the text names the status and nothing the server said."""
    with pytest.raises(UrlFetchFailedError, match=f"status {status}") as caught:
        await _fetch(b"HTTP/1.1 %d private-reason\r\nX-Note: private\r\n\r\nprivate" % status)
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
        _HEAD + b"Content-Encoding: br\r\n\r\nx",
        _HEAD + b"Content-Encoding: gzip, gzip\r\n\r\nx",
        _HEAD + b"Content-Encoding: gzip\r\n\r\nnot gzip",
        _HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 500)[:-9],
    ],
)
async def test_broken_answers(answer: bytes) -> None:
    """An answer that breaks HTTP, or whose body is cut or packed otherwise, is `UrlFetchFailedError`."""
    with pytest.raises(UrlFetchFailedError):
        await _fetch(answer)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 301 M\r\nLocation:", _HEAD]),
)
@example(b"Content-Length: 0x5\r\n\r\nabcde", _HEAD)
def test_any_answer_gives_bytes_or_a_named_error(answer: bytes, head: bytes) -> None:
    """Whatever bytes a server sends, a fetch ends in bytes or in one of the errors of the port."""
    with suppress(UrlFetchFailedError, UrlForbiddenError, UrlSchemeError, PayloadTooLargeError):
        assert isinstance(asyncio.run(_fetch(head + answer)), bytes)


@pytest.mark.parametrize(
    "sent_first", [b"", b"HTTP/1.1 200 OK\r\n", _HEAD + b"\r\n"], ids=["all", "headers", "body"]
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
        await _fetch(_handler, deadline_s=0.4)


async def test_a_silent_server_meets_the_deadline() -> None:
    """A server that takes the request and says nothing is left at the deadline."""

    async def _handler(_: bytes, writer: asyncio.StreamWriter) -> None:
        await writer.wait_closed()

    with pytest.raises(UrlFetchFailedError, match=r"within 0\.3 s"):
        await _fetch(_handler, deadline_s=0.3)


def _redirects_to(location: bytes, *, status: int = 302) -> Handler:
    """Answers `/a.png` with a redirect and every other path with that path."""

    async def _handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        path = head.split(b" ")[1]
        if path.startswith(b"/a.png"):
            writer.write(b"HTTP/1.1 %d M\r\nLocation: %s\r\nConnection: close\r\n\r\n" % (status, location))
        else:
            writer.write(_HEAD + b"\r\n" + path)

    return _handler


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(status: int) -> None:
    """Each kind of redirect is followed, also a relative one; the answer is the last one's."""
    assert await _fetch(_redirects_to(b"../b.png?y=2", status=status)) == b"/b.png?y=2"


@pytest.mark.parametrize(("hops", "passes"), [(3, True), (4, False)])
async def test_at_most_three_redirects(hops: int, passes: bool) -> None:  # noqa: FBT001 - a table of cases
    """The third redirect is followed, the fourth is not."""

    async def _handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        done = int(head.split(b"?x=")[1].split(b" ")[0]) - 1
        location = b"/a.png?x=%d" % (done + 2)
        writer.write(
            b"HTTP/1.1 302 F\r\nLocation: %s\r\n\r\n" % location if done < hops else _HEAD + b"\r\nend"
        )

    if passes:
        assert await _fetch(_handler) == b"end"
    else:
        with pytest.raises(UrlFetchFailedError, match="more than 3"):
            await _fetch(_handler)


async def test_a_redirect_loop_ends() -> None:
    """A URL that redirects to itself is `UrlFetchFailedError`."""
    with pytest.raises(UrlFetchFailedError, match="more than 3"):
        await _fetch(_redirects_to(b"/a.png?x=1"))


@pytest.mark.parametrize(
    ("location", "error"),
    [
        (b"http://169.254.169.254:{port}/latest/meta-data", UrlForbiddenError),
        (b"//[::1]:{port}/b", UrlForbiddenError),
        (b"http://10.0.0.1:{port}/b", UrlForbiddenError),
        (b"http://user:pass@127.0.0.1:{port}/b", UrlForbiddenError),
        (b"http://127.0.0.1:22/b", UrlForbiddenError),
        (b"file:///etc/passwd", UrlSchemeError),
        (b"gopher://127.0.0.1:{port}/", UrlSchemeError),
        (b"data:image/png;base64,AAAA", UrlSchemeError),
    ],
)
async def test_a_redirect_is_checked_like_the_first_url(location: bytes, error: type[AppError]) -> None:
    """A redirect to a forbidden address, port, scheme or form is refused, though the first URL was fine."""

    async def _handler(_: bytes, writer: asyncio.StreamWriter) -> None:
        port = b"%d" % writer.get_extra_info("sockname")[1]
        writer.write(b"HTTP/1.1 302 F\r\nLocation: " + location.replace(b"{port}", port) + b"\r\n\r\n")

    with pytest.raises(error):
        await _fetch(_handler)


async def test_nobody_listens() -> None:
    """A refused connection is `UrlFetchFailedError`, and the text does not say where it was refused."""
    async with _serve(b"") as port:
        pass
    with pytest.raises(UrlFetchFailedError) as caught:
        await _fetcher(port).fetch(f"http://127.0.0.1:{port}/")
    assert "127" not in caught.value.message
