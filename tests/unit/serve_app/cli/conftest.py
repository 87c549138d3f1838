"""Installations for the command `mighty`."""

import shutil
from pathlib import Path

import pytest

from configs.settings import Settings
from tests.unit.serve_app.cli.installation import mighty


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of an installation that has nothing yet; the working directory is empty."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    return Settings(_env_file=None)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with tables, to be copied: migrating takes longer than most tests."""
    folder = tmp_path_factory.mktemp("migrated") / "data"
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(name.upper(), raising=False)
        patch.chdir(folder.parent)
        patch.setenv("DATA_DIR", str(folder))
        assert mighty("migrate").exit_code == 0
    return folder


@pytest.fixture
def installed(settings: Settings, migrated: Path) -> Settings:
    """With tables."""
    shutil.copytree(migrated, settings.data_dir)
    return settings
