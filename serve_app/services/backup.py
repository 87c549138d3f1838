"""Copies the tables and the objects that they name into a folder or a .tar file."""

import contextlib
import json
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from serve_app.ports import Database, ObjectStore
from serve_app.ports.backup import JsonRow, TableReader, Tables, TableShape
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
from serve_app.services.backup_objects import Named, ObjectCopy, named_by
from serve_app.services.backup_writer import ArchiveWriter, Member, new_archive
from serve_app.version import VERSION

JOBS, DATABASE = "jobs", "database"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Objects that rows name and that are not in the backup."""

    deleted_meanwhile: int
    """Their rows have gone since the tables were read, too."""
    absent: int
    """The rows are still there: something is wrong with the store."""
    damaged: int
    """Their bytes are not those that the rows tell of."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds."""

    path: str
    rows: int
    objects: int
    object_bytes: int
    left_out: LeftOut


@dataclass(frozen=True, slots=True)
class Backup:
    """Rows come from one view of each database; objects after them, which is well, for they never change.

    The jobs are looked at first: a step that they say is done has its rows in the other view.
    """

    database: Database
    tables: Tables
    jobs: Tables
    store: ObjectStore
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    on_progress: Callable[[str, int, int], None] = field(default=lambda _stage, _done, _total: None)
    """Told the stage, how much of it is done, and how much there is (0: not known). Bytes, of the objects."""

    async def run(self, path: Path) -> BackupReport:
        """Write a backup; nothing is left behind when it fails.

        Raises:
            BackupError: a database does not answer, the disk is full, or there is something at the path.
            UnavailableError: the store or the database does not answer.
        """
        created_at = self.now()
        with new_archive(path) as archive, _spool(path.parent) as spool:
            parts = self._copy_tables(archive, spool)
            copy = ObjectCopy(self.store, archive, on_bytes=self.on_progress)
            with _spool(path.parent) as kept, _spool(path.parent) as left:
                async for named, found in copy.run(_read_spool(spool)):
                    line = {"key": named.key, **found.facts} if found.facts else found.why_line(named)
                    _write_line(kept if found.facts else left, line)
                objects = _copy_list(archive, OBJECT_LIST, kept)
                left_out = _copy_list(archive, LEFT_OUT_LIST, left)
                missing = await self._judge(left)
            manifest = Manifest(
                format=FORMAT,
                service_version=VERSION,
                created_at=created_at.isoformat(),
                parts=parts,
                objects=objects,
                object_bytes=copy.copied_bytes,
                left_out=left_out,
            )
            with archive.member(MANIFEST) as member:
                member.write(manifest.to_bytes())
        rows = sum(table.rows for part in parts.values() for table in part.tables)
        return BackupReport(str(path), rows, objects.count, copy.copied_bytes, missing)
