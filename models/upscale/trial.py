"""Times a backend on one of our networks, in a process of its own.

Apart, because a runtime that was only tried would stay in memory, and one that meets an instruction which the
processor lacks takes its process down. `python -m models.upscale.trial NAME BACKEND WEIGHTS_DIR THREADS` is
that process; it prints the processor's seconds for one pass.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import models
from models.base import EngineError

SIDE_PX = 48
"""Of the tile that is timed: 0.2 s of the largest network on two idle cores."""

RUNS = 4
"""Timed passes; the fastest counts, since what is slower was disturbed."""

PATIENCE_S = 120
"""For starting the backend and all passes."""


def isolated_seconds(name: str, backend: str, *, weights_dir: Path, threads: int) -> float:
    """The processor's seconds, over all threads, for one pass of a small tile.

    Not the clock's: replicas start at the same time, and by the clock the backend would win whose pass was
    disturbed least.

    Raises:
        EngineError: The backend cannot run the network, or takes too long to tell.
    """
    command = [
        sys.executable,
        "-m",
        "models.upscale.trial",
        name,
        backend,
        str(weights_dir.resolve()),
        str(threads),
    ]
    root = Path(models.__file__).parents[1]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, with names from our own tables
            command, cwd=root, capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"no pass in {PATIENCE_S} s") from error
    if done.returncode:
        last_line = done.stderr.strip().rpartition("\n")[2]
        raise EngineError(last_line or f"its process ended with {done.returncode}")
    return float(done.stdout.split()[-1])


def main(name: str, backend: str, weights_dir: str, threads: str) -> None:
    """Time the backend here and print the processor's seconds."""
    from models.upscale.load import CPU_BACKENDS, load_upscaler  # noqa: PLC0415 - it imports this module

    (forced,) = (known for known in CPU_BACKENDS if known == backend)
    engine = load_upscaler(
        name, weights_dir=Path(weights_dir), device="cpu", threads=int(threads), backend=forced
    )
    tile = np.random.default_rng(0).integers(0, 256, (SIDE_PX, SIDE_PX, 3), dtype=np.uint8)
    engine.run([tile])
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        engine.run([tile])
        seconds.append(time.process_time() - start)
    sys.stdout.write(f"{min(seconds)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
