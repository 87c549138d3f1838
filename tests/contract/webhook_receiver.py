"""A receiver of webhooks on loopback, and a sender whose policy allows loopback and nothing else."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from serve_app.adapters.address_policy import IpAddress
from serve_app.adapters.fetch import Resolver
from serve_app.adapters.webhooks import HttpWebhookSender, WebhookLimits

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Receiver:
    """What a receiver got."""

    port: int = 0
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """Request line, headers by lower-case name, body."""


class LoopbackOnly:
    """An address policy for tests."""

    def allows(self, address: IpAddress) -> bool:
        """Whether this is the address that the receivers listen on."""
        return address == ip_address("127.0.0.1")


async def _read(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:])}
    return head[0], headers, await reader.readexactly(int(headers["content-length"]))


@asynccontextmanager
async def receive(
    answer: bytes | Answering = OK, *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    """A server that keeps each request and gives one answer."""
    found = Receiver()

    async def _connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            found.requests.append(await _read(reader))
            if isinstance(answer, bytes):
                writer.write(answer)
            else:
                await answer(writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the sender hung up, as it should in many of these tests
        finally:
            writer.close()

    async with await asyncio.start_server(_connected, "127.0.0.1", 0, ssl=tls) as server:
        found.port = server.sockets[0].getsockname()[1]
        yield found


def sender(
    port: int,
    *,
    deadline_s: float = 20,
    max_request_bytes: int = 1_000_000,
    max_answer_bytes: int = 1000,
    resolver: Resolver | None = None,
    trust: ssl.SSLContext | None = None,
) -> HttpWebhookSender:
    """A sender that connects to this port of loopback and nowhere else."""
    limits = WebhookLimits(
        deadline_s=deadline_s,
        max_request_bytes=max_request_bytes,
        max_answer_bytes=max_answer_bytes,
        allowed_ports=frozenset({port}),
    )
    return HttpWebhookSender(limits=limits, policy=LoopbackOnly(), resolver=resolver, ssl_context=trust)
