"""Values of columns as JSON and back, for backups that one engine wrote and another may read."""

import base64
import json
import math
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from serve_app.ports.backup import BackupError, Kind

_KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.Float, "number"),
    (sa.Numeric, "decimal"),
    (sa.LargeBinary, "bytes"),
    (sa.JSON, "json"),
    (sa.DateTime, "moment"),
    (sa.String, "text"),
)
_NEAR: dict[tuple[Kind, Kind], Callable[[Any], Any]] = {
    ("boolean", "integer"): int,
    ("integer", "boolean"): bool,
    ("integer", "number"): float,
    ("integer", "decimal"): Decimal,
    ("decimal", "integer"): int,
}
"""Kinds of which one engine has the one, and another the other."""


def kind_of(column: sa.Column[Any]) -> Kind:
    """What a column holds, by its reflected type.

    Raises:
        BackupError: a type that nothing here writes.
    """
    for known, kind in _KINDS:
        if isinstance(column.type, known):
            return kind
    raise BackupError(
        f"{column.table.name}.{column.name} is of the type {column.type}, which no backup holds."
    )


def to_json(value: Any, kind: Kind) -> Any:
    """A value as it lies in a backup; None stays."""
    if value is None:
        return None
    if kind == "bytes":
        return base64.b64encode(value).decode()
    if kind == "moment":
        # SQLite keeps no zones: what is written there is UTC.
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    if kind == "decimal":
        return str(value)
    if kind == "number" and not math.isfinite(value):
        return str(value)
    return value


def from_json(value: Any, kind: Kind, *, into: Kind, zoned: bool) -> Any:
    """A value of a backup for a column, perhaps of another kind.

    Args:
        value: As `to_json` gave it.
        kind: What the column held that it came from.
        into: What the column holds that it goes to.
        zoned: Whether that column keeps time zones.

    Raises:
        BackupError: the kinds do not go together.
        ValueError: the value is not one of its kind.
    """
    if value is None:
        return None
    read = _read(value, kind)
    if kind == into:
        return read.replace(tzinfo=None) if into == "moment" and not zoned else read
    if (kind, into) == ("json", "text"):
        return json.dumps(read)
    if (kind, into) == ("text", "json"):
        return json.loads(read)
    if (kind, into) in _NEAR:
        return _NEAR[kind, into](read)
    raise BackupError(f"a {kind} does not go into a column for a {into}")


def _read(value: Any, kind: Kind) -> Any:
    if kind == "bytes":
        return base64.b64decode(value, validate=True)
    if kind == "moment":
        return datetime.fromisoformat(value).astimezone(UTC)
    if kind == "decimal":
        return Decimal(value)
    return float(value) if kind == "number" else value
