"""What a backup says of itself: `manifest.json`, and where its other members lie."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from serve_app.ports.backup import BackupError, Kind, TableShape

FORMAT = 1
"""Raised when an older version could not read it."""
MANIFEST = "manifest.json"
OBJECTS = "objects/"
OBJECT_LIST = "objects.jsonl"
LEFT_OUT_LIST = "left_out.jsonl"


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table of a backup; its rows are JSON, one a line."""

    name: str
    file: str
    rows: int
    sha256: str
    columns: Mapping[str, Kind]

    @property
    def shape(self) -> TableShape:
        """For the writer."""
        return TableShape(self.name, self.columns)


@dataclass(frozen=True, slots=True)
class PartEntry:
    """Tables that belong together."""

    engine: str
    revision: str
    tables: tuple[TableEntry, ...]


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A list of objects, one a line."""

    file: str
    count: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole."""

    format: int
    service_version: str
    created_at: str
    """ISO 8601: when the first table was looked at."""
    parts: Mapping[str, PartEntry]
    """`database`, and `jobs` where there were any."""
    objects: ListEntry
    object_bytes: int
    left_out: ListEntry
    """Objects that rows name and that could not be had; such rows are not taken in."""

    def to_bytes(self) -> bytes:
        """JSON, with a hash of itself."""
        content = asdict(self)
        return json.dumps({**content, "sha256": _sum(content)}, indent=1).encode()

    @property
    def id(self) -> str:
        """Another for each backup."""
        return _sum(asdict(self))


def read_manifest(data: bytes) -> Manifest:
    """Parse and check.

    Raises:
        BackupError: it is damaged, or of a newer format.
    """
    try:
        content: dict[str, Any] = json.loads(data)
        if int(content["format"]) > FORMAT:
            raise BackupError("The backup was written by a newer version of the service: update it.")
        if content.pop("sha256") != _sum(content):
            raise BackupError("The manifest of the backup is damaged.")
        return Manifest(
            format=content["format"],
            service_version=content["service_version"],
            created_at=content["created_at"],
            parts={name: _part(part) for name, part in content["parts"].items()},
            objects=ListEntry(**content["objects"]),
            object_bytes=content["object_bytes"],
            left_out=ListEntry(**content["left_out"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError("The manifest of the backup is damaged.") from error


def _part(content: dict[str, Any]) -> PartEntry:
    tables = tuple(TableEntry(**table) for table in content["tables"])
    return PartEntry(content["engine"], content["revision"], tables)


def _sum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
