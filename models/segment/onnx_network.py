"""A salient-object graph in ONNX Runtime."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime

from models.base import Device, DeviceUnavailableError

_PROVIDERS: dict[Device, str] = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_CUDA_BATCH = 32


class OnnxNetwork:
    """A `models.segment.engine.Network` on ONNX Runtime.

    Args:
        path: Of a graph with one input, (N, 3, S, S), whose first output is (N, 1, S, S).
        device: Where every node that can run there must run.
        threads: For one operator on the CPU; ONNX Runtime ignores OMP_NUM_THREADS.

    Raises:
        DeviceUnavailableError: ONNX Runtime would silently have fallen back to the CPU.
    """

    def __init__(self, path: Path, *, device: Device, threads: int) -> None:
        self._session = _open(path, device=device, threads=threads)
        taken = self._session.get_inputs()[0]
        self._input = taken.name
        self._output = self._session.get_outputs()[0].name
        # A CPU gains nothing from a batch but would keep its memory; some graphs are pinned to a batch of 1.
        free = not isinstance(taken.shape[0], int)
        self.images_per_pass = _CUDA_BATCH if device == "cuda" and free else 1

    def __call__(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The graph's first output: (N, 3, S, S) -> (N, S, S)."""
        (saliency,) = self._session.run([self._output], {self._input: images})
        return np.asarray(saliency[:, 0], np.float32)

    def release_memory(self) -> None:
        """Nothing: without an arena a finished pass holds no memory."""


def _open(path: Path, *, device: Device, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # The CPU arena keeps what a run needed at its peak: u2net 785 MB with it, 483 MB without, a tenth slower.
    options.enable_cpu_mem_arena = False
    wanted = _PROVIDERS[device]
    # Asking for a provider this build lacks only warns; what the session really holds is what counts.
    order = dict.fromkeys((wanted, _PROVIDERS["cpu"]))
    present = [name for name in order if name in onnxruntime.get_available_providers()]
    session = onnxruntime.InferenceSession(str(path), sess_options=options, providers=present)
    if wanted not in session.get_providers():
        msg = (
            f"ONNX Runtime cannot use {device}: the session holds {', '.join(session.get_providers())}. "
            "CUDA needs onnxruntime-gpu (not onnxruntime beside it), CUDA 13 and cuDNN 9."
        )
        raise DeviceUnavailableError(msg)
    return session
