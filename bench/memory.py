"""Memory of the whole service: idle, at large inputs, under load, over time. `python -m bench.memory`."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from bench.command import Effort, run_alone, say
from bench.figures import against_aim, table
from bench.pictures import EMBLEM, PHOTO, encoded, square
from bench.processes import PERIOD_S, Watch, watching
from bench.requests import CUT, UPSCALE, Answer, Send, errors, from_clients, post, serial_post, statuses
from bench.service import Service, running
from configs.settings import REPOSITORY, Settings
from imaging.types import Pixels

SMALL_PROFILE = REPOSITORY / "configs" / "serve" / "small.yaml"
DEADLINE_S = 110
"""Longer than the service's own default, so that what was let in is really worked on."""
LARGE_SIDE = {"quick": 1000, "normal": 5000, "full": 5000}
"""25 megapixels, the most that is taken."""
BURST = {"quick": 6, "normal": 100, "full": 100}
BURST_SIDE = 1414
"""2 megapixels."""
EARLY = {"quick": 10, "normal": 200, "full": 200}
LATE = {"quick": 20, "normal": 2000, "full": 2000}
CLIENTS = 8
IDLE_S = 5.0
AIM_MB, GROWTH_AIM = 2000.0, 0.05
SMALLEST_SHOWN_MB = 1.0
LARGEST_NAMED = 3


def measure(effort: Effort = "normal") -> str:
    """The section: peaks of the proportional set size, and growth over many requests."""
    # `SERVE_FILE` names another one; the aim is for the small profile.
    serve_file = SMALL_PROFILE if SMALL_PROFILE.exists() else Settings().serve_file
    start = partial(running, DEADLINE_S=str(DEADLINE_S), SERVE_FILE=str(serve_file))
    with start() as service:
        idle = _peak(service, "idle", [], clients=1)
        large = large_inputs(LARGE_SIDE[effort])
        peaks = [idle, *(_peak(service, name, [send], clients=1) for name, send in large)]
        peaks.append(_peak(service, "all of these at once", [send for _, send in large], clients=len(large)))
        burst = list(islice(burst_inputs(), BURST[effort]))
        peaks.append(_peak(service, f"{len(burst)} mixed 2 MP requests at once", burst, clients=len(burst)))
    with start() as service:  # a fresh one: what large inputs left behind would hide growth
        small = small_inputs()
        early, later = (
            _after(service, islice(small, count)) for count in (EARLY[effort], LATE[effort] - EARLY[effort])
        )
    growth = later[0] / early[0] - 1
    highest = max(peak.watch.peak_mb for peak in peaks)
    processes = [(name, f"{mb:.0f}") for name, mb in idle.watch.highest.items() if mb >= SMALLEST_SHOWN_MB]
    return f"""## Memory

Proportional set size of all processes of the service, object store included, sampled every {PERIOD_S:g} s;
`{serve_file.name}`, deadline {DEADLINE_S} s. 503 with `Retry-After` is how the service says that it is full.

{table(("", "peak, MB", "most of it", "answers"), [peak.row() for peak in peaks])}

Highest of all: {against_aim(highest, aim=AIM_MB, at_least=False, unit=" MB")}.

After {EARLY[effort]:,} small mixed requests from {CLIENTS} clients and {IDLE_S:g} s of rest a fresh service
holds {early[0]:,.0f} MB ({early[1]}); after {LATE[effort]:,} it holds {later[0]:,.0f} MB ({later[1]}).
Growth: {against_aim(growth * 100, aim=GROWTH_AIM * 100, at_least=False, unit=" %")}.

Idle, by process:

{table(("process", "MB"), processes)}"""


def large_inputs(side: int) -> list[tuple[str, Send]]:
    """The largest inputs that are taken, and an enlargement to as much that this CPU does in time."""
    photo, logo = (encoded(square(path, side), "JPEG") for path in (PHOTO, EMBLEM))
    megapixels = f"{side * side / 1e6:.0f} MP"
    return [
        (f"`/remove-background` photo, {megapixels} JPEG", post(CUT, photo, mode="photo")),
        (f"`/remove-background` logo, {megapixels} JPEG", post(CUT, logo, mode="logo")),
        (f"`/upscale` scale 1, {megapixels} JPEG", post(UPSCALE, photo, scale="1")),
        (
            f"`/upscale` graphic to {megapixels}",
            post(UPSCALE, encoded(square(EMBLEM, side // 4)), model="graphic"),
        ),
    ]


def burst_inputs() -> Iterator[Send]:
    """2 MP requests of four kinds in turn, no two files equal."""
    photo, logo = square(PHOTO, BURST_SIDE), square(EMBLEM, BURST_SIDE)
    kinds: list[tuple[str, Pixels, dict[str, str]]] = [
        (CUT, photo, {"mode": "photo"}),
        (CUT, logo, {"mode": "logo"}),
        (UPSCALE, photo, {"scale": "1"}),
        (UPSCALE, logo, {"width": str(BURST_SIDE // 2)}),
    ]
    return _turns(kinds)


def small_inputs() -> Iterator[Send]:
    """Small requests, one in ten of them through the heavy network, no two files equal."""
    graphic, logo, photo = square(EMBLEM, 64), square(EMBLEM, 128), square(PHOTO, 256)
    enlarge: tuple[str, Pixels, dict[str, str]] = (UPSCALE, graphic, {"model": "graphic"})
    key: tuple[str, Pixels, dict[str, str]] = (CUT, logo, {"mode": "logo"})
    return _turns([enlarge, key] * 4 + [enlarge, (CUT, photo, {"mode": "photo"})])


def _turns(kinds: Sequence[tuple[str, Pixels, dict[str, str]]]) -> Iterator[Send]:
    serial = 0
    while True:
        path, pixels, fields = kinds[serial % len(kinds)]
        yield serial_post(path, pixels, serial=serial, **fields)
        serial += 1


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest memory in one situation."""

    name: str
    watch: Watch
    said: str
    """How the requests were answered."""

    def row(self) -> tuple[str, str, str, str]:
        """Name, sum, the largest processes, answers."""
        most = list(self.watch.highest.items())[:LARGEST_NAMED]
        named = ", ".join(f"{name} {mb:,.0f}" for name, mb in most)
        return self.name, f"{self.watch.peak_mb:,.0f}", named, self.said


def _peak(service: Service, name: str, sends: Sequence[Send], *, clients: int) -> Peak:
    time.sleep(IDLE_S)
    with watching(service.pid) as watch:
        answers = from_clients(service, sends, clients=clients)
    peak = Peak(name, watch, _said(answers))
    say(": ".join(peak.row()))
    return peak


def _after(service: Service, sends: Iterator[Send]) -> tuple[float, str]:
    """Memory after these and a rest, and how they were answered."""
    answers = from_clients(service, sends, clients=CLIENTS)
    time.sleep(IDLE_S)
    held_mb = service.pss_mb()
    say(f"{len(answers)} small requests: {held_mb:.0f} MB; {_said(answers)}")
    return held_mb, _said(answers)


def _said(answers: Sequence[Answer]) -> str:
    if not answers:
        return ""
    wrong = errors(answers)
    slowest = max(item.seconds for item in answers)
    return f"{statuses(answers)}; slowest {slowest:.1f} s" + (f"; **{wrong} errors**" if wrong else "")


if __name__ == "__main__":
    run_alone("memory", measure)
