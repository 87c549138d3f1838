"""Both networks as programs over flat buffers: no concatenation, and no pass for anything but products.

A dense block is one buffer of 64 + 4 * 32 channels: each convolution reads those that are there and writes
its own beside them. The last one adds the residual and writes the next block's buffer: two take turns. The
outer sums of RRDBNet are kept in float32, as in the plain network.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.upscale.cuda_program import Made, to_pixels
from models.upscale.rrdbnet import NEGATIVE_SLOPE, RESIDUAL_SCALE, RRDB, ResidualDenseBlock, RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact
from models.upscale.triton_conv import BYTES, DOUBLED
from models.upscale.triton_flat import (
    FlatConv,
    Layout,
    Tiling,
    convolve,
    flat_conv,
    input_conv,
    input_levels,
    phased_convs,
)

GAIN = 1 / 255
"""Levels to the network's 0-1."""


@dataclass(frozen=True, slots=True)
class Flat:
    """Pictures of one size while a pass runs: their layout, where tiles are, how work is cut."""

    layout: Layout
    mask: Tensor
    tiling: Tiling
    dtype: torch.dtype
    device: torch.device = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "device", self.mask.device)

    def buffer(self, channels: int, *, dtype: torch.dtype | None = None) -> Tensor:
        """A buffer for these pictures."""
        return self.layout.buffer(channels, dtype=dtype or self.dtype, device=self.device)

    def doubled(self) -> "Flat":
        """The same at twice the size."""
        small = self.layout.pictures(self.mask)[:, 1:, 1:, 0]
        layout = self.layout.doubled()
        valid = small.repeat_interleave(2, dim=1).repeat_interleave(2, dim=2)
        return Flat(layout, layout.flat_mask(valid), self.tiling, self.dtype)


def flatten(canvases: Tensor, *, tiling: Tiling, dtype: torch.dtype) -> tuple[Flat, Tensor]:
    """Canvases (N, h, w, 4) uint8 as a flat pass and the buffer that its first convolution reads."""
    count, height, width, _ = canvases.shape
    layout = Layout(count, height, width)
    flat = Flat(layout, layout.flat_mask(canvases[..., 3]), tiling, dtype)
    return flat, input_levels(canvases, layout, dtype=dtype)


class TritonRRDBNet:
    """RRDBNet as a `Program`.

    Args:
        network: In float32.
        device: Where to run.
        dtype: Of features and weights; sums are float32.
        tiling: How convolutions are cut.
    """

    def __init__(self, network: RRDBNet, *, device: torch.device, dtype: torch.dtype, tiling: Tiling) -> None:
        self._dtype, self._tiling = dtype, tiling
        slope = NEGATIVE_SLOPE

        def packed(conv: nn.Conv2d) -> FlatConv:
            return flat_conv(conv, dtype=dtype, slope=slope).to(device)

        def phased(conv: nn.Conv2d) -> list[FlatConv]:
            return [part.to(device) for part in phased_convs(conv, dtype=dtype, slope=slope)]

        def dense(block: ResidualDenseBlock) -> list[FlatConv]:
            return [
                packed(conv) for conv in (block.conv1, block.conv2, block.conv3, block.conv4, block.conv5)
            ]

        self._first = input_conv(network.conv_first, dtype=dtype).to(device)
        blocks = [block for block in network.body if isinstance(block, RRDB)]
        self._blocks = [[dense(part) for part in (block.rdb1, block.rdb2, block.rdb3)] for block in blocks]
        self._body = packed(network.conv_body)
        self._up = [phased(network.conv_up1), phased(network.conv_up2)]
        self._hr, self._last = packed(network.conv_hr), packed(network.conv_last)

    def __call__(self, canvases: Tensor, *, masked: bool) -> Made:  # noqa: ARG002 - borders are masked anyway
        """Run one pass."""
        flat, levels = flatten(canvases, tiling=self._tiling, dtype=self._dtype)
        features = self._trunk(flat, levels)
        for convs in self._up:
            large = flat.doubled()
            target = large.buffer(features.shape[1])
            pictures = large.layout.pictures(target)
            pictures[:, 0].zero_()
            pictures[:, :, 0].zero_()
            for conv in convs:
                _conv(conv, features, target, flat=flat, active=True, out=DOUBLED)
            flat, features = large, target
        sharp = flat.buffer(features.shape[1])
        _conv(self._hr, features, sharp, flat=flat, active=True)
        return self._bytes(flat, sharp)

    def _trunk(self, flat: Flat, levels: Tensor) -> Tensor:
        """Everything at the input's size: what the enlarging convolutions read."""
        width = self._first.channels_out
        grown = self._blocks[0][0][-1].channels_in
        here, there = flat.buffer(grown), flat.buffer(grown)
        shallow, trunk = (flat.buffer(width, dtype=torch.float32) for _ in range(2))
        _conv(self._first, levels, here[:, :width], flat=flat, gain=GAIN, trunk=(None, shallow))
        before = shallow
        for block in self._blocks:
            for index, dense in enumerate(block):
                is_last = index == len(block) - 1
                _dense(dense, here, there, flat=flat, trunk=(before, trunk) if is_last else None)
                here, there = there, here
            before = trunk
        features = flat.buffer(width)
        _conv(self._body, here, features, flat=flat, residual=shallow)
        return features

    def _bytes(self, flat: Flat, sharp: Tensor) -> Made:
        """The last convolution, straight to bytes."""
        layout = flat.layout
        shape = (layout.count, layout.height, layout.width, 3)
        pixels = torch.empty(shape, dtype=torch.uint8, device=flat.device)
        bad = torch.zeros((), dtype=torch.int32, device=flat.device)
        _conv(self._last, sharp, pixels, flat=flat, out=BYTES, bad=bad)
        return Made(pixels, bad == 0)


class TritonSRVGGNet:
    """SRVGGNetCompact as a `Program`; the arguments are those of `TritonRRDBNet`."""

    def __init__(
        self, network: SRVGGNetCompact, *, device: torch.device, dtype: torch.dtype, tiling: Tiling
    ) -> None:
        self._dtype, self._tiling, self._scale = dtype, tiling, network.scale
        convs = [layer for layer in network.body if isinstance(layer, nn.Conv2d)]
        slopes = [layer.weight.detach() for layer in network.body if isinstance(layer, nn.PReLU)]
        self._channels = convs[-1].out_channels
        self._first = input_conv(convs[0], dtype=dtype, slope=slopes[0]).to(device)
        self._inner = [
            flat_conv(conv, dtype=dtype, slope=slope).to(device)
            for conv, slope in zip(convs[1:-1], slopes[1:], strict=True)
        ]
        self._last = flat_conv(convs[-1], dtype=dtype).to(device)

    def __call__(self, canvases: Tensor, *, masked: bool) -> Made:  # noqa: ARG002 - borders are masked anyway
        """Run one pass."""
        flat, levels = flatten(canvases, tiling=self._tiling, dtype=self._dtype)
        width = self._first.channels_out
        here, there = flat.buffer(width), flat.buffer(width)
        _conv(self._first, levels, here, flat=flat, active=True, gain=GAIN)
        for conv in self._inner:
            _conv(conv, here, there, flat=flat, active=True)
            here, there = there, here
        residual = flat.buffer(self._last.channels_out, dtype=torch.float32)
        _conv(self._last, here, residual, flat=flat)
        small = flat.layout.pictures(residual)[:, 1:, 1:, : self._channels].permute(0, 3, 1, 2)
        base = canvases[..., :3].permute(0, 3, 1, 2).float().mul_(GAIN)
        large = functional.interpolate(base, scale_factor=self._scale, mode="nearest")
        return to_pixels(functional.pixel_shuffle(small, self._scale) + large)


def _conv(conv: FlatConv, source: Tensor, target: Tensor, *, flat: Flat, **options: Any) -> None:
    """One convolution of a flat pass; the options are those of `convolve`."""
    convolve(conv, source, target, layout=flat.layout, mask=flat.mask, tiling=flat.tiling, **options)


def _dense(
    convs: Sequence[FlatConv],
    here: Tensor,
    there: Tensor,
    *,
    flat: Flat,
    trunk: tuple[Tensor | None, Tensor] | None,
) -> None:
    """One dense block: fills the buffer it reads, and writes the next block's first channels."""
    *inner, last = convs
    for conv in inner:
        start = conv.channels_in
        _conv(conv, here, here[:, start : start + conv.channels_out], flat=flat, active=True)
    width = last.channels_out
    _conv(
        last,
        here,
        there[:, :width],
        flat=flat,
        residual=here[:, :width],
        alpha=RESIDUAL_SCALE,
        trunk=trunk,
    )
