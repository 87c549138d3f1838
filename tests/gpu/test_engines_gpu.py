"""Devices and segmentation on CUDA: names, and agreement with the CPU."""

from pathlib import Path

import numpy as np
import pytest
import torch
from skimage import data

from models.backends.device import choose_device
from models.segment.load import load_segmenter
from models.segment.mask import to_mask
from tests.real_weights import folder_with

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.weights,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device answers"),
]
SEGMENTERS = ("u2net", "u2netp")


@pytest.fixture(scope="module")
def weights(weights_dir: Path) -> Path:
    """The weights folder, when both segmenters are in it."""
    return folder_with(SEGMENTERS, weights_dir=weights_dir)


def test_the_device_is_named() -> None:
    """`auto` takes the CUDA device and calls it what its driver calls it."""
    choice = choose_device("auto")
    assert (choice.device, choice.name) == ("cuda", torch.cuda.get_device_name(0))


@pytest.mark.parametrize("name", SEGMENTERS)
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
