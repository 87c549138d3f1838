"""Times a runtime on a segmentation network: `python -m models.segment.trial`, in a process of its own."""

import argparse
import sys
from pathlib import Path

import numpy as np

from models.backends.isolated import processor_seconds, run_isolated
from models.segment.engine import Network

_PATIENCE_S = 300


def seconds_of(backend: str, *, path: Path, side_px: int, precision: str, threads: int) -> float:
    """The processor's seconds, over all threads, for one pass.

    Args:
        backend: `openvino` or `onnxruntime`.
        path: The file that the backend reads.
        side_px: Side of the square input.
        precision: `bf16` or `f32`; ONNX Runtime knows only the latter.
        threads: CPU threads.

    Raises:
        EngineError: The backend is not installed, cannot run the network, or takes too long to tell.
    """
    options = (f"--side={side_px}", f"--precision={precision}", f"--threads={threads}")
    arguments = (backend, str(path.absolute()), *options)
    return float(run_isolated("models.segment.trial", *arguments, patience_s=_PATIENCE_S))


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
    seconds = processor_seconds(lambda: network(image))
    sys.stdout.write(f"{seconds}\n")


if __name__ == "__main__":
    main()
