"""What the repositories promise, on SQLite and on Postgres."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import StatementError

from serve_app.adapters.database import SqlDatabase
from serve_app.errors import UnavailableError
from serve_app.ports import Database
from serve_app.records import PageRequest
from tests.contract.database_rows import (
    ANSWER,
    HOUR,
    LATER,
    NOW,
    OWNER,
    api_key,
    asset,
    delivery,
    image,
    kit,
    pack,
)

FIRST = PageRequest()


async def test_is_the_port(database: SqlDatabase) -> None:
    """What is built is what the use cases ask for, migrated."""
    port: Database = database
    await port.check()


async def test_every_value_comes_back(database: SqlDatabase) -> None:
    """Rows come back equal: empty values, odd text, nested JSON, large numbers, microseconds, UTC."""
    await database.assets.add([asset()])
    await database.images.add(image())
    await database.packs.add(pack())
    await database.brand_kits.save(kit())
    await database.keys.add(api_key())
    await database.webhooks.save(delivery())
    assert await database.assets.get("asset_1", owner=OWNER) == asset()
    assert await database.images.get("image_1", owner=OWNER) == image()
    assert await database.packs.get("pack_1", owner=OWNER) == pack()
    assert await database.brand_kits.get("kit_1", owner=OWNER) == kit()
    assert await database.keys.get("key_1") == api_key()
    assert await database.webhooks.get("delivery_1", owner=OWNER) == delivery()


async def test_json_keeps_its_order(database: SqlDatabase) -> None:
    """Parameters are shown in the order in which they were given."""
    await database.images.add(image())
    found = await database.images.get("image_1", owner=OWNER)
    assert found is not None
    assert list(found.parameters) == ["scale", "format", "z", "a"]


async def test_moments_come_back_in_utc(database: SqlDatabase) -> None:
    """A moment written in another zone is the same moment, told in UTC."""
    east = NOW.astimezone(timezone(timedelta(hours=13)))
    await database.packs.add(pack(created_at=east))
    found = await database.packs.get("pack_1", owner=OWNER)
    assert found is not None
    assert found.created_at == NOW
    assert found.created_at.tzinfo is UTC


async def test_naive_moment_is_a_defect(database: SqlDatabase) -> None:
    """A time without a zone is refused loudly, not taken for an outage."""
    with pytest.raises(StatementError, match="time zone"):
        await database.packs.add(pack(created_at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the defect itself


@pytest.mark.parametrize("name", ["Nul\0l", "half \ud83d pair"])
async def test_text_that_no_database_stores(database: SqlDatabase, name: str) -> None:
    """NUL and lone surrogates become U+FFFD on both engines."""
    await database.packs.add(pack(team_name=name))
    found = await database.packs.get("pack_1", owner=OWNER)
    assert found is not None
    assert "\ufffd" in found.team_name
    assert found.team_name.startswith(name[:3])


async def test_another_owners_rows_are_not_there(database: SqlDatabase) -> None:
    """Nothing of an owner's can be read, listed or removed by another."""
    await database.assets.add([asset(parent_id="image_1")])
    await database.images.add(image())
    await database.packs.add(pack())
    await database.brand_kits.save(kit())
    await database.webhooks.save(delivery())
    assert await database.assets.get("asset_1", owner="other") is None
    assert await database.assets.of_parent("image_1", owner="other") == ()
    assert await database.assets.several({"asset_1"}, owner="other") == ()
    assert await database.assets.present({"asset_1"}, owner="other") == set()
    assert await database.assets.delete_of_parent("image_1", owner="other") == []
    assert await database.images.get("image_1", owner="other") is None
    assert (await database.images.page(FIRST, owner="other", now=NOW)).rows == ()
    assert not await database.images.delete("image_1", owner="other")
    assert await database.packs.get("pack_1", owner="other") is None
    assert (await database.packs.page(FIRST, owner="other", now=NOW)).rows == ()
    assert not await database.packs.delete("pack_1", owner="other")
    assert await database.brand_kits.get("kit_1", owner="other") is None
    assert (await database.brand_kits.page(FIRST, owner="other")).rows == ()
    assert not await database.brand_kits.replace(kit(owner="other", name="Theirs"))
    assert not await database.brand_kits.delete("kit_1", owner="other")
    assert await database.webhooks.get("delivery_1", owner="other") is None
    assert (await database.webhooks.page(FIRST, owner="other")).rows == ()
    assert await database.images.get("image_1", owner=OWNER) == image()
    assert await database.assets.present({"asset_1", "absent"}, owner=OWNER) == {"asset_1"}


async def test_a_row_is_added_once(database: SqlDatabase) -> None:
    """A step that is run again changes nothing, whatever it brings."""
    await database.assets.add([asset(), asset(role="second in one call")])
    await database.assets.add([asset(role="changed"), asset(id="asset_2")])
    await database.images.add(image())
    await database.images.add(image(model="changed"))
    await database.packs.add(pack())
    await database.packs.add(pack(sport="changed"))
    assert await database.assets.get("asset_1", owner=OWNER) == asset()
    assert await database.assets.get("asset_2", owner=OWNER) == asset(id="asset_2")
    assert await database.images.get("image_1", owner=OWNER) == image()
    assert await database.packs.get("pack_1", owner=OWNER) == pack()


@pytest.mark.parametrize("count", [3, 1100])
async def test_assets_are_added_all_or_none(database: SqlDatabase, count: int) -> None:
    """One file that cannot be stored keeps the others out, also where they fill several statements."""
    broken: Any = asset(id="broken", sha256=None)
    files = [asset(id=f"a{number}", parent_id="p") for number in range(count)]
    with pytest.raises(UnavailableError):
        await database.assets.add([*files, broken])
    assert await database.assets.of_parent("p", owner=OWNER) == ()
    await database.assets.add(files)
    assert await database.assets.of_parent("p", owner=OWNER) == tuple(files)


async def test_nothing_to_add_is_nothing(database: SqlDatabase) -> None:
    """Empty lists are answered with empty answers."""
    await database.assets.add([])
    assert await database.assets.present([], owner=OWNER) == set()
    assert await database.assets.referenced([]) == set()
    assert await database.assets.delete([]) == 0


async def test_files_of_a_parent_in_their_order(database: SqlDatabase) -> None:
    """They come as they were added, whatever their ids and times say."""
    first = [asset(id=name, key=f"k/{name}", parent_id="p") for name in ("z", "a", "m")]
    second = asset(id="b", key="k/b", parent_id="p", created_at=NOW - HOUR)
    await database.assets.add(first)
    await database.assets.add([second, asset(id="c", parent_id="another")])
    assert await database.assets.of_parent("p", owner=OWNER) == (*first, second)
    assert sorted(await database.assets.delete_of_parent("p", owner=OWNER)) == ["k/a", "k/b", "k/m", "k/z"]
    assert await database.assets.of_parent("p", owner=OWNER) == ()
    assert await database.assets.get("c", owner=OWNER) is not None


async def test_referenced_keys(database: SqlDatabase) -> None:
    """An object is referenced by an asset or by a kept answer; thousands may be asked for at once."""
    await database.assets.add([asset(key="k/asset")])
    claim = {"owner": OWNER, "fingerprint": "f"}
    await database.idempotency.claim("key", **claim, now=NOW, lease=HOUR, ttl=HOUR)
    answer = dataclasses.replace(ANSWER, body=None, object_key="k/answer")
    await database.idempotency.finish("key", owner=OWNER, lease_until=NOW + HOUR, answer=answer)
    asked = ["k/asset", "k/answer", *(f"k/{number}" for number in range(3000))]
    assert await database.assets.referenced(asked) == {"k/asset", "k/answer"}


async def test_expired_assets_oldest_first(database: SqlDatabase) -> None:
    """A file is past its time from its last moment on; the oldest come first, so many as asked."""
    ends = {"late": NOW, "early": NOW - HOUR, "alive": NOW + timedelta(microseconds=1)}
    await database.assets.add([asset(id=name, expires_at=end) for name, end in ends.items()])
    assert [row.id for row in await database.assets.expired(now=NOW, limit=9)] == ["early", "late"]
    assert [row.id for row in await database.assets.expired(now=NOW, limit=1)] == ["early"]
    assert await database.assets.delete(["early", "late", "absent"]) == 2
    assert await database.assets.expired(now=NOW, limit=9) == ()
    assert await database.assets.get("alive", owner=OWNER) is not None


async def test_expired_rows_are_removed(database: SqlDatabase) -> None:
    """Rows past their time are counted dry, then removed, more than one statement takes too."""
    for number in range(3):
        await database.images.add(image(id=f"i{number}", expires_at=NOW))
        await database.packs.add(pack(id=f"p{number}", expires_at=NOW))
        await database.webhooks.save(delivery(id=f"d{number}", expires_at=NOW))
    await database.images.add(image())
    for rows in (database.images, database.packs, database.webhooks):
        assert await rows.delete_expired(now=NOW, dry_run=True) == 3
        assert await rows.delete_expired(now=NOW) == 3
        assert await rows.delete_expired(now=NOW) == 0
    assert await database.images.get("image_1", owner=OWNER) == image()


async def test_delete_tells_whether_there_was_one(database: SqlDatabase) -> None:
    """The second removal finds nothing."""
    await database.images.add(image())
    await database.packs.add(pack())
    await database.brand_kits.save(kit())
    for rows, row_id in (
        (database.images, "image_1"),
        (database.packs, "pack_1"),
        (database.brand_kits, "kit_1"),
    ):
        assert await rows.delete(row_id, owner=OWNER)
        assert not await rows.delete(row_id, owner=OWNER)
        assert await rows.get(row_id, owner=OWNER) is None


async def test_saving_replaces_the_owners_own(database: SqlDatabase) -> None:
    """A kit and a delivery are replaced whole; a kit of the same id and another owner stays."""
    await database.brand_kits.save(kit())
    await database.brand_kits.save(kit(owner="other", name="Theirs"))
    await database.brand_kits.save(kit(name="Away", colors=(), updated_at=LATER))
    assert await database.brand_kits.get("kit_1", owner=OWNER) == kit(
        name="Away", colors=(), updated_at=LATER
    )
    assert await database.brand_kits.get("kit_1", owner="other") == kit(owner="other", name="Theirs")
    await database.webhooks.save(delivery())
    dead = delivery(state="dead", attempts=9, last_status=500, last_error="no answer", updated_at=LATER)
    await database.webhooks.save(dead)
    assert await database.webhooks.get("delivery_1", owner=OWNER) == dead


async def test_only_a_kit_that_is_there_is_replaced(database: SqlDatabase) -> None:
    """A kit that was removed meanwhile does not come back by being replaced."""
    await database.brand_kits.save(kit())
    assert await database.brand_kits.replace(kit(name="Away", updated_at=LATER))
    assert await database.brand_kits.get("kit_1", owner=OWNER) == kit(name="Away", updated_at=LATER)
    await database.brand_kits.delete("kit_1", owner=OWNER)
    assert not await database.brand_kits.replace(kit())
    assert await database.brand_kits.get("kit_1", owner=OWNER) is None


async def test_files_by_what_they_were_made_of(database: SqlDatabase) -> None:
    """The owner's living files of a content are found, newest first; other owners' and dead ones are not."""
    rows = {
        "old": asset(id="old", content_key="aa"),
        "new": asset(id="new", content_key="aa", created_at=NOW + HOUR, notes={"roles": ["a", "b"]}),
        "dead": asset(id="dead", content_key="aa", expires_at=NOW),
        "theirs": asset(id="theirs", content_key="aa", owner="other"),
        "other": asset(id="other", content_key="bb"),
        "plain": asset(id="plain"),
    }
    await database.assets.add(list(rows.values()))
    found = await database.assets.made_of(["aa", "cc"], owner=OWNER, alive_at=NOW)
    assert found == (rows["new"], rows["old"])
    assert await database.assets.made_of([], owner=OWNER, alive_at=NOW) == ()


async def test_files_and_kits_get_more_time(database: SqlDatabase) -> None:
    """A parent's files live longer, and a kit that has an end; a kit without one stays without."""
    await database.assets.add([asset(parent_id="kit_1"), asset(id="else", parent_id="kit_2")])
    await database.brand_kits.add(kit(expires_at=NOW))
    await database.brand_kits.add(kit(name="a second time", expires_at=LATER))
    await database.brand_kits.add(kit(id="kit_2"))
    for name in ("kit_1", "kit_2"):
        await database.brand_kits.extend(name, owner=OWNER, expires_at=LATER)
    await database.assets.extend("kit_1", owner=OWNER, expires_at=LATER + HOUR)
    assert await database.brand_kits.get("kit_1", owner=OWNER) == kit(expires_at=LATER)
    assert await database.brand_kits.get("kit_2", owner=OWNER) == kit(id="kit_2")
    assert (await database.assets.of_parent("kit_1", owner=OWNER))[0].expires_at == LATER + HOUR
    assert (await database.assets.of_parent("kit_2", owner=OWNER))[0].expires_at == LATER


async def test_only_kits_that_stay_are_listed(database: SqlDatabase) -> None:
    """Kits that packs made for themselves are found by their id, and on no page."""
    await database.brand_kits.save(kit(logo_facts={"kind": "flat"}, garment_color="#ffffff"))
    await database.brand_kits.save(kit(id="kit_2", expires_at=LATER))
    assert [row.id for row in (await database.brand_kits.page(FIRST, owner=OWNER)).rows] == ["kit_1"]
    assert await database.brand_kits.get("kit_2", owner=OWNER) == kit(id="kit_2", expires_at=LATER)
    assert await database.brand_kits.delete_expired(now=LATER, dry_run=True) == 1
    assert await database.brand_kits.delete_expired(now=LATER) == 1
    assert await database.brand_kits.get("kit_2", owner=OWNER) is None


async def test_several_files_at_once(database: SqlDatabase) -> None:
    """Those that are there are given whole, expired ones too; of none asked for there are none."""
    files = [asset(id=f"asset_{number}", key=f"k{number}") for number in range(3)]
    await database.assets.add(files)
    found = await database.assets.several({"asset_0", "asset_2", "absent"}, owner=OWNER)
    assert sorted(found, key=lambda file: file.id) == [files[0], files[2]]
    assert await database.assets.several(set(), owner=OWNER) == ()


async def test_keys(database: SqlDatabase) -> None:
    """Keys are listed oldest first; a right ends once; the last use only moves on."""
    old = api_key(id="old", sha256="01", created_at=NOW - HOUR)
    await database.keys.add(api_key())
    await database.keys.add(old)
    assert await database.keys.every() == (old, api_key())
    await database.keys.touch("old", now=NOW)
    await database.keys.touch("old", now=NOW - HOUR)
    assert await database.keys.revoke("old", now=LATER)
    assert not await database.keys.revoke("old", now=LATER + HOUR)
    assert not await database.keys.revoke("absent", now=LATER)
    assert await database.keys.get("old") == dataclasses.replace(old, last_used_at=NOW, revoked_at=LATER)
    assert await database.keys.get("absent") is None


async def test_a_key_is_added_once(database: SqlDatabase) -> None:
    """Two keys of one hash would be one key with two rights: the second is refused."""
    await database.keys.add(api_key())
    with pytest.raises(UnavailableError):
        await database.keys.add(api_key(id="another"))
    assert await database.keys.every() == (api_key(),)
