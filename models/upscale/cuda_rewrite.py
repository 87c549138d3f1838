"""Networks rewritten into equal ones that suit a GPU better; weights are summed before they are rounded."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.upscale.rrdbnet import RESIDUAL_SCALE, DoublingConv, ResidualDenseBlock, activate, keep

PHASES = ((0, 0), (0, 1), (1, 0), (1, 1))
"""(row, column) parity of the output pixels that each of the four small kernels makes."""


def phase_kernels(weight: Tensor) -> Tensor:
    """The 2 x 2 kernels that make a doubled image from the image itself: (O, I, 3, 3) -> (4, O, I, 2, 2).

    After nearest-neighbour doubling two of three taps along each axis fall on one source pixel: on an even
    output pixel the last two, on an odd one the first two. Summed, four kernels of 4 taps replace one of 9.
    """
    first, middle, last = weight.unbind(dim=2)
    rows = (torch.stack((first, middle + last), dim=2), torch.stack((first + middle, last), dim=2))
    kernels = []
    for row, column in PHASES:
        left, centre, right = rows[row].unbind(dim=3)
        pair = (left + centre, right) if column else (left, centre + right)
        kernels.append(torch.stack(pair, dim=3))
    return torch.stack(kernels)


class PhasedConv(nn.Module):
    """A `DoublingConv` without the doubled input: four small convolutions, interleaved."""

    def __init__(self, conv: DoublingConv) -> None:
        super().__init__()
        self.weight = nn.Parameter(phase_kernels(conv.weight.detach()).flatten(0, 1))
        self.bias = nn.Parameter(conv.bias.detach().clone()) if conv.bias is not None else None

    def forward(self, small: Tensor) -> Tensor:
        """Map (N, C, h, w) to (N, C', 2h, 2w)."""
        count, _, height, width = small.shape
        channels = self.weight.shape[0] // len(PHASES)
        output = torch.empty(
            (count, channels, 2 * height, 2 * width),
            dtype=small.dtype,
            device=small.device,
            memory_format=torch.channels_last,
        )
        for kernel, (row, column) in zip(self.weight.chunk(len(PHASES)), PHASES, strict=True):
            made = functional.conv2d(small, kernel, self.bias, padding=1)
            output[:, :, row::2, column::2] = made[:, :, row : row + height, column : column + width]
        return output


class ScatteredDenseBlock(nn.Module):
    """A dense block turned inside out: no concatenation, and five wide products instead of narrow ones.

    Convolution is linear in its input's channels: instead of collecting all features before each convolution,
    each feature, once known, is convolved for all later convolutions at once, and the sums are carried on.
    """

    def __init__(self, block: ResidualDenseBlock) -> None:
        super().__init__()
        convs = [block.conv1, block.conv2, block.conv3, block.conv4, block.conv5]
        self.grow = block.conv1.out_channels
        widths = [block.conv1.in_channels, *[self.grow] * 4]
        for index, width in enumerate(widths):
            start = sum(widths[:index])
            parts = [conv.weight.detach()[:, start : start + width] for conv in convs[index:]]
            self.register_parameter(f"weight{index}", nn.Parameter(torch.cat(parts)))
        biases = [conv.bias.detach() for conv in convs if conv.bias is not None]
        self.bias = nn.Parameter(torch.cat(biases))

    @property
    def dtype(self) -> torch.dtype:
        """What it computes in, and wants its input in."""
        return self.bias.dtype

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map (N, num_feat, h, w) to the same shape."""
        sums = functional.conv2d(x, self.get_parameter("weight0"), self.bias, padding=1)
        for index in range(1, 5):
            weight = self.get_parameter(f"weight{index}")
            feature = keep(activate(sums[:, : self.grow].contiguous(memory_format=torch.channels_last)), mask)
            sums = functional.conv2d(feature, weight, padding=1).add_(sums[:, self.grow :])
        return torch.add(x, keep(sums, mask), alpha=RESIDUAL_SCALE)


def with_phases(network: nn.Module) -> nn.Module:
    """Replace, in place, every convolution of a doubled input; the network must still be in float32."""
    for name, layer in network.named_children():
        if isinstance(layer, DoublingConv):
            setattr(network, name, PhasedConv(layer))
    return network


def with_scattered_blocks(network: nn.Module) -> nn.Module:
    """Replace, in place, every dense block; the network must still be in float32."""
    for name, layer in network.named_children():
        if isinstance(layer, ResidualDenseBlock):
            setattr(network, name, ScatteredDenseBlock(layer))
        else:
            with_scattered_blocks(layer)
    return network
