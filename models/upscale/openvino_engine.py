"""Runs a super-resolution network in OpenVINO on the CPU: uint8 tiles in, uint8 tiles out."""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from imaging.types import Pixels
from models.backends.openvino_runtime import ov
from models.base import EngineInfo, NonFiniteOutputError
from models.upscale.input_check import check_tiles
from models.upscale.openvino_ops import Graphs


class _Band(NamedTuple):
    """Input rows that become output at once, and the rows around them that are looked at."""

    start: int
    end: int
    top: int
    bottom: int


class OpenVinoUpscaler:
    """An `UpscaleEngine` on OpenVINO. Not for several threads at once.

    One tile a pass: larger passes cost memory and gain no time on a CPU.

    Args:
        graphs: The network, compiled here; they may be dropped afterwards.
        info: What the engine says of itself.
        threads: CPU threads, of this engine alone.
    """

    def __init__(self, graphs: Graphs, *, info: EngineInfo, threads: int) -> None:
        self._info = info
        self._scale, self._band_rows, self._halo_rows = graphs.scale, graphs.band_rows, graphs.halo_rows
        # Else 1024 kernels are kept, several for each shape a tile ever had: 50 MB more.
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "128")
        core = ov.Core()
        options = _options(threads)
        self._trunk = None if graphs.trunk is None else core.compile_model(graphs.trunk, "CPU", options)
        self._head = core.compile_model(graphs.head, "CPU", options)
        self._trunk_request = None if self._trunk is None else self._trunk.create_infer_request()
        self._head_request = self._head.create_infer_request()

    @property
    def info(self) -> EngineInfo:
        """The engine's description of itself."""
        return self._info

    def run(self, tiles: Sequence[Pixels]) -> list[Pixels]:
        """See `models.base.UpscaleEngine`; one tile runs after the other.

        Raises:
            ValueError: A tile has another shape or dtype, or no pixels.
            NonFiniteOutputError: The network gave NaN or infinity.
        """
        check_tiles(tiles)
        return [self._upscale(np.ascontiguousarray(tile)) for tile in tiles]

    def release_memory(self) -> None:
        """Give back the memory of intermediate results; the next pass takes it again. Not while one runs."""
        for compiled in (self._trunk, self._head):
            if compiled is not None:
                compiled.release_memory()

    def _upscale(self, tile: Pixels) -> Pixels:
        """(h, w, 3) -> (h*scale, w*scale, 3)."""
        height, width, _ = tile.shape
        scale = self._scale
        features = self._features(tile)
        output: Pixels = np.empty((height * scale, width * scale, 3), np.uint8)
        for band in self._bands(height):
            pixels = self._enlarge(_rows(features, band.top, band.bottom))
            first, last = band.start - band.top, band.end - band.top
            output[band.start * scale : band.end * scale] = pixels[0, first * scale : last * scale]
        return output

    def _features(self, tile: Pixels) -> ov.Tensor:
        """What the head takes: the trunk's output, or the pixels themselves."""
        # Arrays shared by Ray are read-only, which OpenVINO cannot express: those are copied.
        pixels = ov.Tensor(np.require(tile, requirements=["C", "W"])[None], shared_memory=True)
        if self._trunk_request is None:
            return pixels
        self._trunk_request.infer([pixels], share_inputs=True)
        return self._trunk_request.get_output_tensor(0)

    def _enlarge(self, features: ov.Tensor) -> Pixels:
        """(1, r, w, C) -> (1, r*scale, w*scale, 3), valid until the next call."""
        self._head_request.infer([features], share_inputs=True)
        if not np.isfinite(self._head_request.get_output_tensor(1).data):
            raise NonFiniteOutputError(f"{self._info.name} gave NaN or infinity in {self._info.dtype}")
        pixels: Pixels = self._head_request.get_output_tensor(0).data
        return pixels

    def _bands(self, height: int) -> Iterator[_Band]:
        rows = self._band_rows or height
        for start in range(0, height, rows):
            end = min(start + rows, height)
            yield _Band(start, end, max(0, start - self._halo_rows), min(height, end + self._halo_rows))


def _rows(features: ov.Tensor, top: int, bottom: int) -> ov.Tensor:
    """Rows of (1, h, w, C), in place."""
    if bottom - top == features.shape[1]:
        return features
    _, _, width, channels = features.shape
    return ov.Tensor(features, ov.Coordinate([0, top, 0, 0]), ov.Coordinate([1, bottom, width, channels]))


def _options(threads: int) -> dict[str, object]:
    return {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        # The graphs say themselves which layers are in bfloat16.
        "INFERENCE_PRECISION_HINT": "f32",
        # Pinned, the threads of several replicas would meet on the same cores.
        "ENABLE_CPU_PINNING": False,
        # Else what was prepared for each shape is kept: 0.5 to 1.5 MB a shape. Preparing takes 2 to 10 ms.
        "CPU_RUNTIME_CACHE_CAPACITY": "0",
    }
