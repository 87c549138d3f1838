"""`mighty models`."""

import json
from pathlib import Path

import pytest

from serve_app.cli.work import models
from tests.unit.serve_app.cli.installation import mighty


@pytest.mark.usefixtures("settings")
def test_models() -> None:
    """Every model is listed with its licence; none is here, and those not for commercial use are marked."""
    found = {each["name"]: each for each in json.loads(mighty("models", "list", "--json").stdout)}
    assert found["u2net"] | {"path": None} == {
        "name": "u2net", "task": "segment", "licence": "Apache-2.0", "commercial_use": True, "in_use": True,
        "present": False, "bytes": None, "path": None,
    }  # fmt: skip
    assert not found["bria-rmbg"]["commercial_use"]
    assert mighty("models").stdout == mighty("models", "list").stdout
    assert "bria-rmbg" in mighty("models").stdout


@pytest.mark.usefixtures("settings")
def test_fetch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetching takes the models in use unless told which, from the places of the settings."""
    asked: list[tuple[list[str], object]] = []

    def ensure(names: list[str], **places: object) -> dict[str, Path]:
        asked.append((names, places["offline"]))
        return {name: Path(name) for name in names}

    monkeypatch.setattr(models, "ensure_weights", ensure)
    assert mighty("models", "fetch").exit_code == 0
    assert mighty("models", "fetch", "u2netp", "--offline").exit_code == 0
    assert ("u2net" in asked[0][0], asked[1]) == (True, (["u2netp"], True))
    assert mighty("models", "fetch", "bria-rmbg").exit_code == 1
    assert "There is no model nope" in mighty("models", "fetch", "nope").stderr
