"""Times a backend on one of our networks, in a process of its own.

`python -m models.upscale.trial NAME BACKEND WEIGHTS_DIR THREADS` is that process; it prints the processor's
seconds for one pass.
"""

import sys
from pathlib import Path

import numpy as np

from models.backends.isolated import processor_seconds, run_isolated

SIDE_PX = 48
"""Of the tile that is timed: 0.2 s of the largest network on two idle cores."""

PATIENCE_S = 120
"""For starting the backend and all passes."""


def isolated_seconds(name: str, backend: str, *, weights_dir: Path, threads: int) -> float:
    """The processor's seconds, over all threads, for one pass of a small tile.

    Raises:
        EngineError: The backend cannot run the network, or takes too long to tell.
    """
    arguments = (name, backend, str(weights_dir.resolve()), str(threads))
    return float(run_isolated("models.upscale.trial", *arguments, patience_s=PATIENCE_S))


def main(name: str, backend: str, weights_dir: str, threads: str) -> None:
    """Time the backend here and print the processor's seconds."""
    from models.upscale.load import CPU_BACKENDS, load_upscaler  # noqa: PLC0415 - it imports this module

    (forced,) = (known for known in CPU_BACKENDS if known == backend)
    engine = load_upscaler(
        name, weights_dir=Path(weights_dir), device="cpu", threads=int(threads), backend=forced
    )
    tile = np.random.default_rng(0).integers(0, 256, (SIDE_PX, SIDE_PX, 3), dtype=np.uint8)
    seconds = processor_seconds(lambda: engine.run([tile]))
    sys.stdout.write(f"{seconds}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
