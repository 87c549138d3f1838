"""Flat buffers for `triton_conv`: how pictures lie in them, and the call that convolves one into another."""

from dataclasses import dataclass
from math import gcd

import torch
import triton
from torch import Tensor, nn
from torch.nn import functional

from models.upscale.cuda_rewrite import PHASES, phase_kernels
from models.upscale.triton_conv import FLAT, convolve_kernel

MOST_BLOCK_PX = 256
"""Pixels of the largest block: what buffers hold beyond their end."""

LEAST_DOT = 16
"""Tensor cores multiply 16 channels at least, and Triton powers of two."""


@dataclass(frozen=True, slots=True)
class Tiling:
    """How a convolution is cut into blocks."""

    block_px: int
    block_channels: int
    warps: int
    stages: int
    """Blocks in flight between memory and tensor cores."""
    shift: bool
    """Whether a block is read once for a row of taps (`triton_conv`)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """N pictures of h x w in a flat buffer."""

    count: int
    height: int
    width: int

    @property
    def pitch(self) -> int:
        """Steps from a pixel to the one below it."""
        return self.width + 1

    @property
    def pitches(self) -> int:
        """Rows from a picture to the next."""
        return self.height + 1

    @property
    def pixels(self) -> int:
        """Places from the first picture's first zero to the last picture's last pixel."""
        return self.count * self.pitches * self.pitch

    @property
    def guard(self) -> int:
        """Places before the first and after the last: as far as a 3 x 3 kernel and a block's halo reach."""
        return self.pitch + 2

    def doubled(self) -> "Layout":
        """The layout of the same pictures at twice the size."""
        return Layout(self.count, 2 * self.height, 2 * self.width)

    def buffer(self, channels: int, *, dtype: torch.dtype, device: torch.device) -> Tensor:
        """A buffer (places, channels) from the first place on, with zeros around it; the rest is not set."""
        size = self.pixels + 2 * self.guard + MOST_BLOCK_PX
        whole = torch.empty((size, channels), dtype=dtype, device=device)
        whole[: self.guard].zero_()
        whole[self.guard + self.pixels :].zero_()
        return whole[self.guard :]

    def pictures(self, buffer: Tensor) -> Tensor:
        """The buffer's places as (N, 1 + h, 1 + w, channels): first row and column are the zeros."""
        channels = buffer.shape[1]
        return buffer[: self.pixels].view(self.count, self.pitches, self.pitch, channels)

    def flat_mask(self, valid: Tensor) -> Tensor:
        """(N, h, w) uint8, not zero inside tiles, as a buffer of one channel."""
        mask = self.buffer(1, dtype=torch.uint8, device=valid.device)
        self.pictures(mask)[..., 0] = functional.pad(valid, (1, 0, 1, 0))
        return mask


@dataclass(frozen=True, slots=True)
class FlatConv:
    """A convolution's numbers as the kernel reads them."""

    weight: Tensor
    """(rows of taps, taps of a row, channels in, channels out), in the arithmetic's type."""
    bias: Tensor
    """(channels out,) float32."""
    slope: Tensor
    """(channels out,) float32: what negative values are multiplied by."""
    top: int = -1
    left: int = -1
    """Offset of the first tap from the output's place."""

    @property
    def channels_in(self) -> int:
        """As padded."""
        return self.weight.shape[2]

    @property
    def channels_out(self) -> int:
        """As padded."""
        return self.weight.shape[3]

    def to(self, device: torch.device) -> "FlatConv":
        """The same on a device."""
        weight, bias, slope = (part.to(device) for part in (self.weight, self.bias, self.slope))
        return FlatConv(weight, bias, slope, self.top, self.left)


def flat_conv(conv: nn.Conv2d, *, dtype: torch.dtype, slope: Tensor | float = 1.0) -> FlatConv:
    """A 3 x 3 convolution; channels out are padded with zeros to what tensor cores take.

    Args:
        conv: In float32.
        dtype: Of the weights.
        slope: What follows multiplies negative values by, for each channel or all.
    """
    return _packed(conv.weight.detach(), conv, dtype=dtype, slope=slope)


def input_conv(conv: nn.Conv2d, *, dtype: torch.dtype, slope: Tensor | float = 1.0) -> FlatConv:
    """A convolution of RGB levels, exact: each channel is given twice, for a weight and its rounding error.

    Levels of 0 to 255 are whole numbers, which bfloat16 holds as they are; see `input_levels`.
    """
    weight = conv.weight.detach()
    rounded = weight.to(dtype).float()
    both = torch.cat((rounded, weight - rounded), dim=1)
    padded = functional.pad(both, (0, 0, 0, 0, 0, LEAST_DOT - both.shape[1]))
    return _packed(padded, conv, dtype=dtype, slope=slope)


def input_levels(canvases: Tensor, layout: Layout, *, dtype: torch.dtype) -> Tensor:
    """(N, h, w, 4) uint8 canvases as the buffer that an `input_conv` reads: RGB, RGB, zeros."""
    levels = layout.buffer(LEAST_DOT, dtype=dtype, device=canvases.device)
    pictures = layout.pictures(levels).zero_()
    pictures[:, 1:, 1:, 0:3] = canvases[..., :3].to(dtype)
    pictures[:, 1:, 1:, 3:6] = canvases[..., :3].to(dtype)
    return levels


def phased_convs(conv: nn.Conv2d, *, dtype: torch.dtype, slope: float) -> list[FlatConv]:
    """A convolution of a doubled image as four of the image itself (`cuda_rewrite.phase_kernels`)."""
    kernels = phase_kernels(conv.weight.detach())
    return [
        _packed(kernel, conv, dtype=dtype, slope=slope, top=row - 1, left=column - 1)
        for kernel, (row, column) in zip(kernels, PHASES, strict=True)
    ]


def _packed(
    weight: Tensor,
    conv: nn.Conv2d,
    *,
    dtype: torch.dtype,
    slope: Tensor | float,
    top: int = -1,
    left: int = -1,
) -> FlatConv:
    """(O, I, k, k) weights, and the bias of `conv`, as the kernel reads them."""
    made = weight.shape[0]
    padded = max(LEAST_DOT, triton.next_power_of_2(made))
    bias, slopes = weight.new_zeros(padded), weight.new_ones(padded)
    slopes[:made] = slope
    if conv.bias is not None:
        bias[:made] = conv.bias.detach()
    wide = functional.pad(weight, (0, 0, 0, 0, 0, 0, 0, padded - made))
    return FlatConv(wide.permute(2, 3, 1, 0).to(dtype).contiguous(), bias, slopes, top, left)


def convolve(
    conv: FlatConv,
    source: Tensor,
    target: Tensor,
    *,
    layout: Layout,
    mask: Tensor,
    tiling: Tiling,
    active: bool = False,
    gain: float = 1.0,
    residual: Tensor | None = None,
    alpha: float = 1.0,
    trunk: tuple[Tensor | None, Tensor] | None = None,
    out: int = FLAT,
    bad: Tensor | None = None,
) -> None:
    """Convolve one buffer into another, or into a slice of the same where it reads other channels.

    y = gain * conv(source) + bias; if active, y = slope * y where y < 0; with a residual, y = residual +
    alpha * y; with a trunk, y = first of the pair + alpha * y, where there is a first, and the second takes
    y; outside tiles y = 0; target = y.

    Args:
        conv: The weights.
        source: Buffer whose first channels are read.
        target: (places, channels) buffer or a slice of its channels; of twice the size with `DOUBLED`; with
            `BYTES` an image (N, h, w, 3) of bytes, where 1 is white.
        layout: Of the source.
        mask: Of the source's layout (`Layout.flat_mask`).
        tiling: How to cut the work.
        active: Whether the slope is used.
        gain: See above.
        residual: Buffer of the target's channels.
        alpha: See above.
        trunk: float32 buffers to add to (None: nothing) and to write; they may be the same.
        out: `FLAT`, `DOUBLED` or `BYTES`.
        bad: With `BYTES`: an int32 that becomes 1 when a number is none.
    """
    before, after = trunk or (None, None)
    step = tiling.block_px - 2 * tiling.shift
    convolve_kernel[(triton.cdiv(layout.pixels, step),)](
        source,
        conv.weight,
        conv.bias,
        conv.slope,
        mask,
        target if residual is None else residual,
        target if before is None else before,
        target if after is None else after,
        target,
        mask if bad is None else bad,
        layout.pixels,
        layout.pitch,
        layout.pitches,
        conv.channels_in,
        source.stride(0),
        0 if residual is None else residual.stride(0),
        target.stride(0),
        gain,
        alpha,
        TOP=conv.top,
        LEFT=conv.left,
        TAPS=conv.weight.shape[0],
        COUT=conv.channels_out,
        ACTIVE=active,
        RESIDUAL=residual is not None,
        TRUNK=0 if trunk is None else 1 if before is None else 2,
        OUT=out,
        BLOCK_M=tiling.block_px,
        BLOCK_K=gcd(conv.channels_in, tiling.block_channels),
        SHIFT=tiling.shift,
        num_warps=tiling.warps,
        num_stages=tiling.stages,
    )
