"""Runs a super-resolution network in PyTorch: uint8 tiles in, uint8 tiles out."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from imaging.types import Pixels
from models.base import Device, EngineInfo, NonFiniteOutputError, OutOfDeviceMemoryError
from models.upscale.input_check import check_tiles


class Network(Protocol):
    """What the engine asks of a network beside being an `nn.Module`."""

    scale: int
    sensitive: tuple[str, ...]
    """Names of the layers that stay in float32."""

    def flop_per_pixel(self) -> int:
        """Arithmetic per input pixel."""
        ...


class TorchUpscaler:
    """An `UpscaleEngine` on PyTorch, for one CPU or one CUDA device.

    Args:
        network: On the CPU, in float32; it is converted and moved.
        info: What the engine says of itself; its `device` is where the network goes.
        dtype: Arithmetic of all but the network's sensitive layers.
        max_pass_px: Input pixels of one pass through the network, at most. A single tile may be larger. On a
            CPU larger passes cost memory and gain no time, so there one tile at a time is best (0).
    """

    def __init__(self, network: nn.Module, *, info: EngineInfo, dtype: torch.dtype, max_pass_px: int) -> None:
        self._info = info
        self._device = torch.device(info.device)
        self._max_pass_px = max_pass_px
        reduce_precision(network, dtype=dtype)
        self._network = network.eval().requires_grad_(requires_grad=False)
        self._network.to(self._device)
        for parameter in self._network.parameters():
            if parameter.ndim == 4:  # noqa: PLR2004 - a convolution's (out, in, h, w)
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)

    @property
    def info(self) -> EngineInfo:
        """The engine's description of itself."""
        return self._info

    @property
    def max_pass_px(self) -> int:
        """Input pixels of one pass, at most; halves each time the device runs out of memory."""
        return self._max_pass_px

    def run(self, tiles: Sequence[Pixels]) -> list[Pixels]:
        """See `models.base.UpscaleEngine`; tiles of one shape share passes.

        Raises:
            ValueError: A tile has another shape or dtype, or no pixels.
            OutOfDeviceMemoryError: One tile alone does not fit the device.
            NonFiniteOutputError: The network gave NaN or infinity.
        """
        check_tiles(tiles)
        by_shape: dict[tuple[int, ...], list[int]] = {}
        for index, tile in enumerate(tiles):
            by_shape.setdefault(tile.shape, []).append(index)
        results: dict[int, Pixels] = {}
        for indices in by_shape.values():
            done = self._run_equal(np.stack([tiles[index] for index in indices]))
            results.update(zip(indices, done, strict=True))
        return [results[index] for index in range(len(tiles))]

    def release_memory(self) -> None:
        """Give cached blocks back to the device; on a CPU PyTorch keeps none."""
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def _run_equal(self, batch: Pixels) -> Pixels:
        """(N, h, w, 3) -> (N, h*scale, w*scale, 3), in as many passes as the device's memory asks for."""
        count, height, width, _ = batch.shape
        scale = self._info.scale
        output: Pixels = np.empty((count, height * scale, width * scale, 3), np.uint8)
        done = 0
        while done < count:
            size = min(count - done, max(1, self._max_pass_px // (height * width)))
            result = self._try(batch[done : done + size])
            if result is None:
                self._halve(size, tile_px=height * width)
                continue
            output[done : done + size] = result
            done += size
        return output

    def _try(self, part: Pixels) -> Pixels | None:
        """One pass; None when the device ran out of memory (and by then its tensors are gone)."""
        try:
            with torch.inference_mode():
                return self._to_host(self._network(self._to_device(part)))
        except torch.OutOfMemoryError:
            return None

    def _halve(self, size: int, *, tile_px: int) -> None:
        if size == 1:
            memory = f"the {self._info.device} memory"
            msg = f"{self._info.name}: one tile of {tile_px} pixels does not fit {memory}"
            raise OutOfDeviceMemoryError(msg)
        self._max_pass_px = size // 2 * tile_px
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def _to_device(self, part: Pixels) -> Tensor:
        """(N, h, w, 3) uint8 -> (N, 3, h, w) float32 in 0-1, in channels-last order as it already is."""
        # Arrays shared by Ray are read-only, which PyTorch cannot express: those are copied.
        tiles = torch.from_numpy(np.require(part, requirements=["C", "W"]))
        if self._device.type == "cuda":
            tiles = tiles.pin_memory().to(self._device, non_blocking=True)
        return tiles.permute(0, 3, 1, 2).to(torch.float32).div_(255)

    def _to_host(self, output: Tensor) -> Pixels:
        """(N, 3, H, W) float in 0-1 -> (N, H, W, 3) uint8, rounded."""
        if not bool(torch.isfinite(output.sum(dtype=torch.float32))):
            raise NonFiniteOutputError(f"{self._info.name} gave NaN or infinity in {self._info.dtype}")
        pixels = output.float().mul_(255).round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1)
        if self._device.type != "cuda":
            return pixels.numpy()
        host = torch.empty(pixels.shape, dtype=torch.uint8, pin_memory=True)
        host.copy_(pixels, non_blocking=True)
        torch.cuda.current_stream().synchronize()
        return host.numpy()


def reduce_precision(network: nn.Module, *, dtype: torch.dtype) -> None:
    """Convert every layer to `dtype` in place, except those the network names as sensitive."""
    kept: tuple[str, ...] = getattr(network, "sensitive", ())
    for name, layer in network.named_modules():
        if name not in kept and not any(layer.children()):
            layer.to(dtype)


def default_pass_px(device: Device) -> int:
    """Input pixels of one pass: 16 tiles of 256 x 256 (RRDBNet: some 10 GB) on CUDA, one tile on a CPU."""
    return 16 * 256 * 256 if device == "cuda" else 0
