"""`python -m models.segment.trial`: seconds of one pass of a network, in a process of its own.

A runtime that was only tried would stay in the replica's memory for good.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import models
from models.base import EngineError
from models.segment.engine import Network

_RUNS = 3
_TIMEOUT_S = 300.0
_ROOT = Path(models.__file__).resolve().parents[1]


def seconds_of(backend: str, *, path: Path, side_px: int, precision: str, threads: int) -> float:
    """The least time of a few passes.

    Args:
        backend: `openvino` or `onnxruntime`.
        path: The file that the backend reads.
        side_px: Side of the square input.
        precision: `bf16` or `f32`; ONNX Runtime knows only the latter.
        threads: CPU threads.

    Raises:
        EngineError: The backend is not installed, or cannot run the network.
    """
    command = [sys.executable, "-m", "models.segment.trial", backend, str(path)]
    command += [f"--side={side_px}", f"--precision={precision}", f"--threads={threads}"]
    try:
        done = _run(command)
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EngineError(f"{backend}: {reason}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"{backend}: {error}") from error
    return float(done.stdout)


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": _TIMEOUT_S}
    return subprocess.run(command, check=True, cwd=_ROOT, **options)  # noqa: S603 - our own module


def _open(options: argparse.Namespace) -> Network:
    if options.backend == "openvino":
        from models.segment.openvino_network import OpenVinoNetwork  # noqa: PLC0415 - one runtime a process

        return OpenVinoNetwork(options.path, precision=options.precision, threads=options.threads)
    from models.segment.onnx_network import OnnxNetwork  # noqa: PLC0415 - one runtime a process

    return OnnxNetwork(options.path, device="cpu", threads=options.threads)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("backend", choices=["openvino", "onnxruntime"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--side", type=int, required=True)
    parser.add_argument("--precision", choices=["bf16", "f32"], default="f32")
    parser.add_argument("--threads", type=int, required=True)
    options = parser.parse_args()
    network = _open(options)
    image = np.random.default_rng(0).normal(size=(1, 3, options.side, options.side)).astype(np.float32)
    network(image)
    times = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        network(image)
        times.append(time.perf_counter() - started)
    sys.stdout.write(f"{min(times)}\n")


if __name__ == "__main__":
    main()
