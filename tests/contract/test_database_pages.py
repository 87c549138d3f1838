"""Lists: newest first, page by page, nothing skipped and nothing twice."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serve_app.adapters.database import SqlDatabase
from serve_app.records import ImageRecord, PageRequest
from tests.contract.database_rows import HOUR, NOW, OWNER, delivery, image, kit, pack

TICK = timedelta(microseconds=1)


async def walk(
    database: SqlDatabase, *, owner: str, limit: int, between: list[ImageRecord]
) -> list[tuple[datetime, str]]:
    """Read every page; add one more row after each."""
    seen: list[tuple[datetime, str]] = []
    before = None
    while True:
        request = PageRequest(limit=limit, before=before)
        page = await database.images.page(request, owner=owner, now=NOW)
        seen += [(row.created_at, row.id) for row in page.rows]
        if not page.more:
            return seen
        assert len(page.rows) == limit
        before = seen[-1]
        if between:
            await database.images.add(between.pop())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ticks=st.lists(st.integers(0, 3), min_size=1, max_size=12),
    later=st.lists(st.integers(-1, 5), max_size=4),
    dead=st.sets(st.integers(0, 11)),
    limit=st.integers(1, 5),
)
async def test_pages_hold_every_row_once(
    database: SqlDatabase, ticks: list[int], later: list[int], dead: set[int], limit: int
) -> None:
    """Rows with equal times, and rows added between two pages, neither hide nor repeat what was there."""
    owner = uuid.uuid4().hex
    make: Callable[..., ImageRecord] = lambda tick, **changes: image(  # noqa: E731 - a short name for one test
        id=uuid.uuid4().hex, owner=owner, created_at=NOW + tick * TICK, **changes
    )
    there = [make(tick, expires_at=NOW if place in dead else NOW + HOUR) for place, tick in enumerate(ticks)]
    for row in there:
        await database.images.add(row)
    seen = await walk(database, owner=owner, limit=limit, between=[make(tick) for tick in later])
    alive = {(row.created_at, row.id) for row in there if row.expires_at > NOW}
    gone = {(row.created_at, row.id) for row in there} - alive
    assert seen == sorted(set(seen), reverse=True)
    assert alive <= set(seen)
    assert not gone & set(seen)


async def test_last_full_page_says_so(database: SqlDatabase) -> None:
    """A page that ends with the list has no more, even when it is full."""
    for name in ("a", "b", "c", "d"):
        await database.images.add(image(id=name))
    first = await database.images.page(PageRequest(limit=2), owner=OWNER, now=NOW)
    assert ([row.id for row in first.rows], first.more) == (["d", "c"], True)
    rest = PageRequest(limit=2, before=(NOW, "c"))
    last = await database.images.page(rest, owner=OWNER, now=NOW)
    assert ([row.id for row in last.rows], last.more) == (["b", "a"], False)


async def test_filters(database: SqlDatabase) -> None:
    """Times are exclusive bounds; `kind` is the type of work, the sport, or the state."""
    for number, kind in enumerate(("upscale", "mockup", "upscale")):
        moment = NOW + number * HOUR
        await database.images.add(image(id=f"i{number}", processing_type=kind, created_at=moment))
        await database.packs.add(pack(id=f"p{number}", sport=kind, created_at=moment))
        await database.webhooks.save(delivery(id=f"d{number}", state="dead" if number else "pending"))
        await database.brand_kits.save(kit(id=f"k{number}", created_at=moment))
    between = PageRequest(created_after=NOW, created_before=NOW + 2 * HOUR)
    upscales = PageRequest(kind="upscale")
    images = await database.images.page(between, owner=OWNER, now=NOW)
    assert [row.id for row in images.rows] == ["i1"]
    images = await database.images.page(upscales, owner=OWNER, now=NOW)
    assert [row.id for row in images.rows] == ["i2", "i0"]
    packs = await database.packs.page(upscales, owner=OWNER, now=NOW)
    assert [row.id for row in packs.rows] == ["p2", "p0"]
    deliveries = await database.webhooks.page(PageRequest(kind="dead"), owner=OWNER)
    assert [row.id for row in deliveries.rows] == ["d2", "d1"]
    kits = await database.brand_kits.page(between, owner=OWNER)
    assert [row.id for row in kits.rows] == ["k1"]
