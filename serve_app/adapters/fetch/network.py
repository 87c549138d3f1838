"""Name resolution and connections: the one place where a host becomes an address, and where it is checked."""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from ipaddress import ip_address
from typing import Protocol

import httpcore

from serve_app.adapters.address_policy import AddressPolicy, IpAddress
from serve_app.errors import UrlFetchFailedError, UrlForbiddenError

_RESOLVER_THREADS = 32
"""A name server of a stranger may keep a thread for long; threads that wait cost little."""


class Resolver(Protocol):
    """Turns host names into addresses."""

    async def resolve(self, host: str, *, port: int) -> Sequence[IpAddress]:
        """Every address of a host name or literal, in the order to try. Raises `UrlFetchFailedError`."""
        ...


class SystemResolver:
    """The operating system's resolver, in threads of its own so that slow names stop nobody else's work."""

    def __init__(self, *, timeout_s: float = 3.0) -> None:
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolver")

    async def resolve(self, host: str, *, port: int) -> Sequence[IpAddress]:
        """Ask `getaddrinfo`, which also reads spellings such as `2130706433` and `0x7f.1`.

        Raises:
            UrlFetchFailedError: The name has no address, or none was told in time.
        """
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            async with asyncio.timeout(self._timeout_s):
                found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        except (OSError, UnicodeError) as error:  # TimeoutError is an OSError
            raise UrlFetchFailedError("The URL's host name could not be resolved.") from error
        return list(dict.fromkeys(ip_address(sockaddr[0]) for *_, sockaddr in found))


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses it has checked itself: a name cannot change its answer in between.

    It sits below the HTTP library, so whatever host that library decides on is resolved once, checked here,
    and connected to by number. TLS above it still verifies the certificate against the host name.
    """

    def __init__(self, *, policy: AddressPolicy, resolver: Resolver) -> None:
        self._policy = policy
        self._resolver = resolver
        self._network = httpcore.AnyIOBackend()

    async def checked_addresses(self, host: str, port: int) -> Sequence[IpAddress]:
        """The addresses of a host, in the order to try; empty where it has none.

        Raises:
            UrlForbiddenError: An address of the host is not allowed: a good one does not vouch for another.
            UrlFetchFailedError: The name could not be resolved.
        """
        addresses = await self._resolver.resolve(host, port=port)
        if not all(self._policy.allows(address) for address in addresses):
            raise UrlForbiddenError("The URL does not lead to the public internet.")
        return addresses

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers, if the policy allows every one.

        Args:
            host: Name or literal.
            port: TCP port.
            timeout: Seconds for each address.
            local_address: Address to connect from.
            socket_options: As `socket.setsockopt` takes them.

        Raises:
            UrlForbiddenError: As `checked_addresses`.
            UrlFetchFailedError: The host has no address, or none of them answers.
        """
        addresses = await self.checked_addresses(host, port)
        failure: Exception | None = None
        for address in addresses:
            try:
                return await self._network.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                failure = error
        raise UrlFetchFailedError("The URL's server cannot be reached.") from failure
