"""Rows out of a fixed view of some tables, and into a transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from serve_app.adapters.table_copy.values import from_json, kind_of, to_json
from serve_app.ports.backup import BackupError, JsonRow, TableShape

BATCH = 500


@dataclass(frozen=True, slots=True)
class SnapshotReader:
    """`ports.backup.TableReader`."""

    connection: sa.Connection
    revision: str
    tables: list[sa.Table]

    @property
    def shapes(self) -> tuple[TableShape, ...]:
        """See the port."""
        return tuple(
            TableShape(table.name, {column.name: kind_of(column) for column in table.columns})
            for table in self.tables
        )

    def rows(self, shape: TableShape) -> Iterator[list[JsonRow]]:
        """See the port."""
        table = next(table for table in self.tables if table.name == shape.name)
        query = table.select().order_by(*table.primary_key.columns)
        result = self.connection.execution_options(yield_per=BATCH).execute(query)
        for rows in result.partitions(BATCH):
            yield [
                {name: to_json(row._mapping[name], kind) for name, kind in shape.columns.items()}  # noqa: SLF001 - its public name
                for row in rows
            ]


@dataclass(frozen=True, slots=True)
class TransactionWriter:
    """`ports.backup.TableWriter`."""

    connection: sa.Connection
    tables: dict[str, sa.Table]

    def insert(self, shape: TableShape, rows: Sequence[JsonRow]) -> None:
        """See the port."""
        table = self.tables.get(shape.name)
        if table is None:
            raise BackupError(f"The table {shape.name} of the backup is not in this database.")
        for name in shape.columns:
            if name not in table.columns and any(row.get(name) is not None for row in rows):
                raise BackupError(f"The column {shape.name}.{name} of the backup is not in this database.")
        shared = [name for name in shape.columns if name in table.columns]
        values = [{name: self._value(table, name, shape, row) for name in shared} for row in rows]
        if values:
            self.connection.execute(table.insert(), values)

    def count(self, table: str) -> int:
        """See the port."""
        if table not in self.tables:
            return 0
        query = sa.select(sa.func.count()).select_from(self.tables[table])
        return int(self.connection.execute(query).scalar_one())

    def _value(self, table: sa.Table, name: str, shape: TableShape, row: JsonRow) -> Any:
        column = table.columns[name]
        try:
            zoned = bool(getattr(column.type, "timezone", False))
            return from_json(row[name], shape.columns[name], into=kind_of(column), zoned=zoned)
        except (BackupError, ValueError, TypeError, KeyError) as error:
            raise BackupError(f"{shape.name}.{name} of the backup cannot be taken in: {error}") from error
