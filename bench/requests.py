"""The requests that are timed: one of each kind, on the repository's own examples."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from bench.pictures import EMBLEM, EXAMPLES, PHOTO, encoded, square
from bench.service import Service
from imaging.types import Pixels

UPSCALE = "/api/v1/upscale"
CUT = "/api/v1/remove-background"
LOGO = "/api/v1/process-logo/optimized"
PLACE = "/api/v1/place-logo"
BANNER = "/api/v1/generate-roster-banner"
PACK = "/api/v1/generate-asset-pack"
Send = Callable[[httpx.Client], httpx.Response]


NO_ANSWER = 0
"""Instead of a status: the connection broke, or nothing came in time."""
HONEST = frozenset({200, 429, 504})
"""Done, over the caller's limit, or past the deadline; and 503, when it says when to come back."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of request."""

    name: str
    send: Send


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    seconds: float
    retry_after: bool
    """The answer says when to come back."""


def kinds() -> list[Kind]:
    """Every endpoint, with the input that its row names."""
    team = json.loads(min((EXAMPLES / "rosters").glob("*.json")).read_text(encoding="utf-8"))
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in team.items()}
    return [
        Kind("`/upscale` graphic 256² → 1024²", post(UPSCALE, encoded(square(EMBLEM, 256)), model="graphic")),
        Kind("`/upscale` photo 128² → 512²", post(UPSCALE, encoded(square(PHOTO, 128)), model="photo")),
        Kind("`/remove-background` photo 512²", post(CUT, encoded(square(PHOTO, 512)), mode="photo")),
        Kind("`/remove-background` logo 900²", post(CUT, EMBLEM.read_bytes(), mode="logo")),
        Kind(
            "`/process-logo/optimized` 512², PNG, SVG and PDF",
            post(LOGO, encoded(square(EMBLEM, 512)), field="logo"),
        ),
        Kind(
            "`/place-logo` 900², mock-up 2400² alone",
            post(PLACE, EMBLEM.read_bytes(), field="logo", outputs="mockup", mockup_px="2400"),
        ),
        Kind(
            "`/place-logo` 900², mock-up and print file 3600x4800",
            post(PLACE, EMBLEM.read_bytes(), field="logo"),
        ),
        Kind(
            f"`/generate-roster-banner` {len(team['players'])} players, 3 x 6 ft, PDF and proof 3625x1825",
            post(BANNER, EMBLEM.read_bytes(), field="logo", **fields),
        ),
        Kind(
            f"`/generate-asset-pack` {len(team['players'])} players",
            post(PACK, EMBLEM.read_bytes(), field="logo", **fields),
        ),
    ]


def post(path: str, image: bytes, *, field: str = "image", **fields: str) -> Send:
    """A request that uploads an image with form fields."""

    def send(client: httpx.Client) -> httpx.Response:
        return client.post(path, files={field: ("image.png", image)}, data=fields)

    return send


def serial_post(path: str, pixels: Pixels, *, serial: int, **fields: str) -> Send:
    """A request whose file, equal to no other, is made when it is sent."""

    def send(client: httpx.Client) -> httpx.Response:
        return post(path, encoded(pixels, serial=serial), **fields)(client)

    return send


def answer(send: Send, client: httpx.Client) -> Answer:
    """Send one request and time it to the last byte."""
    started = time.perf_counter()
    try:
        response = send(client)
    except httpx.HTTPError:
        return Answer(NO_ANSWER, time.perf_counter() - started, retry_after=False)
    return Answer(response.status_code, time.perf_counter() - started, "retry-after" in response.headers)


def from_clients(service: Service, every: Iterable[Send], *, clients: int) -> list[Answer]:
    """Send all of these from some clients that never pause, in order; each client keeps its connection."""
    own = threading.local()
    opened: list[httpx.Client] = []

    def one(send: Send) -> Answer:
        if not hasattr(own, "http"):
            own.http = service.client(timeout_s=300)
            opened.append(own.http)
        return answer(send, own.http)

    pool = ThreadPoolExecutor(clients)
    try:
        return list(pool.map(one, every))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # on Ctrl-C nobody waits for the rest
        for http in opened:
            http.close()


def statuses(answers: Sequence[Answer]) -> str:
    """How many answers had each status, e.g. `64 x 200, 36 x 503`."""
    counts = Counter(item.status for item in answers)
    return ", ".join(f"{count} x {status}" for status, count in sorted(counts.items()))


def errors(answers: Sequence[Answer]) -> int:
    """Answers that are neither done nor an honest refusal."""
    full = httpx.codes.SERVICE_UNAVAILABLE
    return sum(
        item.status not in HONEST and not (item.status == full and item.retry_after) for item in answers
    )
