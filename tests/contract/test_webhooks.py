"""Webhooks to a receiver of ours on loopback: requests, answers, deadlines."""

import asyncio

import pytest

from serve_app.errors import PayloadTooLargeError, UrlFetchFailedError
from serve_app.ports import WebhookAnswer
from tests.contract.webhook_receiver import OK, Answering, receive, sender


async def _post(
    answer: bytes | Answering, *, deadline_s: float = 20, max_answer_bytes: int = 1000
) -> WebhookAnswer:
    """What a POST to a receiver that answers so gives."""
    async with receive(answer) as found:
        sending = sender(found.port, deadline_s=deadline_s, max_answer_bytes=max_answer_bytes)
        return await sending.post(f"http://127.0.0.1:{found.port}/", b"{}", headers={})


async def test_the_request_is_plain() -> None:
    """The receiver gets path, query, body and the given headers, with its host as written and no more."""
    async with receive() as found:
        url = f"http://127.0.0.1:{found.port}/hook?x=1#part"
        answer = await sender(found.port).post(url, b'{"a": 1}', headers={"X-Signature": "t=1,v1=00"})
    assert answer == WebhookAnswer(200)
    line, headers, body = found.requests[0]
    assert (line, body) == ("POST /hook?x=1 HTTP/1.1", b'{"a": 1}')
    assert headers == {
        "host": f"127.0.0.1:{found.port}",
        "user-agent": "mighty-image-api",
        "x-signature": "t=1,v1=00",
        "content-type": "application/json",
        "content-length": "8",
        "accept": "*/*",
        "accept-encoding": "identity",
    }


async def test_given_headers_cannot_reframe_the_body() -> None:
    """Headers that frame the body are the sender's own."""
    async with receive() as found:
        url = f"http://127.0.0.1:{found.port}/"
        await sender(found.port).post(url, b"{}", headers={"Content-Length": "99", "Content-Type": "a/b"})
    assert found.requests[0][1]["content-length"] == "2"
    assert found.requests[0][1]["content-type"] == "application/json"


async def test_proxy_variables_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is not asked."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert await _post(OK) == WebhookAnswer(200)


@pytest.mark.parametrize("status", [200, 201, 204, 299, 400, 401, 404, 410, 429, 500, 503, 599])
async def test_every_status_is_an_answer(status: int) -> None:
    """The sender judges nothing: each status comes back as it is."""
    answer = await _post(b"HTTP/1.1 %d reason\r\nConnection: close\r\n\r\n" % status)
    assert answer == WebhookAnswer(status)


async def test_retry_after_comes_back_as_text() -> None:
    """`Retry-After` is handed on as the server wrote it."""
    answer = await _post(b"HTTP/1.1 503 S\r\nretry-after: Fri, 31 Dec 1999 23:59:59 GMT\r\n\r\n")
    assert answer == WebhookAnswer(503, "Fri, 31 Dec 1999 23:59:59 GMT")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    """A redirect is an answer like any other: nobody calls where it leads."""
    async with receive() as elsewhere:
        location = b"http://127.0.0.1:%d/" % elsewhere.port
        answer = await _post(b"HTTP/1.1 %d M\r\nLocation: %s\r\n\r\n" % (status, location))
        assert answer == WebhookAnswer(status)
        assert elsewhere.requests == []


async def test_an_endless_answer_is_left() -> None:
    """An answer without end is read up to the limit, and its status stands."""
    sent = 0

    async def _flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 4096)
            sent += 4096
            await writer.drain()

    assert await _post(_flood, max_answer_bytes=64_000) == WebhookAnswer(200)
    assert sent < 50_000_000  # what the sockets' buffers take; without the limit it never ends


async def test_an_answer_of_a_hundred_megabytes_is_not_waited_for() -> None:
    """An announced length of 100 MB changes nothing: the status stands."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
    assert await _post(head + b"x" * 5000) == WebhookAnswer(200)


@pytest.mark.parametrize(
    "rest", [b"Content-Length: 10\r\n\r\nshort", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"]
)
async def test_a_status_with_a_broken_body_stands(rest: bytes) -> None:
    """Once the status has come, a body that is cut or garbled does not make it a failure."""
    assert await _post(b"HTTP/1.1 200 OK\r\n" + rest) == WebhookAnswer(200)


async def test_a_body_that_hangs_does_not_undo_the_status() -> None:
    """A server that says 200 and then nothing more has taken the webhook."""

    async def _hang(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        await writer.wait_closed()

    assert await _post(_hang, deadline_s=0.5) == WebhookAnswer(200)


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX: "], ids=["all", "headers"])
async def test_a_dripping_server_meets_the_deadline(first: bytes) -> None:
    """A server that gives a byte now and then and never a whole head is left at the deadline."""

    async def _drip(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    with pytest.raises(UrlFetchFailedError, match=r"within 0\.4 s"):
        await _post(_drip, deadline_s=0.4)


async def test_early_hints_without_end_meet_the_deadline() -> None:
    """Interim answers do not count as one, however many come."""

    async def _hint(writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    with pytest.raises(UrlFetchFailedError, match=r"within 0\.4 s"):
        await _post(_hint, deadline_s=0.4)


async def test_a_server_that_does_not_read_meets_the_deadline() -> None:
    """A body that the receiver never takes is given up at the deadline."""
    stop = asyncio.Event()

    async def _connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await stop.wait()
        writer.close()

    async with await asyncio.start_server(_connected, "127.0.0.1", 0, limit=1024) as server:
        port = server.sockets[0].getsockname()[1]
        sending = sender(port, deadline_s=0.5, max_request_bytes=40_000_000)
        with pytest.raises(UrlFetchFailedError, match=r"within 0\.5 s"):
            await sending.post(f"http://127.0.0.1:{port}/", b"x" * 40_000_000, headers={})
        stop.set()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    ],
    ids=["nothing", "no-http", "long-head", "two-lengths"],
)
async def test_broken_answers(answer: bytes) -> None:
    """An answer without a well-formed head is `UrlFetchFailedError`, and its text says nothing of it."""
    with pytest.raises(UrlFetchFailedError) as caught:
        await _post(answer)
    assert caught.value.message == "The connection to the URL's server failed."


async def test_nobody_listens() -> None:
    """A refused connection is `UrlFetchFailedError`, and the text does not say where it was refused."""
    async with receive() as found:
        pass
    with pytest.raises(UrlFetchFailedError) as caught:
        await sender(found.port).post(f"http://127.0.0.1:{found.port}/", b"{}", headers={})
    assert "127" not in caught.value.message


async def test_a_body_over_the_limit_is_not_sent() -> None:
    """A body of the limit goes out, one byte more is `PayloadTooLargeError` and nobody is called."""
    async with receive() as found:
        sending = sender(found.port, max_request_bytes=10)
        url = f"http://127.0.0.1:{found.port}/"
        await sending.post(url, b"x" * 10, headers={})
        with pytest.raises(PayloadTooLargeError):
            await sending.post(url, b"x" * 11, headers={})
    assert [body for _, _, body in found.requests] == [b"x" * 10]
