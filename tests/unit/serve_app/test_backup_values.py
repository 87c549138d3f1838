"""Values of columns as JSON."""

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from serve_app.adapters.table_copy.values import from_json, kind_of, to_json
from serve_app.ports.backup import BackupError, Kind

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "text": st.text(),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "number": st.floats(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "bytes": st.binary(),
    "json": JSON,
    "moment": st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES),  # noqa: DTZ001 - the strategy adds zones
}


def through(value: Any, kind: Kind, *, into: Kind | None = None, zoned: bool = True) -> Any:
    """A value, through a line of a backup."""
    line = json.dumps(to_json(value, kind), allow_nan=kind == "json").encode()
    return from_json(json.loads(line), kind, into=into or kind, zoned=zoned)


@pytest.mark.parametrize("kind", list(VALUES))
@given(data=st.data())
def test_values_come_back(kind: Kind, data: st.DataObject) -> None:
    """Every value of every kind is the same after it was a line of JSON; NULL stays NULL."""
    value = data.draw(VALUES[kind])
    found = through(value, kind)
    assert found == value or (isinstance(value, float) and math.isnan(value) and math.isnan(found))
    assert type(found) is type(value)
    assert through(None, kind) is None


def test_moments_without_zones() -> None:
    """What SQLite gives without a zone is UTC, and goes back without one."""
    naive = datetime(2026, 3, 29, 1, 30, 0, 123456)  # noqa: DTZ001 - as SQLite gives it
    assert through(naive, "moment") == naive.replace(tzinfo=UTC)
    assert through(naive, "moment", zoned=False) == naive
    east = naive.replace(tzinfo=timezone(timedelta(hours=13)))
    assert through(east, "moment", zoned=False) == naive - timedelta(hours=13)


@pytest.mark.parametrize(
    ("value", "kind", "into", "expected"),
    [
        ({"a": [1]}, "json", "text", '{"a": [1]}'),
        ('{"a": [1]}', "text", "json", {"a": [1]}),
        (True, "boolean", "integer", 1),
        (0, "integer", "boolean", False),
        (3, "integer", "number", 3.0),
        (3, "integer", "decimal", Decimal(3)),
        (Decimal(7), "decimal", "integer", 7),
    ],
)
def test_other_kinds(value: Any, kind: Kind, into: Kind, expected: Any) -> None:
    """Where an engine has no such type, its usual stand-in is taken, both ways."""
    found = through(value, kind, into=into)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(("kind", "into"), [("text", "integer"), ("bytes", "text"), ("moment", "integer")])
def test_kinds_that_do_not_go_together(kind: Kind, into: Kind) -> None:
    """A column that means something else is an error, not a guess."""
    value = {"text": "7", "bytes": b"7", "moment": datetime(2026, 1, 1, tzinfo=UTC)}[kind]
    with pytest.raises(BackupError):
        through(value, kind, into=into)


def test_unknown_type() -> None:
    """A table with a type that nothing here writes is not backed up half."""
    table = sa.Table("t", sa.MetaData(), sa.Column("when", sa.Interval()))
    with pytest.raises(BackupError, match=r"t\.when"):
        kind_of(table.c.when)
