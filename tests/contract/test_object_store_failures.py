"""What happens when a store cannot do its work, and how its URL is read."""

import asyncio
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import MemoryStore

from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.errors import UnavailableError

_PNG = "image/png"
_NOT_STORES = (
    "",
    "/var/files",
    "file://",
    "file:///",
    "file:////",
    "file://host/x",
    "file:relative",
    "file:///x#y",
    "memory://x",
    "s3://",
    "s3:///x",
    "s3://bucket/x?region=r",
    "http://bucket/x",
    "gs://bucket",
)


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    """Let this process write no file beyond a size: writes fail half-way, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_full_disk_keeps_the_old_object(tmp_path: Path) -> None:
    """A write that fails half-way is `UnavailableError` with its cause, and the old object stays whole."""
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}")
    await store.put("a.png", b"old", content_type=_PNG)
    with _largest_file(1_000_000), pytest.raises(UnavailableError) as caught:
        await store.put("a.png", b"x" * 2_000_000, content_type=_PNG)
    assert caught.value.__cause__ is not None
    assert (await store.get("a.png")).data == b"old"


async def test_error_text_hides_paths(tmp_path: Path) -> None:
    """The sentence for the client does not say where the files lie."""
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}")
    (tmp_path / "packs").write_text("a file where a folder is needed")
    with pytest.raises(UnavailableError) as caught:
        await store.put("packs/a.png", b"x", content_type=_PNG)
    assert str(tmp_path) not in caught.value.message
    with pytest.raises(UnavailableError):
        ObstoreObjectStore.from_url(f"file://{tmp_path}/packs/inside-a-file")


async def test_silent_bucket_fails_its_check() -> None:
    """A bucket that no server answers for is `UnavailableError`."""
    options = {
        "endpoint": "http://127.0.0.1:1",
        "region": "r",
        "access_key_id": "a",
        "secret_access_key": "b",
    }
    store = ObstoreObjectStore.from_url("s3://files", s3_options=options)
    with pytest.raises(UnavailableError):
        await store.check()


async def test_put_is_on_stable_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a put returns, the bytes and, in this order, every folder up to the root have been fsynced."""
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}")
    synced: list[str] = []
    real_fsync = os.fsync

    def _fsync(descriptor: int) -> None:
        synced.append(os.path.realpath(f"/proc/self/fd/{descriptor}"))
        real_fsync(descriptor)

    monkeypatch.setattr(os, "fsync", _fsync)
    await store.put("packs/1/a.png", b"x", content_type=_PNG)
    assert Path(synced[0]).parent == tmp_path / ".staging"
    assert synced[1:] == [str(tmp_path / part) for part in ("packs/1", "packs", ".")]


async def test_a_short_write_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that says it is done but kept one byte less is `UnavailableError`."""
    real_put = obstore.put_async

    async def _lossy_put(store: MemoryStore, key: str, data: bytes, **options: Any) -> Any:
        return await real_put(store, key, data[:-1], **options)

    monkeypatch.setattr(obstore, "put_async", _lossy_put)
    with pytest.raises(UnavailableError, match="whole file"):
        await ObstoreObjectStore.from_url("memory://").put("a.png", b"abc", content_type=_PNG)


@pytest.mark.timeout(30)
async def test_a_slow_disk_does_not_stop_the_event_loop(tmp_path: Path) -> None:
    """While a read waits on the disk (a pipe that nobody has opened), other work of the loop goes on."""
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}")
    os.mkfifo(tmp_path / "slow.png")
    reading = asyncio.create_task(store.get("slow.png"))
    await asyncio.sleep(0.1)
    assert not reading.done()
    writer = await asyncio.to_thread(os.open, tmp_path / "slow.png", os.O_WRONLY)
    os.close(writer)
    await asyncio.gather(reading, return_exceptions=True)


async def test_deleting_the_last_file_removes_its_folders(tmp_path: Path) -> None:
    """Empty folders do not pile up on the disk, and the root stays."""
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}/objects")
    await store.put("packs/1/a.png", b"x", content_type=_PNG)
    await store.delete("packs/1/a.png")
    left = await asyncio.to_thread(lambda: [*(tmp_path / "objects").rglob("*")])
    assert left == [tmp_path / "objects" / ".staging"]


async def test_local_url_is_percent_decoded(tmp_path: Path) -> None:
    """A folder with a space in its name is written `%20` in the URL."""
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}/my%20files")
    await store.put("a.png", b"x", content_type=_PNG)
    assert (tmp_path / "my files" / "a.png").read_bytes() == b"x"


@pytest.mark.parametrize("url", _NOT_STORES)
def test_unknown_urls(url: str) -> None:
    """A storage URL of any other form is refused at start."""
    with pytest.raises(ValueError, match="storage URL"):
        ObstoreObjectStore.from_url(url)
