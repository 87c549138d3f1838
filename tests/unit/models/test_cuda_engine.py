"""The CUDA engine's logic on the CPU: canvases, graphs, slots, memory."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from imaging.types import Pixels
from models.base import NonFiniteOutputError, OutOfDeviceMemoryError
from models.upscale import cuda_engine
from models.upscale.cuda_engine import CudaUpscaler
from models.upscale.cuda_graphs import Graph, GraphRunner
from models.upscale.cuda_program import Made, Program, TorchProgram
from models.upscale.cuda_transfer import Slot
from models.upscale.engine import TorchUpscaler
from models.upscale.rrdbnet import RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact
from tests.unit.models.stand_in import INFO

CPU = torch.device("cpu")


class Repeat:
    """A program that repeats pixels, and runs out of memory above `limit_px` pixels a pass."""

    def __init__(self, *, limit_px: int = 10**9) -> None:
        self.limit_px = limit_px
        self.passes: list[tuple[int, bool]] = []

    def __call__(self, canvases: Tensor, *, masked: bool) -> Made:
        self.passes.append((canvases.shape[0], masked))
        if canvases[..., 0].numel() > self.limit_px:
            raise torch.OutOfMemoryError
        pixels = canvases[..., :3].repeat_interleave(2, dim=1).repeat_interleave(2, dim=2)
        return Made(pixels, torch.tensor(bool((pixels != 13).all())))


class FakeGraph:
    """What a CUDA graph is to its runner: fixed input and output, a replay that writes over the last."""

    def __init__(self, program: Program, canvases: Tensor, *, masked: bool) -> None:
        self.program, self.masked = program, masked
        self.made = program(canvases, masked=masked)
        self.replays = 0

    def replay(self, canvases: Tensor) -> Made:
        self.replays += 1
        self.made.pixels.copy_(self.program(canvases, masked=self.masked).pixels)
        return self.made


class Captures:
    """Makes fake graphs and keeps them."""

    def __init__(self) -> None:
        self.made: list[FakeGraph] = []

    def __call__(self, program: Program, canvases: Tensor, masked: bool) -> Graph:  # noqa: FBT001 - `Capture`
        self.made.append(FakeGraph(program, canvases, masked=masked))
        return self.made[-1]


def engine(program: Program, *, scale: int = 2, max_pass_px: int = 10**9) -> CudaUpscaler:
    """An engine on the CPU, without graphs."""
    info = dataclasses.replace(INFO, scale=scale)
    return CudaUpscaler(GraphRunner(program, capture=None), info=info, max_pass_px=max_pass_px)


def noise(*sizes: tuple[int, int]) -> list[Pixels]:
    """Reproducible random tiles, without the level 13."""
    rng = np.random.default_rng(3)
    return [rng.integers(14, 256, (*size, 3), np.uint8) for size in sizes]


def assert_repeated(results: Sequence[Pixels], tiles: Sequence[Pixels]) -> None:
    """Each result is its tile with every pixel repeated."""
    for tile, result in zip(tiles, results, strict=True):
        np.testing.assert_array_equal(result, tile.repeat(2, axis=0).repeat(2, axis=1))


def test_every_tile_comes_back_in_its_place() -> None:
    """A hundred tiles of mixed sizes, packed and batched, come back in order with their own pixels."""
    sizes = [(int(h), int(w)) for h, w in np.random.default_rng(2).integers(1, 140, (100, 2))]
    tiles = noise(*sizes)
    program = Repeat()
    assert_repeated(engine(program).run(tiles), tiles)
    assert len(program.passes) < 30


def test_full_and_masked_passes() -> None:
    """A tile of a canvas's size runs unmasked, a smaller one masked."""
    program = Repeat()
    upscaler = engine(program)
    upscaler.run(noise((64, 64), (64, 64)))
    upscaler.run(noise((64, 63)))
    assert program.passes == [(2, False), (1, True)]


@pytest.mark.parametrize(
    "make", [lambda: SRVGGNetCompact(num_feat=8, num_conv=2), lambda: RRDBNet(num_feat=8, num_block=1)]
)
def test_pixels_are_those_of_the_plain_engine(make: type[nn.Module]) -> None:
    """Packed, masked and batched, tiles come out as from the engine that runs each shape alone."""
    torch.manual_seed(4)
    network = make()
    for parameter in network.parameters():
        nn.init.normal_(parameter, mean=0.02, std=0.2)
    tiles = noise((64, 64), (30, 41), (5, 70), (64, 64), (12, 12))
    plain = TorchUpscaler(network, info=INFO, dtype=torch.float32, max_pass_px=0)
    program = TorchProgram(network, device=CPU, dtype=torch.float32)
    expected = plain.run(tiles)
    assert max(int(result.max()) - int(result.min()) for result in expected) > 100, "the pixels tell nothing"
    for got, wanted in zip(engine(program, scale=4).run(tiles), expected, strict=True):
        assert np.abs(got.astype(int) - wanted).max() <= 1


def test_out_of_memory_halves_the_pass_and_remembers() -> None:
    """Out of memory, passes halve, everything is finished, and the large ones are never tried again."""
    program = Repeat(limit_px=2 * 64 * 64)
    upscaler = engine(program)
    tiles = noise(*[(64, 64)] * 8, (30, 30))
    assert_repeated(upscaler.run(tiles), tiles)
    assert [count for count, _ in program.passes] == [8, 4, 2, 2, 2, 2, 1]
    assert upscaler.max_pass_px == 2 * 64 * 64
    upscaler.run(tiles[:4])
    assert [count for count, _ in program.passes[7:]] == [2, 2]


def test_one_tile_too_many() -> None:
    """A single canvas that does not fit is an error that names the engine."""
    with pytest.raises(OutOfDeviceMemoryError, match="fake"):
        engine(Repeat(limit_px=8)).run(noise((64, 64)))


def test_graphs_are_given_up_before_passes_are() -> None:
    """Out of memory with graphs held, they are dropped and the same pass is tried again, whole."""
    program, captures = Repeat(), Captures()
    runner = GraphRunner(program, capture=captures)
    upscaler = CudaUpscaler(runner, info=dataclasses.replace(INFO, scale=2), max_pass_px=10**9)
    for _ in range(2):
        upscaler.run(noise((64, 64)))
    assert runner.graphs == 1
    program.limit_px, program.passes = 64 * 64, []
    tiles = noise((128, 64), (64, 64))
    with pytest.raises(OutOfDeviceMemoryError):
        upscaler.run(tiles)
    assert runner.graphs == 0
    assert program.passes == [(1, False), (1, False)]


def test_bad_numbers_are_caught() -> None:
    """A pass that is not finite raises, and the engine works on afterwards."""
    upscaler = engine(Repeat(), max_pass_px=64 * 64)
    good = noise((64, 64), (64, 64), (64, 64))
    bad = [*good]
    bad[1] = np.full((64, 64, 3), 13, np.uint8)
    with pytest.raises(NonFiniteOutputError, match="NaN or infinity"):
        upscaler.run(bad)
    assert_repeated(upscaler.run(good), good)


def test_after_an_error_nothing_is_in_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a pass is not finite, the one behind it is waited for: its copy writes into memory used again."""
    fetched: list[Slot] = []
    waited: list[Slot] = []

    class Watched(Slot):
        def fetch(self, made: Made) -> None:
            fetched.append(self)
            super().fetch(made)

        def wait(self) -> tuple[Pixels, bool]:
            waited.append(self)
            return super().wait()

    monkeypatch.setattr(cuda_engine, "Slot", Watched)
    tiles = [np.full((64, 64, 3), 13, np.uint8), *noise((64, 64), (64, 64))]
    with pytest.raises(NonFiniteOutputError):
        engine(Repeat(), max_pass_px=64 * 64).run(tiles)
    assert len(fetched) == cuda_engine.SLOTS
    assert waited == fetched


def test_a_network_that_gives_nan_is_caught() -> None:
    """NaN in the weights raises instead of becoming black pixels."""
    network = SRVGGNetCompact(num_feat=4, num_conv=1)
    nn.init.constant_(next(network.parameters()), float("nan"))
    program = TorchProgram(network, device=CPU, dtype=torch.float32)
    with pytest.raises(NonFiniteOutputError):
        engine(program, scale=4).run(noise((8, 8)))


@pytest.mark.parametrize(
    "tile",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3)),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_wrong_input_is_refused(tile: Pixels) -> None:
    """Gray, RGBA, floats and tiles without pixels are refused before the network sees them."""
    with pytest.raises(ValueError, match="expected"):
        engine(Repeat()).run([tile])


def test_nothing_in_nothing_out() -> None:
    """No tiles in, no tiles out."""
    assert engine(Repeat()).run([]) == []


def test_a_shape_is_captured_when_it_comes_again() -> None:
    """The first pass of a shape runs as it is; from the second on it is replayed, with the right pixels."""
    captures = Captures()
    upscaler = CudaUpscaler(
        GraphRunner(Repeat(), capture=captures), info=dataclasses.replace(INFO, scale=2), max_pass_px=10**9
    )
    for index in range(4):
        tiles = noise((64, 64), (10 + index, 20))
        assert_repeated(upscaler.run(tiles), tiles)
    assert [graph.replays for graph in captures.made] == [3, 3]


def test_replays_in_flight_do_not_mix() -> None:
    """Passes of one graph, one after the other in a run, keep their own pixels."""
    upscaler = CudaUpscaler(
        GraphRunner(Repeat(), capture=Captures()),
        info=dataclasses.replace(INFO, scale=2),
        max_pass_px=64 * 64,
    )
    tiles = noise(*[(64, 64)] * 9)
    assert_repeated(upscaler.run(tiles), tiles)


def test_graphs_are_bounded() -> None:
    """Of many shapes the ones used last are held, no more than asked for."""
    captures = Captures()
    runner = GraphRunner(Repeat(), capture=captures, most=2)
    for side in (64, 128, 192):
        for _ in range(2):
            runner.run(torch.zeros(1, side, 64, 4, dtype=torch.uint8), masked=False)
    assert runner.graphs == 2
    runner.run(torch.zeros(1, 192, 64, 4, dtype=torch.uint8), masked=False)
    assert len(captures.made) == 3, "the shape used last was still held"


def test_a_device_that_cannot_capture_still_works(caplog: pytest.LogCaptureFixture) -> None:
    """When capturing fails, passes run without graphs, the log says so once, and nothing is tried again."""
    tried: list[tuple[object, ...]] = []

    def refuse(*asked: object) -> Graph:
        tried.append(asked)
        raise RuntimeError("operation not permitted when stream is capturing")

    upscaler = CudaUpscaler(
        GraphRunner(Repeat(), capture=refuse), info=dataclasses.replace(INFO, scale=2), max_pass_px=10**9
    )
    for _ in range(4):
        tiles = noise((64, 64), (64, 10))
        assert_repeated(upscaler.run(tiles), tiles)
    assert len(tried) == 1
    assert "without them" in caplog.text
