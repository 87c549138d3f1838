"""`mighty cleanup`, `mighty backup` and `mighty restore`."""

import json
import tarfile
from datetime import timedelta
from pathlib import Path

import pytest

from configs.settings import Settings
from tests.unit.serve_app.cli.installation import add_file, add_job, mighty, process


def test_cleanup(installed: Settings) -> None:
    """A dry run tells what would go, then it goes."""
    old = add_file(installed, 1, age=timedelta(days=2))
    add_file(installed, 2)
    told = mighty("cleanup", "--dry-run")
    assert (told.exit_code, "Would remove" in told.stdout) == (0, True)
    assert (installed.data_dir / "objects" / old).exists()
    report = json.loads(mighty("cleanup", "--json").stdout)
    assert (report["assets"], report["freed_bytes"]) == (1, 1)
    assert not (installed.data_dir / "objects" / old).exists()


def objects_of(settings: Settings) -> dict[str, bytes]:
    """Every stored file."""
    root = settings.data_dir / "objects" / "assets"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.png")}


@pytest.mark.parametrize("name", ["backup", "backup.tar"])
def test_disaster(installed: Settings, tmp_path: Path, name: str) -> None:
    """Processes of their own back up, everything is removed, and restore: keys, jobs and files are back."""
    for number in range(3):
        add_file(installed, number)
    add_job(installed, "job_1")
    mighty("keys", "create", "--owner", "a")
    before = (objects_of(installed), *(mighty(what, "list", "--json").stdout for what in ("keys", "jobs")))
    path = tmp_path / "backups" / name
    saved = process("backup", str(path), "--json")
    assert (saved.returncode, json.loads(saved.stdout)["objects"]) == (0, 3)
    installed.data_dir.rename(tmp_path / "lost")
    restored = process("restore", str(path))
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "3 objects" in restored.stdout
    after = (objects_of(installed), *(mighty(what, "list", "--json").stdout for what in ("keys", "jobs")))
    assert after == before
    again = mighty("restore", str(path))
    assert (again.exit_code, "not empty" in again.stderr, again.stdout) == (1, True, "")
    assert mighty("restore", str(path), "--force").exit_code == 0


def test_backup_that_lacks_something(installed: Settings, tmp_path: Path) -> None:
    """A backup of a store that has lost a file is made, and its status says that it needs a look."""
    lost = add_file(installed, 1)
    add_file(installed, 2)
    (installed.data_dir / "objects" / lost).unlink()
    result = mighty("backup", str(tmp_path / "b.tar"))
    assert result.exit_code == 3
    assert "lacks 1 objects" in result.stderr
    with tarfile.open(tmp_path / "b.tar") as archive:
        left = archive.extractfile("left_out.jsonl")
        assert left is not None
        assert json.loads(left.read()) == {"key": lost, "why": "absent"}


@pytest.mark.usefixtures("installed")
def test_backup_to_a_bad_place(tmp_path: Path) -> None:
    """A path that cannot be written is told in one line."""
    (tmp_path / "file").write_text("x")
    result = mighty("backup", str(tmp_path / "file" / "b.tar"))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
