"""Files on a local disk, in memory or in an S3 bucket, behind the `ObjectStore` port."""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeAlias, cast
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, S3Store

from serve_app.adapters.object_keys import check_key, content_type_of, is_folder
from serve_app.errors import NotFoundError, UnavailableError
from serve_app.ports import StoredObject

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Config  # typed dictionaries that exist for the checker only

Store: TypeAlias = LocalStore | MemoryStore | S3Store

_CONNECT_TIMEOUT = timedelta(seconds=3)
_REQUEST_TIMEOUT = timedelta(seconds=60)  # a 50 MB body at 1 MB/s
_RETRY_FOR = timedelta(seconds=20)
_LOCAL_PATH = re.compile(r"/+[^/].*", re.DOTALL)  # absolute, and not the whole disk
_PROBE_KEY = "health/probe.txt"
_PROBE_DATA = b"ok\n"


class ObstoreObjectStore:
    """Objects in any store that `obstore` knows; see `object_keys` for what a key is.

    A put is atomic: readers see the old object or the new one. On S3 it carries a SHA-256 that the server
    checks. A local one is written beside its place and renamed; `obstore` does not fsync (0.12, traced), so
    the file and every folder above it are fsynced here before `put` returns. Files that a crash left beside
    their place end in `#` and a number and are never listed.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def from_url(cls, url: str, *, s3_options: Mapping[str, str] | None = None) -> Self:
        """Open `file:///folder` (made when absent), `memory://` or `s3://bucket/prefix`.

        Args:
            url: Where the objects lie.
            s3_options: `access_key_id`, `secret_access_key`, `region`, `endpoint` and so on; what is absent
                is taken from the usual `AWS_*` variables. An `endpoint` given here may be plain `http://`.

        Raises:
            ValueError: The URL is of no known form.
            UnavailableError: The local folder cannot be made.
        """
        parts = urlsplit(url)
        if parts.query or parts.fragment:
            raise ValueError("a storage URL has no query and no fragment")
        if parts.scheme == "file" and parts.netloc in {"", "localhost"} and _LOCAL_PATH.fullmatch(parts.path):
            with _store_errors():
                return cls(LocalStore(unquote(parts.path), mkdir=True, automatic_cleanup=True))
        if parts.scheme == "memory" and not parts.netloc and parts.path in {"", "/"}:
            return cls(MemoryStore())
        if parts.scheme == "s3" and parts.netloc:
            return cls(_s3(url, options=s3_options or {}))
        raise ValueError("a storage URL is file:///folder, memory:// or s3://bucket/prefix")

    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store whole or not at all; on stable storage when it returns.

        Raises:
            ValueError: The key is not one, or stands for another content type.
            UnavailableError: The store refused (disk full, no permission, no answer) or kept another size.
        """
        check_key(key, content_type=content_type)
        attributes = None if isinstance(self._store, LocalStore) else {"Content-Type": content_type}
        with _store_errors():
            await obstore.put_async(self._store, key, data, attributes=attributes, use_multipart=False)
            if isinstance(self._store, LocalStore) and self._store.prefix is not None:
                await asyncio.to_thread(_sync_to_disk, key, root=self._store.prefix)
            meta = await obstore.head_async(self._store, key)
        if meta["size"] != len(data):
            raise UnavailableError("The file store did not keep the whole file.")

    async def get(self, key: str) -> StoredObject:
        """Read an object; its ETag is a hash of its bytes, the same in every store.

        Raises:
            NotFoundError: No such object, or not a key.
            UnavailableError: The store does not answer.
        """
        content_type = content_type_of(key)
        if content_type is None:
            raise NotFoundError("There is no such file.")
        with _store_errors():
            try:
                result = await obstore.get_async(self._store, key)
                data = bytes(await result.bytes_async())
            except FileNotFoundError:
                raise NotFoundError("There is no such file.") from None
        digest = await asyncio.to_thread(hashlib.sha256, data)
        return StoredObject(
            data=data, content_type=content_type, etag=f'"{digest.hexdigest()}"', size=len(data)
        )

    async def list_keys(self, prefix: str) -> list[str]:
        """Every key below a folder, sorted; the empty prefix is the root. A name's beginning is no folder.

        Raises:
            UnavailableError: The store does not answer.
        """
        if not is_folder(prefix):
            return []
        with _store_errors():
            metas = await obstore.list(self._store, prefix=prefix.rstrip("/") or None).collect_async()
        return sorted(meta["path"] for meta in metas)

    async def delete(self, key: str) -> None:
        """Remove; no error when absent.

        Raises:
            UnavailableError: The store does not answer.
        """
        if content_type_of(key) is None:
            return
        with _store_errors(), contextlib.suppress(FileNotFoundError):
            await obstore.delete_async(self._store, key)

    async def check(self) -> None:
        """Write one small object, always the same, the way every other is written.

        Raises:
            UnavailableError: The store cannot be written to.
        """
        await self.put(_PROBE_KEY, _PROBE_DATA, content_type="text/plain")


def _s3(url: str, *, options: Mapping[str, str]) -> S3Store:
    client: ClientConfig = {"connect_timeout": _CONNECT_TIMEOUT, "timeout": _REQUEST_TIMEOUT}
    if options.get("endpoint", "").startswith("http://"):
        client["allow_http"] = True
    return S3Store.from_url(
        url,
        config=cast("S3Config", {"checksum_algorithm": "SHA256", **options}),
        client_options=client,
        retry_config={"max_retries": 3, "retry_timeout": _RETRY_FOR},
    )


@contextlib.contextmanager
def _store_errors() -> Iterator[None]:
    """Turn what a store raises into `UnavailableError`; the cause, with its paths, stays for the log."""
    try:
        yield
    except (BaseError, OSError) as error:
        raise UnavailableError("The file store cannot be used at present.") from error


def _sync_to_disk(key: str, *, root: Path) -> None:
    """Fsync a file and each folder up to the root: neither bytes nor names are lost with the power."""
    relative = Path(key)
    for place in (relative, *relative.parents):
        descriptor = os.open(root / place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
