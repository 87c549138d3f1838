"""Asset packs as a client sees them: cold, asked again, with one player changed. `python -m bench.pack`."""

import base64
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bench.command import Effort, run_alone, say
from bench.figures import against_aim, median, table
from bench.pictures import EMBLEM, encoded, square
from bench.requests import PACK
from bench.service import Service, running

REPEATS = {"quick": 1, "normal": 3, "full": 5}
PLAYERS = 15
LOGO_PX = 900
COLD_AIM_S, CHANGED_AIM_S, MEMORY_AIM_GB = 10.0, 1.0, 2.0
DEADLINE_S = 180
"""Of a request: to have a figure of slow machines too."""
EVERY_S = 0.1
SLOWEST = 8
"""Items that are listed of a cold pack."""


@dataclass(slots=True)
class Peak:
    """The most memory that was seen."""

    mb: float = 0.0


def measure(effort: Effort = "normal") -> str:
    """The section: times of whole packs, of their items, and memory."""
    times: dict[str, list[float]] = {"cold": [], "again": [], "changed": [], "kit": []}
    with running(DEADLINE_S=str(DEADLINE_S)) as service, client_of(service) as client:
        idle_mb = service.pss_mb()
        # Not counted: the first pack of a service reads garments and fonts.
        packed(client, body(serial=0))
        with watched(service) as peak:
            for serial in range(1, REPEATS[effort] + 1):
                answers = _round(client, serial, times)
        with watched(service) as jersey_peak:
            jersey_s, _ = timed(client, {**body(serial=1), "jerseys": ["mockup", "print"]})
    cold = answers["cold"]
    size_mb = next(file["bytes"] for file in cold["assets"] if file["role"] == "zip") / 1e6
    cold_s, changed_s = median(times["cold"]), median(times["changed"])
    grown_gb = (max(peak.mb, jersey_peak.mb) - idle_mb) / 1e3
    return f"""## Asset packs

`/generate-asset-pack` over HTTP: {len(cold["items"])} items, {len(cold["assets"])} files, {PLAYERS} players,
an archive of {size_mb:.1f} MB; whole requests, in seconds:

{table(("request", "median", "least", "most"), [_row(name, times[key]) for key, name in ROWS])}

Cold: {against_aim(cold_s, aim=COLD_AIM_S, at_least=False, unit=" s")}.
One player changed: {against_aim(changed_s, aim=CHANGED_AIM_S, at_least=False, unit=" s")}; of it
{_reused(answers["changed"])} items are given again.
A jersey for each player besides, with print files: {jersey_s:.1f} s more than the pack that was there.
Memory of all processes while packs are made, over {idle_mb:.0f} MB idle:
{against_aim(grown_gb, aim=MEMORY_AIM_GB, at_least=False, unit=" GB")}.

The slowest items of a cold pack, each from its beginning until it was stored; they are made at the same time:

{table(("item", "ms"), _slowest(cold))}"""


ROWS = (
    ("cold", "a logo that was never seen"),
    ("again", "the same request again"),
    ("changed", "one player changed"),
    ("kit", "another team name, by `brand_kit_id`"),
)


def _round(client: httpx.Client, serial: int, times: dict[str, list[float]]) -> dict[str, dict[str, Any]]:
    """One logo's packs, in the order in which a client would ask."""
    first = body(serial=serial)
    players = [*first["players"][:-1], {"number": "99", "name": "Somebody Else"}]
    answers: dict[str, dict[str, Any]] = {}
    kit: dict[str, Any] = {}
    for key, measured in times.items():
        orders: Mapping[str, dict[str, Any]] = {
            "cold": first,
            "again": first,
            "changed": {**first, "players": players},
            "kit": {**first, "logo_base64": None, **kit, "team_name": f"Team {serial}"},
        }
        seconds, answers[key] = timed(client, orders[key])
        kit = {"brand_kit_id": answers["cold"]["brand_kit"]["id"]}
        measured.append(seconds)
        say(f"{key}: {seconds:.2f} s")
    return answers


def body(*, serial: int) -> dict[str, Any]:
    """A request with a logo that no other serial has."""
    logo = encoded(square(EMBLEM, LOGO_PX), serial=serial)
    players = [{"number": str(place), "name": f"Player Number{place}"} for place in range(1, PLAYERS + 1)]
    return {
        "team_name": "Harbor Foxes",
        "sport": "soccer",
        "season": "Spring 2026",
        "logo_base64": base64.b64encode(logo).decode(),
        "players": players,
    }


def timed(client: httpx.Client, order: dict[str, Any]) -> tuple[float, dict[str, Any]]:
    """Seconds to the last byte of the answer, and the answer."""
    started = time.perf_counter()
    made = packed(client, order)
    return time.perf_counter() - started, made


def packed(client: httpx.Client, order: dict[str, Any]) -> dict[str, Any]:
    """A pack; raises `RuntimeError` where an item of it failed."""
    made: dict[str, Any] = client.post(PACK, json=order).raise_for_status().json()
    failed = [item["name"] for item in made["items"] if item["state"] != "succeeded"]
    if failed:
        raise RuntimeError(f"could not be made: {failed}")
    return made


def client_of(service: Service) -> httpx.Client:
    """A client that takes what was made before, as clients do."""
    headers = {"Authorization": "Bearer dev-key"}
    return httpx.Client(base_url=service.address, headers=headers, timeout=DEADLINE_S, trust_env=False)


@contextmanager
def watched(service: Service) -> Iterator[Peak]:
    """The most memory that the service holds meanwhile."""
    peak, over = Peak(), threading.Event()

    def look() -> None:
        while not over.wait(EVERY_S):
            peak.mb = max(peak.mb, service.pss_mb())

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        over.set()
        thread.join()


def _row(name: str, seconds: list[float]) -> tuple[str, ...]:
    return (name, *(f"{value:.2f}" for value in (median(seconds), min(seconds), max(seconds))))


def _reused(made: Mapping[str, Any]) -> str:
    return f"{sum(item['reused'] for item in made['items'])} of {len(made['items'])}"


def _slowest(made: Mapping[str, Any]) -> list[tuple[str, str]]:
    items = sorted(made["items"], key=lambda item: -item["ms"])[:SLOWEST]
    return [(item["name"], f"{item['ms']:.0f}") for item in items]


if __name__ == "__main__":
    run_alone("pack", measure)
