"""Clean-up over real databases and stores."""

import asyncio
import dataclasses
import os
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.errors import UnavailableError
from serve_app.ports import ObjectStore
from serve_app.records import AssetRecord, PageRequest, StoredAnswer
from serve_app.services import clean_up
from serve_app.services.clean_up import CleanUp, CleanUpReport
from tests.contract.database_rows import HOUR, LATER, NOW, OWNER, asset, delivery, image, kit, pack

PNG = "image/png"
WHEN = LATER + HOUR
"""Past the time of every row that is not changed."""


class FolderStore(ObstoreObjectStore):
    """A store on a disk whose objects can be made old, and which can refuse to delete."""

    folder: Path
    stuck: frozenset[str] = frozenset()

    async def delete(self, key: str) -> None:
        if key in self.stuck:
            raise UnavailableError("The file store cannot be used at present.")
        await super().delete(key)

    async def put_old(self, key: str, data: bytes = b"1234") -> None:
        """An object of two days ago."""
        await self.put(key, data, content_type=PNG if key.endswith("png") else "application/json")
        self.age(key)

    def age(self, key: str) -> None:
        """Make it two days old."""
        long_ago = time.time() - 2 * 86_400
        os.utime(self.folder / key, (long_ago, long_ago))


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    """An empty one."""
    made = FolderStore.from_url(f"file://{tmp_path}/objects")
    made.folder = tmp_path / "objects"
    return made


def key_of(number: int) -> str:
    """Of the object of a file."""
    return f"assets/0123456789abcdef/asset_{number}/upscaled.png"


def rows(numbers: Iterable[int], **changes: object) -> list[AssetRecord]:
    """Rows of files of four bytes."""
    return [asset(id=f"asset_{each}", key=key_of(each), bytes=4, **changes) for each in numbers]


async def fill(database: SqlDatabase, store: FolderStore) -> None:
    """Files, answers and other rows, past their time and not; objects that nobody names, old and young."""
    for number in range(5):
        await store.put_old(key_of(number))
    await database.assets.add(rows(range(3)))
    await database.assets.add(rows(range(3, 5), expires_at=WHEN + 10 * HOUR))
    await database.images.add(image())
    await database.images.add(image(id="image_2", expires_at=WHEN + HOUR))
    await database.packs.add(pack())
    await database.brand_kits.save(kit())
    await database.brand_kits.save(kit(id="kit_2", expires_at=LATER))
    await database.webhooks.save(delivery())
    for number, ttl in enumerate((HOUR, 1000 * HOUR)):
        claim = {"owner": OWNER, "fingerprint": "f"}
        await database.idempotency.claim(f"key_{number}", **claim, now=NOW, lease=HOUR, ttl=ttl)
        answer = StoredAnswer(200, "application/json", {}, None, f"answers/0123/body_{number}.json")
        await store.put_old(f"answers/0123/body_{number}.json", b"12")
        await database.idempotency.finish(f"key_{number}", owner=OWNER, lease_until=NOW + HOUR, answer=answer)
    await store.put_old(key_of(99), b"orphan")
    await store.put_old("health/probe.json", b"{}")
    await store.put(key_of(100), b"young orphan", content_type=PNG)


EXPECTED = CleanUpReport(
    dry_run=False, assets=3, images=1, packs=1, kits=1, answers=1, deliveries=1, orphans=1,
    freed_bytes=3 * 4 + 2 + len(b"orphan"), failed_objects=0,
)  # fmt: skip
LEFT = sorted([key_of(3), key_of(4), key_of(100), "answers/0123/body_1.json", "health/probe.json"])


def cleaner(database: SqlDatabase, store: ObjectStore) -> CleanUp:
    """Works at `WHEN` by the rows' clock; by the store's it is now."""
    # Rows are of a fixed time and files of the present one: the grace takes the difference in.
    grace = WHEN - clean_up.datetime.now(clean_up.UTC) + timedelta(days=1)
    return CleanUp(database, store, grace=grace, now=lambda: WHEN)


async def test_removes_what_is_past_its_time(database: SqlDatabase, store: FolderStore) -> None:
    """Rows and objects past their time go, and old objects without a row; nothing else does."""
    await fill(database, store)
    assert await cleaner(database, store).run() == EXPECTED
    assert [key for key in await store.list_keys("") if key != "health/probe.txt"] == LEFT
    assert await database.assets.present([f"asset_{each}" for each in range(5)], owner=OWNER) == {
        "asset_3",
        "asset_4",
    }
    assert await database.images.get("image_2", owner=OWNER) is not None
    assert [row.id for row in (await database.brand_kits.page(PageRequest(), owner=OWNER)).rows] == ["kit_1"]
    nothing = dataclasses.replace(
        EXPECTED, **dict.fromkeys(("assets", "images", "packs", "kits", "answers"), 0)
    )
    again = await cleaner(database, store).run()
    assert again == dataclasses.replace(nothing, deliveries=0, orphans=0, freed_bytes=0)


async def test_dry_run(database: SqlDatabase, store: FolderStore) -> None:
    """A dry run tells the very same and changes nothing."""
    await fill(database, store)
    before = await store.list_keys("")
    for _ in range(2):
        report = await cleaner(database, store).run(dry_run=True)
        assert report == dataclasses.replace(EXPECTED, dry_run=True)
    assert await store.list_keys("") == before
    assert (await cleaner(database, store).run()).assets == 3


async def test_many(database: SqlDatabase, store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and objects past one batch go too, with and without deleting; equal times lose none."""
    monkeypatch.setattr(clean_up, "BATCH", 7)
    await database.assets.add(rows(range(40)))
    for number in range(60):
        await store.put_old(key_of(number))
    for dry_run in (True, False):
        report = await cleaner(database, store).run(dry_run=dry_run)
        assert (report.assets, report.orphans, report.freed_bytes) == (40, 20, 240)
    assert await store.list_keys("assets") == []


async def test_object_that_stays(database: SqlDatabase, store: FolderStore) -> None:
    """An object that cannot be deleted is counted, holds up no other, and goes the next time."""
    await fill(database, store)
    store.stuck = frozenset({key_of(1), key_of(99)})
    report = await cleaner(database, store).run()
    assert report.failed_objects == 3  # the expired one is tried again as one without a row
    assert (report.assets, report.orphans) == (3, 2)
    store.stuck = frozenset()
    report = await cleaner(database, store).run()
    assert (report.orphans, report.failed_objects, report.freed_bytes) == (2, 0, 4 + len(b"orphan"))
    assert [key for key in await store.list_keys("") if key != "health/probe.txt"] == LEFT


async def test_two_at_once(
    database: SqlDatabase, store: FolderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs at once remove each row once between them, and leave what one would."""
    monkeypatch.setattr(clean_up, "BATCH", 2)
    await fill(database, store)
    reports = await asyncio.gather(cleaner(database, store).run(), cleaner(database, store).run())
    assert sum(report.assets for report in reports) == 3
    assert sum(report.failed_objects for report in reports) == 0
    assert [key for key in await store.list_keys("") if key != "health/probe.txt"] == LEFT


async def test_object_that_is_written_again(database: SqlDatabase, store: FolderStore) -> None:
    """An old object that gets a new writer after it was looked at, and before its row, is left alone."""
    await store.put_old(key_of(99))
    referenced = database.assets.referenced

    class Assets:
        async def referenced(self, keys: list[str]) -> set[str]:
            found = await referenced(keys)
            await store.put(key_of(99), b"again", content_type=PNG)
            return found

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

    real, database.assets = database.assets, Assets()
    report = await cleaner(database, store).run()
    assert (report.orphans, await store.list_keys("assets")) == (0, [key_of(99)])


async def test_answer_that_is_given_again(database: SqlDatabase, store: FolderStore) -> None:
    """The body of an answer that was made anew under the same key, a moment ago, is not the expired one's."""
    await fill(database, store)
    await store.put("answers/0123/body_0.json", b"new", content_type="application/json")
    report = await cleaner(database, store).run()
    assert (report.answers, report.freed_bytes) == (1, EXPECTED.freed_bytes - 2)
    assert (await store.get("answers/0123/body_0.json")).data == b"new"


async def test_store_that_is_down(database: SqlDatabase, store: FolderStore) -> None:
    """With the store down no row goes: its object could not follow."""
    await fill(database, store)

    class Down(FolderStore):
        async def check(self) -> None:
            raise UnavailableError("The file store cannot be used at present.")

    with pytest.raises(UnavailableError):
        await cleaner(database, Down(store._store, folder=store._folder)).run()
    assert len(await database.assets.expired(now=WHEN, limit=9)) == 3
