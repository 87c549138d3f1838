"""Reads a backup's members with what its lists say of them."""

import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from typing import IO, Any

from serve_app.ports.backup import BackupError
from serve_app.services.backup_manifest import MANIFEST, OBJECTS, ListEntry, Manifest, read_manifest
from serve_app.services.backup_reader import ArchiveReader

_CHUNK = 1 << 20


def manifest_of(archive: ArchiveReader) -> Manifest:
    """What the backup says of itself. Raises `BackupError` where that is missing or damaged."""
    with archive.open(MANIFEST) as file:
        return read_manifest(file.read())


def lines_of(archive: ArchiveReader, listed: ListEntry) -> Iterator[dict[str, Any]]:
    """A list of objects."""
    with archive.open(listed.file) as file:
        yield from map(json.loads, file)


def objects_of(archive: ArchiveReader, listed: ListEntry) -> Iterator[tuple[dict[str, Any], IO[bytes]]]:
    """Each object's facts with its bytes, in the order of the list.

    Raises:
        BackupError: one is not there.
    """
    facts, again = itertools.tee(lines_of(archive, listed))
    return zip(facts, archive.objects(_member_of(line["key"]) for line in again), strict=False)


def verify(archive: ArchiveReader, manifest: Manifest, *, on_bytes: Callable[[int], None]) -> None:
    """Read everything once.

    Args:
        archive: The backup.
        manifest: Its own.
        on_bytes: Told how many bytes of objects were read.

    Raises:
        BackupError: anything is missing, or is not what was written.
    """
    for part in manifest.parts.values():
        for table in part.tables:
            _verify_lines(archive, table.file, table.sha256, table.rows)
    for listed in (manifest.objects, manifest.left_out):
        _verify_lines(archive, listed.file, listed.sha256, listed.count)
    for facts, file in objects_of(archive, manifest.objects):
        digest, size = hashlib.sha256(), 0
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            on_bytes(len(chunk))
        if (size, digest.hexdigest()) != (facts["bytes"], facts["sha256"]):
            raise BackupError(f"The backup is damaged: {OBJECTS}{facts['key']} is not what was written.")


def _verify_lines(archive: ArchiveReader, name: str, sha256: str, count: int) -> None:
    digest, found = hashlib.sha256(), 0
    with archive.open(name) as file:
        for line in file:
            digest.update(line)
            found += 1
    if (found, digest.hexdigest()) != (count, sha256):
        raise BackupError(f"The backup is damaged: {name} is not what was written.")


def _member_of(key: str) -> str:
    if key.startswith("/") or ".." in key.split("/"):
        raise BackupError(f"The backup is damaged: {key!r} is no key of an object.")
    return f"{OBJECTS}{key}"
