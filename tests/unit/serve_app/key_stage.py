"""A ring of keys over a table in memory, with a clock that tests move."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from serve_app.adapters.database_key_ring import DatabaseKeyRing
from serve_app.adapters.key_ring import SettingsKeyRing
from serve_app.adapters.key_ring_keys import new_key
from serve_app.adapters.key_ring_records import KeyTimes
from serve_app.errors import UnavailableError
from serve_app.records import KeyRecord

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
SETTINGS_KEY = "the-key-of-the-settings"


class Table:
    """`KeyRecords` in memory, which counts what it is asked and can be gone."""

    def __init__(self) -> None:
        self.rows: dict[str, KeyRecord] = {}
        self.asked: list[str] = []
        self.touched: list[tuple[str, datetime]] = []
        self.gone = False
        self.open = asyncio.Event()
        self.open.set()
        self.touch_error: Exception | None = None

    async def add(self, key: KeyRecord) -> None:
        self.rows[key.id] = key

    async def get(self, key_id: str) -> KeyRecord | None:
        self.asked.append(key_id)
        found = self.rows.get(key_id)
        await self.open.wait()
        if self.gone:
            raise UnavailableError("gone")
        return found

    async def every(self) -> tuple[KeyRecord, ...]:
        return tuple(self.rows.values())

    async def revoke(self, key_id: str, *, now: datetime) -> bool:
        self.rows[key_id] = replace(self.rows[key_id], revoked_at=now)
        return True

    async def touch(self, key_id: str, *, now: datetime) -> None:
        await self.open.wait()
        if self.touch_error:
            raise self.touch_error
        self.touched.append((key_id, now))


class Stage:
    """A ring over such a table, with a clock that tests move."""

    def __init__(self, **times: float) -> None:
        self.seconds = 0.0
        self.table = Table()
        self.ring = DatabaseKeyRing(
            SettingsKeyRing.of(SETTINGS_KEY),
            self.table,
            times=KeyTimes(**times),  # type: ignore[arg-type] # max_kept is given as an int
            clock=lambda: self.seconds,
            now=lambda: START + timedelta(seconds=self.seconds),
        )

    def add(self, **changes: object) -> tuple[KeyRecord, str]:
        record, key = new_key("club", "site", scopes=["read"], plan="free", now=START)
        self.table.rows[record.id] = replace(record, **changes)  # type: ignore[arg-type] # any field
        return record, key


def stranger() -> str:
    """A well-formed key that nobody has."""
    return new_key("x", "x", scopes=["admin"], plan="x", now=START)[1]
