"""The tree keeps its promise: imports go one way, and generic names are ours."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import configs
import imaging
import models
import serve_app

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("serve_app", "configs", "models", "imaging")


@pytest.mark.parametrize("package", [configs, imaging, models, serve_app])
def test_package_is_this_repositorys(package: object) -> None:
    """`models` and `configs` are generic names: what is imported is what lies here."""
    assert Path(str(package.__file__)).is_relative_to(ROOT)


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A copy of the sources that a test may spoil."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts over a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(folder)}
    )


def test_contracts_hold(planted: Path) -> None:
    """Every import contract is kept."""
    result = lint(planted)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("imaging/planted.py", "import models"),
        ("imaging/planted.py", "import torch"),
        ("models/planted.py", "import ray"),
        ("models/planted.py", "import configs.settings"),
        ("serve_app/services/planted.py", "import ray"),
        ("serve_app/services/planted.py", "import serve_app.api.errors"),
        ("serve_app/services/planted.py", "import serve_app.adapters.fetch"),
        ("serve_app/planted.py", "import json"),
    ],
)
def test_planted_violation_fails(planted: Path, module: str, line: str) -> None:
    """A stray module, or an import against the direction, breaks the build."""
    (planted / module).write_text(line + "\n", encoding="utf-8")
    result = lint(planted)
    assert result.returncode != 0, result.stdout
    assert "broken" in result.stdout.lower() or "not in" in result.stdout.lower(), result.stdout
