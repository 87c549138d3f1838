"""The engine around a salient-object network, on a tiny graph made for it."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper

from models.base import DeviceUnavailableError, EngineInfo, NonFiniteOutputError, TileRules
from models.card import SaliencySpec
from models.segment.engine import SalientSegmenter
from models.segment.onnx_network import OnnxNetwork

SIDE = 8
MEAN, STD = np.array((0.485, 0.456, 0.406), np.float32), np.array((0.229, 0.224, 0.225), np.float32)
SPEC = SaliencySpec(SIDE, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    """A graph whose saliency is the sigmoid of the first channel, with any batch size."""
    nodes = [
        helper.make_node("Slice", ["image", "start", "end", "axis"], ["red"]),
        helper.make_node("Sigmoid", ["red"], ["saliency"]),
    ]
    constants = [
        helper.make_tensor(name, TensorProto.INT64, [1], [value])
        for name, value in (("start", 0), ("end", 1), ("axis", 1))
    ]
    body = helper.make_graph(
        nodes,
        "first-channel",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("saliency", TensorProto.FLOAT, ["batch", 1, SIDE, SIDE])],
        constants,
    )
    path = tmp_path / "tiny.onnx"
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(path))
    return path


class Fixed:
    """A network that always sees the same."""

    images_per_pass = 2

    def __init__(self, level: float) -> None:
        self.saliency = np.full((SIDE, SIDE), level, np.float32)
        self.passes: list[int] = []
        self.released = False

    def __call__(self, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """See `models.segment.engine.Network`."""
        self.passes.append(len(images))
        return np.repeat(self.saliency[None], len(images), axis=0)

    def release_memory(self) -> None:
        """See `models.segment.engine.Network`."""
        self.released = True


def info() -> EngineInfo:
    """A description of the stand-ins."""
    return EngineInfo(
        name="tiny",
        version="0" * 12,
        task="segment",
        scale=1,
        channels=3,
        dtype="float32",
        backend="onnxruntime",
        device="cpu",
        licence="Apache-2.0",
        tile=TileRules(size_px=SIDE, overlap_px=0, multiple_px=SIDE),
        cost_tflop_per_mp=0.0,
    )


@pytest.fixture
def engine(graph: Path) -> SalientSegmenter:
    """The tiny graph behind the engine."""
    return SalientSegmenter(OnnxNetwork(graph, device="cpu", threads=1), info=info(), spec=SPEC)


def test_prepare_divides_by_the_images_own_maximum(engine: SalientSegmenter) -> None:
    """A dark image is normalised by its own brightest value: a flat 40 and a flat 200 look the same."""
    dark, light = (engine.prepare(np.full((20, 30, 3), level, np.uint8)) for level in (40, 200))
    np.testing.assert_array_equal(dark, light)
    assert dark.shape == (3, SIDE, SIDE)
    assert dark.dtype == np.float32
    np.testing.assert_allclose(dark[:, 0, 0], (1 - MEAN) / STD, rtol=1e-6)


def test_prepare_survives_black(engine: SalientSegmenter) -> None:
    """An all-black image is normalised without dividing by zero."""
    prepared = engine.prepare(np.zeros((9, 9, 3), np.uint8))
    np.testing.assert_allclose(prepared[:, 3, 3], -MEAN / STD, rtol=1e-6)


def test_prepare_keeps_places(engine: SalientSegmenter) -> None:
    """The left half of the image is the left half of the input, and red is channel 0."""
    image = np.zeros((40, 80, 3), np.uint8)
    image[:, :40, 0] = 255
    prepared = engine.prepare(image)
    assert prepared[0, :, 0].min() > prepared[0, :, -1].max()
    assert prepared[2].min() == prepared[2].max()


def test_run_gives_raw_saliency(engine: SalientSegmenter) -> None:
    """Output is the first output's only channel, neither stretched nor clipped."""
    batch = np.random.default_rng(1).normal(size=(3, 3, SIDE, SIDE)).astype(np.float32)
    np.testing.assert_allclose(engine.run(batch), 1 / (1 + np.exp(-batch[:, 0])), rtol=1e-5)


def test_empty_batch(engine: SalientSegmenter) -> None:
    """No images in, no saliency out."""
    assert engine.run(np.empty((0, 3, SIDE, SIDE), np.float32)).shape == (0, SIDE, SIDE)


def test_wrong_input_is_refused(engine: SalientSegmenter) -> None:
    """An image of another size, or without a batch axis, is refused."""
    with pytest.raises(ValueError, match="expected"):
        engine.run(np.zeros((1, 3, SIDE, SIDE + 1), np.float32))
    with pytest.raises(ValueError, match="expected"):
        engine.run(np.zeros((3, SIDE, SIDE), np.float32))


def test_no_silent_fallback_to_the_cpu(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A session that would hold only the CPU when CUDA was asked for is refused, whatever is listed."""
    import onnxruntime  # noqa: PLC0415 - only this test replaces parts of it

    real = onnxruntime.InferenceSession
    monkeypatch.setattr(
        onnxruntime, "get_available_providers", lambda: ["CUDAExecutionProvider", "CPUExecutionProvider"]
    )
    monkeypatch.setattr(
        onnxruntime,
        "InferenceSession",
        lambda path, *, sess_options, providers: real(  # noqa: ARG005 - as a failed CUDA load behaves
            path, sess_options=sess_options, providers=["CPUExecutionProvider"]
        ),
    )
    with pytest.raises(DeviceUnavailableError, match="cannot use cuda"):
        OnnxNetwork(graph, device="cuda", threads=1)


def test_logits_become_saliency(graph: Path) -> None:
    """Where the card says that the network gives logits, they go through a sigmoid."""
    spec = SaliencySpec(SIDE, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), sigmoid=True)
    plain = SalientSegmenter(OnnxNetwork(graph, device="cpu", threads=1), info=info(), spec=SPEC)
    logit = SalientSegmenter(OnnxNetwork(graph, device="cpu", threads=1), info=info(), spec=spec)
    batch = np.random.default_rng(2).normal(size=(2, 3, SIDE, SIDE)).astype(np.float32)
    np.testing.assert_allclose(logit.run(batch), 1 / (1 + np.exp(-plain.run(batch))), rtol=1e-5)


def test_normalisation_is_the_cards(graph: Path) -> None:
    """Another card's mean and deviation give another input."""
    spec = SaliencySpec(SIDE, (0.5, 0.5, 0.5), (1.0, 1.0, 1.0))
    other = SalientSegmenter(OnnxNetwork(graph, device="cpu", threads=1), info=info(), spec=spec)
    np.testing.assert_allclose(other.prepare(np.full((9, 9, 3), 77, np.uint8)), 0.5)


def test_batches_fit_the_network() -> None:
    """A batch of five goes through a network that takes two at a time in three passes."""
    network = Fixed(0.25)
    engine = SalientSegmenter(network, info=info(), spec=SPEC)
    assert engine.run(np.zeros((5, 3, SIDE, SIDE), np.float32)).shape == (5, SIDE, SIDE)
    assert network.passes == [2, 2, 1]


def test_an_unsure_mask_is_made_again_exactly() -> None:
    """Only the image whose mask lies on the fence is asked of the float32 network, opened when needed."""
    clear, fence = Fixed(0.0), Fixed(0.0)
    clear.saliency[:, 4:] = 1.0
    fence.saliency[:] = np.linspace(0.0, 1.0, SIDE * SIDE).reshape(SIDE, SIDE)
    exact = Fixed(0.5)
    for network, expected in ((clear, clear.saliency), (fence, exact.saliency)):
        engine = SalientSegmenter(network, info=info(), spec=SPEC, exact=lambda: exact)
        assert engine.info.dtype == "bfloat16"
        np.testing.assert_array_equal(engine.run(np.zeros((1, 3, SIDE, SIDE), np.float32))[0], expected)
    assert exact.passes == [1]


def test_released_memory_is_taken_again() -> None:
    """After `release_memory` the float32 network is opened anew when it is needed, and only then."""
    fence, opened = Fixed(0.0), []
    fence.saliency[:] = np.linspace(0.0, 1.0, SIDE * SIDE).reshape(SIDE, SIDE)
    engine = SalientSegmenter(
        fence, info=info(), spec=SPEC, exact=lambda: opened.append(1) or Fixed(0.5)
    )  # fmt: skip
    batch = np.zeros((2, 3, SIDE, SIDE), np.float32)
    engine.run(batch)
    assert len(opened) == 1
    engine.release_memory()
    assert fence.released
    engine.run(batch)
    assert len(opened) == 2


def test_a_network_that_breaks_is_named() -> None:
    """NaN is an error, not a black mask."""
    engine = SalientSegmenter(Fixed(float("nan")), info=info(), spec=SPEC)
    with pytest.raises(NonFiniteOutputError, match="tiny"):
        engine.run(np.zeros((1, 3, SIDE, SIDE), np.float32))
