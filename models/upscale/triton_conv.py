"""A convolution for tensor cores, in Triton, that reads and writes slices of flat channels-last buffers.

An image lies in a buffer as rows of channels: each picture row has one zero before it, each picture one row
of zeros above it. So a neighbour is a fixed step away everywhere and no border needs a case of its own (see
`models.upscale.triton_flat`). Outputs that lie outside tiles are written as zeros, which keeps it so.

With SHIFT, a block of pixels is loaded once for a row of taps instead of once for each tap: the products
for the left, middle and right tap are summed apart and moved by one pixel at the end. A third of the reads,
for one pixel more at each end of a block.
"""

# Triton compiles these functions: arguments are pointers and numbers of its own, constants are in capitals.
# ruff: noqa: ANN001, ANN201, ANN202, N803, N806, PLR0124, PLR0917, PLR2004
# mypy: disable-error-code="no-untyped-def, no-untyped-call, untyped-decorator"

import triton
import triton.language as tl

FLAT, DOUBLED, BYTES = 0, 1, 2
"""Where outputs go: the same place, every second place of a buffer twice the size, an image of bytes."""


@triton.jit
def _moved(sums, by: tl.constexpr, BLOCK_M: tl.constexpr, COUT: tl.constexpr):
    """Row i of the result is row i + by of `sums`; rows that have none repeat the last."""
    rows = tl.minimum(tl.maximum(tl.arange(0, BLOCK_M) + by, 0), BLOCK_M - 1)
    return tl.gather(sums, tl.broadcast_to(rows[:, None], (BLOCK_M, COUT)), axis=0)


@triton.jit
def _products(
    x, weight, pixel, pitch, cin, x_stride,
    TOP: tl.constexpr, LEFT: tl.constexpr, TAPS: tl.constexpr,
    COUT: tl.constexpr, BLOCK_M: tl.constexpr, BLOCK_K: tl.constexpr, SHIFT: tl.constexpr,
):  # fmt: skip
    """Sums over taps and channels: (BLOCK_M, COUT) float32, right for all but the first and last pixel."""
    channel = tl.arange(0, BLOCK_K)
    feature = tl.arange(0, COUT)
    inputs = x + pixel[:, None] * x_stride + channel[None, :]
    weights = weight + channel[:, None] * COUT + feature[None, :]
    blocks = cin // BLOCK_K
    first = tl.zeros((BLOCK_M, COUT), dtype=tl.float32)
    if SHIFT:
        second = tl.zeros((BLOCK_M, COUT), dtype=tl.float32)
        third = tl.zeros((BLOCK_M, COUT), dtype=tl.float32)
        for step in range(TAPS * blocks):
            row = step // blocks
            start = (step % blocks) * BLOCK_K
            a = tl.load(inputs + (row + TOP) * pitch * x_stride + start)
            tap = weights + (row * TAPS * cin + start) * COUT
            first = tl.dot(a, tl.load(tap), first, input_precision="ieee")
            second = tl.dot(a, tl.load(tap + cin * COUT), second, input_precision="ieee")
            if TAPS == 3:
                third = tl.dot(a, tl.load(tap + 2 * cin * COUT), third, input_precision="ieee")
        total = _moved(first, LEFT, BLOCK_M, COUT) + _moved(second, LEFT + 1, BLOCK_M, COUT)
        if TAPS == 3:
            total += _moved(third, LEFT + 2, BLOCK_M, COUT)
    else:
        for step in range(TAPS * TAPS * blocks):
            tap = step // blocks
            start = (step % blocks) * BLOCK_K
            away = (tap // TAPS + TOP) * pitch + tap % TAPS + LEFT
            a = tl.load(inputs + away * x_stride + start)
            first = tl.dot(a, tl.load(weights + (tap * cin + start) * COUT), first, input_precision="ieee")
        total = first
    return total


@triton.jit(do_not_specialize=["pixels", "pitch", "pitches"])
def convolve_kernel(
    x, weight, bias, slope, mask, residual, trunk_in, trunk_out, out, bad,
    pixels, pitch, pitches, cin, x_stride, residual_stride, out_stride, gain, alpha,
    TOP: tl.constexpr, LEFT: tl.constexpr, TAPS: tl.constexpr, COUT: tl.constexpr,
    ACTIVE: tl.constexpr, RESIDUAL: tl.constexpr, TRUNK: tl.constexpr, OUT: tl.constexpr,
    BLOCK_M: tl.constexpr, BLOCK_K: tl.constexpr, SHIFT: tl.constexpr,
):  # fmt: skip
    """One convolution with all that follows; `models.upscale.triton_flat.convolve` explains the arguments."""
    HALO: tl.constexpr = 1 if SHIFT else 0
    lane = tl.arange(0, BLOCK_M)
    pixel = tl.program_id(0).to(tl.int64) * (BLOCK_M - 2 * HALO) - HALO + lane
    feature = tl.arange(0, COUT)
    y = _products(x, weight, pixel, pitch, cin, x_stride, TOP, LEFT, TAPS, COUT, BLOCK_M, BLOCK_K, SHIFT)
    y = y * gain + tl.load(bias + feature)[None, :]
    if ACTIVE:
        y = tl.where(y > 0, y, y * tl.load(slope + feature)[None, :])
    wanted = (lane >= HALO) & (lane < BLOCK_M - HALO) & (pixel < pixels)
    inside = tl.load(mask + pixel, mask=wanted, other=0) != 0
    here = wanted[:, None] & (feature[None, :] < COUT)
    if RESIDUAL:
        beside = tl.load(residual + pixel[:, None] * residual_stride + feature[None, :], mask=here, other=0.0)
        y = beside.to(tl.float32) + alpha * y
    own = pixel[:, None] * COUT + feature[None, :]
    if TRUNK == 2:
        y = tl.load(trunk_in + own, mask=here, other=0.0) + alpha * y
    y = tl.where(inside[:, None], y, 0.0)
    if TRUNK:
        tl.store(trunk_out + own, y, mask=here)
    if OUT == 0:
        tl.store(out + pixel[:, None] * out_stride + feature[None, :], y.to(out.dtype.element_ty), mask=here)
    else:
        row = pixel // pitch
        picture = row // pitches
        down = row % pitches - 1
        right = pixel % pitch - 1
        real = wanted & (down >= 0) & (right >= 0)
        if OUT == 1:
            wide = 2 * (pitch - 1) + 1
            high = 2 * (pitches - 1) + 1
            there = (picture * high + 2 * down + TOP + 2) * wide + 2 * right + LEFT + 2
            target = out + there[:, None] * out_stride + feature[None, :]
            tl.store(target, y.to(out.dtype.element_ty), mask=real[:, None] & here)
        else:
            level = tl.minimum(tl.maximum(y * 255.0 + 0.5, 0.0), 255.0).to(tl.int32)
            spot = ((picture * (pitches - 1) + down) * (pitch - 1) + right) * 3
            shown = real[:, None] & (feature[None, :] < 3)
            tl.store(out + spot[:, None] + feature[None, :], level.to(tl.uint8), mask=shown)
            wrong = tl.where(shown & ((y != y) | (tl.abs(y) > 1e30)), 1, 0)
            tl.store(bad, 1, mask=tl.max(tl.max(wrong, axis=1), axis=0) > 0)
