"""What a request passes before work starts: body size, a free place, a deadline."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.api.errors import known
from serve_app.errors import DeadlineExceededError, OverloadedError, PayloadTooLargeError

RETRY_AFTER_S = 2


def _declared_bytes(request: Request, *, default: int) -> int:
    """The body's length as its header tells it."""
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isascii() and declared.isdigit() else default


class BodyLimit:
    """ASGI middleware: refuses bodies over a size, by their header at once and by count as they come."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared_bytes(Request(scope), default=0) > self._max_bytes:
            await known(Request(scope), self._error())(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._max_bytes:
                raise self._error()
            return message

        await self._app(scope, counted, send)

    def _error(self) -> PayloadTooLargeError:
        return PayloadTooLargeError(f"The body is larger than {self._max_bytes // 10**6} MB.")


class Gate:
    """Places for requests with work, room for their bodies, and the time each may take.

    Args:
        max_in_flight: Requests at once.
        max_bytes: Bytes of all their bodies together.
        body_bytes: Room that a body takes which does not tell its length.
        deadline_s: Seconds for the work of one.
    """

    def __init__(self, *, max_in_flight: int, max_bytes: int, body_bytes: int, deadline_s: float) -> None:
        self._max_in_flight = max_in_flight
        self._max_bytes = max_bytes
        self._body_bytes = body_bytes
        self._deadline_s = deadline_s
        self._in_flight = 0
        self._bytes = 0
        self._streams = 0

    @asynccontextmanager
    async def place(self, request: Request) -> AsyncIterator[None]:
        """Hold one place and room for the body; raises `OverloadedError` when there is none.

        A single body always finds room when it is alone.
        """
        size = _declared_bytes(request, default=self._body_bytes)
        crowded = self._bytes > 0 and self._bytes + size > self._max_bytes
        if self._in_flight >= self._max_in_flight or crowded:
            raise OverloadedError("The service is working on as much as it can take.", RETRY_AFTER_S)
        self._in_flight += 1
        self._bytes += size
        try:
            yield
        finally:
            self._in_flight -= 1
            self._bytes -= size

    def check_streams(self) -> None:
        """Raise `OverloadedError` where as many events are being followed as there may be.

        They are half of `max_in_flight`: requests with work, health checks and downloads always get through.
        """
        if self._streams >= max(1, self._max_in_flight // 2):
            raise OverloadedError("Too many streams of events are open here.", RETRY_AFTER_S)

    @contextmanager
    def stream(self) -> Iterator[None]:
        """Count one stream of events while it is open."""
        self._streams += 1
        try:
            yield
        finally:
            self._streams -= 1

    @asynccontextmanager
    async def deadline(self) -> AsyncIterator[None]:
        """Give the block its time; past it the work is cancelled and `DeadlineExceededError` raised."""
        timer = asyncio.timeout(self._deadline_s)
        try:
            async with timer:
                yield
        except TimeoutError as error:
            if not timer.expired():
                raise
            raise DeadlineExceededError(f"The work did not end within {self._deadline_s:g} s.") from error
