"""What all salient-object engines share: images in, batches through a network, raw saliency out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from imaging.types import Pixels
from models.base import EngineInfo, NonFiniteOutputError
from models.card import SaliencySpec
from models.segment.mask import Saliency
from models.segment.unsure import is_unsure

Floats = npt.NDArray[np.float32]

_REDUCING_GAP = 3.0
"""A large image is first shrunk by whole boxes to three times the target, which spares Lanczos work."""


class Network(Protocol):
    """Something that runs a salient-object graph."""

    @property
    def images_per_pass(self) -> int:
        """Most images that one call takes."""
        ...

    def __call__(self, images: Floats) -> Floats:
        """The graph's first output: (N, 3, S, S) -> (N, S, S)."""
        ...

    def release_memory(self) -> None:
        """Give back what only a running pass needs."""
        ...


class SalientSegmenter:
    """A `models.base.SegmentEngine` around any network of `models.segment.cards`.

    Args:
        network: Runs the graph.
        info: What the engine says of itself; its tile size is the network's side S.
        spec: What the graph takes and gives.
        exact: Opens the same network in float32, where `network` is less: it is asked when a mask is unsure.
    """

    def __init__(
        self,
        network: Network,
        *,
        info: EngineInfo,
        spec: SaliencySpec,
        exact: Callable[[], Network] | None = None,
    ) -> None:
        self._network = network
        self._info = replace(info, dtype="bfloat16" if exact else info.dtype)
        self._mean = np.array(spec.mean, np.float32)
        self._std = np.array(spec.std, np.float32)
        self._is_logit = spec.sigmoid
        self._open_exact = exact
        self._exact: Network | None = None

    @property
    def info(self) -> EngineInfo:
        """The engine's description of itself."""
        return self._info

    def prepare(self, image: Pixels) -> Floats:
        """Resize and normalise one (H, W, 3) image, by its own statistics, to the network's (3, S, S).

        As rembg does (`BaseSession.normalize`): Lanczos to a square whatever the aspect, division by the
        resized image's own brightest value, then the network's mean and deviation.
        """
        side = self._info.tile.size_px
        if (factor := int(min(image.shape[:2]) / (side * _REDUCING_GAP))) > 1:
            # What `reducing_gap` does first, without Pillow's copy of the whole image.
            size = (image.shape[1] // factor, image.shape[0] // factor)
            image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        small = Image.fromarray(image).resize(
            (side, side), Image.Resampling.LANCZOS, reducing_gap=_REDUCING_GAP
        )
        values = np.asarray(small, np.float32)
        values /= max(float(values.max()), 1e-6)
        values -= self._mean
        values /= self._std
        return np.ascontiguousarray(values.transpose(2, 0, 1))

    def run(self, batch: Floats) -> Floats:
        """Saliency of N prepared images: (N, 3, S, S) -> (N, S, S), raw, in [0, 1], not stretched.

        Raises:
            ValueError: The batch has another shape.
            NonFiniteOutputError: The network gave NaN or infinity.
        """
        side = self._info.tile.size_px
        if batch.ndim != 4 or batch.shape[1:] != (3, side, side):  # noqa: PLR2004 - NCHW
            raise ValueError(f"expected (N, 3, {side}, {side}), got {batch.shape}")
        result = np.empty((len(batch), side, side), np.float32)
        step = max(1, self._network.images_per_pass)
        for start in range(0, len(batch), step):
            result[start : start + step] = self._saliency(self._network, batch[start : start + step])
        if self._open_exact is not None:
            for index in range(len(batch)):
                if is_unsure(result[index]):
                    result[index] = self._exactly(batch[index : index + 1])
        return result

    def release_memory(self) -> None:
        """Give back scratch memory and the float32 twin."""
        self._exact = None
        self._network.release_memory()

    def _exactly(self, image: Floats) -> Saliency:
        if self._exact is None and self._open_exact is not None:
            self._exact = self._open_exact()
        assert self._exact is not None  # noqa: S101 - `run` asks only where there is a way to open it
        exact: Saliency = self._saliency(self._exact, image)[0]
        return exact

    def _saliency(self, network: Network, images: Floats) -> Floats:
        raw = network(images)
        if not np.isfinite(raw).all():
            raise NonFiniteOutputError(f"{self._info.name} gave NaN or infinity")
        if self._is_logit:
            return np.asarray(1 / (1 + np.exp(-raw)), np.float32)
        return raw
