"""Engines on a CUDA device: precision, memory, and agreement with the CPU."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from skimage import data

from models.backends.device import choose_device
from models.registry import names
from models.segment.load import load_segmenter
from models.segment.mask import to_mask
from models.upscale.engine import TorchUpscaler
from models.upscale.load import load_network, load_upscaler
from models.weights import WeightsMissingError, weights_path

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.weights,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device answers"),
]


@pytest.fixture(scope="module")
def weights(weights_dir: Path) -> Path:
    """The weights folder, when every model is in it."""
    try:
        for name in (*names("upscale"), *names("segment")):
            weights_path(name, weights_dir=weights_dir)
    except WeightsMissingError as error:
        pytest.skip(str(error))
    return weights_dir


def psnr_db(actual: npt.NDArray[np.uint8], expected: npt.NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio of two 8-bit images."""
    error = np.mean((actual.astype(np.float64) - expected) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def test_the_device_is_named() -> None:
    """`auto` takes the CUDA device and calls it what its driver calls it."""
    choice = choose_device("auto")
    assert (choice.device, choice.name) == ("cuda", torch.cuda.get_device_name(0))


@pytest.mark.parametrize("name", names("upscale"))
def test_half_precision_agrees_with_float32(name: str, weights: Path) -> None:
    """On a face, half precision on the device is within 50 dB of float32 on the CPU."""
    image = np.ascontiguousarray(data.astronaut()[76:148, 158:302])
    engine = load_upscaler(name, weights_dir=weights, device="cuda", threads=4)
    assert engine.info.dtype in {"bfloat16", "float16"}
    with torch.inference_mode():
        output = load_network(name, weights_dir=weights)(torch.tensor(image).permute(2, 0, 1)[None] / 255)
    expected = (output[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).numpy()
    assert psnr_db(engine.run([image])[0], expected) >= 50


def test_batched_tiles_equal_single_ones(weights: Path) -> None:
    """A tile comes out the same, to 2 levels, alone and in a batch."""
    tiles = np.stack([data.astronaut()[top : top + 64, 150:214] for top in (0, 64, 128)])
    engine = load_upscaler("realesr-animevideov3", weights_dir=weights, device="cuda", threads=4)
    single = np.stack([engine.run([tile])[0] for tile in tiles])
    assert np.abs(np.stack(engine.run(tiles)).astype(int) - single).max() <= 2


def test_running_out_of_memory_halves_the_batch(weights: Path) -> None:
    """With memory for a few tiles only, a batch of 32 is finished in smaller passes, which is remembered."""
    engine = load_upscaler("realesrgan-x4plus-anime", weights_dir=weights, device="cuda", threads=4)
    assert isinstance(engine, TorchUpscaler)
    tiles = np.random.default_rng(0).integers(0, 256, (32, 128, 128, 3), np.uint8)
    (expected,) = engine.run(tiles[:1])
    torch.cuda.empty_cache()
    total = torch.cuda.get_device_properties(0).total_memory
    # The limit counts this process's own memory only: what it holds now, and room for a handful of tiles.
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 2**29) / total)
    before = engine.max_pass_px
    try:
        result = engine.run(tiles)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert engine.max_pass_px < before
    assert np.abs(result[0].astype(int) - expected).max() <= 2


@pytest.mark.parametrize("name", names("segment"))
def test_masks_agree_with_the_cpu(name: str, weights: Path) -> None:
    """Masks of a portrait and a cat from CUDA and from the CPU agree at IoU 0.98, alone and batched."""
    cpu = load_segmenter(name, weights_dir=weights, device="cpu", threads=4)
    cuda = load_segmenter(name, weights_dir=weights, device="cuda", threads=4)
    images = (data.astronaut(), data.chelsea())
    prepared = np.stack([cpu.prepare(image) for image in images])
    for image, here, there in zip(images, cpu.run(prepared), cuda.run(prepared), strict=True):
        one, other = (
            to_mask(raw, height=image.shape[0], width=image.shape[1]) >= 128 for raw in (here, there)
        )
        assert (one & other).sum() / (one | other).sum() >= 0.98
