"""RRDBNet as two OpenVINO graphs (models/upscale/rrdbnet.py has the network and its sources)."""

import itertools

import numpy as np

from models.backends.openvino_runtime import op, ov
from models.upscale.openvino_ops import (
    LEVELS,
    Arithmetic,
    FloatArray,
    Graphs,
    Weights,
    bfloat16,
    cast,
    constant,
    convolve,
    image_parameter,
    integers,
    layer,
    model,
    per_channel,
    pixels_in,
    pixels_out,
    sum_of,
)

_NEGATIVE_SLOPE = 0.2
_RESIDUAL_SCALE = 0.2
_SCALE = 4
_DENSE_BLOCKS = 3

_BAND_ROWS = 64
_HALO_ROWS = 2
"""One row at twice the size and three at four times reach 0.5 + 0.75 input rows, rounded up."""

_MIDDLE = 0.5
"""Between black and white: measured from here, an output in bfloat16 has half the rounding error."""


def rrdbnet_graphs(weights: Weights, *, arithmetic: Arithmetic) -> Graphs:
    """A trunk at the input's size and a head that enlarges, so that its large features live a band at a time.

    The first layer and the outer sums stay in float32.

    Args:
        weights: By the official names, `conv_first.weight` to `conv_last.bias`.
        arithmetic: Of everything else.
    """
    return Graphs(
        trunk=_trunk(weights, arithmetic=arithmetic),
        head=_head(weights, arithmetic=arithmetic),
        scale=_SCALE,
        band_rows=_BAND_ROWS,
        halo_rows=_HALO_ROWS,
    )


def _trunk(weights: Weights, *, arithmetic: Arithmetic) -> ov.Model:
    """(1, h, w, 3) uint8 to features (1, h, w, C) in the arithmetic."""
    parameter = image_parameter()
    kernel = weights["conv_first.weight"] / np.float32(LEVELS)
    shallow = convolve(pixels_in(parameter), kernel, weights["conv_first.bias"], "f32")
    deep = shallow
    for block in range(1 + max(int(name.split(".")[1]) for name in weights if name.startswith("body."))):
        deep = _outer_block(deep, weights, f"body.{block}", arithmetic)
    features = op.add(shallow, cast(layer(deep, weights, "conv_body", arithmetic), "f32"))
    rows = op.transpose(cast(features, arithmetic), integers(0, 2, 3, 1))
    return model([rows], parameter, "rrdbnet-trunk")


def _outer_block(features: ov.Node, weights: Weights, name: str, arithmetic: Arithmetic) -> ov.Node:
    """A residual-in-residual dense block; the sum around it is in float32."""
    inner = cast(features, arithmetic)
    for block in range(1, 1 + _DENSE_BLOCKS):
        inner = _dense_block(inner, weights, f"{name}.rdb{block}", arithmetic)
    return op.add(features, op.multiply(cast(inner, "f32"), constant([_RESIDUAL_SCALE], "f32")))


def _dense_block(features: ov.Node, weights: Weights, name: str, arithmetic: Arithmetic) -> ov.Node:
    """Five convolutions, each of which sees the outputs of all before it."""
    dense = [features]
    for number in range(1, 5):
        dense.append(_leaky(layer(_joined(dense), weights, f"{name}.conv{number}", arithmetic), arithmetic))
    last = layer(_joined(dense), weights, f"{name}.conv5", arithmetic)
    return op.add(features, op.multiply(last, constant([_RESIDUAL_SCALE], arithmetic)))


def _joined(features: list[ov.Node]) -> ov.Node:
    return features[0] if len(features) == 1 else op.concat(features, axis=1)


def _leaky(features: ov.Node, arithmetic: Arithmetic) -> ov.Node:
    return op.prelu(features, constant([_NEGATIVE_SLOPE], arithmetic))


def _head(weights: Weights, *, arithmetic: Arithmetic) -> ov.Model:
    """Features (1, h, w, C) to (1, 4h, 4w, 3) uint8."""
    channels = weights["conv_up1.weight"].shape[1]
    parameter = op.parameter(
        ov.PartialShape([1, -1, -1, channels]), {"bf16": ov.Type.bf16, "f32": ov.Type.f32}[arithmetic]
    )
    features = op.transpose(parameter, integers(0, 3, 1, 2))
    for name in ("conv_up1", "conv_up2"):
        features = _leaky(_doubled(features, weights, name, arithmetic), arithmetic)
    features = _leaky(layer(features, weights, "conv_hr", arithmetic), arithmetic)
    # In two parts: what bfloat16 has of the bias is added within the convolution, the rest in float32.
    bias = weights["conv_last.bias"]
    near = bfloat16(bias - np.float32(_MIDDLE))
    offset = cast(convolve(features, weights["conv_last.weight"], near, arithmetic), "f32")
    levels = op.add(
        op.multiply(offset, constant([LEVELS], "f32")), per_channel((bias - near) * LEVELS, "f32")
    )
    return model([pixels_out(levels), sum_of(offset)], parameter, "rrdbnet-head")


def _doubled(features: ov.Node, weights: Weights, name: str, arithmetic: Arithmetic) -> ov.Node:
    """Repeat pixels to twice the size and convolve, as one transposed convolution with 4/9 of the work."""
    product = op.convolution_backprop_data(
        features,
        constant(transposed_kernel(weights[f"{name}.weight"]), arithmetic),
        [2, 2],
        pads_begin=[1, 1],
        pads_end=[1, 1],
        dilations=[1, 1],
    )
    return op.add(product, per_channel(weights[f"{name}.bias"], arithmetic))


def transposed_kernel(kernel: FloatArray) -> FloatArray:
    """The kernel (I, O, 4, 4), stride 2, padding 1, that repeats pixels 2 x 2 and convolves them 3 x 3.

    Output row o takes, for tap d of the kernel, the repeated row o + d - 1, which is input row
    (o + d - 1) // 2. The transposed convolution gives it there as tap o - 2 * row + 1. Taps that meet are
    summed.

    Args:
        kernel: (O, I, 3, 3).
    """
    taps_out = [(phase, tap) for phase in (0, 1) for tap in range(3)]
    placed = [(tap, phase - 2 * ((phase + tap - 1) // 2) + 1) for phase, tap in taps_out]
    result = np.zeros((kernel.shape[1], kernel.shape[0], 4, 4), np.float32)
    for (row, to_row), (column, to_column) in itertools.product(placed, placed):
        result[:, :, to_row, to_column] += kernel[:, :, row, column].T
    return result
