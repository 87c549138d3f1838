"""What tables of rows with an id and an owner have in common: reading, paging, removing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.statements import BATCH
from serve_app.records import Page, PageRequest

Record = TypeVar("Record")


class OwnedRows(Generic[Record]):
    """One table; another owner's row is not there."""

    def __init__(
        self,
        connections: Connections,
        *,
        table: sa.Table,
        record: Callable[..., Record],
        kind: str | None = None,
    ) -> None:
        """Name the table, what a row becomes, and the column that `PageRequest.kind` filters."""
        self._connections = connections
        self._table = table
        self._record = record
        self._columns = [column for column in table.columns if column.name != "position"]
        self._kind = kind

    async def find(self, row_id: str, *, owner: str) -> Record | None:
        """One of the owner's; None when there is none."""
        rows = await self.select(self._mine(row_id, owner=owner))
        return rows[0] if rows else None

    async def select(
        self, *conditions: sa.ColumnElement[bool], order: tuple[Any, ...] = (), limit: int | None = None
    ) -> tuple[Record, ...]:
        """Rows that meet every condition."""
        statement = sa.select(*self._columns).where(*conditions).order_by(*order).limit(limit)

        async def work(connection: AsyncConnection) -> tuple[Record, ...]:
            rows = (await connection.execute(statement)).mappings()
            return tuple(self._record(**row) for row in rows)

        return await self._connections.read(work)

    async def list_page(
        self,
        request: PageRequest,
        *conditions: sa.ColumnElement[bool],
        owner: str,
        alive_at: datetime | None = None,
    ) -> Page[Record]:
        """The owner's that meet the conditions, newest first; without those past their time at `alive_at`.

        Pages go by the last row's place, not by counting: rows that come or go meanwhile shift nothing.
        """
        columns = self._table.columns
        rows = await self.select(
            columns["owner"] == owner,
            *self._filters(request),
            *conditions,
            *([] if alive_at is None else [columns["expires_at"] > alive_at]),
            order=(columns["created_at"].desc(), columns["id"].desc()),
            limit=request.limit + 1,
        )
        return Page(rows=rows[: request.limit], more=len(rows) > request.limit)

    async def remove(self, row_id: str, *, owner: str) -> bool:
        """Remove one of the owner's; whether there was one."""
        return await self.change(sa.delete(self._table).where(self._mine(row_id, owner=owner))) > 0

    async def remove_expired(self, *, now: datetime, dry_run: bool) -> int:
        """Remove rows past their time, a few hundred at a time: each statement ends well within its limit."""
        past = self._table.columns["expires_at"] <= now
        if dry_run:
            return await self._count(past)
        row_id = self._table.columns["id"]
        some = sa.select(row_id).where(past).order_by(self._table.columns["expires_at"]).limit(BATCH)
        total = 0
        while removed := await self.change(sa.delete(self._table).where(row_id.in_(some))):
            total += removed
        return total

    async def change(self, statement: sa.Update | sa.Delete | sa.Insert) -> int:
        """Run a statement that changes rows; how many."""

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement)).rowcount

        return await self._connections.write(work)

    async def _count(self, condition: sa.ColumnElement[bool]) -> int:
        statement = sa.select(sa.func.count()).select_from(self._table).where(condition)

        async def work(connection: AsyncConnection) -> int:
            return (await connection.execute(statement)).scalar_one()

        return await self._connections.read(work)

    def _mine(self, row_id: str, *, owner: str) -> sa.ColumnElement[bool]:
        columns = self._table.columns
        return sa.and_(columns["id"] == row_id, columns["owner"] == owner)

    def _filters(self, request: PageRequest) -> list[sa.ColumnElement[bool]]:
        created_at, row_id = self._table.columns["created_at"], self._table.columns["id"]
        found: list[sa.ColumnElement[bool]] = []
        if request.before is not None:
            moment, last_id = request.before
            place = sa.tuple_(sa.literal(moment, created_at.type), sa.literal(last_id, row_id.type))
            found.append(sa.tuple_(created_at, row_id) < place)
        if request.created_after is not None:
            found.append(created_at > request.created_after)
        if request.created_before is not None:
            found.append(created_at < request.created_before)
        if request.kind is not None and self._kind is not None:
            found.append(self._table.columns[self._kind] == request.kind)
        return found
