"""A salient-object graph in OpenVINO, from a file of its own that stays mapped, not loaded."""

import ctypes
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from models.backends.openvino_runtime import ov

Precision = Literal["bf16", "f32"]

_MADV_DONTNEED = 4
"""Of madvise(2), Linux."""


class OpenVinoNetwork:
    """A `models.segment.engine.Network` on OpenVINO.

    Args:
        path: Of the `.xml` that `models.segment.ir` wrote; its weights lie beside it as `.bin`.
        precision: Arithmetic of the network. Input and output are float32.
        threads: CPU threads of one pass.
    """

    images_per_pass = 1

    def __init__(self, path: Path, *, precision: Precision, threads: int) -> None:
        options = {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            # Replicas share the processor: a pass pinned to cores would wait for them.
            "ENABLE_CPU_PINNING": False,
        }
        core = ov.Core()
        self._compiled = core.compile_model(core.read_model(path), "CPU", options)
        self._request = self._compiled.create_infer_request()
        # The kernel names a mapping by the file itself, not by a link to it.
        self._weights = path.with_suffix(".bin").resolve()
        _forget_pages(self._weights)

    def __call__(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The graph's first output: (1, 3, S, S) -> (1, S, S)."""
        result = self._request.infer([np.ascontiguousarray(images)], share_inputs=True)
        return np.array(result[0][:, 0], np.float32)

    def release_memory(self) -> None:
        """Give back the activations' memory, 60 MB for u2net; the next pass takes it again."""
        self._compiled.release_memory()
        _forget_pages(self._weights)


def _forget_pages(path: Path) -> None:
    """Let the system have a mapped file's pages back (88 MB for u2net).

    The compiled network holds a copy of the weights in the processor's own layout but keeps the file mapped.
    The mapping is private and never written to, so a page that is touched after all is read again.
    """
    try:
        lines = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    except OSError:
        return  # not Linux: the pages stay
    libc = ctypes.CDLL(None)
    for line in lines:
        span, permissions, _, _, _, *name = line.split(maxsplit=5)
        if name == [str(path)] and "w" not in permissions:
            first, end = (int(address, 16) for address in span.split("-"))
            libc.madvise(ctypes.c_void_p(first), ctypes.c_size_t(end - first), _MADV_DONTNEED)
