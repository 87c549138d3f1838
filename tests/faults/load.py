"""Clients that never stop asking, and what they were answered."""

import asyncio
import itertools
import secrets
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from types import TracebackType
from typing import Any, Self

import httpx
import numpy as np
from PIL import Image

UPSCALE, CUT = "/api/v1/upscale", "/api/v1/remove-background"
LATER = {"Prefer": "respond-async"}
NO_ANSWER = 0
"""Instead of a status: the connection broke, or nothing came in time."""
_RUN = secrets.token_bytes(8)
"""In every picture of this process, so that none was ever seen before."""
NUMBERS = itertools.count()
"""Of the pictures of this process."""
Ask = Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]
"""Sends one request; the number makes its picture."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    ask: str
    number: int
    sent_at: float
    """`time.monotonic()`."""
    seconds: float
    status: int
    body: Any

    @property
    def ended_at(self) -> float:
        """When the last byte was there."""
        return self.sent_at + self.seconds

    @property
    def code(self) -> str | None:
        """Of a problem."""
        return self.body.get("code") if isinstance(self.body, dict) else None


def tiny(number: int, *, side: int = 24) -> bytes:
    """A red square on white as PNG, unlike that of any other number or process: a tag fills its corner."""
    pixels = np.full((side, side, 3), 255, np.uint8)
    pixels[side // 4 : -side // 4, side // 4 : -side // 4] = (200, 16, 46)
    tag = np.frombuffer(_RUN + number.to_bytes(4, "big"), np.uint8)
    middle = side // 2
    # Within the red, and red still.
    pixels[middle, middle - 6 : middle + 6, 2] = tag[:12] % 16 + 40
    pixels[middle + 1, middle - 6 : middle + 6, 2] = tag[:12] // 16 + 40
    out = BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


async def upscale(http: httpx.AsyncClient, number: int) -> httpx.Response:
    """Done at once."""
    return await http.post(UPSCALE, files={"image": ("a.png", tiny(number))}, data={"scale": "1"})


async def twice(http: httpx.AsyncClient, number: int) -> httpx.Response:
    """As `upscale`, each picture several times."""
    return await upscale(http, repeated(number))


def repeated(number: int) -> int:
    """The picture of `twice`: four numbers have the same, and no other request has it."""
    return 2**31 + number // 4


async def later(http: httpx.AsyncClient, number: int) -> httpx.Response:
    """Accepted as a job."""
    files = {"image": ("a.png", tiny(number))}
    return await http.post(UPSCALE, files=files, data={"scale": "1"}, headers=LATER)


async def history(http: httpx.AsyncClient, _number: int) -> httpx.Response:
    """Reads rows."""
    return await http.get("/api/v1/images", params={"limit": 5})


async def jobs(http: httpx.AsyncClient, _number: int) -> httpx.Response:
    """Reads the queue."""
    return await http.get("/api/v1/jobs", params={"limit": 5})


@dataclass(slots=True)
class Load:
    """Asks in turn from every client, each one after its last answer and a pause; ends with the block."""

    clients: Sequence[httpx.AsyncClient]
    asks: Sequence[Ask]
    pause_s: float = 0.05
    at_once: int = 2
    """Of each client."""
    answers: list[Answer] = field(default_factory=list)
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    _over: bool = False

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._go_on(http)) for http in self.clients for _ in range(self.at_once)
        ]
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over = True
        await asyncio.gather(*self._tasks)

    def between(self, start: float, end: float) -> list[Answer]:
        """Answers to what was sent in this time."""
        return [answer for answer in self.answers if start <= answer.sent_at < end]

    async def _go_on(self, http: httpx.AsyncClient) -> None:
        while not self._over:
            number = next(NUMBERS)
            ask = self.asks[number % len(self.asks)]
            self.answers.append(await answered(http, ask, number))
            await asyncio.sleep(self.pause_s)


async def answered(http: httpx.AsyncClient, ask: Ask, number: int) -> Answer:
    """Send one request and time it to the last byte."""
    sent_at = time.monotonic()
    status, body = NO_ANSWER, None
    try:
        response = await ask(http, number)
        status, body = response.status_code, response.json()
    except httpx.HTTPError as error:
        body = {"code": repr(error)}
    return Answer(ask.__name__, number, sent_at, time.monotonic() - sent_at, status, body)


def told(answers: Sequence[Answer]) -> str:
    """How many had each status, and how long they took."""
    if not answers:
        return "no answers"
    statuses = Counter(answer.status for answer in answers)
    times = sorted(answer.seconds for answer in answers)
    p99 = times[min(len(times) - 1, int(0.99 * len(times)))]
    counts = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    return f"{counts}; p50 {statistics.median(times):.3f} p99 {p99:.3f} max {times[-1]:.3f} s"


async def rest(seconds: float) -> None:
    """Let the load go on."""
    await asyncio.sleep(seconds)
