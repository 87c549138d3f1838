"""A server of ours on loopback, and a fetch from it under a policy that allows loopback."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_address

from serve_app.adapters.address_policy import IpAddress
from serve_app.adapters.fetch import FetchLimits, HttpUrlFetcher
from serve_app.ports import UrlFetcher

Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


class _LoopbackOnly:
    def allows(self, address: IpAddress) -> bool:
        return address == ip_address("127.0.0.1")


@asynccontextmanager
async def serve(handler: Handler | bytes) -> AsyncIterator[int]:
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


def fetcher(port: int, *, max_bytes: int = 1000, deadline_s: float = 20) -> UrlFetcher:
    """A fetcher that connects to this port of loopback and nowhere else."""
    limits = FetchLimits(max_bytes=max_bytes, deadline_s=deadline_s, allowed_ports=frozenset({port}))
    return HttpUrlFetcher(limits=limits, policy=_LoopbackOnly())


async def fetch(handler: Handler | bytes, *, max_bytes: int = 1000, deadline_s: float = 20) -> bytes:
    """What a fetch of `/a.png?x=1` from such a server gives."""
    async with serve(handler) as port:
        fetching = fetcher(port, max_bytes=max_bytes, deadline_s=deadline_s)
        return await fetching.fetch(f"http://127.0.0.1:{port}/a.png?x=1#part")
