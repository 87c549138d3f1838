"""One pass of a network on a device: canvases of bytes in, pixels of bytes out, all of it on the device."""

from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from models.upscale.engine import reduce_precision


class Made(NamedTuple):
    """What a pass leaves on the device."""

    pixels: Tensor
    """(N, h*scale, w*scale, 3) uint8."""
    finite: Tensor
    """A bool: no NaN and no infinity came out."""


class Program(Protocol):
    """A network, ready to run on its device; it keeps no state from pass to pass, so it can be captured."""

    def __call__(self, canvases: Tensor, *, masked: bool) -> Made:
        """Run one pass.

        Args:
            canvases: (N, h, w, 4) uint8: RGB, zero outside tiles, and 255 inside tiles, 0 outside.
            masked: Whether there is an outside; False where one tile covers each canvas.
        """
        ...


class TorchProgram:
    """A network module, run by PyTorch operation by operation.

    Args:
        network: On the CPU, in float32; it is converted and moved.
        device: Where to.
        dtype: Arithmetic of all but the network's sensitive layers.
    """

    def __init__(self, network: nn.Module, *, device: torch.device, dtype: torch.dtype) -> None:
        reduce_precision(network, dtype=dtype)
        self._dtype = dtype
        self._network = network.eval().requires_grad_(requires_grad=False).to(device)
        for parameter in self._network.parameters():
            if parameter.ndim == 4:  # noqa: PLR2004 - a convolution's (out, in, h, w)
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)

    def __call__(self, canvases: Tensor, *, masked: bool) -> Made:
        """Run one pass."""
        planes = canvases.permute(0, 3, 1, 2)
        image, valid = planes[:, :3], planes[:, 3:]
        x = image.to(torch.float32).div_(255).contiguous(memory_format=torch.channels_last)
        mask = valid.ne(0).to(self._dtype) if masked else None
        return to_pixels(self._network(x, mask))


def to_pixels(output: Tensor) -> Made:
    """(N, 3, H, W) float in 0-1 to bytes, rounded; and whether every number was one."""
    finite = torch.isfinite(output.sum(dtype=torch.float32))
    levels = output.float().mul(255).round_().clamp_(0, 255).to(torch.uint8)
    return Made(levels.permute(0, 2, 3, 1).contiguous(), finite)
