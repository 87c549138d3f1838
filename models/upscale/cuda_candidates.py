"""The ways to run a super-resolution network on CUDA, by name, the one that is sure to run first."""

from collections.abc import Callable
from copy import deepcopy
from types import MappingProxyType

import torch
from torch import nn

from models.upscale.cuda_program import Program, TorchProgram
from models.upscale.cuda_rewrite import with_phases, with_scattered_blocks
from models.upscale.rrdbnet import RRDB, RRDBNet

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


def candidates(network: nn.Module) -> MappingProxyType[str, Build]:
    """What is worth a try for this network, in order of preference."""
    builds: dict[str, Build] = {PLAIN: _eager}
    if isinstance(network, RRDBNet):
        builds |= {"scattered": _scattered, "compiled": _compiled}
    return MappingProxyType(builds)
