"""What the service remembers, timed over HTTP: cache, replays, jobs, history. `python -m bench.state`."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx

from bench.command import Effort, run_alone, say
from bench.figures import median, table
from bench.pictures import EMBLEM, encoded, square
from bench.requests import UPSCALE
from bench.service import Service, running

REPEATS = {"quick": 3, "normal": 30, "full": 60}
JOBS = {"quick": 5, "normal": 100, "full": 1000}
SENDERS = 4
JOBS_PATH = "/api/v1/jobs"
ENDED = frozenset({"succeeded", "failed", "cancelled"})
POLL_S = 0.02


def measure(effort: Effort = "normal") -> str:
    """The section: latency of what is remembered beside what is made, and jobs from accepted to ended."""
    image = encoded(square(EMBLEM, 64))
    repeats = REPEATS[effort]
    # Two jobs of one owner at once, so that the figure is the service's and not its fairness'.
    with running(JOBS_AT_ONCE_PER_OWNER="2") as service, service.client() as client:
        ask = _Asking(client, image)
        ask.remembered().raise_for_status()
        ask.keyed().raise_for_status()
        rows = [
            _row("made, recorded, answered", ask.made, repeats=repeats),
            _row("the same from the cache", ask.remembered, repeats=repeats),
            _row("replayed by its `Idempotency-Key`", ask.keyed, repeats=repeats),
            _row("accepted as a job (202)", ask.later, repeats=repeats),
            _row("a job from accepted to ended", lambda: _job(client, ask), repeats=repeats),
            _row("`GET /images`, 50 rows", lambda: client.get("/api/v1/images"), repeats=repeats),
        ]
        seconds = _many_jobs(service, image, JOBS[effort])
    sent = JOBS[effort] // SENDERS * SENDERS
    return f"""## State: cache, replays, jobs, history

A drawing of 64² upscaled twice, over HTTP, SQLite and local files (every row and file is on the disk when the
answer comes), one request at a time, in milliseconds:

{table(("request", "median", "least", "most"), rows)}

**{sent} such jobs** sent at once by {SENDERS} clients, two worked on at a time: all ended after
{seconds:.1f} s, {sent / seconds:.1f} a second."""


class _Asking:
    """The ways in which one request can be sent."""

    def __init__(self, client: httpx.Client, image: bytes) -> None:
        self._client = client
        self._image = image

    def made(self) -> httpx.Response:
        """Done for this request alone."""
        return self._post({"Cache-Control": "no-store"})

    def remembered(self) -> httpx.Response:
        """Answered from the cache, after the first time."""
        return self._post({"Cache-Control": "max-age=3600"})

    def keyed(self) -> httpx.Response:
        """Answered again, after the first time."""
        return self._post({"Idempotency-Key": "bench"})

    def later(self) -> httpx.Response:
        """Accepted."""
        return self._post({"Prefer": "respond-async"})

    def _post(self, headers: dict[str, str]) -> httpx.Response:
        files = {"image": ("a.png", self._image)}
        return self._client.post(UPSCALE, files=files, data={"scale": "2"}, headers=headers)


def _row(name: str, send: Callable[[], httpx.Response], *, repeats: int) -> tuple[str, ...]:
    send().raise_for_status()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        send().raise_for_status()
        times.append((time.perf_counter() - started) * 1e3)
    say(f"{name}: {median(times):.1f} ms")
    return (name, *(f"{value:.1f}" for value in (median(times), min(times), max(times))))


def _job(client: httpx.Client, ask: _Asking) -> httpx.Response:
    """Send one and wait for its end."""
    return _ended(client, ask.later().headers["location"])


def _ended(client: httpx.Client, location: str) -> httpx.Response:
    while True:
        answer = client.get(location)
        job = answer.raise_for_status().json()["job"]
        if job["state"] in ENDED:
            if job["state"] != "succeeded":
                raise RuntimeError(f"{location} has {job['state']}: {job['error']}")
            return answer
        time.sleep(POLL_S)


def _many_jobs(service: Service, image: bytes, count: int) -> float:
    """Seconds from the first sent to the last ended."""

    def send(share: int) -> list[str]:
        with service.client() as client:
            ask = _Asking(client, image)
            return [ask.later().headers["location"] for _ in range(share)]

    started = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as clients:
        locations = [
            location for sent in clients.map(send, [count // SENDERS] * SENDERS) for location in sent
        ]
    with service.client() as client:
        for location in locations:
            _ended(client, location)
    say(f"{len(locations)} jobs")
    return time.perf_counter() - started


if __name__ == "__main__":
    run_alone("state", measure)
