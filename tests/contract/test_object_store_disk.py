"""What happens to files on a disk that is full, read-only, gone, lying, or whose writer is killed."""

import asyncio
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.errors import UnavailableError

_PNG = "image/png"
_MEGABYTE = b"x" * 2**20

CALLS: dict[str, Callable[[ObstoreObjectStore], Awaitable[object]]] = {
    "get": lambda store: store.get("a.png"),
    "put": lambda store: store.put("b/c.png", b"x", content_type=_PNG),
    "list": lambda store: store.list_keys(""),
    "delete": lambda store: store.delete("a.png"),
    "check": lambda store: store.check(),
}


def _ran(*command: str) -> bool:
    """Whether a command of the system is there and succeeds."""
    return shutil.which(command[0]) is not None and subprocess.run(command, check=False).returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MiB of its own, mounted below the test's folder; skips where mounting is not allowed."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0 or not _ran("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)):
        pytest.skip("mounting a disk is not allowed here")
    yield place
    if place.is_mount():
        _ran("umount", "--lazy", str(place))


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_full_disk(small_disk: Path) -> None:
    """A full disk refuses, keeps what it had and nothing of the rest, and works again when it has room."""
    store = ObstoreObjectStore.from_url(f"file://{small_disk}")
    await store.put("a.png", _MEGABYTE, content_type=_PNG)
    for key in ("a.png", "b/c.png"):
        with pytest.raises(UnavailableError):
            await store.put(key, _MEGABYTE * 3, content_type=_PNG)
    assert (await store.get("a.png")).data == _MEGABYTE
    assert await store.list_keys("") == ["a.png"]
    await store.delete("a.png")
    await store.put("b/c.png", _MEGABYTE + b"x", content_type=_PNG)
    assert (await store.get("b/c.png")).size == 2**20 + 1


async def test_read_only_disk(small_disk: Path) -> None:
    """A disk that became read-only still gives its files, refuses new ones, and can be opened so."""
    await ObstoreObjectStore.from_url(f"file://{small_disk}").put("a.png", b"x", content_type=_PNG)
    assert _ran("mount", "-o", "remount,ro", str(small_disk))
    store = ObstoreObjectStore.from_url(f"file://{small_disk}")
    assert (await store.get("a.png")).data == b"x"
    for call in ("put", "delete", "check"):
        with pytest.raises(UnavailableError):
            await CALLS[call](store)
    assert await store.list_keys("") == ["a.png"]


@pytest.mark.parametrize("call", CALLS)
async def test_vanished_disk(small_disk: Path, call: str) -> None:
    """When its disk is no longer mounted a store is unavailable, not empty, and writes nothing beside it."""
    store = ObstoreObjectStore.from_url(f"file://{small_disk}")
    await store.put("a.png", b"x", content_type=_PNG)
    assert _ran("umount", str(small_disk))
    with pytest.raises(UnavailableError):
        await CALLS[call](store)
    assert _names(small_disk) == []


async def test_disk_that_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that gives another byte back than was written is noticed before the object has its name."""
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}")
    await store.put("a.png", b"old", content_type=_PNG)
    real_fsync = os.fsync

    def _lossy_fsync(descriptor: int) -> None:
        real_fsync(descriptor)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.pwrite(descriptor, b"?", 1)

    monkeypatch.setattr(os, "fsync", _lossy_fsync)
    with pytest.raises(UnavailableError):
        await store.put("a.png", b"new", content_type=_PNG)
    assert (await store.get("a.png")).data == b"old"
    assert _names(tmp_path / ".staging") == []


_WRITER = """
import asyncio, sys
from serve_app.adapters.object_store import ObstoreObjectStore
async def main():
    store = ObstoreObjectStore.from_url(sys.argv[1])
    async def write(which):
        for n in range(10**6):
            key = f"{which}/{n}.bin"
            await store.put(key, bytes([n % 256]) * 3_000_000, content_type="application/octet-stream")
            print(key, flush=True)
    await asyncio.gather(*(write(which) for which in range(4)))
asyncio.run(main())
"""


def _killed_writer(url: str) -> list[str]:
    """Let a process put objects, kill it in the midst of some; the keys that it said were stored."""
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", _WRITER, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline() for _ in range(12)]
        writer.kill()
        return "".join([*told, writer.stdout.read()]).split()


@pytest.mark.timeout(60)
async def test_killed_writer(tmp_path: Path) -> None:
    """After `kill -9` of a writer every acknowledged object is there, and no object is partial."""
    url = f"file://{tmp_path}/objects"
    told = await asyncio.to_thread(_killed_writer, url)
    store = ObstoreObjectStore.from_url(url)
    listed = await store.list_keys("")
    assert len(told) >= 12
    assert set(told) <= set(listed)
    for key in listed:
        number = int(key.split("/")[1].removesuffix(".bin"))
        assert (await store.get(key)).data == bytes([number % 256]) * 3_000_000


async def test_leftovers(tmp_path: Path) -> None:
    """Files of writers that are gone are never listed; opening removes those older than an hour only."""
    ObstoreObjectStore.from_url(f"file://{tmp_path}")
    staging = tmp_path / ".staging"
    for name, age_s in (("old#0", 3700), ("young#0", 3500)):
        (staging / name).write_bytes(b"half of an obj")
        os.utime(staging / name, (time.time() - age_s,) * 2)
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}")
    assert _names(staging) == ["young#0"]
    assert await store.list_keys("") == []


async def test_foreign_files_are_no_objects(tmp_path: Path) -> None:
    """What others put into the folder under names that are no keys is neither listed nor swept."""
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}")
    for name in (".gitkeep", "notes.docx", "a b.png", "Thumbs.db"):
        (tmp_path / name).write_bytes(b"x")
    await store.put("a.png", b"x", content_type=_PNG)
    assert [info.key async for info in store.walk("")] == ["a.png"]


async def test_a_range_reads_no_more_than_itself(tmp_path: Path) -> None:
    """Eight bytes out of a file of 50 MB cost far less than a megabyte of reading."""
    store = ObstoreObjectStore.from_url(f"file://{tmp_path}")
    await store.put("a.bin", bytes(50_000_000), content_type="application/octet-stream")
    before = _bytes_read()
    found = await store.get("a.bin", start=40_000_000, end=40_000_008)
    assert (len(found.data), found.size) == (8, 50_000_000)
    assert _bytes_read() - before < 1_000_000


def _bytes_read() -> int:
    """By this process, from files and all else."""
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(fields["rchar"])
