"""`/files/{key}`: what browsers, resuming downloads and caches ask of a stored file."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.adapters.signing import UrlSigner
from serve_app.api import errors
from serve_app.api.routers import files
from serve_app.errors import UnavailableError
from serve_app.ports import StoredObject

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SMALL = b"0123456789"
LARGE = bytes(range(256)) * (files.CHUNK_BYTES // 100)  # about 2.5 chunks


@dataclass
class CountingStore:
    """A store in memory that notes what is read of it, and fails when told to."""

    inner: ObstoreObjectStore = field(default_factory=lambda: ObstoreObjectStore.from_url("memory://"))
    read: list[int] = field(default_factory=list)
    fails_after: int | None = None
    """Reads that go well."""

    async def get(self, key: str, *, start: int = 0, end: int | None = None) -> StoredObject:
        """As the port has it."""
        if self.fails_after is not None and len(self.read) >= self.fails_after:
            raise UnavailableError("The file store cannot be used at present.")
        found = await self.inner.get(key, start=start, end=end)
        self.read.append(len(found.data))
        return found


@pytest.fixture
async def store() -> CountingStore:
    """A small, a large and an empty file."""
    store = CountingStore()
    for name, data in (("small", SMALL), ("large", LARGE), ("empty", b"")):
        await store.inner.put(f"{name}.png", data, content_type="image/png")
    return store


@pytest.fixture
def signer() -> UrlSigner:
    """Of the links."""
    return UrlSigner(b"s" * 32)


@pytest.fixture
async def client(store: CountingStore, signer: UrlSigner) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the route alone, at noon."""

    def _verify(key: str, *, expires: str, signature: str) -> None:
        signer.verify(key, expires, signature, now=NOW)

    api = FastAPI()
    api.include_router(files.router, prefix="/api/v1")
    errors.install(api)
    api.state.services = SimpleNamespace(assets=SimpleNamespace(verify=_verify, now=lambda: NOW), store=store)
    transport = httpx.ASGITransport(api)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        yield http


@pytest.fixture
def link(signer: UrlSigner) -> SimpleNamespace:
    """Links of the three files, for an hour."""
    hour = NOW + timedelta(hours=1)
    return SimpleNamespace(
        **{
            name: signer.sign(f"{name}.png", expires_at=hour)
            for name in ("small", "large", "empty", "absent")
        }
    )


@pytest.mark.parametrize(("name", "data"), [("small", SMALL), ("large", LARGE), ("empty", b"")])
async def test_whole_file(
    client: httpx.AsyncClient, link: SimpleNamespace, store: CountingStore, name: str, data: bytes
) -> None:
    """A file comes whole, with its length and type, and no more of it is held at a time than a chunk."""
    answer = await client.get(getattr(link, name))
    assert (answer.status_code, answer.content) == (200, data)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-length"] == str(len(data))
    assert answer.headers["accept-ranges"] == "bytes"
    assert max(store.read) <= files.CHUNK_BYTES
    assert sum(store.read) == len(data)


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("0-0", slice(0, 1)),
        ("3-5", slice(3, 6)),
        ("-4", slice(len(LARGE) - 4, len(LARGE))),
        ("5-", slice(5, len(LARGE))),
        (f"{len(LARGE) - 1}-", slice(len(LARGE) - 1, len(LARGE))),
        ("7-99999999999", slice(7, len(LARGE))),
    ],
)
async def test_range(
    client: httpx.AsyncClient, link: SimpleNamespace, store: CountingStore, wanted: str, part: slice
) -> None:
    """A range is answered 206 with just its bytes, and just these are read, but for one to learn the size."""
    answer = await client.get(link.large, headers={"Range": f"bytes={wanted}"})
    assert (answer.status_code, answer.content) == (206, LARGE[part])
    assert answer.headers["content-range"] == f"bytes {part.start}-{part.stop - 1}/{len(LARGE)}"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert sum(store.read) <= len(answer.content) + 1


@pytest.mark.parametrize("wanted", ["10-", "99-100", "-0"])
async def test_range_past_the_end(client: httpx.AsyncClient, link: SimpleNamespace, wanted: str) -> None:
    """A range without a byte in the file is a 416 problem that tells the file's size."""
    answer = await client.get(link.small, headers={"Range": f"bytes={wanted}"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */10")
    assert answer.json()["code"] == "range_not_satisfiable"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("wanted", ["bytes=0-1,3-4", "items=1-2", "bytes=4-2", "bytes=x"])
async def test_range_that_is_ignored(client: httpx.AsyncClient, link: SimpleNamespace, wanted: str) -> None:
    """Several ranges, other units and malformed ones are answered with the whole file."""
    answer = await client.get(link.small, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, SMALL)
    assert "content-range" not in answer.headers


async def test_range_of_an_empty_file(client: httpx.AsyncClient, link: SimpleNamespace) -> None:
    """An empty file has no part: whichever is asked for from its beginning, the answer is the empty whole."""
    for wanted in ("bytes=0-", "bytes=-5"):
        answer = await client.get(link.empty, headers={"Range": wanted})
        assert (answer.status_code, answer.content) == (200, b"")


async def test_if_range(client: httpx.AsyncClient, link: SimpleNamespace) -> None:
    """A download is resumed with the ETag it began with, and begins again with any other validator."""
    etag = (await client.get(link.small)).headers["etag"]
    for validator, status, body in (
        (etag, 206, SMALL[4:]),
        ('"other"', 200, SMALL),
        (f"W/{etag}", 200, SMALL),
    ):
        answer = await client.get(link.small, headers={"Range": "bytes=4-", "If-Range": validator})
        assert (answer.status_code, answer.content) == (status, body)


async def test_unchanged_file(client: httpx.AsyncClient, link: SimpleNamespace, store: CountingStore) -> None:
    """Who has the file gets a 304 with its ETag and cache life, for one byte read; Range does not matter."""
    etag = (await client.get(link.large)).headers["etag"]
    store.read.clear()
    for headers in ({"If-None-Match": etag}, {"If-None-Match": f'"x", W/{etag}', "Range": "bytes=1-2"}):
        answer = await client.get(link.large, headers=headers)
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
        assert "max-age" in answer.headers["cache-control"]
    assert store.read == [1, 1]
    assert (await client.get(link.absent, headers={"If-None-Match": etag})).status_code == 404


async def test_head(client: httpx.AsyncClient, link: SimpleNamespace, store: CountingStore) -> None:
    """HEAD gives the headers of GET and reads one byte; it takes no range."""
    whole = await client.get(link.large)
    store.read.clear()
    answer = await client.head(link.large, headers={"Range": "bytes=1-2"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert dict(answer.headers) == dict(whole.headers)
    assert store.read == [1]


@pytest.mark.parametrize(
    ("life", "max_age"), [(timedelta(seconds=90), 90), (timedelta(days=7), 86_400), (timedelta(seconds=1), 1)]
)
async def test_caches_forget_with_the_link(
    client: httpx.AsyncClient, signer: UrlSigner, life: timedelta, max_age: int
) -> None:
    """A cache keeps a file for a day at most and no longer than its link is good."""
    answer = await client.get(signer.sign("small.png", expires_at=NOW + life))
    assert answer.headers["cache-control"] == f"private, max-age={max_age}, immutable"


async def test_links_that_open_nothing(
    client: httpx.AsyncClient, signer: UrlSigner, store: CountingStore, link: SimpleNamespace
) -> None:
    """A changed link is 403, one that is over 410, for HEAD too, and nothing is read for either."""
    over = signer.sign("small.png", expires_at=NOW)
    for url, status in (
        (link.small.replace("small", "large"), 403),
        (over, 410),
        ("/api/v1/files/small.png", 403),
    ):
        assert (await client.get(url)).status_code == status
        assert (await client.head(url)).status_code == status
    assert store.read == []


async def test_store_that_does_not_answer(
    client: httpx.AsyncClient, link: SimpleNamespace, store: CountingStore
) -> None:
    """Before its first byte an answer is a 503 problem that says when to come back."""
    store.fails_after = 0
    answer = await client.get(link.large)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"]


async def test_store_that_fails_half_way(
    client: httpx.AsyncClient, link: SimpleNamespace, store: CountingStore
) -> None:
    """A store that goes away later breaks the answer off: a short file never looks like a whole one."""
    store.fails_after = 1
    with pytest.raises(RuntimeError, match="already started"):
        await client.get(link.large)
