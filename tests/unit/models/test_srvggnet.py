"""SRVGGNetCompact against the architecture as it is published."""

import torch
from torch import Tensor
from torch.nn import functional

from models.upscale.srvggnet import SRVGGNetCompact


def literal_forward(weights: dict[str, Tensor], x: Tensor, *, num_conv: int, scale: int) -> Tensor:
    """The network written out by parameter name: pixel (y, x) of each block of channels is set by hand."""
    value = x
    for index in range(0, 2 * num_conv + 3, 2):
        value = functional.conv2d(
            value, weights[f"body.{index}.weight"], weights[f"body.{index}.bias"], padding=1
        )
        if index < 2 * num_conv + 2:
            slope = weights[f"body.{index + 1}.weight"][None, :, None, None]
            value = torch.where(value > 0, value, value * slope)
    count, _, height, width = x.shape
    output = torch.empty(count, 3, height * scale, width * scale)
    for row in range(scale):
        for column in range(scale):
            part = value[:, row * scale + column :: scale * scale]
            output[:, :, row::scale, column::scale] = part + x
    return output


def small_net() -> SRVGGNetCompact:
    """A narrow, shallow net with reproducible weights."""
    torch.manual_seed(11)
    return SRVGGNetCompact(num_feat=6, num_conv=3, scale=4).eval()


def test_parameter_count() -> None:
    """animevideov3 holds 621,424 numbers, as published."""
    net = SRVGGNetCompact(num_feat=64, num_conv=16, scale=4)
    assert sum(parameter.numel() for parameter in net.parameters()) == 621_424


def test_official_numbering() -> None:
    """The last convolution of animevideov3 is `body.34`, and the pixel shuffle holds nothing."""
    keys = list(SRVGGNetCompact().state_dict())
    assert keys[:3] == ["body.0.weight", "body.0.bias", "body.1.weight"]
    assert keys[-2:] == ["body.34.weight", "body.34.bias"]


def test_forward_is_the_published_architecture() -> None:
    """The module computes what the architecture, written out by parameter name, computes."""
    net = small_net()
    x = torch.rand(2, 3, 7, 5)
    with torch.inference_mode():
        expected = literal_forward(dict(net.state_dict()), x, num_conv=3, scale=4)
        torch.testing.assert_close(net(x), expected, atol=1e-6, rtol=1e-5)
