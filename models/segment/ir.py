"""OpenVINO's own form of a segmentation graph: static, folded, without side outputs.

Made once for a file of weights and kept beside it. Read from there, u2net takes 190 MB of memory between two
passes; read from its ONNX file, 445 MB.
"""

import json
import logging
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import models
from models.base import EngineError
from models.weights.files import sha256_of, write_atomically

_log = logging.getLogger(__name__)

FOLDER = "openvino"
"""Inside the weights folder."""
RECIPE = 1
"""Raised when the conversion changes."""
_TIMEOUT_S = 600.0
_ROOT = Path(models.__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class _Seal:
    """What belongs to a graph's two files; they are used only when all of it holds."""

    source: str
    """Version of the weights."""
    openvino: str
    recipe: int
    xml_sha256: str
    bin_sha256: str


def ensure_ir(name: str, *, onnx: Path, source: str) -> Path:
    """The `.xml` of a network, made when it is not there or not whole.

    Args:
        name: Of the model.
        onnx: Its ONNX file, checked.
        source: Version of that file.

    Raises:
        EngineError: OpenVINO cannot read the graph, or the folder cannot be written.
    """
    xml = onnx.parent / FOLDER / f"{name}.xml"
    if not _is_whole(xml, source=source):
        _log.info("%s: preparing it for OpenVINO", name)
        # In a process of its own: reading ONNX takes twice the weights' size, and heaps shrink badly.
        paths = (str(onnx.absolute()), str(xml.absolute()))  # it runs in another folder
        command = [sys.executable, "-m", "models.segment.make_ir", *paths]
        try:
            xml.parent.mkdir(exist_ok=True)
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TIMEOUT_S, cwd=_ROOT)  # noqa: S603 - our own interpreter and module
            write_atomically(_seal_path(xml), json.dumps(asdict(_seal(xml, source=source))).encode())
        except subprocess.CalledProcessError as error:
            raise EngineError(f"{name}: OpenVINO cannot take the graph: {error.stderr[-500:]}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineError(f"{name}: it could not be prepared for OpenVINO: {error}") from error
    return xml


def _is_whole(xml: Path, *, source: str) -> bool:
    try:
        kept = json.loads(_seal_path(xml).read_bytes())
        return bool(kept == asdict(_seal(xml, source=source)))
    except (OSError, ValueError):
        return False


def _seal(xml: Path, *, source: str) -> _Seal:
    return _Seal(
        source=source,
        openvino=version("openvino"),
        recipe=RECIPE,
        xml_sha256=sha256_of(xml),
        bin_sha256=sha256_of(xml.with_suffix(".bin")),
    )


def _seal_path(xml: Path) -> Path:
    return xml.with_suffix(".json")
