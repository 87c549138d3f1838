"""Upscaling: ours against PyTorch, ONNX Runtime and `RealESRGANer`. `python -m bench.upscale [--full]`."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.command import Effort, run_alone, say
from bench.engines import Enlarge, bare, eager, load_ours, ours
from bench.exported import onnx_runtime
from bench.figures import against_aim, in_turn, median, paired_ratio, table, times_text
from bench.pictures import EMBLEM, PHOTO, square
from bench.reference import TILE_PAD, ReferenceUnavailableError, real_esrganer
from imaging.types import Pixels

VIDEO, ANIME, PHOTO_MODEL = "realesr-animevideov3", "realesrgan-x4plus-anime", "realesrgan-x4plus"
SMALL, LARGE = 256, 1024
ROUNDS: Mapping[Effort, Mapping[tuple[str, int], int]] = {
    "quick": {(VIDEO, 128): 1, (ANIME, 64): 1, (PHOTO_MODEL, 64): 1},
    "normal": {(VIDEO, SMALL): 9, (VIDEO, LARGE): 1, (ANIME, SMALL): 3, (PHOTO_MODEL, SMALL): 2},
    "full": {
        (VIDEO, SMALL): 15,
        (VIDEO, LARGE): 3,
        (ANIME, SMALL): 5,
        (ANIME, LARGE): 1,
        (PHOTO_MODEL, SMALL): 3,
        (PHOTO_MODEL, LARGE): 1,
    },
}
"""Timed rounds; x4plus at 1024² takes half an hour a round."""
WHOLE_UP_TO_PX = 512
"""Side over which RRDBNet is run in tiles by everyone, for want of memory."""
REFERENCE_TILE = 400
"""What the authors' command line is usually given where memory is short; its default is the whole image."""
WARM_FROM_ROUNDS = 2
"""A single round is of runs so long that what the first one prepares hardly shows."""
EAGER_AIM, ORT_AIM = 5.0, 3.0
FAITHFUL_DB, FAITHFUL_MEAN = 50.0, 1.0
OURS, EAGER, ORT, REFERENCE = "ours", "PyTorch eager fp32", "ONNX Runtime fp32", "`RealESRGANer`"


@dataclass(frozen=True, slots=True)
class Row:
    """One model at one size."""

    model: str
    side: int
    arithmetic: str
    """Ours: backend and dtype."""
    times: Mapping[str, Sequence[float]]
    """Seconds of each round by contender."""
    photo: tuple[float, float]
    """Our network's result against eager: PSNR in dB, mean absolute difference of 255."""
    graphic: tuple[float, float]
    absent: str
    """Why `RealESRGANer` has no times; empty when it has."""


def measure(effort: Effort = "normal") -> str:
    """The section: times of every model and size, in turn, and how faithful ours is."""
    rows = [_row(model, side, rounds=rounds) for (model, side), rounds in ROUNDS[effort].items()]
    absent = next((f"\n\n`RealESRGANer`: not available, {row.absent}." for row in rows if row.absent), "")
    fidelity = [_fidelity(row) for row in rows if row.side <= SMALL]
    return f"""## Upscaling

Four times larger, uint8 in and out, all threads of this CPU, a photo. Over {WHOLE_UP_TO_PX}² RRDBNet runs in
the service's tiles in all but `RealESRGANer`, which has {REFERENCE_TILE} px tiles with {TILE_PAD} px around.
In brackets: how many times as long as ours, the median over rounds.

{table(("model", "input", OURS, EAGER, ORT, REFERENCE), [_times(row) for row in rows])}{absent}

{table(("model", "input", "against eager", "against ONNX Runtime"), [_aims(row) for row in rows])}

How close our network's result is to PyTorch eager fp32 of the whole image, both as 8 bits
(aim: PSNR >= {FAITHFUL_DB:g} dB, mean difference <= {FAITHFUL_MEAN:g} of 255):

{table(("model", "photo", "graphic", "aim"), fidelity)}"""


def difference(actual: Pixels, expected: Pixels) -> tuple[float, float]:
    """PSNR in dB (infinite when equal) and mean absolute difference, of 255."""
    error = actual.astype(np.float64) - expected
    square_error = float(np.mean(error**2))
    psnr_db = 10 * math.log10(255**2 / square_error) if square_error else math.inf
    return psnr_db, float(np.mean(np.abs(error)))


def _row(model: str, side: int, *, rounds: int) -> Row:
    whole = model == VIDEO or side <= WHOLE_UP_TO_PX
    engine = load_ours(model)
    every: dict[str, Enlarge] = {
        OURS: ours(engine),
        EAGER: eager(model, whole=whole),
        ORT: onnx_runtime(model, side=side, whole=whole),
    }
    absent = ""
    try:
        every[REFERENCE] = real_esrganer(model, tile=0 if whole else REFERENCE_TILE)
    except ReferenceUnavailableError as error:
        absent = str(error)
    photo, graphic = square(PHOTO, side), square(EMBLEM, side)
    results: dict[str, Pixels] = {}
    calls = {name: _keeping(results, name, enlarge, photo) for name, enlarge in every.items()}
    if rounds >= WARM_FROM_ROUNDS:
        in_turn(calls, rounds=1)
    times = in_turn(calls, rounds=rounds)
    say(f"{model} {side}²: " + ", ".join(f"{name} {median(s) * 1e3:.0f} ms" for name, s in times.items()))
    faithful = [(math.nan, math.nan)] * 2
    if side <= SMALL:
        network = bare(engine)
        faithful = [
            difference(network(photo), results[EAGER]),
            difference(network(graphic), every[EAGER](graphic)),
        ]
    arithmetic = f"{engine.info.backend} {engine.info.dtype}"
    return Row(model, side, arithmetic, times, faithful[0], faithful[1], absent)


def _keeping(results: dict[str, Pixels], name: str, enlarge: Enlarge, image: Pixels) -> Callable[[], None]:
    def call() -> None:
        results[name] = enlarge(image)

    return call


def _times(row: Row) -> tuple[str, ...]:
    base = row.times[OURS]
    cells = [f"{_ms(base)}, {row.arithmetic}"]
    for name in (EAGER, ORT, REFERENCE):
        seconds = row.times.get(name)
        cells.append(f"{_ms(seconds)} ({times_text(paired_ratio(seconds, base))})" if seconds else "-")
    return (row.model, f"{row.side}²", *cells)


def _ms(seconds: Sequence[float]) -> str:
    return f"{median(seconds) * 1e3:,.0f} ms"


def _aims(row: Row) -> tuple[str, ...]:
    ratios = ((EAGER, EAGER_AIM), (ORT, ORT_AIM))
    cells = [
        against_aim(paired_ratio(row.times[name], row.times[OURS]), aim=aim, at_least=True, unit="x")
        for name, aim in ratios
    ]
    return (row.model, f"{row.side}²", *cells)


def _fidelity(row: Row) -> tuple[str, ...]:
    cells = [f"{psnr_db:.1f} dB, {mean:.2f}" for psnr_db, mean in (row.photo, row.graphic)]
    worst_db = min(row.photo[0], row.graphic[0])
    worst_mean = max(row.photo[1], row.graphic[1])
    faithful = worst_db >= FAITHFUL_DB and worst_mean <= FAITHFUL_MEAN
    return (row.model, *cells, "met" if faithful else "missed")


if __name__ == "__main__":
    run_alone("upscale", measure)
