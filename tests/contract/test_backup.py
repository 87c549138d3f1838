"""Backup and restore with real databases: everything is destroyed and comes back, on either engine."""

import contextlib
import dataclasses
import hashlib
import tarfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.adapters.table_copy import SqlTables, job_tables, service_tables
from serve_app.adapters.table_copy.rows import TransactionWriter
from serve_app.errors import UnavailableError
from serve_app.ports.backup import BackupError, Tables
from serve_app.records import AssetRecord, JobRecord, NewJob, PageRequest, StoredAnswer
from serve_app.services.backup import Backup, BackupReport
from serve_app.services.restore import MARK, Restore, RestoreReport
from tests.contract.database_rows import HOUR, NOW, OWNER, api_key, asset, delivery, image, kit, pack

ENGINES = ("sqlite", "postgres")
PNG = "image/png"


@dataclass(frozen=True)
class Place:
    """A database, its jobs and a store, of one installation."""

    database: SqlDatabase
    jobs_url: str
    parts: dict[str, Tables]
    store: ObstoreObjectStore

    async def back_up(self, path: Path) -> BackupReport:
        """As the command does."""
        return await Backup(self.parts, self.database, self.store).run(path)

    async def restore(self, path: Path, *, force: bool = False) -> RestoreReport:
        """As the command does."""
        return await Restore(self.parts, self.store).run(path, force=force)

    async def job(self, job_id: str) -> JobRecord | None:
        """What the queue says of a job."""
        queue = DbosJobQueue.from_url(self.jobs_url)
        try:
            return await queue.get(job_id, owner=OWNER)
        finally:
            await queue.close()


class Places:
    """Makes installations that are closed at the end."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder
        self.made: list[Place] = []

    def new(self, engine: str) -> Place:
        """An installation whose tables do not exist yet."""
        folder = self._folder / f"place{len(self.made)}"
        if engine == "sqlite":
            url, jobs_url = f"sqlite://{folder}/mighty.sqlite", f"sqlite:///{folder}/jobs.sqlite"
        else:
            url = jobs_url = new_postgres(self._request, len(self.made))
        place = Place(
            SqlDatabase.from_url(url),
            jobs_url,
            {"jobs": job_tables(jobs_url), "database": service_tables(url)},
            ObstoreObjectStore.from_url(f"file://{folder}/objects"),
        )
        self.made.append(place)
        return place

    async def filled(self, engine: str) -> Place:
        """An installation with a row in every table, a job that waits, and objects of many sizes."""
        place = self.new(engine)
        for part in place.parts.values():
            await part.conclude()
        await fill(place)
        return place


def new_postgres(request: pytest.FixtureRequest, number: int) -> str:
    """A new database of the server of all tests."""
    server = request.getfixturevalue("postgres_server")
    name = f"backup_{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}_{number}"
    server.execute(f"CREATE DATABASE {name}")
    return str(server.url_of(name))


@pytest.fixture
async def places(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Places]:
    """Installations."""
    made = Places(request, tmp_path)
    yield made
    for place in made.made:
        await place.database.close()


def file_of(number: int, data: bytes) -> AssetRecord:
    """The row of a stored file."""
    return asset(
        id=f"asset_{number}",
        key=f"assets/0123456789abcdef/asset_{number}/upscaled.png",
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        parent_id="image_1",
    )


FILES = {0: b"", 1: b"\x89PNG one", 2: bytes(range(256)) * 40_000, 3: b"three"}
"""Empty, small, and more than two pieces."""
JOB = NewJob(
    id="job_0123", owner=OWNER, key_id="key_1", kind="upscale", params={"scale": 4, "odd": "ü\u0000"},
    inputs={}, accepted=None, request_id="r", created_at=NOW,
)  # fmt: skip


async def fill(place: Place) -> None:
    """Write something everywhere; the order of the files is not that of their ids."""
    database = place.database
    for number in (2, 0, 3, 1):
        row = file_of(number, FILES[number])
        await place.store.put(row.key, FILES[number], content_type=PNG)
        await database.assets.add([row])
    await place.store.put("answers/0123/body.json", b"{}", content_type="application/json")
    await database.images.add(image())
    await database.packs.add(pack())
    await database.brand_kits.save(kit())
    await database.keys.add(api_key(last_used_at=NOW))
    await database.webhooks.save(delivery())
    claim = {"owner": OWNER, "fingerprint": "f"}
    for key, body, object_key in (("small", b"\x00\xff", None), ("large", None, "answers/0123/body.json")):
        await database.idempotency.claim(key, **claim, now=NOW, lease=HOUR, ttl=HOUR)
        answer = StoredAnswer(200, "application/json", {"A": "b"}, body, object_key)
        await database.idempotency.finish(key, owner=OWNER, lease_until=NOW + HOUR, answer=answer)
    queue = DbosJobQueue.from_url(place.jobs_url)
    await queue.submit(JOB)
    await queue.close()


async def everything(place: Place) -> dict[str, object]:
    """What clients can see."""
    database = place.database
    claim = {"owner": OWNER, "fingerprint": "f", "now": NOW, "lease": HOUR, "ttl": HOUR}
    files = await database.assets.of_parent("image_1", owner=OWNER)
    return {
        "files": files,
        "bytes": [(await place.store.get(row.key)).data for row in files],
        "images": await database.images.get("image_1", owner=OWNER),
        "packs": await database.packs.page(PageRequest(), owner=OWNER, now=NOW),
        "kits": await database.brand_kits.page(PageRequest(), owner=OWNER),
        "keys": await database.keys.every(),
        "deliveries": await database.webhooks.get("delivery_1", owner=OWNER),
        "answers": [await database.idempotency.claim(key, **claim) for key in ("small", "large")],
        "body": (await place.store.get("answers/0123/body.json")).data,
        "job": await place.job("job_0123"),
    }


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
