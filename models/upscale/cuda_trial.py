"""Tries a way to run a network on CUDA: are its pictures right, and how long does it take?

What was never run on a device before is tried in a process of its own (`models.backends.isolated`).
`python -m models.upscale.cuda_trial FILE NAME COUNT...` is that process; it prints what it found as JSON.
"""

import json
import logging
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import torch
from torch import nn

from imaging.types import Pixels
from models.backends.isolated import run_isolated
from models.base import EngineError, EngineInfo
from models.upscale.cuda_candidates import candidates
from models.upscale.cuda_check import check
from models.upscale.cuda_engine import CudaUpscaler
from models.upscale.cuda_graphs import GraphRunner, cuda_capture

_log = logging.getLogger(__name__)

TILE_PX = 512
"""Side of the largest tile: one image of 512 x 512 fills the device, and needs no overlap then."""

PASS_BYTES_PER_PX = 12_000
"""Device memory per input pixel of a pass, at most: 64 features at four times the size are 2 kB in bfloat16,
and of such tensors no more than a few live at once."""

MOST_PASS_PX = 8 * TILE_PX**2
"""A larger pass is no faster; it only makes others wait."""

TIMED_RUNS = 7

PATIENCE_S = 240
"""For one trial: starting PyTorch, compiling kernels, a few passes."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A network and what is expected of an engine that runs it."""

    network: nn.Module
    """On the CPU, in float32."""
    info: EngineInfo
    dtype: torch.dtype
    tiles: Sequence[Pixels]
    expected: Sequence[Pixels]

    @property
    def device(self) -> torch.device:
        """Where it is to run."""
        return torch.device(self.info.device)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a candidate did."""

    psnr_db: float
    """The lowest of its pictures, against float32."""
    seconds: Mapping[int, float]
    """Median of one pass, by how many canvases of the largest tile it had."""


def checked(subject: Subject, name: str) -> tuple[CudaUpscaler, float]:
    """An engine around a candidate whose pictures agree with float32, alone, masked, batched and replayed.

    Returns:
        The engine and its lowest PSNR, dB.

    Raises:
        EngineError: They do not, or something else failed.
    """
    info = replace(subject.info, backend=f"cuda {name}")
    try:
        program = candidates(subject.network)[name](subject.network, subject.device, subject.dtype)
        capture = cuda_capture() if subject.device.type == "cuda" else None
        runner = GraphRunner(program, capture=capture)
        engine = CudaUpscaler(runner, info=info, max_pass_px=pass_px(subject.device))
        for copies in (1, 2, 1, 2):  # as it is, then from graphs
            tiles, expected = [*subject.tiles] * copies, [*subject.expected] * copies
            quality = check(engine.run, tiles=tiles, expected=expected)
        _settle(subject.device)
    except EngineError:
        raise
    except Exception as error:
        raise EngineError(f"{type(error).__name__}: {error}") from error
    _log.info("%s: %s is %.1f dB from float32", info.name, name, quality)
    return engine, quality


def trial(subject: Subject, name: str, *, counts: Sequence[int] = (1,)) -> Trial:
    """Time a candidate, once its pictures are right.

    Args:
        subject: The network.
        name: Of the candidate.
        counts: Canvases of the passes to time.

    Raises:
        EngineError: They are not, or something else failed.
    """
    engine, quality = checked(subject, name)
    try:
        return Trial(quality, {count: _seconds(engine, count, device=subject.device) for count in counts})
    except Exception as error:
        raise EngineError(f"{type(error).__name__}: {error}") from error


def _seconds(engine: CudaUpscaler, count: int, *, device: torch.device) -> float:
    """Median of a pass of so many canvases of the largest tile, replayed."""
    canvases = torch.randint(0, 256, (count, TILE_PX, TILE_PX, 4), dtype=torch.uint8, device=device)
    times = []
    for _ in range(2 + TIMED_RUNS):  # the first runs as it is, the second captures
        started = time.perf_counter()
        engine.runner.run(canvases, masked=False)
        _settle(device)
        times.append(time.perf_counter() - started)
    return median(times[2:])


def isolated_trial(subject: Subject, name: str, *, counts: Sequence[int] = (1,)) -> Trial:
    """`trial` in a process of its own, whose end this one survives.

    Raises:
        EngineError: It failed, died, or took too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "subject.pt"
        torch.save(subject, file)
        arguments = (str(file), name, *(str(count) for count in counts))
        said = run_isolated("models.upscale.cuda_trial", *arguments, patience_s=PATIENCE_S)
    found = json.loads(said)
    return Trial(found["psnr_db"], {int(count): value for count, value in found["seconds"].items()})


def _settle(device: torch.device) -> None:
    """Wait for the device, so that what it refuses is raised here and what is timed is done."""
    if device.type == "cuda":
        torch.cuda.synchronize()


def pass_px(device: torch.device) -> int:
    """Input pixels of one pass: what half of the device's free memory holds."""
    if device.type != "cuda":
        return MOST_PASS_PX
    free, _ = torch.cuda.mem_get_info()
    return max(TILE_PX**2, min(MOST_PASS_PX, free // 2 // PASS_BYTES_PER_PX))


def main(file: str, name: str, *counts: str) -> None:
    """Print one candidate's trial, for the process that asked."""
    subject = torch.load(file, weights_only=False)  # `isolated_trial` has just written it
    found = trial(subject, name, counts=[int(count) for count in counts])
    sys.stdout.write(json.dumps({"psnr_db": found.psnr_db, "seconds": found.seconds}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
