"""Installations to back up and to restore: databases, jobs and a store, empty or with something of all."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.adapters.table_copy import job_tables, service_tables
from serve_app.ports.backup import Tables
from serve_app.records import AssetRecord, JobRecord, NewJob, PageRequest, StoredAnswer
from serve_app.services.backup import Backup, BackupReport
from serve_app.services.restore import Restore, RestoreReport
from tests.contract.database_rows import HOUR, NOW, OWNER, api_key, asset, delivery, image, kit, pack
from tests.servers.postgres import PostgresServer

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


@dataclass(frozen=True, slots=True)
class Templates:
    """Filled installations in use by nobody, to be copied: filling one takes longer than most tests."""

    folder: Path
    made: dict[str, Path] = field(default_factory=dict)
    """By engine."""


@dataclass(frozen=True, slots=True)
class Places:
    """Makes installations, which are to be closed at the end."""

    folder: Path
    server: Callable[[], PostgresServer]
    templates: Templates
    made: list[Place] = field(default_factory=list)

    def new(self, engine: str, *, of: Path | None = None) -> Place:
        """An installation whose tables do not exist yet, or a copy of a template."""
        folder = self.folder / f"place{len(self.made)}"
        if of is not None:
            shutil.copytree(of, folder)
        if engine == "sqlite":
            url, jobs_url = f"sqlite://{folder}/mighty.sqlite", f"sqlite:///{folder}/jobs.sqlite"
        else:
            url = jobs_url = self._new_postgres(folder, of=of)
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
        made = self.templates.made
        if engine not in made:
            made[engine] = await self._template(engine)
        return self.new(engine, of=made[engine])

    async def _template(self, engine: str) -> Path:
        folder = self.templates.folder / engine
        place = Places(folder, self.server, self.templates).new(engine)
        for part in place.parts.values():
            await part.conclude()
        await fill(place)
        await place.database.close()
        return folder / "place0"

    def _new_postgres(self, folder: Path, *, of: Path | None) -> str:
        server, name = self.server(), _name(folder)
        server.execute(f"CREATE DATABASE {name} TEMPLATE {_name(of) if of else 'template1'}")
        return server.url_of(name)


def _name(folder: Path) -> str:
    """Of the database of an installation in this folder."""
    return f"backup_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


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
