"""Files on a local disk, in memory or in an S3 bucket, behind the `ObjectStore` port."""

import asyncio
import atexit
import contextlib
import hashlib
import io
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Self, TypeAlias
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError, GenericError
from obstore.store import LocalStore, MemoryStore, S3Store

from serve_app.adapters.object_keys import check_key, content_type_of, is_folder
from serve_app.adapters.object_store_disk import DiskFolder
from serve_app.adapters.object_store_s3 import open_bucket
from serve_app.errors import NotFoundError, RangeNotSatisfiableError, UnavailableError
from serve_app.ports import StoredObject
from serve_app.records import ObjectInfo

if TYPE_CHECKING:
    from obstore import Attributes, GetOptions, GetResult

Store: TypeAlias = LocalStore | MemoryStore | S3Store

_PATIENCE_S = 5.0
_SLOWEST_BYTES_PER_S = 2e6  # on top, for the bytes on their way
_PAGE = 1000
_BLOCK = 8 * 2**20  # of an upload in parts; a smaller file goes in one
_LONGEST_LINK = timedelta(days=7)  # Signature Version 4 allows no more
_CACHE = "private, max-age=86400, immutable"  # what a bucket says of an object that it serves by signed URL
_LARGEST = 2**62
_LOCAL_PATH = re.compile(r"/+[^/].*", re.DOTALL)  # absolute, and not the whole disk
_PROBE_KEY = "health/probe.txt"
_PROBE_DATA = b"ok\n"


class ObstoreObjectStore:
    """Objects in any store that `obstore` knows; see `object_keys` for what a key is.

    A put is atomic: readers see a whole object or none. What lies under a key never changes once the key has
    been given away: a second put writes the same bytes again, as a step of a job does that is run again. So
    the ETag is made of the key, and a range or a 304 needs no look at the whole file. Nothing stands in the
    way of a put of other bytes (the last one wins whole), because until a row names the key nobody knows it.

    On S3 an upload carries a SHA-256 that the server checks; see `object_store_disk` for local folders.
    """

    def __init__(self, store: Store, *, folder: DiskFolder | None = None) -> None:
        self._store = store
        self._folder = folder
        atexit.unregister(_let_threads_end)  # one is enough
        atexit.register(_let_threads_end)

    @classmethod
    def from_url(cls, url: str, *, s3_options: Mapping[str, str] | None = None) -> Self:
        """Open `file:///folder` (made when absent), `memory://` or `s3://bucket/prefix`.

        Args:
            url: Where the objects lie.
            s3_options: See `object_store_s3`; what is absent is taken from the usual `AWS_*` variables.

        Raises:
            ValueError: The URL is of no known form.
            UnavailableError: The local folder cannot be made.
        """
        parts = urlsplit(url)
        if parts.query or parts.fragment:
            raise ValueError("a storage URL has no query and no fragment")
        if parts.scheme == "file" and parts.netloc in {"", "localhost"} and _LOCAL_PATH.fullmatch(parts.path):
            with _store_errors():
                root = unquote(parts.path)
                return cls(
                    LocalStore(root, mkdir=True, automatic_cleanup=True), folder=DiskFolder(Path(root))
                )
        if parts.scheme == "memory" and not parts.netloc and parts.path in {"", "/"}:
            return cls(MemoryStore())
        if parts.scheme == "s3" and parts.netloc:
            return cls(open_bucket(url, options=s3_options or {}))
        raise ValueError("a storage URL is file:///folder, memory:// or s3://bucket/prefix")

    async def put(self, key: str, data: bytes, *, content_type: str) -> None:
        """Store whole or not at all; checked and on stable storage when it returns.

        Raises:
            ValueError: The key is not one, or stands for another content type.
            UnavailableError: The store refused (disk full, no permission, no answer) or kept other bytes.
        """
        check_key(key, content_type=content_type)
        with _store_errors():
            async with _patience(len(data)):
                if self._folder is not None:
                    await asyncio.to_thread(self._folder.put, key, data)
                    return
                attributes: Attributes = {"Content-Type": content_type, "Cache-Control": _CACHE}
                await obstore.put_async(self._store, key, data, attributes=attributes, use_multipart=False)
                meta = await obstore.head_async(self._store, key)
        if meta["size"] != len(data):
            raise UnavailableError("The file store did not keep the whole file.")

    async def put_file(self, key: str, file: BinaryIO, *, content_type: str) -> None:
        """Store a whole seekable file, some blocks of it in memory at a time; raises as `put`."""
        check_key(key, content_type=content_type)
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        with _store_errors():
            async with _patience(size):
                if self._folder is not None:
                    await asyncio.to_thread(self._folder.put_file, key, file)
                    return
                attributes: Attributes = {"Content-Type": content_type, "Cache-Control": _CACHE}
                await obstore.put_async(self._store, key, file, attributes=attributes, chunk_size=_BLOCK)
                meta = await obstore.head_async(self._store, key)
        if meta["size"] != size:
            raise UnavailableError("The file store did not keep the whole file.")

    async def copy(self, source: str, target: str) -> None:
        """Store an object under a second key; a disk gives the file a second name, S3 copies by itself.

        Raises:
            ValueError: The target is not a key, or stands for another content type than the source.
            NotFoundError: There is no source.
            UnavailableError: The store refused.
        """
        content_type = content_type_of(source)
        if content_type is None:
            raise NotFoundError("There is no such file.")
        check_key(target, content_type=content_type)
        with _store_errors():
            try:
                async with _patience(0):
                    if self._folder is not None:
                        await asyncio.to_thread(self._folder.copy, source, target)
                    else:
                        await obstore.copy_async(self._store, source, target)
            except FileNotFoundError as error:
                await self._check_present(error)
                raise NotFoundError("There is no such file.") from None

    async def get(self, key: str, *, start: int = 0, end: int | None = None) -> StoredObject:
        """Read an object, or only its bytes from `start` up to `end`, which is cut to its size.

        Raises:
            ValueError: The range is negative.
            NotFoundError: No such object, or not a key.
            RangeNotSatisfiableError: `start` is at or past the end, and not 0.
            UnavailableError: The store does not answer.
        """
        if start < 0 or (end is not None and end < start):
            raise ValueError(f"not a range: {start} to {end}")
        content_type = content_type_of(key)
        if content_type is None:
            raise NotFoundError("There is no such file.")
        with _store_errors():
            try:
                data, size = await self._read(key, start=min(start, _LARGEST), end=end)
            except FileNotFoundError as error:
                await self._check_present(error)
                raise NotFoundError("There is no such file.") from None
        return StoredObject(
            data=data, content_type=content_type, etag=etag_of(key), size=size, start=start if data else 0
        )

    async def _read(self, key: str, *, start: int, end: int | None) -> tuple[bytes, int]:
        """The bytes and the size of the whole object."""
        if end == start:
            return await self._nothing_of(key, start=start)
        try:
            async with _patience(0):
                result = await self._begin(key, start=start, end=end)
        except GenericError:
            if start == 0 and end is None:
                raise
            return await self._nothing_of(key, start=start, expected=True)
        first, last = result.range
        async with _patience(last - first):
            return bytes(await result.bytes_async()), result.meta["size"]

    async def _begin(self, key: str, *, start: int, end: int | None) -> "GetResult":
        options: GetOptions = {}
        if end is not None:
            options["range"] = (start, min(end, 2 * _LARGEST - 1))
        elif start:
            options["range"] = {"offset": start}
        return await obstore.get_async(self._store, key, options=options)

    async def _nothing_of(self, key: str, *, start: int, expected: bool = False) -> tuple[bytes, int]:
        """The answer to a range without a byte: stores refuse it, each in its own words.

        Args:
            key: The object.
            start: Where the range begins.
            expected: Whether the store refused, so that a range with bytes in it is the store's failure.
        """
        async with _patience(0):
            size = (await obstore.head_async(self._store, key))["size"]
        if start and start >= size:
            raise RangeNotSatisfiableError(f"The file has {size} bytes.", size)
        if expected and start < size:
            raise UnavailableError("The file store cannot be used at present.")
        return b"", size

    async def list_keys(self, prefix: str) -> list[str]:
        """Every key below a folder, sorted; the empty prefix is the root. A name's beginning is no folder.

        Raises:
            UnavailableError: The store does not answer.
        """
        return sorted([info.key async for info in self.walk(prefix)])

    async def walk(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        """Every object below a folder, in no order, a page in memory at a time; foreign files are left out.

        What is put or deleted meanwhile may be in it or not.

        Raises:
            UnavailableError: The store does not answer.
        """
        if not is_folder(prefix):
            return
        with _store_errors():
            await self._check_present()
            pages = obstore.list(self._store, prefix=prefix.rstrip("/") or None, chunk_size=_PAGE)
        while True:
            with _store_errors():
                async with _patience(0):
                    page = await anext(pages, None)
            if page is None:
                return
            for meta in page:
                if content_type_of(meta["path"]) is not None:
                    yield ObjectInfo(meta["path"], meta["size"], meta["last_modified"])

    async def delete(self, key: str) -> None:
        """Remove; no error when absent.

        Raises:
            UnavailableError: The store does not answer.
        """
        if content_type_of(key) is None:
            return
        with _store_errors():
            try:
                async with _patience(0):
                    await obstore.delete_async(self._store, key)
            except FileNotFoundError as error:
                await self._check_present(error)

    async def signed_url(self, key: str, *, expires_at: datetime) -> str | None:
        """A URL that S3 itself serves to anybody until then, 7 days at most and 1 second at least.

        None for a disk and for memory. The object need not exist: its URL then answers 404.

        Raises:
            UnavailableError: There are no credentials to sign with.
        """
        if not isinstance(self._store, S3Store) or content_type_of(key) is None:
            return None
        left = min(expires_at - datetime.now(UTC), _LONGEST_LINK)
        with _store_errors():
            async with _patience(0):
                return await obstore.sign_async(self._store, "GET", key, max(left, timedelta(seconds=1)))

    async def check(self) -> None:
        """Write one small object, always the same, the way every other is written.

        Raises:
            UnavailableError: The store cannot be written to.
        """
        await self.put(_PROBE_KEY, _PROBE_DATA, content_type="text/plain")

    async def _check_present(self, error: FileNotFoundError | None = None) -> None:
        """Raise `OSError` where it is not one object that is absent but the disk or the bucket."""
        if error is not None and "NoSuchBucket" in str(error):
            raise error
        if self._folder is not None:
            await asyncio.to_thread(self._folder.check_present)


def etag_of(key: str) -> str:
    """The strong ETag of an object, quoted: the same in every store and process."""
    return f'"{hashlib.sha256(key.encode()).hexdigest()}"'


def _let_threads_end() -> None:
    """Give obstore's threads time to let go of the last answer.

    Without it a process that ends right after an answer aborts (SIGABRT, 7 of 24 short scripts): Python 3.11
    ends a foreign thread that asks for its lock while it shuts down, and Rust does not let itself be ended.
    """
    time.sleep(0.05)


@contextlib.contextmanager
def _store_errors() -> Iterator[None]:
    """Turn what a store raises into `UnavailableError`; the cause, with its paths, stays for the log."""
    try:
        yield
    except (BaseError, OSError) as error:  # a TimeoutError is an OSError
        raise UnavailableError("The file store cannot be used at present.") from error


def _patience(size: int) -> asyncio.Timeout:
    """How long to wait for an answer with, or to, so many bytes."""
    return asyncio.timeout(_PATIENCE_S + size / _SLOWEST_BYTES_PER_S)
