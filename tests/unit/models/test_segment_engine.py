"""The engine around a salient-object network, on a tiny graph made for it."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from models.base import DeviceUnavailableError, EngineInfo, TileRules
from models.segment.engine import MEAN, STD, OnnxSegmenter, open_session

SIDE = 8


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


@pytest.fixture
def engine(graph: Path) -> OnnxSegmenter:
    """The tiny graph behind the engine."""
    info = EngineInfo(
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
    return OnnxSegmenter(open_session(graph, device="cpu", threads=1), info=info)


def test_prepare_divides_by_the_images_own_maximum(engine: OnnxSegmenter) -> None:
    """A dark image is normalised by its own brightest value: a flat 40 and a flat 200 look the same."""
    dark, light = (engine.prepare(np.full((20, 30, 3), level, np.uint8)) for level in (40, 200))
    np.testing.assert_array_equal(dark, light)
    assert dark.shape == (3, SIDE, SIDE)
    assert dark.dtype == np.float32
    np.testing.assert_allclose(dark[:, 0, 0], (1 - MEAN) / STD, rtol=1e-6)


def test_prepare_survives_black(engine: OnnxSegmenter) -> None:
    """An all-black image is normalised without dividing by zero."""
    prepared = engine.prepare(np.zeros((9, 9, 3), np.uint8))
    np.testing.assert_allclose(prepared[:, 3, 3], -MEAN / STD, rtol=1e-6)


def test_prepare_keeps_places(engine: OnnxSegmenter) -> None:
    """The left half of the image is the left half of the input, and red is channel 0."""
    image = np.zeros((40, 80, 3), np.uint8)
    image[:, :40, 0] = 255
    prepared = engine.prepare(image)
    assert prepared[0, :, 0].min() > prepared[0, :, -1].max()
    assert prepared[2].min() == prepared[2].max()


def test_run_gives_raw_saliency(engine: OnnxSegmenter) -> None:
    """Output is the first output's only channel, neither stretched nor clipped."""
    batch = np.random.default_rng(1).normal(size=(3, 3, SIDE, SIDE)).astype(np.float32)
    np.testing.assert_allclose(engine.run(batch), 1 / (1 + np.exp(-batch[:, 0])), rtol=1e-5)


def test_empty_batch(engine: OnnxSegmenter) -> None:
    """No images in, no saliency out."""
    assert engine.run(np.empty((0, 3, SIDE, SIDE), np.float32)).shape == (0, SIDE, SIDE)


def test_wrong_input_is_refused(engine: OnnxSegmenter) -> None:
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
        open_session(graph, device="cuda", threads=1)
