"""`python -m models.fetch`."""

import json
from pathlib import Path

import pytest

from configs.routes import UpscaleRoute, load_routes
from models import fetch
from models.cards import CARDS
from models.weights import WeightsUnavailableError


class Recorder:
    """Stands in for `ensure_weights`; `models/weights` has its own tests."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.options: dict[str, object] = {}
        self.failure: Exception | None = None

    def __call__(self, names: list[str], *, weights_dir: Path, **options: object) -> dict[str, Path]:
        """Remember what was asked for."""
        if self.failure:
            raise self.failure
        self.names, self.options = names, {"weights_dir": weights_dir, **options}
        return {name: weights_dir / CARDS[name].filename for name in names}


def _upscale_routes() -> list[UpscaleRoute]:
    devices = load_routes().upscale.values()
    return [route for device in devices for route in (device.photo, device.graphic)]


def _segment_names() -> list[str]:
    return [name for route in load_routes().segment.values() for name in route.names]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """The stand-in, in a clean environment."""
    for name in ("DATA_DIR", "MODEL_LOCAL_DIR", "MODEL_MIRROR_URL", "ALLOW_NONCOMMERCIAL_MODELS"):
        monkeypatch.delenv(name, raising=False)
    made = Recorder()
    monkeypatch.setattr(fetch, "ensure_weights", made)
    return made


def test_everything_goes_under_data_by_default(recorder: Recorder) -> None:
    """Without options the models of the routes go to `.data/weights`, from the usual sources."""
    assert fetch.main([]) == 0
    assert set(recorder.names) == {route.model for route in _upscale_routes()} | set(_segment_names())
    assert recorder.options == {
        "weights_dir": Path(".data/weights"),
        "local_dir": None,
        "mirror_url": None,
        "offline": False,
    }


def test_environment_sets_the_places(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """DATA_DIR, MODEL_LOCAL_DIR and MODEL_MIRROR_URL are heard; empty means unset."""
    monkeypatch.setenv("DATA_DIR", "/second")
    monkeypatch.setenv("MODEL_LOCAL_DIR", "/files")
    monkeypatch.setenv("MODEL_MIRROR_URL", "")
    fetch.main([])
    assert recorder.options["weights_dir"] == Path("/second/weights")
    assert recorder.options["local_dir"] == Path("/files")
    assert recorder.options["mirror_url"] is None


def test_options_win_over_the_environment(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written on the command line is what happens."""
    monkeypatch.setenv("DATA_DIR", "/second")
    fetch.main(["--weights-dir", "/w", "--mirror-url", "http://m", "--only", "u2netp", "--offline"])
    assert recorder.names == ["u2netp"]
    assert recorder.options == {
        "weights_dir": Path("/w"),
        "local_dir": None,
        "mirror_url": "http://m",
        "offline": True,
    }


@pytest.mark.usefixtures("recorder")
def test_json_is_all_that_stdout_holds(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json a program can read name -> path."""
    fetch.main(["--json", "--weights-dir", "/w", "--only", "u2net"])
    assert json.loads(capsys.readouterr().out) == {"u2net": "/w/u2net.onnx"}


def test_failure_is_a_sentence_and_a_status(
    recorder: Recorder, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """When weights cannot be had the command says why, without a traceback, and exits with 1."""
    recorder.failure = WeightsUnavailableError("No source has the weights")
    assert fetch.main([]) == 1
    assert caplog.messages == ["No source has the weights"]
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("recorder")
def test_unknown_model_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt model lists the known ones."""
    with pytest.raises(SystemExit, match="2"):
        fetch.main(["--only", "u3net"])
    assert "u2netp" in capsys.readouterr().err


def test_noncommercial_models_need_leave(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Weights that may not be used commercially are fetched only when the environment allows them."""
    assert fetch.main(["--only", "bria-rmbg"]) == 1
    assert "ALLOW_NONCOMMERCIAL_MODELS" in caplog.messages[0]
    monkeypatch.setenv("ALLOW_NONCOMMERCIAL_MODELS", "true")
    assert fetch.main(["--only", "bria-rmbg"]) == 0
    assert recorder.names == ["bria-rmbg"]


def test_routes_name_what_is_fetched(recorder: Recorder, tmp_path: Path) -> None:
    """A routes file decides; a name in it that no card has is an error."""
    routes = tmp_path / "engines.yaml"
    routes.write_text("segment: {cpu: {model: silueta, more: [u2netp, birefnet-dis]}}")
    assert fetch.main(["--routes", str(routes)]) == 0
    assert recorder.names == ["u2netp", "silueta", "birefnet-dis"]
    routes.write_text("segment: {cpu: {model: u3net}}")
    assert fetch.main(["--routes", str(routes)]) == 1
