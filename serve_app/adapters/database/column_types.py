"""Column types that give the same values back from Postgres and from SQLite."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine


class PlainText(sa.types.TypeDecorator[str]):
    """Text of any content, ordered by code point.

    Postgres takes no NUL and no lone surrogate; both become U+FFFD on either engine, so that a client's odd
    string is never an error of the database. The collation "C" orders like SQLite does, and an index over it
    survives an upgrade of the system's locales.
    """

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text, compared byte by byte."""
        return dialect.type_descriptor(sa.Text(collation="C") if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base's form
        """Replace what no database stores."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        readable = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
        return readable.replace("\0", "\ufffd")


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware datetime in UTC, to the microsecond: `timestamptz`, or fixed-width text in SQLite."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """With a time zone where the engine has them."""
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Take aware datetimes only: a naive one would be a moment that nobody meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base's form
        """Give UTC back, whatever zone the server's session has."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class TextList(sa.types.TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, as a JSON array."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> list[str] | None:  # noqa: ARG002 - the base's form
        """JSON has lists."""
        return None if value is None else list(value)

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 - the base's form
        """Records have tuples."""
        return None if value is None else tuple(value)


JsonText = sa.JSON(none_as_null=True)
"""`json`, not `jsonb`: it keeps the order of keys and takes every escape of JSON; nothing searches it."""

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A number that counts up; SQLite counts only in a column of type INTEGER."""
