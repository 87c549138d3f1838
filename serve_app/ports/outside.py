"""What the use cases need of stores, clients' servers and keys."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from serve_app.domain import Principal
from serve_app.records import ObjectInfo


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object, or a part of one, as it lies in the store."""

    data: bytes
    content_type: str
    etag: str
    """Quoted; the same for a key for ever, because an object never changes."""
    size: int
    """Bytes of the whole object."""
    start: int = 0
    """Where `data` begins in it."""


class ObjectStore(Protocol):
    """Where files lie: local disk, memory or S3."""

    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store whole or not at all; durable and checked against what was sent when it returns.

        Raises `UnavailableError`.
        """
        ...

    async def put_file(self, key: str, file: BinaryIO, *, content_type: str) -> None:
        """Like `put`, of a whole seekable file, which is never in memory as a whole. Raises the same."""
        ...

    async def copy(self, source: str, target: str) -> None:
        """Store an object a second time, without reading it here; each may be deleted without the other.

        Raises `NotFoundError` where there is no source, `UnavailableError`.
        """
        ...

    async def get(self, key: str, *, start: int = 0, end: int | None = None) -> StoredObject:
        """An object, or its bytes from `start` up to, not including, `end`, cut to its size.

        Raises `NotFoundError`, `UnavailableError`; `RangeNotSatisfiableError` where `start` is past the end.
        """
        ...

    async def list_keys(self, prefix: str) -> list[str]:
        """Every key below a folder-like prefix."""
        ...

    def walk(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """Every object below a folder-like prefix with its age and size, without holding them all."""
        ...

    async def delete(self, key: str) -> None:
        """Remove; no error when absent."""
        ...

    async def signed_url(self, key: str, *, expires_at: datetime) -> str | None:
        """The store's own signed URL of an object; None where it has none and the API serves the file."""
        ...

    async def check(self) -> None:
        """Raises `UnavailableError` when the store does not answer or cannot be written to."""
        ...


class UrlFetcher(Protocol):
    """Images behind URLs of strangers."""

    async def fetch(self, url: str) -> bytes:
        """Raises `UrlSchemeError`, `UrlForbiddenError`, `UrlFetchFailedError`, `PayloadTooLargeError`."""
        ...


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """What a client's server said to a webhook."""

    status: int
    """100 to 999."""
    retry_after: str | None = None
    """The header `Retry-After` as it came."""


class WebhookSender(Protocol):
    """Sends finished jobs to clients' servers."""

    async def check(self, url: str) -> None:
        """Raises `UrlSchemeError` or `UrlForbiddenError`, as for image URLs.

        A host name that cannot be resolved now passes: each `post` checks anew.
        """
        ...

    async def post(self, url: str, body: bytes, *, headers: Mapping[str, str]) -> WebhookAnswer:
        """Send JSON; redirects are not followed.

        Raises `UrlSchemeError`, `UrlForbiddenError`, `UrlFetchFailedError`; `PayloadTooLargeError` for a
        body that is too long to send.
        """
        ...


class KeyRing(Protocol):
    """The API keys in force."""

    async def find(self, key: str) -> Principal | None:
        """Who holds this key; the comparison takes the same time for every key.

        Raises `UnavailableError`; `OverloadedError` in a flood of made-up keys.
        """
        ...

    async def close(self) -> None:
        """End what runs beside the requests."""
        ...
