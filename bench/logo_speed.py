"""How long a logo takes from pixels to SVG, step by step. `python -m bench.logo_speed`."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from bench.command import Effort, run_alone
from bench.figures import against_aim, median, percentile, table
from bench.logo_set import WHITE, Logo, fetched, logos, on_ground
from bench.pictures import EMBLEM, square
from configs.settings import Settings
from imaging.logo.clean import CleanOptions, clean_logo
from imaging.logo.cutout import key_logo
from imaging.types import Pixels
from imaging.vector.svg import to_svg
from imaging.vector.trace import trace

EVERY = {"quick": 96, "normal": 12, "full": 3}
ROUNDS = {"quick": 1, "normal": 3, "full": 5}
SIDE_PX = 512
AIM_MS = 400.0
STEPS = ("key", "clean", "trace", "write")
_Made = TypeVar("_Made")


def measure(effort: Effort = "normal") -> str:
    """The section: keying, cleaning, tracing and writing of logos on white."""
    found = logos(fetched(Settings().data_dir.resolve() / "bench" / "logos"))[:: EVERY[effort]]
    every = [_best(_on_white(logo), rounds=ROUNDS[effort]) for logo in found]
    emblem = _best(np.ascontiguousarray(square(EMBLEM, SIDE_PX)[..., :3]), rounds=ROUNDS[effort])
    totals = [sum(times) for times in every]
    rows = [
        (name, f"{median(column):.0f}", f"{percentile(column, 0.9):.0f}", f"{own:.0f}")
        for name, column, own in zip(STEPS, zip(*every, strict=True), emblem, strict=True)
    ]
    rows.append(("sum", f"{median(totals):.0f}", f"{percentile(totals, 0.9):.0f}", f"{sum(emblem):.0f}"))
    return f"""## A logo from pixels to SVG

{len(found)} logos of the same set on white, longer side {SIDE_PX} px with its margin, and the example emblem
at {SIDE_PX}² (71 outlines, lettering on an arc). Milliseconds in one process, the best of {ROUNDS[effort]}:

{table(("step", "median logo", "90th percentile", "emblem"), rows)}

The whole: {against_aim(median(totals), aim=AIM_MS, at_least=False, unit=" ms")} for the median logo,
{against_aim(sum(emblem), aim=AIM_MS, at_least=False, unit=" ms")} for the emblem."""


def _on_white(logo: Logo) -> Pixels:
    return on_ground(logo.render(), WHITE)


def _best(pixels: Pixels, *, rounds: int) -> list[float]:
    """Milliseconds of each step, each the least over the rounds."""
    return [min(column) for column in zip(*(_once(pixels) for _ in range(rounds)), strict=True)]


def _once(pixels: Pixels) -> Sequence[float]:
    times: list[float] = []

    def timed(step: Callable[[], _Made]) -> _Made:
        started = time.perf_counter()
        made = step()
        times.append((time.perf_counter() - started) * 1e3)
        return made

    cut = timed(lambda: key_logo(pixels))
    options = CleanOptions(noise=cut.noise, ground=cut.ground)
    clean = timed(lambda: clean_logo(cut.pixels, options=options))
    drawing = timed(lambda: trace(clean.pixels, palette=[part.color for part in clean.palette]))
    timed(lambda: to_svg(drawing, width_in=10.0))
    return times


if __name__ == "__main__":
    run_alone("logo_speed", measure)
