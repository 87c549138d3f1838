"""What backup and restore need of a database: its tables as rows that any engine can take."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

Kind = Literal["text", "integer", "number", "decimal", "boolean", "bytes", "json", "moment"]
"""What a column holds."""
JsonRow: TypeAlias = Mapping[str, Any]
"""Values by column, JSON-ready: bytes as base64, moments as ISO 8601 with their zone, numbers that JSON has
not as text."""


class BackupError(Exception):
    """Backup or restore cannot go on; the text is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table as it was found."""

    name: str
    columns: Mapping[str, Kind]


class TableReader(Protocol):
    """Tables at one moment, whatever is written meanwhile."""

    @property
    def revision(self) -> str:
        """Of the schema."""
        ...

    @property
    def shapes(self) -> tuple[TableShape, ...]:
        """Every table; those that others refer to come first."""
        ...

    def rows(self, shape: TableShape) -> Iterator[list[JsonRow]]:
        """Every row in the order of the primary key, some hundreds at a time."""
        ...


class TableWriter(Protocol):
    """Tables inside a transaction that ends with all of it, or with nothing."""

    def insert(self, shape: TableShape, rows: Sequence[JsonRow]) -> None:
        """Insert rows of a table as it was found elsewhere, perhaps by another engine.

        Raises `BackupError` for a table or column that is not there, or a value that does not fit.
        """
        ...

    def count(self, table: str) -> int:
        """Rows of a table now; 0 where there is no such table."""
        ...


class Tables(Protocol):
    """Tables that belong together."""

    @property
    def engine(self) -> str:
        """`postgresql` or `sqlite`."""
        ...

    def revision(self) -> str | None:
        """Of the schema; None where there are no tables."""
        ...

    def snapshot(self) -> AbstractContextManager[TableReader]:
        """Read everything as of now."""
        ...

    def refusal(self, revision: str) -> str | None:
        """Why rows of this revision could not be taken in; None when they can."""
        ...

    def filled(self) -> str | None:
        """The name of a table that holds something of clients'; None when there is none."""
        ...

    async def prepare(self, revision: str) -> None:
        """Make the tables of a revision where they are absent."""
        ...

    def replace(self, tables: Sequence[str]) -> AbstractContextManager[TableWriter]:
        """Empty these tables, as far as they are there; commits at the end, or changes nothing."""
        ...

    async def conclude(self) -> None:
        """Bring the schema from the revision of `prepare` to this version of the service."""
        ...
