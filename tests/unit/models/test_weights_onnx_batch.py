"""Freeing the batch dimension of a graph exported for batch 1."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from models.weights.onnx_batch import OnnxGraphError, free_batch


def shrink_and_grow(*, sizes_from_input: bool) -> bytes:
    """A graph like U-2-Net's: pool to half size, then `Resize` to sizes computed or constant."""
    nodes = [
        helper.make_node("MaxPool", ["x"], ["small"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Resize", ["small", "roi", "scales", "sizes"], ["y"], mode="nearest"),
    ]
    constants = [helper.make_tensor(name, TensorProto.FLOAT, [0], []) for name in ("roi", "scales")]
    if sizes_from_input:
        nodes.insert(1, helper.make_node("Shape", ["x"], ["sizes"]))
    else:
        constants.append(helper.make_tensor("sizes", TensorProto.INT64, [4], [1, 3, 8, 8]))
    return serialise(nodes, constants=constants)


def serialise(nodes: list[onnx.NodeProto], *, constants: list[onnx.TensorProto]) -> bytes:
    """A model from (1, 3, 8, 8) x to (1, 3, 8, 8) y."""
    value = {name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8]) for name in "xy"}
    graph = helper.make_graph(nodes, "g", [value["x"]], [value["y"]], initializer=constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    return bytes(model.SerializeToString())


def run(model: bytes, batch: np.ndarray) -> np.ndarray:
    """The graph's output."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": batch})[0])


def test_batch_of_two_equals_two_single_runs() -> None:
    """After the edit a batch gives, item by item, what the original gives alone."""
    original = shrink_and_grow(sizes_from_input=True)
    batch = np.random.default_rng(3).random((2, 3, 8, 8), dtype=np.float32)
    both = run(free_batch(original, notice="n"), batch)
    assert np.array_equal(both, np.concatenate([run(original, batch[:1]), run(original, batch[1:])]))


def test_notice_says_the_file_was_changed() -> None:
    """The changed file carries the notice, and is the same each time."""
    changed = free_batch(shrink_and_grow(sizes_from_input=True), notice="changed by us")
    assert onnx.load_model_from_string(changed).doc_string == "changed by us"
    assert free_batch(shrink_and_grow(sizes_from_input=True), notice="changed by us") == changed


def test_resize_to_constant_sizes_is_refused() -> None:
    """A `Resize` whose sizes name batch 1 would squeeze a batch into one item."""
    with pytest.raises(OnnxGraphError, match="output sizes are constant"):
        free_batch(shrink_and_grow(sizes_from_input=False), notice="n")


def test_reshape_is_refused() -> None:
    """A `Reshape` may pin the batch."""
    shape = helper.make_tensor("shape", TensorProto.INT64, [4], [1, 3, 8, 8])
    nodes = [helper.make_node("Reshape", ["x", "shape"], ["y"])]
    with pytest.raises(OnnxGraphError, match="Reshape may pin the batch"):
        free_batch(serialise(nodes, constants=[shape]), notice="n")


@pytest.mark.parametrize("data", [b"", b"<html>not found</html>", bytes(64)])
def test_other_bytes_are_refused(data: bytes) -> None:
    """What is not an ONNX graph is named as such."""
    with pytest.raises(OnnxGraphError):
        free_batch(data, notice="n")
