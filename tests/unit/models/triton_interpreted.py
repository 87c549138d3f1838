"""What Triton's interpreter makes of our kernels on the CPU; `test_triton_kernels.py` runs this file.

Triton decides when it is first imported whether it interprets, so this needs a process of its own.
"""

from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn

from models.upscale.cuda_program import TorchProgram
from models.upscale.rrdbnet import RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact
from models.upscale.triton_flat import Tiling
from models.upscale.triton_networks import TritonRRDBNet, TritonSRVGGNet

CPU = torch.device("cpu")


def lively(network: nn.Module) -> nn.Module:
    """The network with weights so large that every layer shows in the output."""
    torch.manual_seed(1)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.normal_(layer.weight, std=1.2 / layer.weight[0].numel() ** 0.5)
            nn.init.normal_(layer.bias if layer.bias is not None else layer.weight, mean=0.1, std=0.1)
        elif isinstance(layer, nn.PReLU):
            nn.init.uniform_(layer.weight, -0.2, 0.4)
    return network.eval()


def canvases() -> Tensor:
    """Two canvases of 7 x 11 with two tiles each, a pixel apart, one of them at two borders."""
    made = torch.zeros(2, 7, 11, 4, dtype=torch.uint8)
    for rows, columns in ((slice(0, 5), slice(0, 6)), (slice(1, 7), slice(7, 11))):
        part = made[:, rows, columns]
        part[..., :3] = torch.randint(0, 256, part[..., :3].shape)
        part[..., 3] = 255
    return made


def small(name: str) -> nn.Module:
    """A narrow, shallow network of one of the two kinds."""
    if name == "rrdb":
        return lively(RRDBNet(num_feat=16, num_block=1, num_grow_ch=16))
    return lively(SRVGGNetCompact(num_feat=16, num_conv=2))


@pytest.mark.parametrize("shift", [False, True])
@pytest.mark.parametrize("name", ["rrdb", "srvgg"])
def test_kernels_compute_the_plain_network(name: str, shift: bool) -> None:  # noqa: FBT001 - a parameter
    """In float32 every pixel of every masked tile is the plain network's, to one level, both ways to read."""
    network, given = small(name), canvases()
    expected = TorchProgram(deepcopy(network), device=CPU, dtype=torch.float32)(given, masked=True)
    tiling = Tiling(256, 16, 4, 1, shift)
    make = TritonRRDBNet if name == "rrdb" else TritonSRVGGNet
    program = make(network, device=CPU, dtype=torch.float32, tiling=tiling)
    with torch.inference_mode():
        made = program(given, masked=True)
    inside = given[..., 3].ne(0).repeat_interleave(4, dim=1).repeat_interleave(4, dim=2)
    got, wanted = made.pixels[inside].int(), expected.pixels[inside].int()
    assert wanted.float().std() > 20, "the pixels tell nothing"
    assert (got - wanted).abs().max() <= 1
    assert bool(made.finite)


def test_half_precision_keeps_its_sums_in_float32() -> None:
    """In float16 the pixels stay within two levels of float32."""
    network, given = small("rrdb"), canvases()[:1]
    expected = TorchProgram(deepcopy(network), device=CPU, dtype=torch.float32)(given, masked=True)
    tiling = Tiling(256, 16, 4, 1, shift=True)
    program = TritonRRDBNet(network, device=CPU, dtype=torch.float16, tiling=tiling)
    with torch.inference_mode():
        made = program(given, masked=True)
    inside = given[..., 3].ne(0).repeat_interleave(4, dim=1).repeat_interleave(4, dim=2)
    assert (made.pixels[inside].int() - expected.pixels[inside].int()).abs().max() <= 2


def test_bad_numbers_are_noticed() -> None:
    """A NaN in the last layer's weights sets the flag that becomes an error."""
    network = small("rrdb")
    assert isinstance(network, RRDBNet)
    nn.init.constant_(network.conv_last.weight, float("nan"))
    tiling = Tiling(256, 16, 4, 1, shift=True)
    program = TritonRRDBNet(network, device=CPU, dtype=torch.float32, tiling=tiling)
    assert not bool(program(canvases()[:1], masked=True).finite)
