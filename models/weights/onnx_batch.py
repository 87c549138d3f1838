"""Free the batch dimension of a segmentation graph that was exported for batch 1."""

from typing import Any

import onnx

BATCH = "batch"
"""Name of the freed dimension, for ONNX Runtime's free-dimension overrides."""

_BATCH_SENSITIVE = frozenset({"Reshape", "Expand", "Tile", "BatchNormalization"})


class OnnxGraphError(ValueError):
    """The bytes are no ONNX graph, or none whose batch dimension can be freed."""


class BatchPinnedError(OnnxGraphError):
    """A node of the graph may hold it to a batch of 1."""


def free_batch(data: bytes, *, notice: str) -> bytes:
    """Rewrite a graph so that dimension 0 of every input and output is free.

    The nodes stay as they are, so sizes must come from the input's own shape: U-2-Net's `Resize` nodes take
    theirs from `Shape`. Any node that could pin the batch is refused.

    Args:
        data: a serialised ONNX model.
        notice: what the changed file says of its origin (Apache-2.0, section 4b).

    Returns:
        The changed model, serialised deterministically.

    Raises:
        BatchPinnedError: a node may pin the batch.
        OnnxGraphError: not an ONNX model.
    """
    model = _parse(data)
    graph = model.graph
    for node in graph.node:
        if node.op_type in _BATCH_SENSITIVE:
            raise BatchPinnedError(f"node {node.name or node.op_type}: {node.op_type} may pin the batch to 1")
        if node.op_type == "Resize":
            _refuse_constant_sizes(graph, node)
    for value in [*graph.input, *graph.output]:
        dims = value.type.tensor_type.shape.dim
        if dims:
            dims[0].dim_param = BATCH
    del graph.value_info[:]  # inferred shapes of the old batch
    model.doc_string = notice
    try:
        onnx.checker.check_model(model)
    except onnx.checker.ValidationError as error:
        raise OnnxGraphError(f"not a valid ONNX model: {error}") from error
    return bytes(model.SerializeToString(deterministic=True))


def _parse(data: bytes) -> Any:
    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:  # protobuf's DecodeError lives in another place in each of its backends
        raise OnnxGraphError(f"not an ONNX model: {error}") from error
    if not model.graph.input or not model.graph.output:
        raise OnnxGraphError("the graph has no input or no output")
    return model


def _refuse_constant_sizes(graph: Any, node: Any) -> None:
    """A `Resize` to constant sizes would pin the batch; computed sizes and constant scales do not."""
    constants = {tensor.name for tensor in graph.initializer}
    constants |= {other.output[0] for other in graph.node if other.op_type == "Constant"}
    sizes = node.input[3] if len(node.input) > 3 else ""  # noqa: PLR2004 - `sizes` is Resize's fourth input
    if sizes in constants:
        raise BatchPinnedError(f"node {node.name or node.op_type}: its output sizes are constant")
