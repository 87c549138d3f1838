"""What every object store keeps to, whether it lies on a disk, in memory or in a bucket."""

import asyncio
import hashlib
import io
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.errors import NotFoundError, RangeNotSatisfiableError
from serve_app.ports import ObjectStore
from tests.servers.s3 import S3Server, s3_server

_PNG = "image/png"
_NOT_KEYS = (
    "",
    "a",
    ".png",
    "a.exe",
    "a b.png",
    "é.png",
    "a.png/",
    "a.png/b.png",
    "a\\b.png",
    "x" * 300 + ".png",
    "../a.png",
    "a/../b.png",
    "/a.png",
    "a//b.png",
    "a/./b.png",
    "a#1.png",
    "a%2e.png",
    "a.png\n",
    "\0.png",
)


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Server]:
    """A real S3 server on loopback."""
    with s3_server() as server:
        yield server


@pytest.fixture(params=["local", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    """Each kind of store, empty."""
    if request.param == "local":
        return ObstoreObjectStore.from_url(f"file://{tmp_path}/objects")
    if request.param == "memory":
        return ObstoreObjectStore.from_url("memory://")
    server: S3Server = request.getfixturevalue("bucket")
    return ObstoreObjectStore.from_url(f"{server.url}/{tmp_path.name}", s3_options=server.options)


async def test_round_trip(store: ObjectStore) -> None:
    """What was put comes back with its bytes, its type and its size."""
    await store.put("packs/1/logo.png", b"\x89PNG\x00\xff", content_type=_PNG)
    found = await store.get("packs/1/logo.png")
    assert (found.data, found.content_type, found.size) == (b"\x89PNG\x00\xff", _PNG, 6)


async def test_etag_is_of_the_key(store: ObjectStore) -> None:
    """A key has one ETag in every store and process, quoted, also for a part; two keys have two."""
    for key in ("a.png", "b.png"):
        await store.put(key, b"one", content_type=_PNG)
    etags = [(await store.get(key)).etag for key in ("a.png", "b.png")]
    assert etags == [f'"{hashlib.sha256(key).hexdigest()}"' for key in (b"a.png", b"b.png")]
    assert (await store.get("a.png", start=1)).etag == etags[0]


async def test_putting_the_same_again(store: ObjectStore) -> None:
    """A put that is repeated, as by a step that runs again, changes neither the bytes nor the ETag."""
    await store.put("a.png", b"the same", content_type=_PNG)
    first = await store.get("a.png")
    await store.put("a.png", b"the same", content_type=_PNG)
    assert await store.get("a.png") == first
    assert await store.list_keys("") == ["a.png"]


async def test_last_put_wins_whole(store: ObjectStore) -> None:
    """Other bytes under a key that nobody was told yet replace the first whole, also when they are fewer."""
    await store.put("a.png", b"longer than the next", content_type=_PNG)
    await store.put("a.png", b"short", content_type=_PNG)
    assert (await store.get("a.png")).data == b"short"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 4, b"0123"),
        (3, 4, b"3"),
        (9, 10, b"9"),
        (3, None, b"3456789"),
        (0, None, b"0123456789"),
        (0, 10**19, b"0123456789"),
        (4, 10**30, b"456789"),
        (0, 0, b""),
        (5, 5, b""),
    ],
)
async def test_ranges(store: ObjectStore, start: int, end: int | None, expected: bytes) -> None:
    """A range gives its bytes, cut to the object, with the size of the whole object."""
    await store.put("a.png", b"0123456789", content_type=_PNG)
    found = await store.get("a.png", start=start, end=end)
    assert (found.data, found.size, found.content_type) == (expected, 10, _PNG)
    assert found.data == b"" or found.start == start


@pytest.mark.parametrize(("start", "end"), [(10, None), (10, 20), (11, 12), (10**30, None), (12, 12)])
async def test_ranges_past_the_end(store: ObjectStore, start: int, end: int | None) -> None:
    """A range that begins at or past the end is refused with the object's size."""
    await store.put("a.png", b"0123456789", content_type=_PNG)
    with pytest.raises(RangeNotSatisfiableError) as caught:
        await store.get("a.png", start=start, end=end)
    assert caught.value.size == 10


async def test_ranges_of_nothing(store: ObjectStore) -> None:
    """An empty object gives its no bytes from 0 on and refuses every later start; an absent one is absent."""
    await store.put("a.png", b"", content_type=_PNG)
    assert (await store.get("a.png", end=1)).size == 0
    with pytest.raises(RangeNotSatisfiableError):
        await store.get("a.png", start=1)
    for start, end in ((0, 0), (0, 1), (1, None)):
        with pytest.raises(NotFoundError):
            await store.get("b.png", start=start, end=end)


@pytest.mark.parametrize(("start", "end"), [(-1, None), (5, 4), (0, -1)])
async def test_ranges_that_are_none(store: ObjectStore, start: int, end: int) -> None:
    """A negative range is a mistake of the caller."""
    await store.put("a.png", b"0123456789", content_type=_PNG)
    with pytest.raises(ValueError, match="not a range"):
        await store.get("a.png", start=start, end=end)


async def test_walk(store: ObjectStore) -> None:
    """A walk meets every object below a folder once, with its size and the time it was put."""
    begun = datetime.now(UTC) - timedelta(seconds=2)  # S3 keeps whole seconds
    keys = {f"packs/1/{n}.png": n for n in range(25)}
    for key, size in keys.items():
        await store.put(key, b"x" * size, content_type=_PNG)
    await store.put("packs/10/other.png", b"x", content_type=_PNG)
    found = [info async for info in store.walk("packs/1")]
    assert sorted((info.key, info.size) for info in found) == sorted(keys.items())
    assert all(begun <= info.modified_at <= datetime.now(UTC) + timedelta(seconds=2) for info in found)


async def test_deleting_while_walking(store: ObjectStore) -> None:
    """A sweeper deletes what it meets, and the walk ends."""
    for n in range(30):
        await store.put(f"a/{n}.png", b"x", content_type=_PNG)
    async for info in store.walk(""):
        await store.delete(info.key)
    assert await store.list_keys("") == []


@pytest.mark.parametrize("size", [0, 6 * 1024 * 1024], ids=["empty", "6MiB"])
async def test_sizes(store: ObjectStore, size: int) -> None:
    """An empty object and one above obstore's 5 MiB part size come back whole."""
    data = bytes(range(256)) * (size // 256)
    await store.put("a.zip", data, content_type="application/zip")
    assert (await store.get("a.zip")).data == data


async def test_many_at_once(store: ObjectStore) -> None:
    """Forty objects of a megabyte, put and read at once, each come back as their own."""
    bodies = {f"{n % 3}/{n}.bin": bytes([n]) * 1_000_000 for n in range(40)}
    kind = "application/octet-stream"
    await asyncio.gather(*(store.put(key, body, content_type=kind) for key, body in bodies.items()))
    found = await asyncio.gather(*(store.get(key) for key in bodies))
    assert all(each.data == body for each, body in zip(found, bodies.values(), strict=True))


@pytest.mark.parametrize("size", [0, 3, 9 * 1024 * 1024], ids=["empty", "small", "9MiB"])
async def test_a_file_is_stored_whole(store: ObjectStore, size: int) -> None:
    """A file on disk is stored as its bytes are, wherever it was read to before."""
    data = bytes(range(256)) * (size // 256 + 1)
    with tempfile.TemporaryFile() as file:
        file.write(data[:size])
        await store.put_file("a/b.zip", file, content_type="application/zip")
    found = await store.get("a/b.zip")
    assert (found.data == data[:size], found.size, found.content_type) == (True, size, "application/zip")
    with pytest.raises(ValueError, match="stands for"):
        await store.put_file("a/b.zip", io.BytesIO(b""), content_type="image/png")


async def test_a_copy_stands_alone(store: ObjectStore) -> None:
    """A copy has the bytes and stays when its source goes, and the other way round; again is no error."""
    await store.put("a/one.png", b"one", content_type="image/png")
    for _ in range(2):
        await store.copy("a/one.png", "b/two.png")
    await store.copy("b/two.png", "c/three.png")
    await store.delete("a/one.png")
    assert (await store.get("b/two.png")).data == b"one"
    await store.delete("b/two.png")
    assert (await store.get("c/three.png")).data == b"one"
    await store.put("c/three.png", b"other", content_type="image/png")
    assert await store.list_keys("") == ["c/three.png"]


async def test_a_copy_of_one_that_is_changed(store: ObjectStore) -> None:
    """Writing over an object leaves its copies as they were."""
    await store.put("a/one.png", b"one", content_type="image/png")
    await store.copy("a/one.png", "b/two.png")
    await store.put("a/one.png", b"another", content_type="image/png")
    assert (await store.get("b/two.png")).data == b"one"


async def test_what_cannot_be_copied(store: ObjectStore) -> None:
    """An absent source is not found; a target of another type is a defect."""
    await store.put("a/one.png", b"one", content_type="image/png")
    for source in ("a/two.png", "no key"):
        with pytest.raises(NotFoundError):
            await store.copy(source, "b/two.png")
    with pytest.raises(ValueError, match="stands for"):
        await store.copy("a/one.png", "b/two.jpg")


async def test_absent_object(store: ObjectStore) -> None:
    """What was never put, or was deleted, is not found."""
    await store.put("a.png", b"x", content_type=_PNG)
    await store.delete("a.png")
    for key in ("a.png", "b/c.png"):
        with pytest.raises(NotFoundError):
            await store.get(key)


async def test_delete_absent(store: ObjectStore) -> None:
    """Deleting what is not there is no error, and leaves its neighbours."""
    await store.put("a/b.png", b"x", content_type=_PNG)
    await store.delete("a/c.png")
    await store.delete("../a/b.png")
    assert await store.list_keys("") == ["a/b.png"]


async def test_list_by_folder(store: ObjectStore) -> None:
    """A listing holds every key below the folder, sorted, and nothing of a folder whose name begins alike."""
    for key in ("packs/1/b.png", "packs/1/a.png", "packs/1/deep/c.png", "packs/10/d.png", "other.png"):
        await store.put(key, b"x", content_type=_PNG)
    expected = ["packs/1/a.png", "packs/1/b.png", "packs/1/deep/c.png"]
    assert await store.list_keys("packs/1") == expected
    assert await store.list_keys("packs/1/") == expected
    assert len(await store.list_keys("")) == 5
    assert await store.list_keys("none") == []


@pytest.mark.parametrize("key", _NOT_KEYS)
async def test_bad_keys(store: ObjectStore, key: str) -> None:
    """A key outside the grammar cannot be put, and reading, listing or deleting it finds nothing."""
    with pytest.raises(ValueError, match="not an object key"):
        await store.put(key, b"x", content_type=_PNG)
    with pytest.raises(NotFoundError):
        await store.get(key)
    await store.delete(key)
    assert await store.list_keys("") == []


async def test_type_must_match_suffix(store: ObjectStore) -> None:
    """A content type other than the one that the suffix stands for is refused: a disk could not keep it."""
    with pytest.raises(ValueError, match="stands for image/png"):
        await store.put("a.png", b"x", content_type="image/jpeg")


async def test_check_leaves_the_rest_alone(store: ObjectStore) -> None:
    """A check passes on a store that works, any number of times, and touches only its own object."""
    await store.put("a.png", b"x", content_type=_PNG)
    for _ in range(2):
        await store.check()
    assert await store.list_keys("") == ["a.png", "health/probe.txt"]


async def test_readers_meanwhile(store: ObjectStore) -> None:
    """While an object is put again and again, and its neighbours come and go, a reader sees it whole."""
    data = bytes(range(256)) * 2000
    await store.put("a/one.png", data, content_type=_PNG)

    async def _rewrite(n: int) -> None:
        for _ in range(5):
            await store.put("a/one.png", data, content_type=_PNG)
            await store.put(f"a/{n % 2}/{n}.png", b"x", content_type=_PNG)
            await store.delete(f"a/{n % 2}/{n}.png")

    async def _read() -> None:
        for _ in range(20):
            assert (await store.get("a/one.png")).data == data

    await asyncio.gather(*(_rewrite(n) for n in range(4)), *(_read() for _ in range(4)))
    assert await store.list_keys("a") == ["a/one.png"]


async def test_concurrent_puts_of_one_key(store: ObjectStore) -> None:
    """Of sixteen puts of the same key at once, one wins whole."""
    bodies = [bytes([n]) * 100_000 for n in range(16)]
    await asyncio.gather(*(store.put("a.png", body, content_type=_PNG) for body in bodies))
    assert (await store.get("a.png")).data in bodies
    assert await store.list_keys("") == ["a.png"]
