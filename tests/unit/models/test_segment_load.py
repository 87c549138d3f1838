"""Loading segmenters: any card, from a mirror, on either runtime; stand-in graphs, no real weights."""

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

import models.cards
from configs.settings import REPOSITORY
from models import registry
from models.backends.measured import MEMORY_FILE
from models.cards import CARDS
from models.segment import ir
from models.segment.load import load_segmenter
from models.weights import WeightsForbiddenError, WeightsUnavailableError, ensure_weights, store

SIDE = 16


def stand_in(*, pinned: bool) -> bytes:
    """A graph that mixes the channels: with a batch that can be freed, or pinned to 1."""
    weights = np.array([1.0, 0.5, -0.5], np.float32).reshape(1, 3, 1, 1)
    nodes = [helper.make_node("Conv", ["image", "weights"], ["mixed"])]
    constants = [helper.make_tensor("weights", TensorProto.FLOAT, [1, 3, 1, 1], weights.ravel())]
    if pinned:
        constants.append(helper.make_tensor("shape", TensorProto.INT64, [4], [1, 1, SIDE, SIDE]))
        nodes.append(helper.make_node("Reshape", ["mixed", "shape"], ["saliency"]))
    else:
        nodes.append(helper.make_node("Sigmoid", ["mixed"], ["saliency"]))
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, channels, SIDE, SIDE])
        for name, channels in (("image", 3), ("saliency", 1))
    ]
    graph = helper.make_graph(nodes, "stand-in", values[:1], values[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


BODIES = {
    "isnet-general-use": stand_in(pinned=False),
    "birefnet-general": stand_in(pinned=True),
    "bria-rmbg": stand_in(pinned=True),
}


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A mirror that serves stand-ins under the official names; the cards are pinned to them, by md5."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    cards = dict(CARDS)
    for name, body in BODIES.items():
        card = CARDS[name]
        (folder / card.official.filename).write_bytes(body)
        md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
        assert card.saliency is not None
        cards[name] = replace(
            card,
            official=replace(card.official, sha256=None, size_bytes=None, md5=md5),
            saliency=replace(card.saliency, side_px=SIDE),
        )
    rules = {name: replace(registry.TILE_RULES[name], size_px=SIDE) for name in BODIES}
    monkeypatch.setattr("models.segment.load.TILE_RULES", {**registry.TILE_RULES, **rules})
    for module in (models.cards, registry, store):
        monkeypatch.setattr(module, "CARDS", MappingProxyType(cards))
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize("name", ["isnet-general-use", "birefnet-general"])
def test_both_runtimes_serve_any_card(name: str, mirror: str, tmp_path: Path) -> None:
    """From the mirror through the check to an engine: both runtimes give the same, a batch or one by one."""
    pytest.importorskip("openvino")
    weights = tmp_path / "weights"
    ensure_weights([name], weights_dir=weights, mirror_url=mirror)
    load = partial(load_segmenter, name, weights_dir=weights, device="cpu", threads=1)
    here, there = (load(backend=backend) for backend in ("openvino", "onnxruntime"))
    assert (here.info.backend, there.info.backend) == ("openvino", "onnxruntime")
    images = np.random.default_rng(4).integers(0, 256, (3, 20, 30, 3), np.uint8)
    batch = np.stack([there.prepare(image) for image in images])
    together = there.run(batch)
    np.testing.assert_allclose(here.run(batch), together, atol=1e-5)
    np.testing.assert_array_equal(np.concatenate([there.run(batch[i : i + 1]) for i in range(3)]), together)
    assert 0 <= together.min() < together.max() <= 1


def test_a_changed_file_is_refused(mirror: str, tmp_path: Path) -> None:
    """A file that is not the one pinned is refused before anything parses it, md5 or sha256."""
    (tmp_path / "mirror" / CARDS["birefnet-general"].official.filename).write_bytes(stand_in(pinned=False))
    with pytest.raises(WeightsUnavailableError, match="has md5"):
        ensure_weights(["birefnet-general"], weights_dir=tmp_path / "weights", mirror_url=mirror)


def test_noncommercial_weights_need_leave(mirror: str, tmp_path: Path) -> None:
    """BRIA's weights are not loaded unless that is allowed, even where they lie ready."""
    weights = tmp_path / "weights"
    ensure_weights(["bria-rmbg"], weights_dir=weights, mirror_url=mirror)
    load = partial(
        load_segmenter, "bria-rmbg", weights_dir=weights, device="cpu", threads=1, backend="onnxruntime"
    )
    with pytest.raises(WeightsForbiddenError, match="ALLOW_NONCOMMERCIAL_MODELS"):
        load()
    assert load(allow_noncommercial=True).info.licence == "LicenseRef-BRIA-RMBG-2.0"


def test_a_damaged_conversion_is_made_anew(mirror: str, tmp_path: Path) -> None:
    """OpenVINO's file is checked at every load; a flipped byte means a new one, an intact one is kept."""
    pytest.importorskip("openvino")
    name, weights = "isnet-general-use", tmp_path / "weights"
    path = ensure_weights([name], weights_dir=weights, mirror_url=mirror)[name]
    xml = ir.ensure_ir(name, onnx=path, source="one")
    good, stamp = xml.with_suffix(".bin").read_bytes(), xml.stat().st_mtime_ns
    assert ir.ensure_ir(name, onnx=path, source="one").stat().st_mtime_ns == stamp
    xml.with_suffix(".bin").write_bytes(bytes([good[0] ^ 1]) + good[1:])
    assert ir.ensure_ir(name, onnx=path, source="one").with_suffix(".bin").read_bytes() == good


def test_a_conversion_belongs_to_its_weights_and_to_openvino(
    mirror: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other weights, or another OpenVINO, mean a new conversion."""
    pytest.importorskip("openvino")
    name, weights = "isnet-general-use", tmp_path / "weights"
    path = ensure_weights([name], weights_dir=weights, mirror_url=mirror)[name]
    xml = ir.ensure_ir(name, onnx=path, source="one")
    stamps = [xml.stat().st_mtime_ns]
    stamps.append(ir.ensure_ir(name, onnx=path, source="two").stat().st_mtime_ns)
    monkeypatch.setattr(ir, "version", lambda _package: "another")
    stamps.append(ir.ensure_ir(name, onnx=path, source="two").stat().st_mtime_ns)
    assert len(set(stamps)) == 3
    assert ir.ensure_ir(name, onnx=path, source="two").stat().st_mtime_ns == stamps[-1]


def test_a_relative_folder_is_the_callers(
    mirror: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trials and conversion, which run elsewhere, find weights whose folder is given from here."""
    pytest.importorskip("openvino")
    monkeypatch.chdir(tmp_path)
    name, weights = "isnet-general-use", Path("weights")
    ensure_weights([name], weights_dir=weights, mirror_url=mirror)
    engine = load_segmenter(name, weights_dir=weights, device="cpu", threads=1)
    assert engine.info.backend in {"openvino", "onnxruntime"}
    (seconds,) = json.loads((weights / MEMORY_FILE).read_bytes()).values()
    assert set(seconds) == {"openvino", "onnxruntime"}, "both ran"


def test_openvino_needs_neither_onnxruntime_nor_torch(mirror: str, tmp_path: Path) -> None:
    """A process whose engine runs on OpenVINO has imported no other runtime."""
    pytest.importorskip("openvino")
    name, weights = "isnet-general-use", tmp_path / "weights"
    path = ensure_weights([name], weights_dir=weights, mirror_url=mirror)[name]
    xml = ir.ensure_ir(name, onnx=path, source="one")
    code = (
        "import sys, numpy as np, models.segment.load\n"
        "from models.segment.openvino_network import OpenVinoNetwork\n"
        f"network = OpenVinoNetwork(__import__('pathlib').Path({str(xml)!r}), precision='f32', threads=1)\n"
        f"network(np.zeros((1, 3, {SIDE}, {SIDE}), np.float32))\n"
        "print([name for name in ('onnxruntime', 'torch', 'onnx') if name in sys.modules])"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert done.stdout.strip() == "[]"
