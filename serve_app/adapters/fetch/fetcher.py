"""The `UrlFetcher` port over HTTP(S)."""

import asyncio
import ssl
from dataclasses import dataclass

import httpx

from serve_app.adapters.address_policy import AddressPolicy
from serve_app.adapters.fetch.body import header, read_body
from serve_app.adapters.fetch.exchange import CheckedHttp, named_failures
from serve_app.adapters.fetch.network import Resolver
from serve_app.adapters.fetch.target import parse_target, redirect_target
from serve_app.errors import UrlFetchFailedError

_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})  # RFC 9110 15.4
_HEADERS = ((b"Accept", b"image/*, */*;q=0.5"), (b"Accept-Encoding", b"identity"))


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may cost."""

    max_bytes: int = 50 * 1024 * 1024
    """Largest body, as sent and as unpacked."""
    deadline_s: float = 10.0
    """From the call to the last byte, redirects included."""
    connect_timeout_s: float = 3.0
    """For each address that is tried, and for the TLS handshake."""
    max_redirects: int = 3
    allowed_ports: frozenset[int] = frozenset({80, 443})

    def __post_init__(self) -> None:
        if min(self.max_bytes, self.deadline_s, self.connect_timeout_s) <= 0 or self.max_redirects < 0:
            raise ValueError("fetch limits must be positive")


class HttpUrlFetcher:
    """Fetches images from the public internet and from nowhere else.

    Each hop (the URL and at most `max_redirects` redirects) is parsed, resolved, checked and connected to by
    number on its own; see `CheckedHttp`. Error texts name neither addresses nor what the server said.

    Args:
        limits: What one fetch may cost.
        policy: Which addresses may be reached; the public internet when None.
        resolver: Turns names into addresses; the system's when None.
        ssl_context: Which certificates to trust; the bundled authorities when None.
    """

    def __init__(
        self,
        *,
        limits: FetchLimits | None = None,
        policy: AddressPolicy | None = None,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits or FetchLimits()
        self._http = CheckedHttp(
            connect_timeout_s=self._limits.connect_timeout_s,
            policy=policy,
            resolver=resolver,
            ssl_context=ssl_context,
        )

    async def fetch(self, url: str) -> bytes:
        """The bytes behind a URL.

        Args:
            url: Absolute, http or https, as the client wrote it.

        Raises:
            UrlSchemeError: Neither http nor https, here or in a redirect.
            UrlForbiddenError: Malformed, another port, or an address outside the public internet.
            UrlFetchFailedError: No answer in time, a status other than 200, too many redirects.
            PayloadTooLargeError: More than `max_bytes`.
        """
        target = parse_target(url, allowed_ports=self._limits.allowed_ports)
        late = f"The URL did not give its file within {self._limits.deadline_s:g} s."
        with named_failures(late=late):
            async with asyncio.timeout(self._limits.deadline_s):
                return await self._follow(target)

    async def _follow(self, target: httpx.URL) -> bytes:
        for _ in range(self._limits.max_redirects + 1):
            answer = await self._get(target)
            if isinstance(answer, bytes):
                return answer
            target = answer
        raise UrlFetchFailedError(f"The URL redirects more than {self._limits.max_redirects} times.")

    async def _get(self, target: httpx.URL) -> bytes | httpx.URL:
        """One hop: the body, or where to go next."""
        async with self._http.exchange(target, method="GET", headers=_HEADERS) as response:
            if response.status in _REDIRECTS:
                return redirect_target(
                    target,
                    location=header(response, b"location"),
                    allowed_ports=self._limits.allowed_ports,
                )
            if response.status != _OK:
                raise UrlFetchFailedError(f"The URL's server answered with status {response.status}.")
            return await read_body(response, max_bytes=self._limits.max_bytes)
