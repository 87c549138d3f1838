"""Runs a salient-object network in ONNX Runtime: one image's numbers in, raw saliency out."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from PIL import Image

from imaging.types import Pixels
from models.base import Device, DeviceUnavailableError, EngineInfo

MEAN = np.array((0.485, 0.456, 0.406), np.float32)
"""Channel means of ImageNet, which U2-Net was trained with (rembg's figures)."""

STD = np.array((0.229, 0.224, 0.225), np.float32)
"""Channel standard deviations of ImageNet (rembg's figures)."""

_PROVIDERS: dict[Device, str] = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}


class OnnxSegmenter:
    """A `SegmentEngine` on ONNX Runtime.

    Args:
        session: Of a graph with one input, (N, 3, S, S), whose first output is (N, 1, S, S) in 0-1.
        info: What the engine says of itself; its tile size is S.
    """

    def __init__(self, session: Any, *, info: EngineInfo) -> None:
        self._session = session
        self._info = info
        self._input = session.get_inputs()[0].name
        self._output = session.get_outputs()[0].name

    @property
    def info(self) -> EngineInfo:
        """The engine's description of itself."""
        return self._info

    def prepare(self, image: Pixels) -> npt.NDArray[np.float32]:
        """Resize and normalise one (H, W, 3) image, by its own statistics, to the network's (3, S, S).

        As rembg does (`BaseSession.normalize`): Lanczos to a square whatever the aspect, division by the
        resized image's own brightest value, then ImageNet's mean and deviation.
        """
        side = self._info.tile.size_px
        small = Image.fromarray(image).resize((side, side), Image.Resampling.LANCZOS)
        values = np.asarray(small, np.float32)
        values = values / max(float(values.max()), 1e-6)
        return np.ascontiguousarray(((values - MEAN) / STD).transpose(2, 0, 1))

    def run(self, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Saliency of N prepared images: (N, 3, S, S) -> (N, S, S), raw, in [0, 1], not stretched.

        Raises:
            ValueError: The batch has another shape.
        """
        side = self._info.tile.size_px
        if batch.ndim != 4 or batch.shape[1:] != (3, side, side):  # noqa: PLR2004 - NCHW
            raise ValueError(f"expected (N, 3, {side}, {side}), got {batch.shape}")
        # A CPU gains nothing from a batch but would keep its memory: there, one image at a time.
        step = len(batch) if self._info.device == "cuda" else 1
        parts = [self._pass(batch[start : start + step]) for start in range(0, len(batch), max(1, step))]
        return np.concatenate(parts) if parts else np.empty((0, side, side), np.float32)

    def _pass(self, part: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        (saliency,) = self._session.run([self._output], {self._input: part})
        raw: npt.NDArray[np.float32] = saliency[:, 0]
        return raw


def open_session(path: Path, *, device: Device, threads: int) -> Any:
    """Open an ONNX graph on exactly the device asked for.

    Args:
        path: Of the `.onnx` file.
        device: Where every node that can run there must run.
        threads: For one operator on the CPU; ONNX Runtime ignores OMP_NUM_THREADS.

    Raises:
        DeviceUnavailableError: ONNX Runtime would silently have fallen back to the CPU.
    """
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
