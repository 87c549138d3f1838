"""What every engine is and says of itself, and what engines raise.

EngineError
├── DeviceUnavailableError    the device asked for is not there, or the runtime cannot use it
├── OutOfDeviceMemoryError    a single tile does not fit the device
└── NonFiniteOutputError      the network gave NaN or infinity, which would be saved as black
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from imaging.types import Pixels

Device = Literal["cpu", "cuda"]
Task = Literal["upscale", "segment"]


class EngineError(RuntimeError):
    """Base of what engines raise while they are loaded or run."""


class DeviceUnavailableError(EngineError):
    """The device asked for is not there, or the runtime cannot use it."""


class OutOfDeviceMemoryError(EngineError):
    """A single tile does not fit the device's memory."""


class NonFiniteOutputError(EngineError):
    """The network gave NaN or infinity; such pixels would silently turn black."""


@dataclass(frozen=True, slots=True)
class TileRules:
    """How an engine wants its input cut."""

    size_px: int
    """Side of the square tile, in input pixels, the batch is built from."""
    overlap_px: int
    """Input pixels that neighbouring tiles share, so that seams can be blended away."""
    multiple_px: int
    """Tile sides are multiples of this."""
    whole_px: int = 0
    """An image with no side longer than this stays in one piece, even if it is larger than a tile."""

    def size_for(self, *, height: int, width: int) -> int:
        """Longest side of a tile of this image, pixels."""
        return max(self.size_px, self.whole_px) if max(height, width) <= self.whole_px else self.size_px


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """An engine's description of itself."""

    name: str
    """Name of the model, as the registry and the API spell it."""
    version: str
    """First 12 hex digits of the sha256 of the weights in use."""
    task: Task
    scale: int
    """Output pixels per input pixel along one side; 1 for segmentation."""
    channels: int
    """Colour channels of the input."""
    dtype: str
    """Arithmetic in use, e.g. `float32`, `bfloat16`."""
    backend: str
    """What runs the network, e.g. `torch`, `onnxruntime`."""
    device: Device
    licence: str
    """SPDX identifier of the weights' licence."""
    tile: TileRules
    cost_tflop_per_mp: float
    """Arithmetic per input megapixel, in TFLOP (a multiply-add counts as two)."""


class UpscaleEngine(Protocol):
    """A super-resolution network."""

    @property
    def info(self) -> EngineInfo:
        """The engine's description of itself."""
        ...

    def run(self, tiles: Sequence[Pixels]) -> list[Pixels]:
        """Upscale tiles, which may be of different sizes; how they share passes is the engine's business.

        Args:
            tiles: Each (h, w, 3) uint8 RGB, no side longer than `info.tile.size_for(...)` of its image.

        Returns:
            For each, (h*scale, w*scale, 3) uint8 RGB: what the network makes of it alone.
        """
        ...

    def release_memory(self) -> None:
        """Give back what the next pass will take again; for idle times, not while `run` is at work."""
        ...


class SegmentEngine(Protocol):
    """A salient-object network."""

    @property
    def info(self) -> EngineInfo:
        """The engine's description of itself."""
        ...

    def prepare(self, image: Pixels) -> npt.NDArray[np.float32]:
        """Resize and normalise one (H, W, 3) image, by its own statistics, to the network's (3, S, S)."""
        ...

    def run(self, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Saliency of N prepared images: (N, 3, S, S) -> (N, S, S), raw, in [0, 1], not stretched."""
        ...

    def release_memory(self) -> None:
        """Give back what the next pass will take again; for idle times, not while `run` is at work."""
        ...
