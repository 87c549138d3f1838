"""Networks rewritten for a GPU, and tiles that share a canvas: equal to the plain network, alone."""

from collections.abc import Callable
from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.upscale.cuda_rewrite import phase_kernels, with_phases, with_scattered_blocks
from models.upscale.engine import reduce_precision
from models.upscale.rrdbnet import RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact

TILES = ((9, 13), (7, 16), (12, 5))
CORNERS = ((0, 0), (10, 0), (5, 17))
"""A pixel apart: the first two one above the other, the third beside the second."""


def lively(network: nn.Module) -> nn.Module:
    """The network with weights and biases so large that every layer and every border shows in the output."""
    torch.manual_seed(5)
    for parameter in network.parameters():
        fan_in = parameter[0].numel() if parameter.ndim > 1 else 1
        nn.init.normal_(parameter, std=1.5 / fan_in**0.5)
    return network.eval()


def rrdb() -> nn.Module:
    """A narrow, shallow RRDBNet."""
    return lively(RRDBNet(num_feat=8, num_block=1, num_grow_ch=4))


def srvgg() -> nn.Module:
    """A narrow, shallow SRVGGNetCompact."""
    return lively(SRVGGNetCompact(num_feat=8, num_conv=3))


def rewritten() -> nn.Module:
    """The narrow RRDBNet, rewritten twice."""
    return with_scattered_blocks(with_phases(rrdb()))


def laid(tiles: list[Tensor]) -> tuple[Tensor, Tensor]:
    """A canvas with the tiles at their corners, and its mask."""
    canvas, mask = torch.zeros(1, 3, 24, 32), torch.zeros(1, 1, 24, 32)
    for tile, (top, left) in zip(tiles, CORNERS, strict=True):
        height, width = tile.shape[2:]
        canvas[:, :, top : top + height, left : left + width] = tile
        mask[:, :, top : top + height, left : left + width] = 1
    return canvas, mask


@pytest.mark.parametrize("make", [rrdb, srvgg, rewritten])
def test_tiles_in_a_canvas_come_out_as_alone(make: Callable[[], nn.Module]) -> None:
    """Three tiles with one pixel between them, masked: each equals its own run; unmasked they do not."""
    network = make()
    tiles = [torch.rand(1, 3, *size) for size in TILES]
    canvas, mask = laid(tiles)
    with torch.inference_mode():
        masked, bare = network(canvas, mask), network(canvas)
        for tile, (top, left) in zip(tiles, CORNERS, strict=True):
            bottom, right = top + tile.shape[2], left + tile.shape[3]
            alone = network(tile)
            there = (..., slice(4 * top, 4 * bottom), slice(4 * left, 4 * right))
            tolerance = 1e-5 * float(alone.abs().max())
            torch.testing.assert_close(masked[there], alone, atol=tolerance, rtol=0)
            assert (bare[there] - alone).abs().max() > 100 * tolerance


def test_phases_are_the_doubled_convolution() -> None:
    """Four 2 x 2 kernels interleaved equal one 3 x 3 kernel on the doubled image, borders included."""
    network, x = rrdb(), torch.rand(2, 3, 5, 7)
    with torch.inference_mode():
        expected = network(x)
        actual = with_phases(deepcopy(network))(x)
    torch.testing.assert_close(actual, expected, atol=1e-5 * float(expected.abs().max()), rtol=0)


def test_phase_kernels_keep_the_sum() -> None:
    """Every tap of a 3 x 3 kernel lands in each of the four small ones once."""
    weight = torch.rand(5, 4, 3, 3, dtype=torch.float64)
    sums = phase_kernels(weight).sum(dim=(3, 4))
    torch.testing.assert_close(sums, weight.sum(dim=(2, 3)).expand(4, -1, -1))


def test_a_scattered_block_is_the_dense_block() -> None:
    """Convolving each feature for all later layers at once equals concatenating all earlier ones."""
    network, x = rrdb(), torch.rand(2, 3, 6, 9)
    with torch.inference_mode():
        expected = network(x)
        scattered = with_scattered_blocks(deepcopy(network))
        actual = scattered(x)
    torch.testing.assert_close(actual, expected, atol=1e-5 * float(expected.abs().max()), rtol=0)
    assert not any(
        isinstance(layer, nn.Conv2d) and "rdb" in name for name, layer in scattered.named_modules()
    )


def test_rewritten_layers_take_half_precision() -> None:
    """In bfloat16 a rewritten network stays near its float32 self, and its sensitive layers stay float32."""
    network, x = rewritten(), torch.rand(1, 3, 8, 8)
    with torch.inference_mode():
        expected = network(x)
        reduce_precision(network, dtype=torch.bfloat16)
        actual = network(x)
    kinds = {name.split(".")[0]: value.dtype for name, value in network.state_dict().items()}
    assert kinds["conv_first"] == kinds["conv_last"] == torch.float32
    assert kinds["body"] == kinds["conv_up1"] == torch.bfloat16
    error = functional.mse_loss(actual, expected).sqrt() / expected.std()
    assert 0 < error < 0.03
