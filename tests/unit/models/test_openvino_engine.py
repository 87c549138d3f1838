"""The engine around OpenVINO graphs, on small networks with random weights."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from imaging.types import Pixels
from models.base import NonFiniteOutputError
from models.upscale.openvino_engine import OpenVinoUpscaler
from models.upscale.openvino_ops import FloatArray, Graphs
from models.upscale.openvino_rrdbnet import rrdbnet_graphs
from models.upscale.openvino_srvggnet import srvggnet_graphs
from tests.unit.models.stand_in import INFO

ROOT = Path(__file__).parents[3]


def random_weights(layers: dict[str, tuple[int, int]]) -> dict[str, FloatArray]:
    """Kernels (out, in, 3, 3) and biases that keep what goes in about its size."""
    rng = np.random.default_rng(0)
    weights: dict[str, FloatArray] = {}
    for name, (channels_out, channels_in) in layers.items():
        kernel = rng.normal(size=(channels_out, channels_in, 3, 3)) / np.sqrt(9 * channels_in)
        weights[f"{name}.weight"] = kernel.astype(np.float32)
        weights[f"{name}.bias"] = rng.normal(size=channels_out).astype(np.float32) / 10
    return weights


def srvggnet(*, width: int = 8) -> dict[str, FloatArray]:
    """Weights of a narrow SRVGGNetCompact with two inner convolutions."""
    layers = {"body.0": (width, 3), "body.2": (width, width), "body.4": (width, width), "body.6": (48, width)}
    slopes = {f"body.{index}.weight": np.full(width, 0.25, np.float32) for index in (1, 3, 5)}
    return {**random_weights(layers), **slopes}


def rrdbnet() -> dict[str, FloatArray]:
    """Weights of an RRDBNet with one block."""
    layers = {"conv_first": (8, 3), "conv_last": (3, 8)}
    layers |= dict.fromkeys(("conv_body", "conv_up1", "conv_up2", "conv_hr"), (8, 8))
    for block in (1, 2, 3):
        for number in (1, 2, 3, 4, 5):
            layers[f"body.0.rdb{block}.conv{number}"] = (8 if number == 5 else 4, 8 + 4 * (number - 1))
    return random_weights(layers)


def graphs(kind: str) -> Graphs:
    """Graphs of a small network in float32."""
    if kind == "srvggnet":
        return srvggnet_graphs(srvggnet(), arithmetic="f32")
    return rrdbnet_graphs(rrdbnet(), arithmetic="f32")


def engine(kind: str) -> OpenVinoUpscaler:
    """An engine around a small network."""
    return OpenVinoUpscaler(graphs(kind), info=INFO, threads=1)


def noise(height: int, width: int) -> Pixels:
    """Reproducible random pixels."""
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("kind", ["srvggnet", "rrdbnet"])
def test_tiles_of_any_sizes_come_back_as_if_run_alone(kind: str) -> None:
    """Tiles of different sizes in one call give what each gives by itself, four times as large."""
    runner = engine(kind)
    tiles = [noise(*size) for size in ((9, 5), (1, 1), (70, 3), (9, 5), (1, 7))]
    together = runner.run(tiles)
    assert [result.shape for result in together] == [(t.shape[0] * 4, t.shape[1] * 4, 3) for t in tiles]
    for tile, result in zip(tiles, together, strict=True):
        np.testing.assert_array_equal(engine(kind).run([tile])[0], result)
        assert result.std() > 1


def test_no_tiles_give_no_results() -> None:
    """An empty call is answered with an empty list."""
    assert engine("srvggnet").run([]) == []


def test_bands_leave_no_trace() -> None:
    """Enlarged in bands of a few rows, an image is what it is enlarged whole."""
    whole = replace(graphs("rrdbnet"), band_rows=1000)
    bands = replace(whole, band_rows=5)
    tile = noise(23, 17)
    expected = OpenVinoUpscaler(whole, info=INFO, threads=1).run([tile])[0]
    actual = OpenVinoUpscaler(bands, info=INFO, threads=1).run([tile])[0]
    assert np.abs(actual.astype(int) - expected).max() <= 1
    assert np.mean(actual != expected) < 0.001


def test_a_read_only_tile_is_taken() -> None:
    """Arrays that cannot be written to, as Ray shares them, give the same, and so do slices."""
    tile = noise(8, 12)
    shared, sliced = tile.copy(), np.zeros((8, 24, 3), np.uint8)
    shared.flags.writeable = False
    sliced[:, ::2] = tile
    results = engine("srvggnet").run([tile, shared, sliced[:, ::2]])
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


@pytest.mark.parametrize(
    "tile",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((1, 4, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_other_arrays_are_refused(tile: Pixels) -> None:
    """Only (h, w, 3) uint8 with pixels in it is taken; nothing is run for the others in the call."""
    with pytest.raises(ValueError, match="expected"):
        engine("srvggnet").run([noise(4, 4), tile])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("layer", ["body.2.weight", "body.6.bias"])
def test_nan_is_caught_in_a_plain_network(bad: float, layer: str) -> None:
    """A weight that is NaN or infinite is an error, never black pixels."""
    weights = srvggnet()
    weights[layer].flat[0] = bad
    runner = OpenVinoUpscaler(srvggnet_graphs(weights, arithmetic="f32"), info=INFO, threads=1)
    with pytest.raises(NonFiniteOutputError, match="fake gave NaN"):
        runner.run([noise(4, 4)])


@pytest.mark.parametrize("layer", ["conv_first.weight", "body.0.rdb2.conv5.weight", "conv_last.weight"])
def test_nan_is_caught_in_two_graphs(layer: str) -> None:
    """NaN in the trunk or in the head is an error."""
    weights = rrdbnet()
    weights[layer].flat[0] = np.nan
    runner = OpenVinoUpscaler(rrdbnet_graphs(weights, arithmetic="f32"), info=INFO, threads=1)
    with pytest.raises(NonFiniteOutputError):
        runner.run([noise(4, 4)])


@pytest.mark.parametrize("kind", ["srvggnet", "rrdbnet"])
def test_released_memory_is_taken_again(kind: str) -> None:
    """After a release the engine gives what it gave before, at the same size and at another."""
    runner, tiles = engine(kind), [noise(8, 12), noise(5, 70)]
    before = runner.run(tiles)
    runner.release_memory()
    for result, expected in zip(runner.run(tiles), before, strict=True):
        np.testing.assert_array_equal(result, expected)


def python(program: str) -> str:
    """Run a program in a fresh interpreter and give what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_the_engine_needs_no_pytorch() -> None:
    """Loader, engine and both networks' graphs are imported, and PyTorch is not."""
    program = (
        "import sys, models.upscale.load, models.upscale.openvino_engine, models.upscale.openvino_rrdbnet, "
        "models.upscale.openvino_srvggnet; print('torch' in sys.modules)"
    )
    assert python(program).split() == ["False"]


def test_new_shapes_do_not_grow_memory() -> None:
    """After 100 shapes, 300 more take less than 12 MB: what is prepared for a shape is not kept forever."""
    program = """
from pathlib import Path
from tests.unit.models.test_openvino_engine import INFO, OpenVinoUpscaler, noise, srvggnet, srvggnet_graphs

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

runner = OpenVinoUpscaler(srvggnet_graphs(srvggnet(width=32), arithmetic="f32"), info=INFO, threads=1)
shapes = [(height, width) for height in range(20, 40) for width in range(20, 40)]
for number, shape in enumerate(shapes):
    runner.run([noise(*shape)])
    if number == 100:
        before = resident_mb()
print(resident_mb() - before)
"""
    if not Path("/proc/self/statm").exists():
        pytest.skip("resident memory is read from /proc")
    assert float(python(program)) < 12
