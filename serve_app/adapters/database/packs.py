"""The table `asset_packs`."""

from datetime import datetime

from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.owned_rows import OwnedRows
from serve_app.adapters.database.statements import insert, values_of
from serve_app.adapters.database.tables import asset_packs
from serve_app.records import PackRecord, Page, PageRequest


class SqlPacks:
    """Implements `PackRecords`."""

    def __init__(self, connections: Connections) -> None:
        self._dialect = connections.dialect
        self._rows = OwnedRows(connections, table=asset_packs, record=PackRecord, kind="sport")

    async def add(self, pack: PackRecord) -> None:
        """Insert; left as it is when the id is there."""
        statement = insert(asset_packs, dialect=self._dialect).values(values_of(pack))
        await self._rows.change(statement.on_conflict_do_nothing())

    async def get(self, pack_id: str, *, owner: str) -> PackRecord | None:
        """One of the owner's; None when there is none."""
        return await self._rows.find(pack_id, owner=owner)

    async def page(self, request: PageRequest, *, owner: str, now: datetime) -> Page[PackRecord]:
        """The owner's that are not past their time, newest first."""
        return await self._rows.list_page(request, owner=owner, alive_at=now)

    async def delete(self, pack_id: str, *, owner: str) -> bool:
        """Remove; whether there was one."""
        return await self._rows.remove(pack_id, owner=owner)

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> int:
        """Remove rows past their time; how many there are."""
        return await self._rows.remove_expired(now=now, dry_run=dry_run)
