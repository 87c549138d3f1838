"""OpenVINO graphs against the same networks in PyTorch, narrow, shallow and with random weights."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from imaging.types import Pixels
from models.backends.openvino_runtime import op, ov
from models.upscale.openvino_ops import Graphs, Weights, bfloat16, constant
from models.upscale.openvino_rrdbnet import rrdbnet_graphs, transposed_kernel
from models.upscale.openvino_srvggnet import srvggnet_graphs
from models.upscale.rrdbnet import RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact

SIZES = [(1, 1), (1, 7), (33, 50), (70, 6)]


def network(kind: str) -> nn.Module:
    """A small network whose biases and slopes are no special values."""
    torch.manual_seed(0)
    made: nn.Module = (
        SRVGGNetCompact(num_feat=8, num_conv=3)
        if kind == "srvggnet"
        else RRDBNet(num_feat=8, num_block=2, num_grow_ch=4)
    )
    for parameter in made.parameters():
        if parameter.ndim == 1:
            nn.init.uniform_(parameter, 0.05, 0.4)
    return made.eval().requires_grad_(requires_grad=False)


def weights_of(made: nn.Module) -> Weights:
    """A network's parameters by name."""
    return {name: value.numpy() for name, value in made.state_dict().items()}


def graphs_of(kind: str, *, arithmetic: str = "f32") -> Graphs:
    """The graphs of the same network."""
    build = srvggnet_graphs if kind == "srvggnet" else rrdbnet_graphs
    return build(weights_of(network(kind)), arithmetic=arithmetic)


def noise(height: int, width: int) -> Pixels:
    """Reproducible random pixels."""
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), dtype=np.uint8)


def ops(graph: ov.Model, kind: str) -> list[ov.Node]:
    """The graph's operations of a kind, in order."""
    return [node for node in graph.get_ordered_ops() if node.get_type_name() == kind]


def run(graph: ov.Model, value: object) -> ov.CompiledModel:
    """All outputs of a graph for its one input, in float32 throughout."""
    compiled = ov.Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return compiled([value])


def before_rounding(graphs: Graphs, image: Pixels) -> torch.Tensor:
    """What the graphs round to pixels, divided by 255: (1, 3, h*4, w*4)."""
    features: object = image[None]
    if graphs.trunk is not None:
        features = run(graphs.trunk, features)[0]
    (rounding,) = ops(graphs.head, "Round")
    floats = ov.Model([rounding.input_value(0)], graphs.head.get_parameters(), "floats")
    levels = torch.from_numpy(run(floats, features)[0].copy())
    return functional.pixel_shuffle(levels, 4 if levels.shape[1] > 3 else 1) / 255


@pytest.mark.parametrize("kind", ["srvggnet", "rrdbnet"])
@pytest.mark.parametrize("size", SIZES)
def test_graphs_in_float32_equal_the_network(kind: str, size: tuple[int, int]) -> None:
    """In float32 graph and network agree to 1e-4 at any size, down to a single pixel."""
    image = noise(*size)
    expected = network(kind)(torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255)
    actual = before_rounding(graphs_of(kind), image)
    assert actual.shape == expected.shape
    assert float((actual - expected).abs().max()) < 1e-4


@pytest.mark.parametrize("kind", ["srvggnet", "rrdbnet"])
def test_only_the_first_layer_is_kept_in_float32(kind: str) -> None:
    """In a bfloat16 graph every convolution with weights is bfloat16, except the one that reads pixels."""
    graphs = graphs_of(kind, arithmetic="bf16")
    whole = [graph for graph in (graphs.trunk, graphs.head) if graph is not None]
    convolutions = [node for graph in whole for node in ops(graph, "Convolution")]
    learned = [node for node in convolutions if node.input_value(1).get_shape()[2] == 3]
    types = [node.get_element_type().get_type_name() for node in learned]
    assert sorted(types) == ["bf16"] * (len(types) - 1) + ["f32"]
    assert len(types) == {"srvggnet": 5, "rrdbnet": 1 + 2 * 15 + 1 + 2}[kind]


def test_transposed_convolution_equals_repeating_and_convolving() -> None:
    """Nearest-neighbour doubling and a 3 x 3 convolution are one transposed convolution, borders included."""
    torch.manual_seed(0)
    features, kernel = torch.randn(1, 5, 7, 4), torch.randn(6, 5, 3, 3)
    doubled = functional.interpolate(features, scale_factor=2, mode="nearest")
    expected = functional.conv2d(doubled, kernel, padding=1)
    merged = torch.from_numpy(transposed_kernel(kernel.numpy()))
    actual = functional.conv_transpose2d(features, merged, stride=2, padding=1)
    assert torch.allclose(actual, expected, atol=1e-5)


def test_bfloat16_rounds_as_pytorch_does() -> None:
    """Nearest, ties to even, infinities kept, NaN kept NaN."""
    rng = np.random.default_rng(0)
    special = [0.0, -0.0, np.inf, -np.inf, 1 + 2**-8, 1 + 3 * 2**-8, 3.4e38, 1e-40]
    values = np.concatenate([rng.normal(size=4000) * 10.0 ** rng.integers(-30, 30, 4000), special])
    values = values.astype(np.float32)
    expected = torch.from_numpy(values).bfloat16().float().numpy()
    np.testing.assert_array_equal(bfloat16(values), expected)
    assert np.isnan(bfloat16(np.array([np.nan, -np.nan], np.float32))).all()


def test_bfloat16_constants_hold_the_rounded_values() -> None:
    """A bfloat16 constant in a graph gives back what was rounded."""
    values = np.linspace(-3, 3, 24, dtype=np.float32).reshape(2, 3, 4)
    shown = op.convert(constant(values, "bf16"), "f32")
    parameter = op.parameter([1], ov.Type.f32)
    graph = ov.Model([op.add(shown, parameter)], [parameter], "constant")
    np.testing.assert_array_equal(run(graph, np.zeros(1, np.float32))[0], bfloat16(values))
