"""The `WebhookSender` port over HTTP(S)."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import httpcore

from serve_app.adapters.address_policy import AddressPolicy
from serve_app.adapters.fetch.body import header
from serve_app.adapters.fetch.exchange import CheckedHttp, named_failures
from serve_app.adapters.fetch.network import Resolver
from serve_app.adapters.fetch.target import parse_target
from serve_app.errors import PayloadTooLargeError, UrlFetchFailedError
from serve_app.ports import WebhookAnswer


@dataclass(frozen=True, slots=True)
class WebhookLimits:
    """What one webhook may cost."""

    max_request_bytes: int = 4 * 1024 * 1024
    """Longest body that is sent; a finished job of 200 items with every file takes about 0.5 MB."""
    max_answer_bytes: int = 64 * 1024
    """Most of an answer's body that is read; it is thrown away."""
    deadline_s: float = 15.0
    """From the call to the end of the answer, the name's resolution included."""
    connect_timeout_s: float = 5.0
    """For each address that is tried, and for the TLS handshake."""
    allowed_ports: frozenset[int] = frozenset({80, 443})

    def __post_init__(self) -> None:
        sizes = (self.max_request_bytes, self.max_answer_bytes)
        if min(*sizes, self.deadline_s, self.connect_timeout_s) <= 0:
            raise ValueError("webhook limits must be positive")


class HttpWebhookSender:
    """Sends webhooks to the public internet and to nowhere else, under the same rules as image URLs.

    Redirects are not followed: a POST that moves to another host would carry a signed body to a place that
    its owner did not name. Error texts name neither addresses nor what the server said.

    Args:
        limits: What one webhook may cost.
        policy: Which addresses may be reached; the public internet when None.
        resolver: Turns names into addresses; the system's when None.
        ssl_context: Which certificates to trust; the bundled authorities when None.
    """

    def __init__(
        self,
        *,
        limits: WebhookLimits | None = None,
        policy: AddressPolicy | None = None,
        resolver: Resolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits or WebhookLimits()
        self._http = CheckedHttp(
            connect_timeout_s=self._limits.connect_timeout_s,
            policy=policy,
            resolver=resolver,
            ssl_context=ssl_context,
        )

    async def check(self, url: str) -> None:
        """Judge a URL before anything is promised to its owner.

        A name that cannot be resolved now passes: name servers fail, and a job may take a while.

        Raises:
            UrlSchemeError: Neither http nor https.
            UrlForbiddenError: Malformed, another port, or an address outside the public internet.
        """
        target = parse_target(url, allowed_ports=self._limits.allowed_ports)
        with suppress(UrlFetchFailedError):
            await self._http.check(target)

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> WebhookAnswer:
        """Send JSON.

        Args:
            url: Absolute, http or https, as the client wrote it.
            body: UTF-8 JSON.
            headers: ASCII, beside `Host`, `User-Agent`, `Content-Type` and what frames the body.

        Raises:
            UrlSchemeError: Neither http nor https.
            UrlForbiddenError: Malformed, another port, or an address outside the public internet.
            UrlFetchFailedError: No status in time.
            PayloadTooLargeError: The body is longer than `max_request_bytes`.
        """
        if len(body) > self._limits.max_request_bytes:
            limit = self._limits.max_request_bytes
            raise PayloadTooLargeError(f"The webhook's body is longer than {limit} bytes.")
        target = parse_target(url, allowed_ports=self._limits.allowed_ports)
        exchange = self._http.exchange(
            target, method="POST", headers=_headers(headers, length=len(body)), body=body
        )
        answer: WebhookAnswer | None = None
        try:
            with named_failures(
                late=f"The webhook's server did not answer within {self._limits.deadline_s:g} s."
            ):
                async with asyncio.timeout(self._limits.deadline_s), exchange as response:
                    answer = WebhookAnswer(response.status, _text(header(response, b"retry-after")))
                    await _drain(response, max_bytes=self._limits.max_answer_bytes)
        except UrlFetchFailedError:
            # A status is the receiver's word: what becomes of the rest does not change it, else a page that
            # hangs after its 200 would be sent the same job again and again.
            if answer is None:
                raise
        return answer


async def _drain(response: httpcore.Response, *, max_bytes: int) -> None:
    """Let the server finish its answer, up to a length: hanging up at once is an error in many a log."""
    read_bytes = 0
    async for chunk in response.aiter_stream():
        read_bytes += len(chunk)
        if read_bytes >= max_bytes:
            return


def _headers(given: Mapping[str, str], *, length: int) -> list[tuple[bytes, bytes]]:
    own = {
        "Content-Type": "application/json",
        "Content-Length": str(length),
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in {**given, **own}.items()]


def _text(value: bytes) -> str | None:
    return value.decode("latin-1") or None
