"""Real weights: masks against rembg's own, batches against single runs, and what counts as a subject."""

import importlib.util
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
import pytest
from onnx import shape_inference
from PIL import Image
from skimage import data

from imaging.types import Mask, Pixels
from models.base import SegmentEngine
from models.cards import CARDS
from models.segment.load import load_segmenter
from models.segment.mask import confidence, has_foreground, to_mask
from models.segment.onnx_network import OnnxNetwork
from models.weights import weights_path
from tests.real_weights import folder_with

pytestmark = pytest.mark.weights
THREADS = 2
NAMES = ("u2net", "u2netp")
"""The segmenters whose weights a package registry has."""
SUBJECTS: dict[str, Callable[[], Pixels]] = {
    "portrait": data.astronaut,
    "cat": data.chelsea,
    "coffee": data.coffee,
    "rocket": data.rocket,
    "pale square": lambda: _square(ground=250, mark=235),
}
"""Photos that scikit-image ships, and a mark that hardly differs from its ground. The rocket's mask is
one that bfloat16 alone would move."""


def _square(*, ground: int, mark: int) -> Pixels:
    image = np.full((300, 300, 3), ground, np.uint8)
    image[100:200, 100:200] = mark
    return image


def _noise() -> Pixels:
    return np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)


def _slope() -> Pixels:
    return np.linspace(0, 255, 300).astype(np.uint8)[None, :, None].repeat(300, 0).repeat(3, 2)


@pytest.fixture(scope="module")
def weights(weights_dir: Path) -> Path:
    """The weights folder, when every segmenter is in it."""
    return folder_with(NAMES, weights_dir=weights_dir)


@pytest.fixture(scope="module", params=NAMES)
def engine(request: pytest.FixtureRequest, weights: Path) -> SegmentEngine:
    """Each real engine in turn, on the CPU."""
    return load_segmenter(request.param, weights_dir=weights, device="cpu", threads=THREADS)


@pytest.fixture
def rembg_mask(
    engine: SegmentEngine, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Pixels], Mask]:
    """The prediction of rembg itself from the same ONNX file.

    `import rembg` compiles pymatting with numba for about a minute, which prediction does not use: so the
    package's `__init__` is not run, only its `sessions`, found through a bare stand-in of the package.
    """
    found = importlib.util.find_spec("rembg")
    if found is None or found.submodule_search_locations is None:
        pytest.skip("rembg is not installed")
    package: Any = types.ModuleType("rembg")
    package.__path__ = list(found.submodule_search_locations)
    for loaded in [name for name in sys.modules if name.partition(".")[0] == "rembg"]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, "rembg", package)
    name = engine.info.name
    (tmp_path / f"{name}.onnx").symlink_to(weights_path(name, weights_dir=weights))
    monkeypatch.setenv("U2NET_HOME", str(tmp_path))
    sessions = importlib.import_module("rembg.sessions").sessions
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = sessions[name](name, options, providers=["CPUExecutionProvider"])
    return lambda image: np.asarray(session.predict(Image.fromarray(image))[0])


def raw_of(engine: SegmentEngine, image: Pixels) -> npt.NDArray[np.float32]:
    """One image through the engine."""
    return engine.run(engine.prepare(image)[None])[0]


def iou(one: Mask, other: Mask) -> float:
    """Intersection over union of the solid halves."""
    inside, outside = (one >= 128) & (other >= 128), (one >= 128) | (other >= 128)
    return float(inside.sum() / outside.sum())


def test_masks_are_those_of_rembg(engine: SegmentEngine, rembg_mask: Callable[[Pixels], Mask]) -> None:
    """Our masks and rembg's, from the same file, agree at IoU 0.98 and to two levels of 255 on average."""
    for label, make in SUBJECTS.items():
        image = make()
        ours = to_mask(raw_of(engine, image), height=image.shape[0], width=image.shape[1])
        theirs = rembg_mask(image)
        assert iou(ours, theirs) >= 0.98, label
        assert np.abs(ours.astype(int) - theirs).mean() <= 2, label


def test_batches_equal_single_runs(engine: SegmentEngine, weights: Path) -> None:
    """Two different images in one pass give what each gives alone."""
    prepared = np.stack([engine.prepare(SUBJECTS[label]()) for label in ("portrait", "pale square")])
    alone = [engine.run(prepared[index : index + 1])[0] for index in range(len(prepared))]
    np.testing.assert_array_equal(engine.run(prepared), alone)
    path = weights_path(engine.info.name, weights_dir=weights)
    together = OnnxNetwork(path, device="cpu", threads=THREADS)(prepared)
    assert np.abs(engine.run(prepared) - together).mean() < 0.01


@pytest.mark.parametrize("label", ["portrait", "cat", "pale square"])
def test_a_subject_is_foreground(engine: SegmentEngine, label: str) -> None:
    """A portrait, a cat and a pale square each stand out, with confidence."""
    image = SUBJECTS[label]()
    raw = raw_of(engine, image)
    assert has_foreground(raw)
    assert confidence(raw, to_mask(raw, height=image.shape[0], width=image.shape[1])) > 0.8


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_blank_image_has_no_foreground(engine: SegmentEngine, level: int) -> None:
    """Black, grey and white images have no foreground."""
    assert not has_foreground(raw_of(engine, np.full((200, 300, 3), level, np.uint8)))


@pytest.mark.parametrize("make", [_noise, _slope])
def test_noise_and_slopes_have_no_foreground(engine: SegmentEngine, make: Callable[[], Pixels]) -> None:
    """White noise and a plain gradient have no foreground."""
    assert not has_foreground(raw_of(engine, make()))


def test_cost_is_the_graphs_own(engine: SegmentEngine, weights: Path) -> None:
    """The stated cost is two operations per weight and output pixel of every convolution in the file."""
    model = onnx.load(str(weights_path(engine.info.name, weights_dir=weights)))
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    model = shape_inference.infer_shapes(model)
    shapes = {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim]
        for value in (*model.graph.value_info, *model.graph.output)
    }
    weight_shapes = {item.name: list(item.dims) for item in model.graph.initializer}
    flop = sum(
        2 * int(np.prod(weight_shapes[node.input[1]])) * int(np.prod(shapes[node.output[0]][2:]))
        for node in model.graph.node
        if node.op_type == "Conv"
    )
    spec = CARDS[engine.info.name].saliency
    assert spec is not None
    assert spec.gflop == pytest.approx(flop / 1e9, rel=1e-4)
    assert engine.info.cost_tflop_per_mp == pytest.approx(flop / 1e12 / 0.1024, rel=1e-4)
