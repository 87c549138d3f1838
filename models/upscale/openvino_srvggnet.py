"""SRVGGNetCompact as an OpenVINO graph (models/upscale/srvggnet.py has the network and its sources)."""

import numpy as np

from models.backends.openvino_runtime import op, ov
from models.upscale.openvino_ops import (
    LEVELS,
    Arithmetic,
    Graphs,
    Weights,
    cast,
    constant,
    convolve,
    image_parameter,
    layer,
    model,
    pixels_in,
    pixels_out,
    sum_of,
)

_RGB = 3


def srvggnet_graphs(weights: Weights, *, arithmetic: Arithmetic) -> Graphs:
    """One graph from pixels to pixels.

    The first layer stays in float32: 6 to 8 dB closer, in the same time. The last one, whose output is small
    beside the enlarged input that is added to it, loses nothing in bfloat16 (0.1 dB).

    Args:
        weights: By the official names, `body.0.weight` to `body.34.bias`.
        arithmetic: Of all layers but the first.
    """
    last = max(int(name.split(".")[1]) for name in weights)
    scale = round(float(np.sqrt(weights[f"body.{last}.bias"].size / _RGB)))
    parameter = image_parameter()
    pixels = pixels_in(parameter)
    residual = cast(_residual(pixels, weights, last=last, arithmetic=arithmetic), "f32")
    levels = op.add(op.multiply(residual, constant([LEVELS], "f32")), _repeated(pixels, scale=scale))
    outputs = [pixels_out(levels, shuffle=scale), sum_of(residual)]
    return Graphs(
        trunk=None, head=model(outputs, parameter, "srvggnet"), scale=scale, band_rows=0, halo_rows=0
    )


def _residual(pixels: ov.Node, weights: Weights, *, last: int, arithmetic: Arithmetic) -> ov.Node:
    """(1, 3*s*s, h, w): what the network adds to the enlarged image, before the pixel shuffle."""
    features = convolve(pixels, weights["body.0.weight"] / np.float32(LEVELS), weights["body.0.bias"], "f32")
    features = op.prelu(features, constant(weights["body.1.weight"], "f32"))
    for index in range(2, last, 2):
        features = layer(features, weights, f"body.{index}", arithmetic)
        features = op.prelu(features, constant(weights[f"body.{index + 1}.weight"], arithmetic))
    return layer(features, weights, f"body.{last}", arithmetic)


def _repeated(pixels: ov.Node, *, scale: int) -> ov.Node:
    """(1, 3, h, w) to (1, 3*s*s, h, w): shuffled, the image enlarged by repeating pixels."""
    kernel = np.repeat(np.eye(_RGB, dtype=np.float32), scale * scale, axis=0)[:, :, None, None]
    return op.convolution(pixels, constant(kernel, "f32"), [1, 1], [0, 0], [0, 0], dilations=[1, 1])
