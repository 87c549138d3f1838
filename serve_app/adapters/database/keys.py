"""The table `api_keys`."""

from datetime import datetime

import sqlalchemy as sa

from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.owned_rows import OwnedRows
from serve_app.adapters.database.statements import values_of
from serve_app.adapters.database.tables import api_keys
from serve_app.records import KeyRecord

_COLUMNS = api_keys.columns


class SqlKeys:
    """Implements `KeyRecords`."""

    def __init__(self, connections: Connections) -> None:
        self._rows = OwnedRows(connections, table=api_keys, record=KeyRecord)

    async def add(self, key: KeyRecord) -> None:
        """Insert; a second one with the same id or hash is refused."""
        await self._rows.change(sa.insert(api_keys).values(values_of(key)))

    async def get(self, key_id: str) -> KeyRecord | None:
        """One by its id, revoked or not."""
        rows = await self._rows.select(_COLUMNS["id"] == key_id)
        return rows[0] if rows else None

    async def every(self) -> tuple[KeyRecord, ...]:
        """All, oldest first."""
        return await self._rows.select(order=(_COLUMNS["created_at"], _COLUMNS["id"]))

    async def revoke(self, key_id: str, *, now: datetime) -> bool:
        """End a key's right; whether there was one in force."""
        in_force = (_COLUMNS["id"] == key_id, _COLUMNS["revoked_at"].is_(None))
        return await self._rows.change(sa.update(api_keys).where(*in_force).values(revoked_at=now)) > 0

    async def touch(self, key_id: str, *, now: datetime) -> None:
        """Note that a key was used; a later time that is noted already stays."""
        used = _COLUMNS["last_used_at"]
        older = sa.or_(used.is_(None), used < now)
        await self._rows.change(
            sa.update(api_keys).where(_COLUMNS["id"] == key_id, older).values(last_used_at=now)
        )
