"""Every way to run every super-resolution network on CUDA, and the authors' own beside them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import torch

from bench.command import Effort, say
from bench.engines import Enlarge, bare
from bench.figures import in_turn, median
from bench.gpu_report import Candidate, Model
from bench.pictures import PHOTO, square
from bench.reference import ReferenceUnavailableError, real_esrganer
from configs.settings import Settings
from models.backends.cpu import thread_count
from models.backends.device import compute_dtype
from models.base import EngineError, UpscaleEngine
from models.registry import names
from models.upscale.cuda_candidates import candidates
from models.upscale.cuda_load import subject_of
from models.upscale.cuda_trial import TILE_PX, Subject, isolated_trial
from models.upscale.load import load_network, load_upscaler

COUNTS: Mapping[Effort, tuple[int, ...]] = {"quick": (1,), "normal": (1, 4), "full": (1, 2, 4, 8)}
ROUNDS: Mapping[Effort, int] = {"quick": 1, "normal": 9, "full": 25}
SIDE = 512


def models(effort: Effort) -> list[Model]:
    """Measure each model."""
    return [_model(name, effort) for name in names("upscale")]


def load(name: str) -> UpscaleEngine:
    """The engine that the service loads on CUDA."""
    weights = Settings().weights_dir
    return load_upscaler(name, weights_dir=weights, device="cuda", threads=thread_count())


def _model(name: str, effort: Effort) -> Model:
    engine = load(name)
    info = replace(engine.info, backend="torch")
    network = load_network(name, weights_dir=Settings().weights_dir)
    subject = subject_of(network, info, compute_dtype("cuda"))
    ways = [_candidate(subject, way, effort) for way in candidates(network)]
    contenders: dict[str, Enlarge] = {"ours": bare(engine)}
    absent = ""
    try:
        contenders["reference"] = real_esrganer(name, tile=0, device="cuda", half=True)
    except ReferenceUnavailableError as error:
        absent = str(error)
    times = _host_times(contenders, rounds=ROUNDS[effort])
    return Model(
        name=name,
        tflop=info.cost_tflop_per_mp * TILE_PX**2 / 1e6,
        candidates=ways,
        reference_s=times.get("reference"),
        engine_s=times.get("ours"),
        absent=absent,
    )


def _candidate(subject: Subject, way: str, effort: Effort) -> Candidate:
    try:
        found = isolated_trial(subject, way, counts=COUNTS[effort])
    except EngineError as error:
        say(f"{subject.info.name}, {way}: {error}")
        return Candidate(way, None, {}, out=f"out: {error}")
    say(f"{subject.info.name}, {way}: {found.seconds[1] * 1e3:.2f} ms, {found.psnr_db:.1f} dB")
    return Candidate(way, found.psnr_db, found.seconds)


def _host_times(contenders: Mapping[str, Enlarge], *, rounds: int) -> dict[str, float]:
    """Medians of whole calls on a photo, in turn, after two rounds in which graphs are captured."""
    photo = square(PHOTO, SIDE)

    def call(enlarge: Enlarge) -> Callable[[], object]:
        def run() -> None:
            enlarge(photo)
            torch.cuda.synchronize()

        return run

    calls = {name: call(enlarge) for name, enlarge in contenders.items()}
    in_turn(calls, rounds=2)
    return {name: median(times) for name, times in in_turn(calls, rounds=rounds).items()}
