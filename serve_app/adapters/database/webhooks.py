"""The table `webhook_deliveries`."""

from datetime import datetime

from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.owned_rows import OwnedRows
from serve_app.adapters.database.statements import insert, values_of
from serve_app.adapters.database.tables import webhook_deliveries
from serve_app.records import DeliveryRecord, Page, PageRequest


class SqlWebhooks:
    """Implements `WebhookRecords`."""

    def __init__(self, connections: Connections) -> None:
        self._dialect = connections.dialect
        self._rows = OwnedRows(connections, table=webhook_deliveries, record=DeliveryRecord, kind="state")

    async def save(self, delivery: DeliveryRecord) -> None:
        """Insert, or replace the one with this id."""
        values = values_of(delivery)
        statement = insert(webhook_deliveries, dialect=self._dialect).values(values)
        await self._rows.change(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    async def get(self, delivery_id: str, *, owner: str) -> DeliveryRecord | None:
        """One of the owner's; None when there is none."""
        return await self._rows.find(delivery_id, owner=owner)

    async def page(self, request: PageRequest, *, owner: str) -> Page[DeliveryRecord]:
        """The owner's, newest first."""
        return await self._rows.list_page(request, owner=owner)

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> int:
        """Remove rows past their time; how many there are."""
        return await self._rows.remove_expired(now=now, dry_run=dry_run)
