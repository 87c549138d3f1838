"""The real weights, as `make test` fetches them."""

import os
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import safetensors
import safetensors.numpy
import safetensors.torch
import torch

from models.cards import CARDS
from models.fetch import ROUTES, default_weights_dir, routed_names
from models.upscale.rrdbnet import RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact
from models.weights import weights_path, weights_sha256
from models.weights.files import sha256_of
from models.weights.state_dict import expected_shapes

pytestmark = pytest.mark.weights

UPSCALERS = [name for name, card in CARDS.items() if card.task == "upscale"]


@pytest.fixture(scope="module")
def weights_dir() -> Path:
    """Where `python -m models.fetch` puts the weights."""
    return default_weights_dir(os.environ)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("realesrgan-x4plus", 16_697_987),
        ("realesrgan-x4plus-anime", 4_467_779),
        ("realesr-animevideov3", 621_424),
    ],
)
def test_upscalers_have_the_published_size(weights_dir: Path, name: str, parameters: int) -> None:
    """The converted tensors add up to the parameter count of the published network."""
    state = safetensors.numpy.load_file(weights_path(name, weights_dir=weights_dir))
    assert sum(array.size for array in state.values()) == parameters


@pytest.mark.parametrize("name", UPSCALERS)
def test_upscalers_have_the_official_names(weights_dir: Path, name: str) -> None:
    """Every tensor has the name and shape of the official checkpoint, and the file says whose it is."""
    with safetensors.safe_open(weights_path(name, weights_dir=weights_dir), "np") as file:
        shapes = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118 - not a dict
        assert file.metadata()["licence"] == "BSD-3-Clause"
        assert "Copyright (c) 2021, Xintao Wang" in file.metadata()["notice"]
    assert shapes == expected_shapes(CARDS[name])


# Output of ncnn 1.0.20261020 itself (CPU, fp32) on the same files, for the image below, at PLACES.
NCNN_SAYS = {
    "realesrgan-x4plus": [0.0542, 0.4101, 0.1084, 0.5537, 0.6054, 0.0518, 0.8930, 0.9227],
    "realesrgan-x4plus-anime": [0.0839, 0.3840, 0.1151, 0.6641, 0.6254, 0.0507, 0.9239, 0.9756],
    "realesr-animevideov3": [0.1071, 0.4042, 0.0850, 0.6559, 0.6663, 0.0994, 0.9032, 0.9280],
}
PLACES = [
    (0, 9, 14),
    (1, 40, 40),
    (2, 70, 20),
    (0, 55, 80),
    (1, 20, 61),
    (2, 47, 48),
    (0, 88, 33),
    (1, 77, 90),
]
# The official fp32 weights would differ by about 0.0006 (fp16 rounding); one convolution transposed or read
# one number astray differs by 0.035 or more.
TOLERANCE = 0.005


@pytest.mark.parametrize("name", UPSCALERS)
def test_upscalers_compute_what_ncnn_computes(weights_dir: Path, name: str) -> None:
    """The converted weights give the output that ncnn gives with its own files: nothing was read astray."""
    card = CARDS[name]
    network = (
        RRDBNet(num_feat=card.num_feat, num_block=card.num_block, num_grow_ch=card.num_grow)
        if card.architecture == "rrdbnet"
        else SRVGGNetCompact(num_feat=card.num_feat, num_conv=card.num_conv, scale=card.scale)
    )
    network.load_state_dict(safetensors.torch.load_file(weights_path(name, weights_dir=weights_dir)))
    row, column = np.mgrid[:24, :24] / 24
    image = np.stack([row, column, 0.5 + 0.4 * np.sin(6 * row + 4 * column)]).astype(np.float32)
    with torch.inference_mode():
        output = network(torch.from_numpy(image)[None])[0].numpy()
    assert [output[place] for place in PLACES] == pytest.approx(NCNN_SAYS[name], abs=TOLERANCE)


@pytest.mark.parametrize("name", ["u2netp", "u2net"])
def test_segmenters_take_a_batch(weights_dir: Path, name: str) -> None:
    """Two images in one batch give exactly what each gives alone."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.log_severity_level = 3  # U-2-Net's exporter left shapes that ONNX Runtime warns of
    path = weights_path(name, weights_dir=weights_dir)
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    assert session.get_inputs()[0].shape == ["batch", 3, 320, 320]
    row, column = np.mgrid[:320, :320] / 320
    disc, bar = (row - 0.5) ** 2 + (column - 0.5) ** 2 < 0.1, np.abs(row - 0.3) < 0.1
    batch = np.stack([np.stack([shape * 2.0 - 1] * 3) for shape in (disc, bar)]).astype(np.float32)
    output = session.get_outputs()[0].name
    both = session.run([output], {"input.1": batch})[0]
    assert both.shape == (2, 1, 320, 320)
    for index in range(2):
        alone = session.run([output], {"input.1": batch[index : index + 1]})[0]
        np.testing.assert_allclose(both[index], alone[0], atol=1e-4)
    assert both[0, 0, 160, 160] > 0.9  # the disc is what stands out
    assert both[0, 0, 10, 10] < 0.1


@pytest.mark.parametrize("name", routed_names(ROUTES))
def test_manifest_tells_the_truth(weights_dir: Path, name: str) -> None:
    """The recorded sha256 is the file's."""
    path = weights_path(name, weights_dir=weights_dir)
    assert sha256_of(path) == weights_sha256(name, weights_dir=weights_dir)
