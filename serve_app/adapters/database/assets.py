"""The table `assets`: each stored file."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.owned_rows import OwnedRows
from serve_app.adapters.database.statements import batches, insert, values_of
from serve_app.adapters.database.tables import assets, idempotency
from serve_app.records import AssetRecord

_COLUMNS = assets.columns


class SqlAssets:
    """Implements `AssetRecords`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._rows = OwnedRows(connections, table=assets, record=AssetRecord)

    async def add(self, assets: Sequence[AssetRecord]) -> None:
        """Insert all or none; one that is there already (same id) is left as it is."""
        statements = [self._insert(batch) for batch in batches(assets)]

        async def work(connection: AsyncConnection) -> None:
            if len(statements) == 1:
                await connection.execute(statements[0])
            else:
                await _together(connection, statements)

        if statements:
            await self._connections.write(work)

    async def get(self, asset_id: str, *, owner: str) -> AssetRecord | None:
        """One of the owner's, expired or not; None when there is none."""
        return await self._rows.find(asset_id, owner=owner)

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

    async def referenced(self, keys: Collection[str]) -> set[str]:
        """Which of these object keys a row names (an asset's, or an idempotency record's)."""
        found: set[str] = set()
        for batch in batches(keys):
            for column in (_COLUMNS["key"], idempotency.columns["object_key"]):
                found.update(await self._texts(sa.select(column).where(column.in_(batch))))
        return found

    async def delete_of_parent(self, parent_id: str, *, owner: str) -> list[str]:
        """Remove every file row of a parent; the keys of their objects."""
        gone = sa.delete(assets).where(*_children(parent_id, owner=owner)).returning(_COLUMNS["key"])

        async def work(connection: AsyncConnection) -> list[str]:
            return list((await connection.execute(gone)).scalars())

        return await self._connections.write(work)

    async def expired(self, *, now: datetime, limit: int) -> tuple[AssetRecord, ...]:
        """Rows past their time, oldest first."""
        order = (_COLUMNS["expires_at"], _COLUMNS["position"])
        return await self._rows.select(_COLUMNS["expires_at"] <= now, order=order, limit=limit)

    async def delete(self, asset_ids: Collection[str]) -> int:
        """Remove rows; how many there were."""
        total = 0
        for batch in batches(asset_ids):
            total += await self._rows.change(sa.delete(assets).where(_COLUMNS["id"].in_(batch)))
        return total

    def _insert(self, records: Sequence[AssetRecord]) -> sa.Insert:
        statement = insert(assets, dialect=self._connections.dialect)
        return statement.values([values_of(record) for record in records]).on_conflict_do_nothing()

    async def _texts(self, statement: sa.Select[str]) -> list[str]:
        async def work(connection: AsyncConnection) -> list[str]:
            return list((await connection.execute(statement)).scalars())

        return await self._connections.read(work)


def _children(parent_id: str, *, owner: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_COLUMNS["parent_id"] == parent_id, _COLUMNS["owner"] == owner)


async def _together(connection: AsyncConnection, statements: Sequence[sa.Insert]) -> None:
    """Run several statements as one transaction, on a connection where each is its own."""
    await connection.exec_driver_sql("BEGIN")
    try:
        for statement in statements:
            await connection.execute(statement)
        await connection.exec_driver_sql("COMMIT")
    except BaseException:
        await connection.invalidate()  # what is not committed is lost with the connection, whatever its state
        raise
