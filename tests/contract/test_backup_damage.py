"""Backups that are damaged, restores that are interrupted, files that go meanwhile."""

import contextlib
import dataclasses
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.adapters.table_copy import SqlTables
from serve_app.adapters.table_copy.rows import TransactionWriter
from serve_app.errors import UnavailableError
from serve_app.ports.backup import BackupError, Tables
from serve_app.services.restore import MARK
from tests.contract.database_rows import OWNER
from tests.contract.installations import ENGINES, FILES, PNG, Places, everything, file_of


@pytest.mark.parametrize("name", ["backup", "backup.tar"])
@pytest.mark.parametrize(
    "victim", ["objects/assets", "tables/database/assets.jsonl", "objects.jsonl", "manifest.json"]
)
async def test_damage_is_found_before_anything_changes(
    places: Places, tmp_path: Path, *, name: str, victim: str
) -> None:
    """One changed byte anywhere and the target stays as it was: without tables, without objects."""
    await (await places.filled("sqlite")).back_up(tmp_path / name)
    flip_a_byte(tmp_path / name, victim)
    new = places.new("sqlite")
    with pytest.raises(BackupError, match="damaged"):
        await new.restore(tmp_path / name)
    assert new.parts["database"].revision() is None
    assert await new.store.list_keys("") == []


def flip_a_byte(path: Path, victim: str) -> None:
    """Change one letter in the middle of the largest member whose name begins so."""
    if path.is_dir():
        members = [file for file in path.rglob("*") if str(file.relative_to(path)).startswith(victim)]
        file = max((one for one in members if one.is_file()), key=lambda one: one.stat().st_size)
        place, size = 0, file.stat().st_size
    else:
        with tarfile.open(path) as archive:
            infos = [info for info in archive if info.name.startswith(victim)]
        info = max(infos, key=lambda one: one.size)
        file, place, size = path, info.offset_data, info.size
    data = bytearray(file.read_bytes())
    data[place + size // 2] ^= 1
    file.write_bytes(data)


async def test_missing_member(places: Places, tmp_path: Path) -> None:
    """A folder from which an object was lost is refused."""
    await (await places.filled("sqlite")).back_up(tmp_path / "backup")
    next((tmp_path / "backup" / "objects" / "assets").rglob("*.png")).unlink()
    with pytest.raises(BackupError, match="has no objects/assets"):
        await places.new("sqlite").restore(tmp_path / "backup")


async def test_cut_tar(places: Places, tmp_path: Path) -> None:
    """A .tar that was cut short is refused."""
    path = tmp_path / "backup.tar"
    await (await places.filled("sqlite")).back_up(path)
    path.write_bytes(path.read_bytes()[:5_000_000])
    with pytest.raises(BackupError):
        await places.new("sqlite").restore(path)


class FailingStore(ObstoreObjectStore):
    """Refuses after some puts."""

    puts_left = 3

    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        self.puts_left -= 1
        if self.puts_left < 0:
            raise UnavailableError("The file store cannot be used at present.")
        await super().put(key, data, content_type=content_type)


@pytest.mark.parametrize("engine", ENGINES)
async def test_interrupted_restore_is_run_again(places: Places, tmp_path: Path, engine: str) -> None:
    """A restore that failed half-way has left no rows; it is run again without force, and leaves no mark."""
    place = await places.filled(engine)
    await place.back_up(tmp_path / "backup")
    new = places.new(engine)
    failing = dataclasses.replace(new, store=FailingStore(new.store._store, folder=new.store._folder))
    with pytest.raises(UnavailableError):
        await failing.restore(tmp_path / "backup")
    assert new.parts["database"].filled() is None
    await new.restore(tmp_path / "backup")
    assert await everything(new) == await everything(place)
    assert MARK not in await new.store.list_keys("")


class DyingTables(SqlTables):
    """Can be read, not written."""

    @contextlib.contextmanager
    def replace(self, tables: Sequence[str]) -> Iterator[TransactionWriter]:
        raise BackupError(f"Died before {len(tables)} tables.")
        yield


def vars_of(tables: Tables) -> dict[str, Any]:
    """The fields of a dataclass."""
    return {field.name: getattr(tables, field.name) for field in dataclasses.fields(SqlTables)}


async def test_interrupted_between_databases(places: Places, tmp_path: Path) -> None:
    """The same when the rows were in already and the jobs were not."""
    place = await places.filled("sqlite")
    await place.back_up(tmp_path / "backup")
    new = places.new("sqlite")

    broken = dataclasses.replace(new, parts={**new.parts, "jobs": DyingTables(**vars_of(new.parts["jobs"]))})
    with pytest.raises(BackupError, match="Died"):
        await broken.restore(tmp_path / "backup")
    assert new.parts["database"].filled() is not None
    await new.restore(tmp_path / "backup")
    assert await everything(new) == await everything(place)


async def test_object_that_went_meanwhile(places: Places, tmp_path: Path) -> None:
    """A file deleted while the backup ran is told of, and its row is not taken in."""
    place = await places.filled("sqlite")
    keys = [file_of(1, b"").key, file_of(3, b"").key]
    for key in keys:
        await place.store.delete(key)
    report = await place.back_up(tmp_path / "backup")
    assert (report.absent, report.deleted_meanwhile, report.is_whole) == (2, 0, False)
    new = places.new("sqlite")
    restored = await new.restore(tmp_path / "backup")
    assert restored.rows_left_out == 2
    rows = await new.database.assets.of_parent("image_1", owner=OWNER)
    assert [row.id for row in rows] == ["asset_2", "asset_0"]


async def test_object_that_was_changed(places: Places, tmp_path: Path) -> None:
    """An object with other bytes than its row tells of is no part of a backup."""
    place = await places.filled("sqlite")
    await place.store.put(file_of(3, b"").key, b"tampered", content_type=PNG)
    report = await place.back_up(tmp_path / "backup.tar")
    assert (report.damaged, report.objects) == (1, len(FILES))
    assert (await places.new("sqlite").restore(tmp_path / "backup.tar")).rows_left_out == 1
