"""Pieces of SQL and of records that the repositories share."""

import dataclasses
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Item = TypeVar("Item")

BATCH = 500
"""Values in one list, rows in one removal: far within both engines' limits, and quick."""


def insert(table: sa.Table, *, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows `ON CONFLICT`, written alike on both engines."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def values_of(record: "DataclassInstance") -> dict[str, Any]:
    """A record as the values of its row: the fields are named like the columns."""
    return {item.name: getattr(record, item.name) for item in dataclasses.fields(record)}


def batches(items: Collection[Item]) -> Iterator[list[Item]]:
    """The items, so many at a time that one statement takes them."""
    every = list(items)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]
