"""The engine around an upscaling network, on small networks made for it."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from imaging.types import Pixels
from models.base import NonFiniteOutputError, OutOfDeviceMemoryError, TileRules
from models.upscale.engine import TorchUpscaler, reduce_precision
from models.upscale.rrdbnet import RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact
from tests.unit.models.stand_in import INFO


class Repeat(nn.Module):
    """Enlarges by repeating pixels, and runs out of memory above `limit_px` pixels a pass."""

    scale = 2
    sensitive = ()

    def __init__(self, *, limit_px: int = 10**9, gain: float = 1.0) -> None:
        super().__init__()
        self.limit_px, self.gain = limit_px, gain
        self.passes: list[int] = []

    def forward(self, x: Tensor) -> Tensor:
        """Repeat each pixel, or fail as CUDA does."""
        self.passes.append(x.shape[0])
        if x.shape[0] * x.shape[2] * x.shape[3] > self.limit_px:
            raise torch.OutOfMemoryError
        return x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3) * self.gain


def engine(network: nn.Module, *, scale: int, max_pass_px: int = 10**6) -> TorchUpscaler:
    """An engine on the CPU, in float32."""
    info = replace(INFO, scale=scale, tile=TileRules(size_px=16, overlap_px=4, multiple_px=1))
    return TorchUpscaler(network, info=info, dtype=torch.float32, max_pass_px=max_pass_px)


def small_networks() -> list[SRVGGNetCompact | RRDBNet]:
    """One narrow, shallow network of each architecture."""
    return [SRVGGNetCompact(num_feat=8, num_conv=2), RRDBNet(num_feat=8, num_block=1)]


def noise(*shape: int) -> Pixels:
    """Reproducible random pixels."""
    return np.random.default_rng(3).integers(0, 256, shape, np.uint8)


def test_pixels_survive_the_round_trip() -> None:
    """Every uint8 value that a network passes through comes back unchanged, in its place and channel."""
    batch = noise(3, 16, 24, 3)
    result = np.stack(engine(Repeat(), scale=2).run(batch))
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, batch.repeat(2, axis=1).repeat(2, axis=2))


def test_overshoot_is_clamped() -> None:
    """Values above white stay white instead of wrapping round."""
    (result,) = engine(Repeat(gain=3.0), scale=2).run(np.full((1, 4, 4, 3), 200, np.uint8))
    assert result.min() == 255


def test_empty_batch() -> None:
    """No tiles in, no tiles out."""
    assert engine(Repeat(), scale=2).run([]) == []


def test_read_only_tiles() -> None:
    """Read-only arrays, as Ray shares them, run without a warning."""
    batch = noise(1, 4, 4, 3)
    batch.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert engine(Repeat(), scale=2).run(batch)[0].shape == (8, 8, 3)


@pytest.mark.parametrize("batch", [noise(1, 4, 3), noise(1, 4, 4, 4), noise(1, 4, 4, 3).astype(np.float32)])
def test_wrong_input_is_refused(batch: Pixels) -> None:
    """A single image, RGBA or floats are refused before the network sees them."""
    with pytest.raises(ValueError, match="expected"):
        engine(Repeat(), scale=2).run(batch)


@pytest.mark.parametrize("network", small_networks())
def test_batched_tiles_equal_single_ones(network: nn.Module) -> None:
    """A tile's result does not depend on its neighbours in the batch."""
    together = engine(network, scale=4)
    batch = noise(3, 12, 10, 3)
    single = np.stack([together.run([tile])[0] for tile in batch])
    assert np.abs(np.stack(together.run(batch)).astype(int) - single).max() <= 1


def test_tiles_of_many_sizes() -> None:
    """Tiles of different sizes come back in the order they were given; equal ones share a pass."""
    network = Repeat()
    tiles = [noise(4, 4, 3), noise(2, 6, 3), noise(4, 4, 3)]
    for tile, result in zip(tiles, engine(network, scale=2).run(tiles), strict=True):
        np.testing.assert_array_equal(result, tile.repeat(2, axis=0).repeat(2, axis=1))
    assert sorted(network.passes) == [1, 2]


def test_a_pass_is_bounded() -> None:
    """No pass takes more tiles than its pixels allow, and a bound of 0 means one tile at a time."""
    network = Repeat()
    engine(network, scale=2, max_pass_px=2 * 16).run(noise(5, 4, 4, 3))
    engine(network, scale=2, max_pass_px=0).run(noise(2, 4, 4, 3))
    assert network.passes == [2, 2, 1, 1, 1]


def test_out_of_memory_halves_the_batch_and_remembers() -> None:
    """Out of memory, the engine halves its passes, finishes, and never tries the large ones again."""
    network = Repeat(limit_px=2 * 16)
    upscaler = engine(network, scale=2)
    batch = noise(8, 4, 4, 3)
    np.testing.assert_array_equal(np.stack(upscaler.run(batch)), batch.repeat(2, axis=1).repeat(2, axis=2))
    assert network.passes == [8, 4, 2, 2, 2, 2]
    assert upscaler.max_pass_px == 2 * 16
    upscaler.run(batch[:4])
    assert network.passes[6:] == [2, 2]


def test_one_tile_too_many() -> None:
    """A single tile that does not fit is an error that names the engine."""
    with pytest.raises(OutOfDeviceMemoryError, match="fake"):
        engine(Repeat(limit_px=8), scale=2).run(noise(4, 4, 4, 3))


@pytest.mark.parametrize("gain", [float("nan"), float("inf")])
def test_silent_black_output_is_caught(gain: float) -> None:
    """NaN and infinity raise instead of becoming black pixels."""
    with pytest.raises(NonFiniteOutputError, match="NaN or infinity"):
        engine(Repeat(gain=gain), scale=2).run(np.full((1, 4, 4, 3), 9, np.uint8))


@pytest.mark.parametrize("network", small_networks())
def test_sensitive_layers_stay_in_float32(network: SRVGGNetCompact | RRDBNet) -> None:
    """Only the layers a network names keep float32, with their values unrounded; its output is float32."""
    before = {name: value.clone() for name, value in network.state_dict().items()}
    reduce_precision(network, dtype=torch.bfloat16)
    for name, value in network.state_dict().items():
        kept = name.rpartition(".")[0] in network.sensitive
        assert value.dtype == (torch.float32 if kept else torch.bfloat16)
        assert not kept or torch.equal(value, before[name])
    with torch.inference_mode():
        assert network(torch.rand(1, 3, 8, 8)).dtype == torch.float32


@pytest.mark.parametrize("network", small_networks())
def test_cost_is_what_pytorch_counts(network: SRVGGNetCompact | RRDBNet) -> None:
    """Each network's formula agrees with PyTorch's own operation counter."""
    counter = FlopCounterMode(display=False)
    with counter, torch.inference_mode():
        network(torch.rand(1, 3, 8, 8))
    assert counter.get_total_flops() == network.flop_per_pixel() * 64
