"""Redirects: followed a few times, each checked like the first URL."""

import asyncio

import pytest

from serve_app.errors import AppError, UrlFetchFailedError, UrlForbiddenError, UrlSchemeError
from tests.contract.loopback import HEAD, Handler, fetch


def _redirects_to(location: bytes, *, status: int = 302) -> Handler:
    """Answers `/a.png` with a redirect and every other path with that path."""

    async def _handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        path = head.split(b" ")[1]
        if path.startswith(b"/a.png"):
            writer.write(b"HTTP/1.1 %d M\r\nLocation: %s\r\nConnection: close\r\n\r\n" % (status, location))
        else:
            writer.write(HEAD + b"\r\n" + path)

    return _handler


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_followed(status: int) -> None:
    """Each kind of redirect is followed, also a relative one; the answer is the last one's."""
    assert await fetch(_redirects_to(b"../b.png?y=2", status=status)) == b"/b.png?y=2"


@pytest.mark.parametrize(("hops", "passes"), [(3, True), (4, False)])
async def test_at_most_three_redirects(hops: int, passes: bool) -> None:  # noqa: FBT001 - a table of cases
    """The third redirect is followed, the fourth is not."""

    async def _handler(head: bytes, writer: asyncio.StreamWriter) -> None:
        done = int(head.split(b"?x=")[1].split(b" ")[0]) - 1
        location = b"/a.png?x=%d" % (done + 2)
        writer.write(
            b"HTTP/1.1 302 F\r\nLocation: %s\r\n\r\n" % location if done < hops else HEAD + b"\r\nend"
        )

    if passes:
        assert await fetch(_handler) == b"end"
    else:
        with pytest.raises(UrlFetchFailedError, match="more than 3"):
            await fetch(_handler)


async def test_a_redirect_loop_ends() -> None:
    """A URL that redirects to itself is `UrlFetchFailedError`."""
    with pytest.raises(UrlFetchFailedError, match="more than 3"):
        await fetch(_redirects_to(b"/a.png?x=1"))


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
        await fetch(_handler)
