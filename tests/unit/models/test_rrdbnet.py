"""RRDBNet against the architecture as it is published."""

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from models.upscale.rrdbnet import BAND_ROWS, RRDBNet


def small_net() -> RRDBNet:
    """A narrow, shallow net with reproducible weights."""
    torch.manual_seed(7)
    return RRDBNet(num_feat=8, num_block=2, num_grow_ch=4).eval()


def literal_forward(weights: dict[str, Tensor], x: Tensor, *, num_block: int) -> Tensor:
    """ESRGAN's generator written out by parameter name, with nothing of ours in it."""

    def conv(name: str, value: Tensor) -> Tensor:
        return functional.conv2d(value, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=1)

    def dense(prefix: str, value: Tensor) -> Tensor:
        outputs = [value]
        for index in range(1, 5):
            fused = conv(f"{prefix}.conv{index}", torch.cat(outputs, 1))
            outputs.append(torch.where(fused > 0, fused, fused * 0.2))
        return conv(f"{prefix}.conv5", torch.cat(outputs, 1)) * 0.2 + value

    first = conv("conv_first", x)
    trunk = first
    for block in range(num_block):
        inner = trunk
        for part in (1, 2, 3):
            inner = dense(f"body.{block}.rdb{part}", inner)
        trunk = inner * 0.2 + trunk
    trunk = first + conv("conv_body", trunk)
    for name in ("conv_up1", "conv_up2"):
        doubled = trunk.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
        trunk = functional.leaky_relu(conv(name, doubled), 0.2)
    return conv("conv_last", functional.leaky_relu(conv("conv_hr", trunk), 0.2))


@pytest.mark.parametrize(("num_block", "parameters"), [(23, 16_697_987), (6, 4_467_779)])
def test_parameter_count(num_block: int, parameters: int) -> None:
    """x4plus holds 16,697,987 numbers and the anime model 4,467,779, as published."""
    with torch.device("meta"):
        net = RRDBNet(num_block=num_block)
    assert sum(parameter.numel() for parameter in net.parameters()) == parameters


def test_forward_is_the_published_architecture() -> None:
    """The module computes what the architecture, written out by parameter name, computes."""
    net = small_net()
    x = torch.rand(2, 3, 9, 13)
    with torch.inference_mode():
        expected = literal_forward(dict(net.state_dict()), x, num_block=2)
        actual = net(x)
    assert actual.shape == (2, 3, 36, 52)
    torch.testing.assert_close(actual, expected, atol=1e-5, rtol=1e-5)


def test_bands_leave_no_trace() -> None:
    """An image taller than a band, whose last features are computed band by band, is the same image."""
    net = small_net()
    x = torch.rand(1, 3, BAND_ROWS + 9, 6)
    with torch.inference_mode():
        expected = literal_forward(dict(net.state_dict()), x, num_block=2)
        torch.testing.assert_close(net(x), expected, atol=1e-5, rtol=1e-5)


def test_input_is_left_alone() -> None:
    """In-place activations never reach the caller's tensor."""
    x = torch.rand(1, 3, 8, 8)
    before = x.clone()
    with torch.inference_mode():
        small_net()(x)
    assert torch.equal(x, before)


def test_cost_of_x4plus() -> None:
    """x4plus costs 35.85 MFLOP per input pixel."""
    with torch.device("meta"):
        assert RRDBNet().flop_per_pixel() / 1e6 == pytest.approx(35.85, abs=0.01)
