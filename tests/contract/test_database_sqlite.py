"""A SQLite file: several processes, full disks, wrong files."""

import asyncio
import contextlib
import resource
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from serve_app.adapters.database import SqlDatabase
from serve_app.errors import UnavailableError
from tests.contract.database_rows import OWNER, image, pack

SOON_S = 8.0
ROOT = Path(__file__).resolve().parents[2]

REPLICA = """
    import asyncio, sys
    from datetime import UTC, datetime, timedelta
    from serve_app.adapters.database import SqlDatabase

    async def main():
        database = SqlDatabase.from_url(sys.argv[1])
        await database.migrate()
        limits = {"now": datetime.now(UTC), "lease": timedelta(hours=1), "ttl": timedelta(hours=1)}
        for number in range(40):
            print(await database.idempotency.claim(f"key {number}", owner="o", fingerprint="f", **limits))
        await database.close()

    asyncio.run(main())
"""


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[SqlDatabase]:
    """A migrated file."""
    made = SqlDatabase.from_url(sqlite_url)
    await made.migrate()
    yield made
    await made.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this account may not mount a file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_processes_share_a_file(sqlite_url: str) -> None:
    """Four processes that make and use one file at once: each key has one winner, nobody fails."""
    command = [sys.executable, "-c", textwrap.dedent(REPLICA), sqlite_url]
    replicas = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = [replica.communicate()[0].split() for replica in replicas]
    assert [replica.returncode for replica in replicas] == [0] * 4
    assert Counter(word for words in answers for word in words) == {"ours": 40, "busy": 120}


@pytest.mark.usefixtures("database")
def test_write_ahead_log(sqlite_url: str) -> None:
    """The file is in WAL mode, so that readers and the writer do not wait for each other."""
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_full_disk(small_disk: Path) -> None:
    """A row that does not fit is `UnavailableError`; what was there stays, and room makes it work again."""
    database = SqlDatabase.from_url(f"sqlite://{small_disk}/mighty.sqlite")
    await database.migrate()
    await database.packs.add(pack())
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 512)
    with pytest.raises(UnavailableError) as caught:
        await database.packs.add(pack(id="large", manifest={"long": "x" * 500_000}))
    assert str(small_disk) not in caught.value.message
    assert await database.packs.get("large", owner=OWNER) is None
    assert await database.packs.get("pack_1", owner=OWNER) == pack()
    ballast.unlink()
    await database.images.add(image())
    assert await database.images.get("image_1", owner=OWNER) == image()
    await database.close()


async def test_file_that_may_not_grow(database: SqlDatabase) -> None:
    """A write that the system cuts off half-way is undone."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(UnavailableError):
            await database.packs.add(pack(manifest={"long": "x" * 2_000_000}))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert await database.packs.get("pack_1", owner=OWNER) is None
    await database.packs.add(pack())
    assert await database.packs.get("pack_1", owner=OWNER) == pack()


async def test_read_only_disk(small_disk: Path) -> None:
    """A disk that became read-only is `UnavailableError` for whoever writes."""
    database = SqlDatabase.from_url(f"sqlite://{small_disk}/mighty.sqlite")
    await database.migrate()
    await database.close()
    await asyncio.to_thread(subprocess.run, ["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(UnavailableError):
        await database.packs.add(pack())
    with pytest.raises(UnavailableError):
        await database.migrate()
    await database.close()


async def test_locked_by_another_program(database: SqlDatabase, sqlite_url: str) -> None:
    """Writers that find the file locked are told in time, however many; then it works again."""
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as other:
        other.execute("BEGIN IMMEDIATE")
        async with asyncio.timeout(SOON_S):
            calls = [database.packs.add(pack(id=f"p{number}")) for number in range(20)]
            ended = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(end) for end in ended] == [UnavailableError] * 20
        assert await database.packs.get("p0", owner=OWNER) is None
    await database.packs.add(pack())
    assert await database.packs.get("pack_1", owner=OWNER) == pack()


async def test_another_program_writes_for_a_while(database: SqlDatabase, sqlite_url: str) -> None:
    """Writers wait for a burst of another process's, which a slow disk may draw out over seconds."""
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite://"))) as other:
        other.execute("BEGIN IMMEDIATE")
        calls = asyncio.gather(*(database.packs.add(pack(id=f"p{number}")) for number in range(20)))
        await asyncio.sleep(1.5)
        other.execute("ROLLBACK")
        await calls
    assert await database.packs.get("p19", owner=OWNER) is not None


async def test_cancelled_calls_do_no_harm(database: SqlDatabase) -> None:
    """Callers that go away in the middle leave every connection usable."""
    for delay_ms in range(8):
        calls = [asyncio.create_task(database.packs.add(pack(id=f"{delay_ms} {n}"))) for n in range(6)]
        await asyncio.sleep(delay_ms / 2000)
        for call in calls:
            call.cancel()
        ended = await asyncio.gather(*calls, return_exceptions=True)
        assert all(end is None or isinstance(end, asyncio.CancelledError) for end in ended)
    await database.packs.add(pack())
    assert (
        await asyncio.gather(*(database.packs.get("pack_1", owner=OWNER) for _ in range(20))) == [pack()] * 20
    )


@pytest.mark.parametrize("content", [b"not a database, but long enough to be looked at" * 40, None])
async def test_wrong_file(tmp_path: Path, content: bytes | None) -> None:
    """A file of another kind, or a folder in its place, is an outage and is not touched."""
    place = tmp_path / "mighty.sqlite"
    if content is None:
        place.mkdir()
    else:
        place.write_bytes(content)
    database = SqlDatabase.from_url(f"sqlite://{place}")
    with pytest.raises(UnavailableError):
        await database.check()
    with pytest.raises(UnavailableError):
        await database.migrate()
    assert content is None or place.read_bytes() == content
    await database.close()


async def test_missing_file_is_not_made(tmp_path: Path) -> None:
    """Only a migration makes a file: a wrong path would else be an empty history. It is its owner's alone."""
    place = tmp_path / "new folder" / "100% mine.sqlite"
    database = SqlDatabase.from_url(f"sqlite://{tmp_path}/new folder/100%25 mine.sqlite")
    with pytest.raises(UnavailableError):
        await database.images.get("image_1", owner=OWNER)
    assert not place.parent.exists()
    await database.migrate()
    await database.check()
    assert place.stat().st_mode & 0o077 == 0
    await database.close()
