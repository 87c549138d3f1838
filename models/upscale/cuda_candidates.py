"""The ways to run a super-resolution network on CUDA, by name, the one that is sure to run first."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from importlib.util import find_spec
from types import MappingProxyType

import torch
from torch import nn

from models.upscale.cuda_program import Program, TorchProgram
from models.upscale.cuda_rewrite import with_phases, with_scattered_blocks
from models.upscale.rrdbnet import RRDB, RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact

Build = Callable[[nn.Module, torch.device, torch.dtype], Program]
"""Makes a program of a float32 network, which it leaves as it is."""

PLAIN = "eager"
"""PyTorch's own operations: what every device with PyTorch runs."""


def _eager(network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
    return TorchProgram(with_phases(deepcopy(network)), device=device, dtype=dtype)


def _scattered(network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
    rewritten = with_scattered_blocks(with_phases(deepcopy(network)))
    return TorchProgram(rewritten, device=device, dtype=dtype)


def _compiled(network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
    """Bias, activation and concatenation fused by Inductor, block by block: all blocks share their code."""
    rewritten = with_phases(deepcopy(network))
    program = TorchProgram(rewritten, device=device, dtype=dtype)
    for block in rewritten.modules():
        if isinstance(block, RRDB):
            block.compile(dynamic=True)
    return program


@dataclass(frozen=True, slots=True)
class _Fused:
    """Our own kernels, cut in one of several ways."""

    block_px: int
    block_channels: int
    warps: int
    shift: bool

    @property
    def name(self) -> str:
        """As logs and records spell it."""
        reads = "rows" if self.shift else "taps"
        return f"triton {self.block_px}x{self.block_channels} {reads}"

    def __call__(self, network: nn.Module, device: torch.device, dtype: torch.dtype) -> Program:
        """Triton is imported here: it comes with PyTorch's builds for CUDA only."""
        from models.upscale.triton_flat import Tiling  # noqa: PLC0415 - see the docstring
        from models.upscale.triton_networks import TritonRRDBNet, TritonSRVGGNet  # noqa: PLC0415 - the same

        tiling = Tiling(self.block_px, self.block_channels, self.warps, STAGES, self.shift)
        if isinstance(network, RRDBNet):
            return TritonRRDBNet(network, device=device, dtype=dtype, tiling=tiling)
        if isinstance(network, SRVGGNetCompact):
            return TritonSRVGGNet(network, device=device, dtype=dtype, tiling=tiling)
        raise TypeError(f"no kernels for {type(network).__name__}")


STAGES = 3
"""Blocks in flight between memory and tensor cores."""

_FUSED = (
    _Fused(128, 64, 4, shift=True),
    _Fused(256, 64, 8, shift=True),
    # Half the shared memory, for devices with 99 kB of it.
    _Fused(128, 32, 4, shift=True),
    _Fused(128, 64, 4, shift=False),
)


def candidates(network: nn.Module) -> MappingProxyType[str, Build]:
    """What is worth a try for this network, in order of preference."""
    builds: dict[str, Build] = {PLAIN: _eager}
    if isinstance(network, RRDBNet):
        builds |= {"scattered": _scattered, "compiled": _compiled}
    if find_spec("triton"):
        builds |= {fused.name: fused for fused in _FUSED}
    return MappingProxyType(builds)
