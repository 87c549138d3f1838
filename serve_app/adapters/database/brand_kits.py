"""The table `brand_kits`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.owned_rows import OwnedRows
from serve_app.adapters.database.statements import insert, values_of
from serve_app.adapters.database.tables import brand_kits
from serve_app.records import BrandKitRecord, Page, PageRequest


class SqlBrandKits:
    """Implements `BrandKitRecords`."""

    def __init__(self, connections: Connections) -> None:
        self._dialect = connections.dialect
        self._rows = OwnedRows(connections, table=brand_kits, record=BrandKitRecord)

    async def save(self, kit: BrandKitRecord) -> None:
        """Insert, or replace the one with this id and owner."""
        values = values_of(kit)
        statement = insert(brand_kits, dialect=self._dialect).values(values)
        await self._rows.change(statement.on_conflict_do_update(index_elements=["owner", "id"], set_=values))

    async def add(self, kit: BrandKitRecord) -> None:
        """Insert; left as it is when the owner has one with this id."""
        statement = insert(brand_kits, dialect=self._dialect).values(values_of(kit))
        await self._rows.change(statement.on_conflict_do_nothing())

    async def replace(self, kit: BrandKitRecord) -> bool:
        """Replace the one with this id and owner; whether there was one."""
        columns = brand_kits.columns
        mine = sa.and_(columns["owner"] == kit.owner, columns["id"] == kit.id)
        return await self._rows.change(sa.update(brand_kits).where(mine).values(values_of(kit))) > 0

    async def get(self, kit_id: str, *, owner: str) -> BrandKitRecord | None:
        """One of the owner's; None when there is none."""
        return await self._rows.find(kit_id, owner=owner)

    async def page(self, request: PageRequest, *, owner: str) -> Page[BrandKitRecord]:
        """The owner's that are kept until they are deleted, newest first."""
        return await self._rows.list_page(request, brand_kits.columns["expires_at"].is_(None), owner=owner)

    async def learn(
        self, kit_id: str, *, owner: str, logo_facts: Mapping[str, Any], updated_at: datetime
    ) -> None:
        """Keep what was learnt of a kit's logo, unless the kit was replaced since that time."""
        columns = brand_kits.columns
        mine = sa.and_(columns["owner"] == owner, columns["id"] == kit_id)
        same = columns["updated_at"] == updated_at
        await self._rows.change(sa.update(brand_kits).where(mine, same).values(logo_facts=dict(logo_facts)))

    async def extend(self, kit_id: str, *, owner: str, expires_at: datetime) -> None:
        """Give a kit that has an end more time."""
        columns = brand_kits.columns
        mine = sa.and_(columns["owner"] == owner, columns["id"] == kit_id, columns["expires_at"].is_not(None))
        await self._rows.change(sa.update(brand_kits).where(mine).values(expires_at=expires_at))

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> int:
        """Remove rows past their time; how many there are."""
        return await self._rows.remove_expired(now=now, dry_run=dry_run)

    async def delete(self, kit_id: str, *, owner: str) -> bool:
        """Remove; whether there was one."""
        return await self._rows.remove(kit_id, owner=owner)
