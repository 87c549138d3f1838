"""Backup and restore with real databases: everything is destroyed and comes back, on either engine."""

import tarfile
from pathlib import Path

import pytest

from serve_app.ports.backup import BackupError
from tests.contract.database_rows import OWNER, api_key
from tests.contract.installations import ENGINES, FILES, PNG, Places, everything, file_of


@pytest.mark.parametrize("name", ["backup", "backup.tar"])
@pytest.mark.parametrize("source", ENGINES)
@pytest.mark.parametrize("target", ENGINES)
async def test_destroyed_and_restored(
    places: Places, tmp_path: Path, *, source: str, target: str, name: str
) -> None:
    """What clients can see is the same after a restore into nothing, on the same engine or the other."""
    place = await places.filled(source)
    before = await everything(place)
    report = await place.back_up(tmp_path / name)
    assert (report.objects, report.is_whole) == (len(FILES) + 1, True)
    new = places.new(target)
    restored = await new.restore(tmp_path / name)
    assert (restored.rows, restored.rows_left_out) == (report.rows, 0)
    assert await everything(new) == before
    assert before["job"] is not None


@pytest.mark.parametrize("engine", ENGINES)
async def test_life_goes_on(places: Places, tmp_path: Path, engine: str) -> None:
    """After a restore new files come after the old ones, and the database is this version's."""
    await (await places.filled(engine)).back_up(tmp_path / "backup")
    new = places.new(engine)
    await new.restore(tmp_path / "backup")
    await new.database.check()
    await new.database.assets.add([file_of(9, b"nine")])
    rows = await new.database.assets.of_parent("image_1", owner=OWNER)
    assert [row.id for row in rows] == ["asset_2", "asset_0", "asset_3", "asset_1", "asset_9"]


async def test_same_backup_from_either_engine(places: Places, tmp_path: Path) -> None:
    """A table's rows are the same bytes, whichever engine they lay in."""
    for engine in ENGINES:
        await (await places.filled(engine)).back_up(tmp_path / engine)
    for table in ("assets", "processed_images", "idempotency", "api_keys"):
        file = f"tables/database/{table}.jsonl"
        assert (tmp_path / "sqlite" / file).read_bytes() == (tmp_path / "postgres" / file).read_bytes()


async def test_tar_is_a_tar(places: Places, tmp_path: Path) -> None:
    """Python's own reader unpacks a .tar backup to the very folder that a folder backup is."""
    place = await places.filled("sqlite")
    await place.back_up(tmp_path / "folder")
    await place.back_up(tmp_path / "file.tar")
    with tarfile.open(tmp_path / "file.tar") as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    found = {root: contents(tmp_path / root) for root in ("folder", "unpacked")}
    assert found["folder"].keys() == found["unpacked"].keys()
    assert all(
        found["folder"][name] == data for name, data in found["unpacked"].items() if name != "manifest.json"
    )
    await places.new("sqlite").restore(tmp_path / "unpacked")


def contents(root: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("engine", ENGINES)
async def test_older_backup_is_migrated(places: Places, tmp_path: Path, engine: str) -> None:
    """A backup of an older schema is taken in as it was, and then brought to this version."""
    old = places.new(engine)
    await old.parts["database"].prepare("0001")
    await old.parts["jobs"].conclude()
    await old.database.keys.add(api_key())
    report = await old.back_up(tmp_path / "backup")
    new = places.new(engine)
    await new.restore(tmp_path / "backup")
    await new.database.check()
    assert report.rows == 1
    assert await new.database.keys.every() == (api_key(),)


async def test_older_backup_needs_a_new_database(places: Places, tmp_path: Path) -> None:
    """Tables are never taken back to an older revision: such a target is refused, with force too."""
    old = places.new("sqlite")
    await old.parts["database"].prepare("0001")
    await old.parts["jobs"].conclude()
    await old.back_up(tmp_path / "backup")
    new = await places.filled("sqlite")
    with pytest.raises(BackupError, match="restore into a new one"):
        await new.restore(tmp_path / "backup", force=True)


async def test_refuses_a_filled_database(places: Places, tmp_path: Path) -> None:
    """Without force nothing that is there is touched; with it, the backup's rows are the only ones."""
    place = await places.filled("sqlite")
    await place.back_up(tmp_path / "backup")
    other = await places.filled("sqlite")
    await other.database.keys.add(api_key(id="key_2", sha256="00" * 32))
    with pytest.raises(BackupError, match=r"not empty.*--force"):
        await other.restore(tmp_path / "backup")
    assert len(await other.database.keys.every()) == 2
    await other.restore(tmp_path / "backup", force=True)
    assert await everything(other) == await everything(place)


async def test_refuses_a_filled_store(places: Places, tmp_path: Path) -> None:
    """Objects of somebody else's are not mixed with those of a backup."""
    await (await places.filled("sqlite")).back_up(tmp_path / "backup")
    new = places.new("sqlite")
    await new.store.put("assets/x/y.png", b"x", content_type=PNG)
    with pytest.raises(BackupError, match="store is not empty"):
        await new.restore(tmp_path / "backup")
