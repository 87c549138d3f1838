"""Copies the tables, and the objects that they name, into a folder or a .tar file."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Self

from serve_app.ports import Database, ObjectStore
from serve_app.ports.backup import TableReader, Tables, TableShape
from serve_app.services.backup_manifest import (
    FORMAT,
    LEFT_OUT_LIST,
    MANIFEST,
    OBJECT_LIST,
    ListEntry,
    Manifest,
    PartEntry,
    TableEntry,
)
from serve_app.services.backup_objects import Copied, Named, copy_objects, named_by
from serve_app.services.backup_writer import ArchiveWriter, new_archive
from serve_app.version import VERSION

BATCH = 500


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds, and what of it could not be had."""

    path: str
    rows: int
    objects: int
    object_bytes: int
    deleted_meanwhile: int
    """Objects whose rows have gone, too, since the tables were read."""
    absent: int
    """Objects that rows still name: something is wrong with the store."""
    damaged: int
    """Objects whose bytes are not those that their rows tell of."""

    @property
    def is_whole(self) -> bool:
        """Whether everything that there is, is in it."""
        return not self.absent and not self.damaged


@dataclass(frozen=True, slots=True)
class Backup:
    """Rows come from one view of each database; objects after them, which is well, for they never change."""

    parts: Mapping[str, Tables]
    """`jobs` before `database`: a step that is done by the one view has left its rows in the later one."""
    database: Database
    store: ObjectStore
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    on_progress: Callable[[str, int, int], None] = field(default=lambda _stage, _more, _total: None)
    """Told the stage, how many rows or bytes of objects were added, and how many there will be; 0 where
    that is not known."""

    async def run(self, path: Path) -> BackupReport:
        """Write a backup; nothing is left behind when it fails.

        Raises:
            BackupError: a database does not answer, the disk is full, or there is something at the path.
            UnavailableError: the store or the database does not answer.
        """
        created_at = self.now().isoformat()
        with new_archive(path) as archive, _Spool(path) as named, _Spool(path) as kept, _Spool(path) as left:
            parts = self._copy_tables(archive, named)
            await self._copy_objects(archive, named, kept=kept, left=left)
            manifest = Manifest(
                format=FORMAT,
                service_version=VERSION,
                created_at=created_at,
                parts=parts,
                objects=kept.copy_to(archive, OBJECT_LIST),
                object_bytes=sum(line["bytes"] for line in kept.lines()),
                left_out=left.copy_to(archive, LEFT_OUT_LIST),
            )
            with archive.member(MANIFEST) as member:
                member.write(manifest.to_bytes())
            return await self._report(path, manifest, left)

    def _copy_tables(self, archive: ArchiveWriter, named: "_Spool") -> dict[str, PartEntry]:
        parts = {}
        for name, tables in self.parts.items():
            if tables.revision() is None and name == "jobs":
                continue  # none was ever accepted
            with tables.snapshot() as reader:
                entries = tuple(
                    self._copy_table(archive, reader, shape, part=name, named=named)
                    for shape in reader.shapes
                )
                parts[name] = PartEntry(tables.engine, reader.revision, entries)
        return parts

    def _copy_table(
        self, archive: ArchiveWriter, reader: TableReader, shape: TableShape, *, part: str, named: "_Spool"
    ) -> TableEntry:
        file, count = f"tables/{part}/{shape.name}.jsonl", 0
        with archive.member(file) as member:
            for rows in reader.rows(shape):
                member.write(b"".join(_line(row) for row in rows))
                count += len(rows)
                for row in rows:
                    if part == "database" and (found := named_by(shape.name, row)):
                        named.add(asdict(found))
                self.on_progress("rows", len(rows), 0)
            return TableEntry(shape.name, file, count, member.sha256, shape.columns)

    async def _copy_objects(
        self, archive: ArchiveWriter, named: "_Spool", *, kept: "_Spool", left: "_Spool"
    ) -> None:
        total = sum(line["bytes"] for line in named.lines())
        told = copy_objects(
            self.store,
            archive,
            (Named(**line) for line in named.lines()),
            on_bytes=lambda more: self.on_progress("objects", more, total),
        )
        async for copied in told:
            if copied.failure:
                left.add({"key": copied.key, "why": copied.failure})
            else:
                kept.add(_facts(copied))

    async def _report(self, path: Path, manifest: Manifest, left: "_Spool") -> BackupReport:
        why: dict[str, str] = {line["key"]: line["why"] for line in left.lines()}
        keys, still = sorted(why), set[str]()
        for start in range(0, len(keys), BATCH):
            still |= await self.database.assets.referenced(keys[start : start + BATCH])
        return BackupReport(
            path=str(path),
            rows=sum(table.rows for part in manifest.parts.values() for table in part.tables),
            objects=manifest.objects.count,
            object_bytes=manifest.object_bytes,
            deleted_meanwhile=sum(key not in still for key in why),
            absent=sum(why[key] == "absent" for key in still),
            damaged=sum(why[key] == "damaged" for key in still),
        )


class _Spool:
    """Lines that are too many to be held, on the disk of the backup until it is done."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115 - closed in __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, line: Mapping[str, Any]) -> None:
        self._file.write(_line(line))

    def lines(self) -> Iterator[dict[str, Any]]:
        self._file.seek(0)
        yield from map(json.loads, self._file)

    def copy_to(self, archive: ArchiveWriter, name: str) -> ListEntry:
        count = 0
        with archive.member(name) as member:
            for line in self.lines():
                member.write(_line(line))
                count += 1
            return ListEntry(name, count, member.sha256)


def _line(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _facts(copied: Copied) -> dict[str, Any]:
    return {
        "key": copied.key,
        "bytes": copied.bytes,
        "sha256": copied.sha256,
        "content_type": copied.content_type,
    }
