"""What belongs to one request: its id and its time, on every answer, whatever happens inside."""

import re
import time
import uuid
from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.telemetry import LOG

WELL_FORMED = re.compile(r"[A-Za-z0-9._:\-]{1,128}")
KEY = "mighty.request_id"


def request_id_of(scope: Scope) -> str:
    """The id of the request in hand."""
    return str(scope.get(KEY, ""))


class RequestContext:
    """ASGI middleware: takes or makes the request id, times the request, catches what nothing else caught."""

    def __init__(self, app: ASGIApp, *, on_defect: Callable[[Request, Exception], Response]) -> None:
        self._app = app
        self._on_defect = on_defect

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start = time.perf_counter()
        request = Request(scope)
        offered = request.headers.get("x-request-id", "")
        request_id = offered if WELL_FORMED.fullmatch(offered) else uuid.uuid4().hex
        scope[KEY] = request_id
        status = 0

        async def send_tagged(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers["X-Process-Time"] = f"{time.perf_counter() - start:.4f}"
            await send(message)

        await self._run(scope, receive, send_tagged, started=lambda: status != 0)
        elapsed_ms = (time.perf_counter() - start) * 1e3
        LOG.info("%s %s %s %.0f ms id=%s", scope["method"], scope["path"], status, elapsed_ms, request_id)

    async def _run(self, scope: Scope, receive: Receive, send: Send, *, started: Callable[[], bool]) -> None:
        try:
            await self._app(scope, receive, send)
        except Exception as error:
            if started():
                raise
            answer: Callable[[Scope, Receive, Send], Awaitable[None]] = self._on_defect(Request(scope), error)
            await answer(scope, receive, send)


def around_proxy() -> list[Middleware]:
    """What Serve's own proxy is wrapped in; Serve calls it by name (`serve_app.__main__`)."""
    return [Middleware(OneRequestId)]


class OneRequestId:
    """ASGI middleware around Serve's proxy, which adds the id that came to the one that the API answers with.

    Without it every answer has the header twice, and what a client sent malformed comes back.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""

        async def send_once(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if ids := headers.getlist("x-request-id"):
                    headers["X-Request-Id"] = ids[0]
            await send(message)

        await self._app(scope, receive, send_once)
