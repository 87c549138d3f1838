"""What a request passes before work starts: body size, a free place, a deadline."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.api.errors import known
from serve_app.errors import DeadlineExceededError, OverloadedError, PayloadTooLargeError

RETRY_AFTER_S = 2


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
        declared = Request(scope).headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > self._max_bytes:
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
    """Places for requests with work, and the time each may take."""

    def __init__(self, *, max_in_flight: int, deadline_s: float) -> None:
        self._max_in_flight = max_in_flight
        self._deadline_s = deadline_s
        self._in_flight = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold one place; raises `OverloadedError` when there is none."""
        if self._in_flight >= self._max_in_flight:
            raise OverloadedError("The service is working on as much as it can take.", RETRY_AFTER_S)
        self._in_flight += 1
        try:
            yield
        finally:
            self._in_flight -= 1

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
