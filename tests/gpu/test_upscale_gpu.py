"""Super-resolution on a CUDA device: every way to run it, graphs, canvases, memory."""

from pathlib import Path

import numpy as np
import pytest
import torch
from skimage import data

from imaging.types import Pixels
from models.backends.device import compute_dtype
from models.base import EngineInfo
from models.cards import CARDS
from models.registry import TILE_RULES, names
from models.upscale.cuda_candidates import PLAIN, candidates
from models.upscale.cuda_check import psnr_db, reference
from models.upscale.cuda_engine import CudaUpscaler
from models.upscale.cuda_graphs import MOST_GRAPHS, GraphRunner, cuda_capture
from models.upscale.cuda_load import load_cuda_upscaler, subject_of
from models.upscale.cuda_trial import PASS_BYTES_PER_PX, checked, isolated_trial
from models.upscale.load import build_upscaler, load_network
from tests.real_weights import folder_with

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.weights,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device answers"),
]
VIDEO, ANIME = "realesr-animevideov3", "realesrgan-x4plus-anime"
WAYS = [(name, way) for name in names("upscale") for way in candidates(build_upscaler(CARDS[name]))]


@pytest.fixture(scope="module")
def weights(weights_dir: Path) -> Path:
    """The weights folder, when every upscaler is in it."""
    return folder_with(names("upscale"), weights_dir=weights_dir)


def info_of(name: str) -> EngineInfo:
    """What an engine on CUDA says of itself."""
    return EngineInfo(
        name=name,
        version="0" * 12,
        task="upscale",
        scale=4,
        channels=3,
        dtype=str(compute_dtype("cuda")).removeprefix("torch."),
        backend="torch",
        device="cuda",
        licence=CARDS[name].licence,
        tile=TILE_RULES[name],
        cost_tflop_per_mp=0.0,
    )


def engine_of(name: str, way: str, weights: Path) -> CudaUpscaler:
    """An engine around one candidate, checked against float32 on drawings."""
    network = load_network(name, weights_dir=weights)
    engine, _ = checked(subject_of(network, info_of(name), compute_dtype("cuda")), way)
    return engine


def faces(*sizes: tuple[int, int]) -> list[Pixels]:
    """Parts of a portrait, each of its size."""
    portrait = data.astronaut()
    tops = range(0, 512, 37)
    return [
        np.ascontiguousarray(np.roll(portrait, -top, axis=0)[:height, 60 : 60 + width])
        for top, (height, width) in zip(np.resize(tops, len(sizes)), sizes, strict=True)
    ]


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_every_way_agrees_with_float32(name: str, way: str, weights: Path) -> None:
    """On a face, full and masked, each way is within 50 dB of float32."""
    network = load_network(name, weights_dir=weights)
    subject = subject_of(network, info_of(name), compute_dtype("cuda"))
    isolated_trial(subject, way)  # a kernel that breaks the device breaks another process
    engine, _ = checked(subject, way)
    device = torch.device("cuda")
    plain = load_network(name, weights_dir=weights).to(device)
    for tile in faces((128, 192), (120, 150)):
        expected = reference(plain, tile, device=device)
        (result,) = engine.run([tile])
        assert psnr_db(result, expected) >= 50


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_tiles_in_canvases_come_out_as_alone(name: str, way: str, weights: Path) -> None:
    """Packed, masked and batched, a tile is what it is alone, to 2 levels."""
    engine = engine_of(name, way, weights)
    tiles = faces((64, 64), (50, 33), (20, 100), (64, 64), (7, 9), (130, 65))
    for tile, together in zip(tiles, engine.run(tiles), strict=True):
        (alone,) = engine.run([tile])
        assert np.abs(together.astype(int) - alone).max() <= 2


@pytest.mark.parametrize(("name", "way"), WAYS)
def test_graphs_replay_what_was_run(name: str, way: str, weights: Path) -> None:
    """A replayed pass gives the pixels of the pass as it is, to 2 levels, again and again."""
    network = load_network(name, weights_dir=weights)
    program = candidates(network)[way](network, torch.device("cuda"), compute_dtype("cuda"))
    bare = CudaUpscaler(GraphRunner(program, capture=None), info=info_of(name), max_pass_px=2**20)
    runner = GraphRunner(program, capture=cuda_capture())
    replayed = CudaUpscaler(runner, info=info_of(name), max_pass_px=2**20)
    for index in range(4):
        tiles = faces((64, 64), (30 + index, 40), (128, 64))
        for got, wanted in zip(replayed.run(tiles), bare.run(tiles), strict=True):
            assert np.abs(got.astype(int) - wanted).max() <= 2
    assert runner.graphs == 3


def test_running_out_of_memory_halves_the_pass(weights: Path) -> None:
    """With memory for a few canvases only, 32 are finished in smaller passes, which is remembered."""
    engine = engine_of(ANIME, PLAIN, weights)
    tiles = list(np.random.default_rng(0).integers(0, 256, (32, 128, 128, 3), np.uint8))
    (expected,) = engine.run(tiles[:1])
    engine.runner.release()
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    # The limit counts this process's own memory only: what it holds now, and room for a handful of tiles.
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 2**29) / total)
    before = engine.max_pass_px
    try:
        results = engine.run(tiles)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert engine.max_pass_px < before
    assert np.abs(results[0].astype(int) - expected).max() <= 2


@pytest.mark.parametrize("name", [VIDEO, ANIME])
def test_memory_is_bounded_over_a_hundred_sizes(name: str, weights: Path, tmp_path: Path) -> None:
    """After a hundred tiles of as many sizes, twice, memory and graphs are within their bounds."""
    network = load_network(name, weights_dir=weights)
    memory = tmp_path / "backends.json"
    engine = load_cuda_upscaler(network, info=info_of(name), dtype=compute_dtype("cuda"), memory=memory)
    assert isinstance(engine, CudaUpscaler)
    torch.cuda.reset_peak_memory_stats()
    sizes = np.random.default_rng(5).integers(16, 400, (100, 2))
    for height, width in np.concatenate((sizes, sizes)):
        (tile,) = faces((int(height), int(width)))
        (result,) = engine.run([tile])
        assert result.shape == (4 * height, 4 * width, 3)
    assert engine.runner.graphs <= MOST_GRAPHS
    assert torch.cuda.max_memory_reserved() <= 3 * engine.max_pass_px * PASS_BYTES_PER_PX


def test_the_choice_is_remembered(weights: Path, tmp_path: Path) -> None:
    """The second load takes what the first one measured, and says which it is."""
    memory = tmp_path / "backends.json"
    loaded = [
        load_cuda_upscaler(
            load_network(VIDEO, weights_dir=weights),
            info=info_of(VIDEO),
            dtype=compute_dtype("cuda"),
            memory=memory,
        )
        for _ in range(2)
    ]
    assert VIDEO in memory.read_text(encoding="utf-8")
    ways = [f"cuda {way}" for name, way in WAYS if name == VIDEO]
    assert loaded[0].info.backend == loaded[1].info.backend
    assert loaded[0].info.backend in ways
