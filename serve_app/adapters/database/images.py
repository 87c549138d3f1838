"""The table `processed_images`."""

from datetime import datetime

from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.owned_rows import OwnedRows
from serve_app.adapters.database.statements import insert, values_of
from serve_app.adapters.database.tables import processed_images
from serve_app.records import ImageRecord, Page, PageRequest


class SqlImages:
    """Implements `ImageRecords`."""

    def __init__(self, connections: Connections) -> None:
        self._dialect = connections.dialect
        self._rows = OwnedRows(
            connections, table=processed_images, record=ImageRecord, kind="processing_type"
        )

    async def add(self, image: ImageRecord) -> None:
        """Insert; left as it is when the id is there."""
        statement = insert(processed_images, dialect=self._dialect).values(values_of(image))
        await self._rows.change(statement.on_conflict_do_nothing())

    async def get(self, image_id: str, *, owner: str) -> ImageRecord | None:
        """One of the owner's; None when there is none."""
        return await self._rows.find(image_id, owner=owner)

    async def page(self, request: PageRequest, *, owner: str, now: datetime) -> Page[ImageRecord]:
        """The owner's that are not past their time, newest first."""
        return await self._rows.list_page(request, owner=owner, alive_at=now)

    async def delete(self, image_id: str, *, owner: str) -> bool:
        """Remove; whether there was one."""
        return await self._rows.remove(image_id, owner=owner)

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> int:
        """Remove rows past their time; how many there are."""
        return await self._rows.remove_expired(now=now, dry_run=dry_run)
