"""The upscaler's backend on a CPU: which is taken, and what it costs to know."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.base import EngineError
from models.cards import CARDS
from models.registry import names
from models.upscale import load
from models.upscale.load import build_upscaler, flop_per_pixel, load_upscaler
from models.upscale.trial import isolated_seconds
from models.weights import WeightsMissingError
from tests.real_weights import folder_with

ROOT = Path(__file__).parents[3]
NAME = "realesr-animevideov3"

Seconds = Callable[[dict[str, float]], list[str]]


@pytest.fixture
def weights(weights_dir: Path) -> Path:
    """The weights folder, when the small upscaler is in it."""
    return folder_with([NAME], weights_dir=weights_dir)


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Seconds:
    """Sets what trials say, and gives the list of backends that are tried; the memory is empty."""
    monkeypatch.setattr(load, "MEMORY_FILE", str(tmp_path / "backends.json"))

    def say(seconds: dict[str, float]) -> list[str]:
        tried: list[str] = []

        def trial(_name: str, backend: str, *, weights_dir: Path, threads: int) -> float:  # noqa: ARG001 - its port
            tried.append(backend)
            return seconds[backend]

        monkeypatch.setattr(load, "isolated_seconds", trial)
        return tried

    return say


@pytest.mark.parametrize("name", names("upscale"))
def test_cost_is_that_of_the_network(name: str) -> None:
    """Arithmetic counted from weights alone is what PyTorch's network counts of itself."""
    network = build_upscaler(CARDS[name])
    shapes = {key: np.broadcast_to(np.float32(0), tuple(p.shape)) for key, p in network.named_parameters()}
    assert flop_per_pixel(shapes) == network.flop_per_pixel()


@pytest.mark.weights
@pytest.mark.parametrize(
    ("seconds", "backend"),
    [({"openvino": 1.0, "torch": 2.0}, "openvino"), ({"openvino": 2.0, "torch": 1.0}, "torch")],
)
def test_the_fastest_backend_is_tried_once(
    weights: Path, trials: Seconds, seconds: dict[str, float], backend: str
) -> None:
    """Both are tried at the first start, none at the second, and the faster one runs."""
    tried = trials(seconds)
    for _ in range(2):
        engine = load_upscaler(NAME, weights_dir=weights, device="cpu", threads=1)
        assert engine.info.backend == backend
    assert tried == ["openvino", "torch"]


@pytest.mark.weights
@pytest.mark.parametrize("backend", ["openvino", "torch"])
def test_a_backend_can_be_asked_for(weights: Path, trials: Seconds, backend: load.Backend) -> None:
    """Asked for, a backend is taken untried."""
    tried = trials({})
    engine = load_upscaler(NAME, weights_dir=weights, device="cpu", threads=1, backend=backend)
    assert engine.info.backend == backend
    assert tried == []


@pytest.mark.weights
def test_backends_describe_the_same_model(weights: Path) -> None:
    """Backends differ in name only: version, scale, cost, licence, tile and arithmetic are the model's."""
    openvino, torch = (
        load_upscaler(NAME, weights_dir=weights, device="cpu", threads=1, backend=backend).info
        for backend in load.CPU_BACKENDS
    )
    differing = {field for field in openvino.__slots__ if getattr(openvino, field) != getattr(torch, field)}
    assert differing == {"backend"}


@pytest.mark.weights
def test_only_installed_backends_are_tried(
    weights: Path, trials: Seconds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the OpenVINO package PyTorch is taken; asking for OpenVINO then is an error."""
    tried = trials({"torch": 1.0})
    monkeypatch.setattr(load, "find_spec", lambda package: None if package == "openvino" else package)
    assert load_upscaler(NAME, weights_dir=weights, device="cpu", threads=1).info.backend == "torch"
    assert tried == ["torch"]
    with pytest.raises(EngineError, match="no backend 'openvino' here; there are torch"):
        load_upscaler(NAME, weights_dir=weights, device="cpu", threads=1, backend="openvino")


def test_missing_weights_and_unknown_names_are_not_tried(trials: Seconds, tmp_path: Path) -> None:
    """What cannot be loaded is an error before anything is timed."""
    tried = trials({})
    with pytest.raises(WeightsMissingError):
        load_upscaler(NAME, weights_dir=tmp_path, device="cpu", threads=1)
    with pytest.raises(KeyError, match="u2net"):
        load_upscaler("u2net", weights_dir=tmp_path, device="cpu", threads=1)
    assert tried == []


@pytest.mark.weights
def test_a_trial_takes_time(weights: Path) -> None:
    """A real trial of OpenVINO gives the seconds of a small tile."""
    assert 0 < isolated_seconds(NAME, "openvino", weights_dir=weights, threads=1) < 60


def test_a_failed_trial_says_why(tmp_path: Path) -> None:
    """What the process died of is the error's text."""
    with pytest.raises(EngineError, match="WeightsMissingError"):
        isolated_seconds(NAME, "openvino", weights_dir=tmp_path, threads=1)


@pytest.mark.weights
def test_a_replica_on_openvino_never_imports_pytorch(weights: Path) -> None:
    """Loaded and run on OpenVINO, in a fresh process, an upscaler leaves PyTorch unimported."""
    program = (
        "import sys, pathlib, numpy; from models.backends.device import choose_device;"
        "from models.upscale.load import load_upscaler; choose_device('cpu');"
        f"engine = load_upscaler({NAME!r}, weights_dir=pathlib.Path({str(weights.resolve())!r}),"
        "device='cpu', threads=1, backend='openvino');"
        "shape = engine.run([numpy.zeros((8, 9, 3), numpy.uint8)])[0].shape;"
        "print(shape == (32, 36, 3), 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["True", "False"]
