"""One HTTP exchange with a stranger's server: what fetching images and sending webhooks share."""

import functools
import ssl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import httpcore
import httpx

from serve_app.adapters.address_policy import AddressPolicy, PublicAddressPolicy
from serve_app.adapters.fetch.network import CheckedBackend, Resolver, SystemResolver
from serve_app.adapters.fetch.target import port_of
from serve_app.errors import UrlFetchFailedError

USER_AGENT = b"mighty-image-api"
_TRANSPORT_ERRORS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    OSError,
)


@contextmanager
def named_failures(*, late: str) -> Iterator[None]:
    """Turn whatever a connection may raise into `UrlFetchFailedError`; the text names no address.

    Args:
        late: The sentence for a deadline that passed (`asyncio.timeout` inside this block).
    """
    try:
        yield
    except TimeoutError as error:
        raise UrlFetchFailedError(late) from error
    except _TRANSPORT_ERRORS as error:
        raise UrlFetchFailedError("The connection to the URL's server failed.") from error


@functools.cache
def _authorities() -> ssl.SSLContext:
    """The bundled certificate authorities: read once, 25 ms and a megabyte each time."""
    return httpx.create_ssl_context(trust_env=False)


class CheckedHttp:
    """HTTP/1.1 to the public internet and to nowhere else, one connection an exchange.

    A host is resolved once, every address is checked, and the connection goes to a checked number; see
    `CheckedBackend`. Certificates are verified against the host's name. Proxy variables, cookies, credentials
    and redirects play no part: the HTTP engine used here knows none of them.

    Args:
        connect_timeout_s: For each address that is tried, and for the TLS handshake.
        policy: Which addresses may be reached; the public internet when None.
        resolver: Turns names into addresses; the system's when None.
        ssl_context: Which certificates to trust; the bundled authorities when None.
    """

    def __init__(
        self,
        *,
        connect_timeout_s: float,
        policy: AddressPolicy | None = None,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._connect_timeout_s = connect_timeout_s
        self._backend = CheckedBackend(
            policy=policy or PublicAddressPolicy(), resolver=resolver or SystemResolver()
        )
        self._ssl_context = ssl_context or _authorities()

    async def check(self, target: httpx.URL) -> None:
        """Resolve and judge a target without connecting to it.

        Raises:
            UrlForbiddenError: One of its addresses is outside the public internet.
            UrlFetchFailedError: Its host name could not be resolved.
        """
        await self._backend.checked_addresses(target.raw_host.decode("ascii"), port_of(target))

    @asynccontextmanager
    async def exchange(
        self,
        target: httpx.URL,
        *,
        method: str,
        headers: Sequence[tuple[bytes, bytes]],
        body: bytes | None = None,
    ) -> AsyncIterator[httpcore.Response]:
        """Send a request; gives the answer with its body unread. The connection ends with the block.

        Args:
            target: From `parse_target`.
            method: GET or POST.
            headers: Beside `Host` and `User-Agent`, which are set here.
            body: Sent whole.

        Raises:
            UrlForbiddenError: An address outside the public internet.
            UrlFetchFailedError: The host has no address, or none of them answers.
        """
        url = httpcore.URL(
            scheme=target.raw_scheme, host=target.raw_host, port=port_of(target), target=target.raw_path
        )
        async with (
            httpcore.AsyncConnectionPool(
                ssl_context=self._ssl_context, network_backend=self._backend, max_connections=1
            ) as pool,
            pool.stream(
                method,
                url,
                headers=[(b"Host", target.netloc), (b"User-Agent", USER_AGENT), *headers],
                content=body,
                extensions={"timeout": {"connect": self._connect_timeout_s}},
            ) as response,
        ):
            yield response
