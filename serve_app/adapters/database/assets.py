"""The table `assets`: each stored file."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from serve_app.adapters.database import tables
from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.owned_rows import OwnedRows
from serve_app.adapters.database.statements import batches, insert, values_of
from serve_app.records import AssetRecord

_COLUMNS = tables.assets.columns


class SqlAssets:
    """Implements `AssetRecords`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._rows = OwnedRows(connections, table=tables.assets, record=AssetRecord)

    async def add(self, assets: Sequence[AssetRecord]) -> None:
        """Insert all or none; one that is there already (same id) is left as it is."""
        statement = insert(tables.assets, dialect=self._connections.dialect).on_conflict_do_nothing()
        rows = [values_of(asset) for asset in assets]

        async def work(connection: AsyncConnection) -> None:
            if len(rows) == 1:
                await connection.execute(statement, rows[0])
            else:
                await _together(connection, statement, rows)

        if rows:
            await self._connections.write(work)

    async def get(self, asset_id: str, *, owner: str) -> AssetRecord | None:
        """One of the owner's, expired or not; None when there is none."""
        return await self._rows.find(asset_id, owner=owner)

    async def several(self, asset_ids: Collection[str], *, owner: str) -> tuple[AssetRecord, ...]:
        """Those of these that the owner has, expired or not, in any order."""
        found: list[AssetRecord] = []
        for batch in batches(asset_ids):
            found += await self._rows.select(_COLUMNS["owner"] == owner, _COLUMNS["id"].in_(batch))
        return tuple(found)

    async def of_parent(self, parent_id: str, *, owner: str) -> tuple[AssetRecord, ...]:
        """Every file of an image, pack or job, in the order in which they were added."""
        return await self._rows.select(*_children(parent_id, owner=owner), order=(_COLUMNS["position"],))

    async def present(self, asset_ids: Collection[str], *, owner: str) -> set[str]:
        """Which of these are there."""
        mine = sa.select(_COLUMNS["id"]).where(_COLUMNS["owner"] == owner)
        found: set[str] = set()
        for batch in batches(asset_ids):
            found.update(await self._texts(mine.where(_COLUMNS["id"].in_(batch))))
        return found

    async def made_of(
        self, content_keys: Collection[str], *, owner: str, alive_at: datetime
    ) -> tuple[AssetRecord, ...]:
        """The owner's files with one of these content keys that live on at that time, newest first."""
        found: list[AssetRecord] = []
        alive = (_COLUMNS["owner"] == owner, _COLUMNS["expires_at"] > alive_at)
        newest = (_COLUMNS["created_at"].desc(), _COLUMNS["position"].desc())
        for batch in batches(content_keys):
            found += await self._rows.select(*alive, _COLUMNS["content_key"].in_(batch), order=newest)
        return tuple(found)

    async def extend(self, parent_id: str, *, owner: str, expires_at: datetime) -> None:
        """Give every file of a parent more time."""
        mine = sa.update(tables.assets).where(*_children(parent_id, owner=owner))
        await self._rows.change(mine.values(expires_at=expires_at))

    async def referenced(self, keys: Collection[str]) -> set[str]:
        """Which of these object keys a row names (an asset's, or an idempotency record's)."""
        found: set[str] = set()
        for batch in batches(keys):
            for column in (_COLUMNS["key"], tables.idempotency.columns["object_key"]):
                found.update(await self._texts(sa.select(column).where(column.in_(batch))))
        return found

    async def delete_of_parent(self, parent_id: str, *, owner: str) -> list[str]:
        """Remove every file row of a parent; the keys of their objects."""
        gone = sa.delete(tables.assets).where(*_children(parent_id, owner=owner)).returning(_COLUMNS["key"])

        async def work(connection: AsyncConnection) -> list[str]:
            return list((await connection.execute(gone)).scalars())

        return await self._connections.write(work)

    async def expired(
        self, *, now: datetime, limit: int, after: tuple[datetime, str] | None = None
    ) -> tuple[AssetRecord, ...]:
        """Rows past their time, by (expires_at, id); those after `after`, the last one of the page before."""
        order = (_COLUMNS["expires_at"], _COLUMNS["id"])
        wanted = [_COLUMNS["expires_at"] <= now]
        if after is not None:
            wanted.append(sa.tuple_(*order) > sa.tuple_(*after))
        return await self._rows.select(*wanted, order=order, limit=limit)

    async def delete(self, asset_ids: Collection[str]) -> int:
        """Remove rows; how many there were."""
        total = 0
        for batch in batches(asset_ids):
            total += await self._rows.change(sa.delete(tables.assets).where(_COLUMNS["id"].in_(batch)))
        return total

    async def _texts(self, statement: sa.Select[str]) -> list[str]:
        async def work(connection: AsyncConnection) -> list[str]:
            return list((await connection.execute(statement)).scalars())

        return await self._connections.read(work)


def _children(parent_id: str, *, owner: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_COLUMNS["parent_id"] == parent_id, _COLUMNS["owner"] == owner)


async def _together(connection: AsyncConnection, inserting: sa.Insert, rows: list[dict[str, Any]]) -> None:
    """Insert rows as one transaction, on a connection where each statement is its own.

    The rows are parameters of a statement that stays compiled; a VALUES list of their number would be built
    anew each time, 0.4 ms a row that the event loop stands still. Asked for RETURNING, SQLAlchemy sends many
    rows in one message; without, the driver would pipeline messages, which not every pooler forwards.
    """
    statement = inserting.returning(_COLUMNS["position"])
    await connection.exec_driver_sql("BEGIN")
    try:
        await connection.execute(statement, rows)
        await connection.exec_driver_sql("COMMIT")
    except BaseException:
        await connection.invalidate()  # what is not committed is lost with the connection, whatever its state
        raise
