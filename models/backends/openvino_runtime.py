"""OpenVINO, imported so that it sends nothing: `from models.backends.openvino_runtime import op, ov`.

Its package reports each import to Google Analytics, from a process of its own, and keeps a client's number in
the home folder. Where `openvino_telemetry` cannot be imported, it uses a stub that it brings along: here it
cannot.
"""

import sys

# None is Python's own mark for a module that is not to be had.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # typeshed knows of modules only

import openvino as ov  # noqa: E402 - only after the line above
from openvino import opset15 as op  # noqa: E402 - the same
from openvino.passes import ConstantFolding, Manager  # noqa: E402 - the same

__all__ = ["ConstantFolding", "Manager", "op", "ov"]
