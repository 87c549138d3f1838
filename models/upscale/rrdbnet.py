"""RRDBNet, the generator of ESRGAN and Real-ESRGAN, with the authors' parameter names.

Architecture: Wang et al., "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks", ECCV-W 2018
(https://arxiv.org/abs/1809.00219), section 3.1; weights: Wang et al., "Real-ESRGAN: Training Real-World Blind
Super-Resolution with Pure Synthetic Data", ICCV-W 2021 (https://arxiv.org/abs/2107.10833).
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

NEGATIVE_SLOPE = 0.2
"""Slope of every LeakyReLU (the authors' code)."""

RESIDUAL_SCALE = 0.2
"""What each residual branch is multiplied by before it is added back (ESRGAN, section 3.1)."""

BAND_ROWS = 64
"""Input rows whose large features are held at once: the pixels are the same, the memory a fraction."""

HALO_ROWS = 2
"""One row at twice the size and three at four times reach 0.5 + 0.75 input rows, rounded up."""


class DoublingConv(nn.Conv2d):
    """A convolution of its input repeated to twice the size."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - the name is PyTorch's
        """Map (N, C, h, w) to (N, C', 2h, 2w)."""
        return super().forward(functional.interpolate(input, scale_factor=2, mode="nearest"))


def _conv(channels_in: int, channels_out: int) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, kernel_size=3, stride=1, padding=1)


def _apply(conv: nn.Conv2d, features: Tensor) -> Tensor:
    """Convolve in the precision of the layer's own weights."""
    output: Tensor = conv(features.to(conv.weight.dtype))
    return output


def activate(features: Tensor) -> Tensor:
    """LeakyReLU, in place."""
    return functional.leaky_relu_(features, NEGATIVE_SLOPE)


def keep(features: Tensor, mask: Tensor | None) -> Tensor:
    """Zero, in place, what a mask (N, 1, h, w) of ones and zeros leaves out; None keeps everything."""
    return features if mask is None else features.mul_(mask)


class _Band(NamedTuple):
    """Rows of features and of the mask with their halo; rows `first` to `last` of them are wanted."""

    features: Tensor
    mask: Tensor | None
    first: int
    last: int


def _bands(features: Tensor, mask: Tensor | None) -> Iterator[_Band]:
    """Cut (N, C, h, w) into bands of rows, each with as much halo as the last four convolutions reach."""
    height = features.shape[2]
    for start in range(0, height, BAND_ROWS):
        end = min(start + BAND_ROWS, height)
        top, bottom = max(0, start - HALO_ROWS), min(height, end + HALO_ROWS)
        part = None if mask is None else mask[:, :, top:bottom]
        yield _Band(features[:, :, top:bottom], part, start - top, end - top)


class ResidualDenseBlock(nn.Module):
    """Five convolutions, each of which sees the outputs of all before it."""

    def __init__(self, *, num_feat: int, num_grow_ch: int) -> None:
        super().__init__()
        self.conv1 = _conv(num_feat, num_grow_ch)
        self.conv2 = _conv(num_feat + num_grow_ch, num_grow_ch)
        self.conv3 = _conv(num_feat + 2 * num_grow_ch, num_grow_ch)
        self.conv4 = _conv(num_feat + 3 * num_grow_ch, num_grow_ch)
        self.conv5 = _conv(num_feat + 4 * num_grow_ch, num_feat)

    @property
    def dtype(self) -> torch.dtype:
        """What it computes in, and wants its input in."""
        return self.conv1.weight.dtype

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map (N, num_feat, h, w) to the same shape."""
        dense = x
        for conv in (self.conv1, self.conv2, self.conv3, self.conv4):
            dense = torch.cat((dense, keep(activate(conv(dense)), mask)), dim=1)
        return torch.add(x, keep(self.conv5(dense), mask), alpha=RESIDUAL_SCALE)


class RRDB(nn.Module):
    """Residual in residual: three dense blocks and a scaled skip around them."""

    def __init__(self, *, num_feat: int, num_grow_ch: int) -> None:
        super().__init__()
        self.rdb1 = ResidualDenseBlock(num_feat=num_feat, num_grow_ch=num_grow_ch)
        self.rdb2 = ResidualDenseBlock(num_feat=num_feat, num_grow_ch=num_grow_ch)
        self.rdb3 = ResidualDenseBlock(num_feat=num_feat, num_grow_ch=num_grow_ch)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map (N, num_feat, h, w) to the same shape and dtype; the outer sum keeps the precision of `x`."""
        dense = x.to(self.rdb1.dtype)
        for block in (self.rdb1, self.rdb2, self.rdb3):
            dense = block(dense, mask)
        return torch.add(x, dense.to(x.dtype), alpha=RESIDUAL_SCALE)


class RRDBNet(nn.Module):
    """RGB in 0-1 to RGB four times as large.

    Args:
        num_feat: Channels of the trunk.
        num_block: Residual-in-residual blocks; 23 in x4plus, 6 in the anime model.
        num_grow_ch: Channels that each dense convolution adds.
    """

    scale = 4
    sensitive = ("conv_first", "conv_last")
    """Layers kept in float32, as are the outer sums, beside a bfloat16 trunk: 4 to 6 dB closer to float32."""

    def __init__(self, *, num_feat: int = 64, num_block: int = 23, num_grow_ch: int = 32) -> None:
        super().__init__()
        self.conv_first = _conv(3, num_feat)
        self.body = nn.Sequential(
            *(RRDB(num_feat=num_feat, num_grow_ch=num_grow_ch) for _ in range(num_block))
        )
        self.conv_body = _conv(num_feat, num_feat)
        self.conv_up1 = DoublingConv(num_feat, num_feat, kernel_size=3, padding=1)
        self.conv_up2 = DoublingConv(num_feat, num_feat, kernel_size=3, padding=1)
        self.conv_hr = _conv(num_feat, num_feat)
        self.conv_last = _conv(num_feat, 3)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map (N, 3, h, w) to (N, 3, 4h, 4w), unclamped.

        Args:
            x: The image; zero where a mask is.
            mask: (N, 1, h, w), one inside tiles, zero outside: each tile, with a gutter of one pixel to the
                next, becomes what it becomes alone, for its neighbours stay the zeros that a convolution pads
                with. What comes out between tiles is meaningless.
        """
        shallow = keep(self.conv_first(x), mask)
        features = shallow
        for block in self.body:
            features = block(features, mask)
        features = shallow + keep(_apply(self.conv_body, features), mask).to(shallow.dtype)
        return torch.cat([self._enlarge(band) for band in _bands(features, mask)], dim=2)

    def _enlarge(self, band: _Band) -> Tensor:
        """Turn rows of features into pixels four times as large, and drop what their halo became."""
        features, mask = band.features, band.mask
        for conv in (self.conv_up1, self.conv_up2):
            mask = None if mask is None else functional.interpolate(mask, scale_factor=2, mode="nearest")
            features = keep(activate(_apply(conv, features)), mask)
        pixels = _apply(self.conv_last, keep(activate(_apply(self.conv_hr, features)), mask))
        return pixels[:, :, band.first * self.scale : band.last * self.scale]

    def flop_per_pixel(self) -> int:
        """Arithmetic per input pixel: two operations per weight, at each layer's own resolution."""
        enlarged = {self.conv_up1: 4, self.conv_up2: 16, self.conv_hr: 16, self.conv_last: 16}
        convolutions = (module for module in self.modules() if isinstance(module, nn.Conv2d))
        return sum(2 * conv.weight.numel() * enlarged.get(conv, 1) for conv in convolutions)
