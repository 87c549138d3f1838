"""The command `mighty`: what it loads, what it says, how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from configs.settings import REPOSITORY, Settings
from serve_app.cli.work import archives
from serve_app.errors import UnavailableError
from serve_app.services.clean_up import CleanUp
from tests.unit.serve_app.cli.installation import mighty, process


def test_help_loads_nothing_heavy() -> None:
    """The help comes without the libraries that do the work."""
    script = (
        "import sys; from serve_app.cli import app\n"
        "try: app(['--help'], prog_name='mighty')\n"
        "except SystemExit as error: code = error.code\n"
        "heavy = {'torch', 'ray', 'numpy', 'cv2', 'sqlalchemy', 'dbos', 'pydantic'} & set(sys.modules)\n"
        "print('heavy', sorted(heavy), code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=REPOSITORY
    )
    assert found.stdout.splitlines()[-1] == "heavy [] 0"
    for command in ("serve", "migrate", "keys", "jobs", "cleanup", "backup", "restore", "models"):
        assert f"\n  {command} " in found.stdout


def test_work_loads_no_network_library() -> None:
    """Commands about rows and files bring neither torch nor Ray."""
    script = (
        "import sys; from serve_app.cli.work import archives, jobs, keys, models, state\n"
        "print(sorted({'torch', 'ray', 'onnxruntime', 'openvino'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, cwd=REPOSITORY
    )
    assert found.stdout == "[]\n"


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    "command",
    [("keys", "list"), ("keys", "create", "--owner", "a"), ("jobs", "list"), ("cleanup",), ("backup", "b")],
)
def test_before_migrate(command: tuple[str, ...]) -> None:
    """Without tables each command says, in one line, which command makes them."""
    result = mighty(*command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "mighty migrate" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("settings")
def test_migrate_twice() -> None:
    """The second time finds nothing to do and tells the same."""
    first, second = mighty("migrate", "--json"), mighty("migrate", "--json")
    assert first.exit_code == second.exit_code == 0
    assert json.loads(first.stdout) == json.loads(second.stdout)
    assert set(json.loads(first.stdout)) == {"database", "jobs"}


@pytest.mark.parametrize(("name", "value"), [("API_PORT", "x"), ("PROFILE", "production")])
@pytest.mark.usefixtures("settings")
def test_bad_setting(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A setting that cannot be used is named in one line; the status is that of a wrong call."""
    monkeypatch.setenv(name, value)
    result = mighty("keys", "list")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "settings cannot be used" in result.stderr
    assert {"API_PORT": "API_PORT", "PROFILE": "API_KEY"}[name] in result.stderr


def test_settings_come_from_the_file(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `.env` of the working directory says holds."""
    monkeypatch.delenv("DATA_DIR")
    (tmp_path / ".env").write_text(f"DATA_DIR={tmp_path}/elsewhere\n")
    assert mighty("migrate").exit_code == 0
    assert (tmp_path / "elsewhere" / "mighty.sqlite").exists()
    assert not settings.data_dir.exists()


def test_unexpected_error(installed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A defect is told in one line as well."""
    monkeypatch.setattr(archives, "_parts", lambda _settings: 1 / 0)
    result = mighty("backup", str(installed.data_dir / "b"))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "Unexpected: ZeroDivisionError" in result.stderr


@pytest.mark.usefixtures("installed")
def test_cause_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where clients hear that the store is not available, an operator hears why."""

    async def run(_self: CleanUp, *, dry_run: bool) -> None:  # noqa: ARG001 - the form of the method
        raise UnavailableError("The store is away.") from OSError(28, "No space left on device")

    monkeypatch.setattr(CleanUp, "run", run)
    told = "mighty: The store is away. (OSError: [Errno 28] No space left on device)\n"
    assert mighty("cleanup").stderr == told


@pytest.mark.usefixtures("settings")
def test_serve_is_the_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Serving is `python -m serve_app`, with its status: settings that cannot be used are told by it."""
    monkeypatch.setenv("API_PORT", "x")
    result = process("serve")
    assert result.returncode == 2
    assert "settings cannot be used" in result.stderr


def test_the_installed_command_finds_its_code(tmp_path: Path) -> None:
    """`mighty` works from any folder, by nothing but its installation."""
    command = Path(sys.executable).with_name("mighty")
    bare = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [command, "keys", "--help"], cwd=tmp_path, env=bare, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "revoke" in done.stdout
