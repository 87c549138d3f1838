"""What OpenVINO graphs of super-resolution networks are made of: operations in explicit arithmetic.

Each layer's element type is written into the graph. Told to infer in bfloat16, OpenVINO would convert every
layer (50 to 55 dB of float32 here, where 52 to 60 are reached), and its mark for a layer to be left alone
cannot be set from Python; but a convolution whose operands are bfloat16 runs as such.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from models.backends.openvino_runtime import op, ov

Arithmetic = Literal["bf16", "f32"]
FloatArray = npt.NDArray[np.float32]
Weights = Mapping[str, FloatArray]
"""By the official parameter names, e.g. `conv_first.weight`."""

LEVELS = 255.0
"""The largest value of 8-bit pixels."""


@dataclass(frozen=True, slots=True)
class Graphs:
    """A network as one graph, or as two so that the second can run over bands of rows.

    A graph's pixels are uint8, (1, h, w, 3) in and (1, h*scale, w*scale, 3) out; its last output beside
    them is one float, finite when all pixels were. What passes from trunk to head is (1, h, w, features).
    """

    trunk: ov.Model | None
    head: ov.Model
    scale: int
    band_rows: int
    """Input rows that the head enlarges at once; 0 where there is no trunk, for all of them."""
    halo_rows: int
    """Rows above and below that the head looks at."""


def constant(values: npt.ArrayLike, arithmetic: Arithmetic) -> ov.Node:
    """Floats, in the arithmetic of what they meet."""
    array = np.ascontiguousarray(values, np.float32)
    if arithmetic == "f32":
        return op.constant(array)
    tensor = ov.Tensor(ov.Type.bf16, ov.Shape(list(array.shape)))
    # NumPy has no bfloat16: OpenVINO shows its 16 bits as something else of that width.
    tensor.data.view(np.uint16)[...] = (bfloat16(array).view(np.uint32) >> 16).astype(np.uint16)
    return ov.op.Constant(tensor)


def bfloat16(values: FloatArray) -> FloatArray:
    """The nearest bfloat16 numbers, ties to even, as float32; NaN stays NaN."""
    array = np.ascontiguousarray(values, np.float32)
    bits = array.view(np.uint32)
    rounded = (bits + np.uint32(0x7FFF) + ((bits >> 16) & np.uint32(1))) & np.uint32(0xFFFF0000)
    nearest: FloatArray = np.where(np.isnan(array), array, rounded.view(np.float32))
    return nearest


def integers(*values: int) -> ov.Node:
    """A list of axes."""
    return op.constant(np.array(values, np.int64))


def cast(features: ov.Node, arithmetic: Arithmetic) -> ov.Node:
    """Features in another arithmetic, or as they are when it is theirs."""
    if features.get_output_element_type(0).get_type_name() == arithmetic:
        return features
    return op.convert(features, arithmetic)


def per_channel(values: FloatArray, arithmetic: Arithmetic) -> ov.Node:
    """(C,) to a (1, C, 1, 1) that meets features."""
    return constant(values.reshape(1, -1, 1, 1), arithmetic)


def convolve(features: ov.Node, kernel: FloatArray, bias: FloatArray, arithmetic: Arithmetic) -> ov.Node:
    """Convolve (N, I, h, w) with a kernel (O, I, k, k), k odd, padded with zeros to the same size."""
    pad = [side // 2 for side in kernel.shape[2:]]
    product = op.convolution(
        cast(features, arithmetic), constant(kernel, arithmetic), [1, 1], pad, pad, dilations=[1, 1]
    )
    return op.add(product, per_channel(bias, arithmetic))


def layer(features: ov.Node, weights: Weights, name: str, arithmetic: Arithmetic) -> ov.Node:
    """The named convolution of the network."""
    return convolve(features, weights[f"{name}.weight"], weights[f"{name}.bias"], arithmetic)


def pixels_in(pixels: ov.Node) -> ov.Node:
    """(1, h, w, 3) uint8 to (1, 3, h, w) float32 in 0-255: in memory nothing moves."""
    return op.convert(op.transpose(pixels, integers(0, 3, 1, 2)), "f32")


def pixels_out(levels: ov.Node, *, shuffle: int = 1) -> ov.Node:
    """(1, 3*s*s, h, w) float32 in 0-255 to (1, h*s, w*s, 3) uint8, rounded half to even and clamped.

    Args:
        levels: Channels in the order of a pixel shuffle.
        shuffle: s. Shuffled as bytes, a quarter of the memory moves.
    """
    whole = op.convert(op.clamp(op.round(levels, "half_to_even"), 0, LEVELS), "u8")
    return op.transpose(op.depth_to_space(whole, "depth_first", shuffle), integers(0, 2, 3, 1))


def sum_of(features: ov.Node) -> ov.Node:
    """One float, which is NaN or infinite when any of the features is."""
    return op.reduce_sum(cast(features, "f32"), integers(0, 1, 2, 3), keep_dims=False)


def image_parameter() -> ov.Node:
    """The input: one image of any size."""
    return op.parameter(ov.PartialShape([1, -1, -1, 3]), ov.Type.u8, name="pixels")


def model(outputs: Sequence[ov.Node], parameter: ov.Node, name: str) -> ov.Model:
    """Nodes as a graph with one input."""
    return ov.Model([node.output(0) for node in outputs], [parameter], name)
