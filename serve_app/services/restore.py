"""Takes a backup in: everything of it is verified before anything is changed."""

import asyncio
import contextlib
import hashlib
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from serve_app.errors import NotFoundError
from serve_app.ports import ObjectStore
from serve_app.ports.backup import BackupError, Tables, TableWriter
from serve_app.services.backup_check import lines_of, manifest_of, objects_of, verify
from serve_app.services.backup_manifest import OBJECTS, Manifest, PartEntry, TableEntry
from serve_app.services.backup_objects import named_by
from serve_app.services.backup_reader import ArchiveReader, open_archive
from serve_app.services.clean_up import PREFIXES

MARK = "restore/running.json"
"""An object that is there while a restore is under way; it names the backup, which may be taken in again."""
AT_ONCE = 16
"""Objects on their way to the store, …"""
BYTES_AT_ONCE = 64_000_000
"""… and their bytes together, unless one alone has more."""
BATCH = 500


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was taken in."""

    created_at: str
    """Of the backup."""
    rows: int
    rows_left_out: int
    """Their objects are not in the backup."""
    objects: int
    object_bytes: int


@dataclass(frozen=True, slots=True)
class Restore:
    """Objects first, then the rows of each database in one transaction.

    One that was interrupted is run again. With force, the rows of the backup replace those that are there;
    objects that no row names any more are left to the clean-up.
    """

    parts: Mapping[str, Tables]
    """As `Backup.parts`."""
    store: ObjectStore
    on_progress: Callable[[str, int, int], None] = field(default=lambda _stage, _more, _total: None)
    """Told the stage, how many bytes of objects or rows were added, and how many there are; 0 where that is
    not known."""

    async def run(self, path: Path, *, force: bool = False) -> RestoreReport:
        """Restore; the service must not run meanwhile.

        Args:
            path: A folder or .tar file of `Backup`.
            force: Replace what is there.

        Raises:
            BackupError: the backup is damaged or not for this version, there is something already, or a
                database refused.
            UnavailableError: the store or the database does not answer.
        """
        archive = open_archive(path, objects=OBJECTS)
        manifest = manifest_of(archive)
        verify(
            archive, manifest, on_bytes=lambda more: self.on_progress("verify", more, manifest.object_bytes)
        )
        await self._check_targets(manifest, force=force)
        await self.store.put(
            MARK, json.dumps({"backup": manifest.id}).encode(), content_type="application/json"
        )
        for name, part in manifest.parts.items():
            await self.parts[name].prepare(part.revision)
            self._refuse_unfit(name, part)
        await self._put_objects(archive, manifest)
        absent = {line["key"] for line in lines_of(archive, manifest.left_out)}
        left_out = 0
        for name, part in reversed(tuple(manifest.parts.items())):
            left_out += self._insert(archive, self.parts[name], part, absent=absent)
        for name in manifest.parts:
            await self.parts[name].conclude()
        await self.store.delete(MARK)
        rows = sum(table.rows for part in manifest.parts.values() for table in part.tables)
        return RestoreReport(
            created_at=manifest.created_at,
            rows=rows - left_out,
            rows_left_out=left_out,
            objects=manifest.objects.count,
            object_bytes=manifest.object_bytes,
        )

    async def _check_targets(self, manifest: Manifest, *, force: bool) -> None:
        for name, part in manifest.parts.items():
            self._refuse_unfit(name, part)
        if force or await self._is_interrupted(manifest):
            return
        for tables in self.parts.values():
            if table := tables.filled():
                raise BackupError(
                    f"The database is not empty: there is something in {table}. --force replaces it."
                )
        for prefix in PREFIXES:
            async for info in self.store.walk(prefix):
                raise BackupError(
                    f"The file store is not empty: there is {info.key}. --force leaves it to the clean-up."
                )

    def _refuse_unfit(self, name: str, part: PartEntry) -> None:
        if name not in self.parts:
            raise BackupError(f"The backup has a part {name}, which this version does not know.")
        if reason := self.parts[name].refusal(part.revision):
            raise BackupError(f"The backup cannot be taken in: {reason}.")

    async def _is_interrupted(self, manifest: Manifest) -> bool:
        """Whether this very backup was being taken in."""
        with contextlib.suppress(NotFoundError, ValueError, KeyError):
            mark = json.loads((await self.store.get(MARK)).data)
            return bool(mark["backup"] == manifest.id)
        return False

    async def _put_objects(self, archive: ArchiveReader, manifest: Manifest) -> None:
        running: dict[asyncio.Task[None], int] = {}
        try:
            for facts, file in objects_of(archive, manifest.objects):
                await _make_room(running, facts["bytes"])
                data = file.read()
                if hashlib.sha256(data).hexdigest() != facts["sha256"]:
                    raise BackupError(f"The backup has changed meanwhile: {OBJECTS}{facts['key']}.")
                task = asyncio.create_task(self._put(facts, data, manifest.object_bytes))
                running[task] = facts["bytes"]
            await asyncio.gather(*running)
        finally:
            for task in running:
                task.cancel()

    async def _put(self, facts: Mapping[str, Any], data: bytes, total: int) -> None:
        try:
            await self.store.put(facts["key"], data, content_type=facts["content_type"])
        except ValueError as error:
            raise BackupError(f"The backup holds what this store cannot keep: {error}.") from error
        self.on_progress("objects", len(data), total)

    def _insert(self, archive: ArchiveReader, tables: Tables, part: PartEntry, *, absent: set[str]) -> int:
        """Fill the tables, as one transaction; how many rows were left out."""
        left_out = 0
        with tables.replace([table.name for table in part.tables]) as writer:
            for table in part.tables:
                skipped = self._insert_table(archive, writer, table, absent=absent)
                if writer.count(table.name) != table.rows - skipped:
                    raise BackupError(f"The table {table.name} did not take every row.")
                left_out += skipped
        return left_out

    def _insert_table(
        self, archive: ArchiveReader, writer: TableWriter, table: TableEntry, *, absent: set[str]
    ) -> int:
        skipped = 0
        with archive.open(table.file) as file:
            rows = map(json.loads, file)
            while batch := list(itertools.islice(rows, BATCH)):
                kept = [row for row in batch if not _names_one_of(table.name, row, absent)]
                if kept:
                    writer.insert(table.shape, kept)
                skipped += len(batch) - len(kept)
                self.on_progress("rows", len(batch), 0)
        return skipped


async def _make_room(running: dict[asyncio.Task[None], int], size: int) -> None:
    """Wait until one more object of this size may be on its way; raises what one of those before raised."""
    while running and (len(running) >= AT_ONCE or sum(running.values()) + size > BYTES_AT_ONCE):
        done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            del running[task]
            task.result()


def _names_one_of(table: str, row: Mapping[str, Any], absent: set[str]) -> bool:
    named = named_by(table, row) if absent else None
    return named is not None and named.key in absent
