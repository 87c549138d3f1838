"""What owners see and do of their webhooks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from serve_app.errors import NotFoundError
from serve_app.ports import WebhookRecords, WebhookSender
from serve_app.records import DeliveryRecord, Page, PageRequest
from serve_app.services.ids import ID
from serve_app.services.webhook_delivery import is_under_way, reopened
from serve_app.services.webhook_signing import owner_secret


class Redeliver(Protocol):
    """Starts rounds of attempts."""

    async def __call__(self, delivery: DeliveryRecord, *, round_id: str) -> None:
        """Accept a round, durably; one with this id that was accepted already is not started again.

        The round's first step saves `delivery`, then it attempts until the delivery has ended. Raises
        `UnavailableError` when it cannot be accepted.
        """
        ...


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class WebhookService:
    """Lists deliveries, tells secrets, starts deliveries anew, judges URLs."""

    records: WebhookRecords
    sender: WebhookSender
    master: bytes = field(repr=False)
    """From which the owners' secrets are derived; at least 16 bytes."""
    start_round: Redeliver
    now: Callable[[], datetime] = _now

    async def check(self, url: str | None) -> None:
        """Judge the `webhook_url` of a request; None is fine.

        Raises:
            UrlSchemeError: Neither http nor https.
            UrlForbiddenError: Malformed, or an address that the service must not reach.
        """
        if url is not None:
            await self.sender.check(url)

    async def page(self, request: PageRequest, *, owner: str) -> Page[DeliveryRecord]:
        """The owner's deliveries, newest first; `request.kind` is their state."""
        return await self.records.page(request, owner=owner)

    async def get(self, delivery_id: str, *, owner: str) -> DeliveryRecord:
        """One of the owner's.

        Raises:
            NotFoundError: The owner has none with this id.
        """
        found = await self.records.get(delivery_id, owner=owner) if ID.fullmatch(delivery_id) else None
        if found is None:
            raise NotFoundError("There is no such webhook delivery.")
        return found

    def secret(self, *, owner: str) -> str:
        """What the owner's webhooks are signed with."""
        return owner_secret(self.master, owner)

    async def redeliver(self, delivery_id: str, *, owner: str) -> DeliveryRecord:
        """Start a delivery anew, under its own id; one that is under way goes on as it is.

        Two that ask for the same at once name the same round, so there is one.

        Raises:
            NotFoundError: The owner has none with this id.
            UnavailableError: The round cannot be accepted.
        """
        found = await self.get(delivery_id, owner=owner)
        now = self.now()
        if is_under_way(found, now=now):
            return found
        again = reopened(found, now=now)
        round_id = f"{found.id}-{int(found.updated_at.timestamp() * 1e6)}"
        await self.start_round(again, round_id=round_id)
        return again
