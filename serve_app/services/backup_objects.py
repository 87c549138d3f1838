"""Copies objects out of the store, some ahead, large ones piece by piece, each checked against its row."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from serve_app.errors import NotFoundError
from serve_app.ports import ObjectStore, StoredObject
from serve_app.ports.backup import JsonRow
from serve_app.services.backup_manifest import OBJECTS
from serve_app.services.backup_writer import ArchiveWriter, Member

PIECE = 4 << 20
"""Bytes of an object that are held at once."""
AHEAD = 16
"""Objects whose first piece is fetched while another is written: hides the way to a far store."""


@dataclass(frozen=True, slots=True)
class Named:
    """An object that a row names."""

    key: str
    sha256: str | None
    """What the row says of it; None where it says nothing."""
    bytes: int
    """The same; 0 where it says nothing."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What became of it."""

    key: str
    bytes: int = 0
    sha256: str = ""
    content_type: str = ""
    failure: Literal["absent", "damaged"] | None = None


class _DamagedError(Exception):
    """The bytes are not those that the row tells of."""


def named_by(table: str, row: JsonRow) -> Named | None:
    """The object of a row; None where it has none."""
    if table == "assets":
        return Named(row["key"], row["sha256"], row["bytes"])
    if table == "idempotency" and row.get("object_key"):
        return Named(row["object_key"], None, 0)
    return None


async def copy_objects(
    store: ObjectStore,
    archive: ArchiveWriter,
    names: Iterator[Named],
    *,
    on_bytes: Callable[[int], None],
) -> AsyncIterator[Copied]:
    """Write each object into the archive, in order.

    Args:
        store: Where they lie.
        archive: Gets those that are there and whole.
        names: Which.
        on_bytes: Told the size of each piece.

    Raises:
        UnavailableError: the store does not answer.
        OSError: the disk refused.
    """
    ahead: deque[tuple[Named, asyncio.Task[StoredObject | None]]] = deque()
    try:
        while True:
            while len(ahead) < AHEAD and (named := next(names, None)):
                ahead.append((named, asyncio.create_task(_piece(store, named.key, 0))))
            if not ahead:
                return
            named, task = ahead.popleft()
            first = await task
            yield (
                Copied(named.key, failure="absent")
                if first is None
                else await _copy(store, archive, named, first, on_bytes=on_bytes)
            )
    finally:
        for _, task in ahead:
            task.cancel()


async def _copy(
    store: ObjectStore,
    archive: ArchiveWriter,
    named: Named,
    first: StoredObject,
    *,
    on_bytes: Callable[[int], None],
) -> Copied:
    try:
        with archive.member(f"{OBJECTS}{named.key}") as member:
            piece: StoredObject | None = first
            while piece is not None and piece.data:
                member.write(piece.data)
                on_bytes(len(piece.data))
                more = member.size < first.size
                piece = await _piece(store, named.key, member.size) if more else None
            _check(member, first.size, named)
            return Copied(named.key, member.size, member.sha256, first.content_type)
    except _DamagedError:
        return Copied(named.key, failure="damaged")


def _check(member: Member, size: int, named: Named) -> None:
    if member.size != size or named.sha256 not in {None, member.sha256}:
        raise _DamagedError


async def _piece(store: ObjectStore, key: str, start: int) -> StoredObject | None:
    try:
        return await store.get(key, start=start, end=start + PIECE)
    except NotFoundError:
        return None
