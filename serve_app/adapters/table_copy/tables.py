"""Whole tables out of, and into, Postgres or SQLite: `ports.backup.Tables`.

Tables are read as they lie in the database, not as this version would make them, so that a backup of an older
one can be taken in and migrated.
"""

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from serve_app.adapters.table_copy.connections import exists, is_postgres, transaction, without_password
from serve_app.adapters.table_copy.rows import SnapshotReader, TransactionWriter
from serve_app.ports.backup import BackupError


@dataclass(frozen=True, slots=True)
class SqlTables:
    """The tables of a database, or of one schema of it."""

    address: sa.URL
    """With its driver: `database.address.read_address`."""
    schema: str | None
    """Where the tables lie; None is the usual place, and the only one in SQLite."""
    names: Callable[[sa.Connection], Sequence[str]]
    """Which tables; others may live beside them."""
    version: Callable[[sa.Connection], str | None]
    """The schema's revision; None where there are no tables."""
    check_revision: Callable[[str, str | None], str | None]
    """Given a backup's revision and our own: why rows of it cannot be taken in, or None."""
    make: Callable[[str | None], Awaitable[None]]
    """Makes the tables of a revision, or of the newest one."""
    data: Mapping[str, sa.ColumnElement[bool]] | None = None
    """Tables, and which of their rows are clients'; None is every row of every table."""

    @property
    def engine(self) -> str:
        """See the port."""
        return "postgresql" if is_postgres(self.address) else "sqlite"

    @contextlib.contextmanager
    def snapshot(self) -> Iterator["SnapshotReader"]:
        """See the port.

        Raises:
            BackupError: the database does not answer or has no tables.
        """
        with transaction(self.address, writes=False) as connection:
            revision = self.version(connection)
            if revision is None:
                where = without_password(self.address)
                raise BackupError(f"{where} has no tables of this service: mighty migrate makes them.")
            tables = self._reflect(connection, self.names(connection))
            yield SnapshotReader(connection, revision, tables)

    def revision(self) -> str | None:
        """See the port."""
        if not exists(self.address):
            return None
        with transaction(self.address, writes=False) as connection:
            return self.version(connection)

    def refusal(self, revision: str) -> str | None:
        """See the port."""
        return self.check_revision(revision, self.revision())

    def filled(self) -> str | None:
        """See the port."""
        if self.revision() is None:
            return None
        with transaction(self.address, writes=False) as connection:
            for table in self._reflect(connection, self.names(connection)):
                if self.data is not None and table.name not in self.data:
                    continue
                row = sa.select(sa.literal(1)).select_from(table).limit(1)
                if self.data is not None:
                    row = row.where(self.data[table.name])
                if connection.execute(row).first():
                    return table.name
        return None

    async def prepare(self, revision: str) -> None:
        """See the port."""
        await self.make(revision)

    @contextlib.contextmanager
    def replace(self, tables: Sequence[str]) -> Iterator["TransactionWriter"]:
        """See the port."""
        with transaction(self.address, writes=True) as connection:
            found = self._reflect(connection, tables)
            for table in reversed(found):
                connection.execute(table.delete())
            yield TransactionWriter(connection, {table.name: table for table in found})
            if is_postgres(self.address):
                _continue_counting(connection, found)

    async def conclude(self) -> None:
        """See the port."""
        await self.make(None)

    def _reflect(self, connection: sa.Connection, names: Sequence[str]) -> list[sa.Table]:
        """These tables, as far as they are there; those that others refer to come first."""
        metadata = sa.MetaData()
        there = set(sa.inspect(connection).get_table_names(schema=self.schema))
        metadata.reflect(connection, schema=self.schema, only=sorted(there & set(names)))
        for table in metadata.tables.values():
            for column in table.columns:
                if isinstance(column.type, sa.JSON):
                    column.type.none_as_null = bool(column.nullable)
        return metadata.sorted_tables


def _continue_counting(connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
    """Let numbers that count up go on after the highest; SQLite does so by itself."""
    for table in tables:
        for column in table.columns:
            if column.identity is None:
                continue
            name = sa.func.pg_get_serial_sequence(table.fullname, column.name)
            highest = sa.select(sa.func.max(column)).scalar_subquery()
            following = sa.func.coalesce(highest + 1, 1)
            connection.execute(sa.select(sa.func.setval(name, following, sa.false())))
