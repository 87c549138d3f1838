"""Two tiny models to fetch: their published bytes, and a wheel that can hold them."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from onnx import TensorProto, helper

DEAD = "http://127.0.0.1:9/tiny.onnx"  # the discard port: nothing listens
NAMES = ("tiny", "small")


def graph(size_px: int) -> bytes:
    """A segmentation graph of one node."""
    values = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, size_px, size_px]) for n in "xy"]
    made = helper.make_graph([helper.make_node("Sigmoid", ["x"], ["y"])], "g", values[:1], values[1:])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    return bytes(model.SerializeToString())


BODIES = {"tiny": graph(4), "small": graph(8)}


def sha256(data: bytes) -> str:
    """Lower-case hex."""
    return hashlib.sha256(data).hexdigest()


def write_wheel(folder: Path, members: Mapping[str, bytes]) -> Path:
    """A wheel that pip takes, holding these members."""
    path = folder / "tiny_weights-1.0-py3-none-any.whl"
    tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny_weights-1.0.dist-info/METADATA", "Name: tiny-weights\nVersion: 1.0\n")
        wheel.writestr("tiny_weights-1.0.dist-info/WHEEL", tags)
        wheel.writestr("tiny_weights-1.0.dist-info/RECORD", "")
        for name, data in members.items():
            wheel.writestr(name, data)
    return path
