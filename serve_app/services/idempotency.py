"""The same request sent twice is done once: answers by the client's own key."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from serve_app.errors import IdempotencyInProgressError, IdempotencyKeyReusedError
from serve_app.ports import IdempotencyRecords, ObjectStore
from serve_app.records import StoredAnswer

TTL = timedelta(hours=24)
INLINE_BYTES = 64_000
"""Larger bodies (an image asked for by `Accept`) lie in the object store."""
BODY_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to answer under a key, until it is taken over."""

    key: str
    owner: str
    fingerprint: str
    until: datetime
    """Tells this claim from a later one of the same request."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The use case over its ports."""

    records: IdempotencyRecords
    store: ObjectStore
    lease: timedelta
    """How long a request may run before another one with its key may take over: longer than any lives."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def claim(self, key: str, *, owner: str, fingerprint: str) -> StoredAnswer | Lease:
        """Take the key, or give the answer that it had.

        Raises:
            IdempotencyInProgressError: a request with it has not ended.
            IdempotencyKeyReusedError: it was used for another request.
            UnavailableError: the database, or the store with the answer, does not answer.
        """
        now = self.now()
        found = await self.records.claim(
            key, owner=owner, fingerprint=fingerprint, now=now, lease=self.lease, ttl=TTL
        )
        if found == "busy":
            raise IdempotencyInProgressError("A request with this Idempotency-Key is being worked on.")
        if found == "reused":
            raise IdempotencyKeyReusedError("This Idempotency-Key was used for another request.")
        if not isinstance(found, StoredAnswer):
            return Lease(key, owner, fingerprint, now + self.lease)
        if found.object_key is None:
            return found
        return replace(found, body=(await self.store.get(found.object_key)).data)

    async def finish(self, lease: Lease, answer: StoredAnswer) -> None:
        """Keep the answer for a day. Raises `UnavailableError`."""
        body = answer.body or b""
        if len(body) > INLINE_BYTES:
            name = hashlib.sha256(f"{lease.owner}\n{lease.key}\n{lease.fingerprint}".encode()).hexdigest()
            object_key = f"answers/{name[:16]}/{name[16:]}.bin"
            await self.store.put(object_key, body, content_type=BODY_TYPE)
            answer = replace(answer, body=None, object_key=object_key)
        await self.records.finish(lease.key, owner=lease.owner, lease_until=lease.until, answer=answer)

    def release(self, lease: Lease) -> Awaitable[None]:
        """Let the request be sent again. Raises `UnavailableError`."""
        return self.records.release(lease.key, owner=lease.owner, lease_until=lease.until)
