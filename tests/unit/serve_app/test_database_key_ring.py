"""API keys from the database: revoked in time, cheap to ask for, and no way in for strangers."""

import asyncio
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from serve_app.adapters import key_ring_keys
from serve_app.adapters.database_key_ring import DatabaseKeyRing
from serve_app.adapters.key_ring import SettingsKeyRing
from serve_app.adapters.key_ring_keys import new_key
from serve_app.adapters.key_ring_records import KeyTimes
from serve_app.domain import Principal
from serve_app.errors import OverloadedError, UnavailableError
from serve_app.records import KeyRecord

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
_SETTINGS_KEY = "the-key-of-the-settings"


class _Table:
    """`KeyRecords` in memory, which counts what it is asked and can be gone."""

    def __init__(self) -> None:
        self.rows: dict[str, KeyRecord] = {}
        self.asked: list[str] = []
        self.touched: list[tuple[str, datetime]] = []
        self.gone = False
        self.open = asyncio.Event()
        self.open.set()
        self.touch_error: Exception | None = None

    async def add(self, key: KeyRecord) -> None:
        self.rows[key.id] = key

    async def get(self, key_id: str) -> KeyRecord | None:
        self.asked.append(key_id)
        found = self.rows.get(key_id)
        await self.open.wait()
        if self.gone:
            raise UnavailableError("gone")
        return found

    async def every(self) -> tuple[KeyRecord, ...]:
        return tuple(self.rows.values())

    async def revoke(self, key_id: str, *, now: datetime) -> bool:
        self.rows[key_id] = replace(self.rows[key_id], revoked_at=now)
        return True

    async def touch(self, key_id: str, *, now: datetime) -> None:
        await self.open.wait()
        if self.touch_error:
            raise self.touch_error
        self.touched.append((key_id, now))


class _Stage:
    """A ring over such a table, with a clock that tests move."""

    def __init__(self, **times: float) -> None:
        self.seconds = 0.0
        self.table = _Table()
        self.ring = DatabaseKeyRing(
            SettingsKeyRing.of(_SETTINGS_KEY),
            self.table,
            times=KeyTimes(**times),  # type: ignore[arg-type] # max_kept is given as an int
            clock=lambda: self.seconds,
            now=lambda: START + timedelta(seconds=self.seconds),
        )

    def add(self, **changes: object) -> tuple[KeyRecord, str]:
        record, key = new_key("club", "site", scopes=["read"], plan="free", now=START)
        self.table.rows[record.id] = replace(record, **changes)  # type: ignore[arg-type] # any field
        return record, key


@pytest.fixture
async def stage() -> _Stage:
    """A ring with its usual times."""
    return _Stage()


def _stranger() -> str:
    return new_key("x", "x", scopes=["admin"], plan="x", now=START)[1]


async def test_a_key_of_the_database(stage: _Stage) -> None:
    """A key that is there is its record's holder, with the record's owner and scopes."""
    record, key = stage.add()
    assert await stage.ring.find(key) == Principal(record.id, "club", frozenset({"read"}))


async def test_others_are_nobody(stage: _Stage) -> None:
    """A key that is not there, or that has the id of one that is there and another secret, is nobody's."""
    record, key = stage.add()
    forged = f"mk_{record.id.removeprefix('key_')}_{secrets.token_urlsafe(32)}"
    for other in (_stranger(), forged, key + "x", key.upper(), "", "\ud800"):
        assert await stage.ring.find(other) is None
    assert stage.table.touched == []


async def test_every_answer_compares(stage: _Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests of one length are compared for a good key, a forged one and one without a row alike."""
    compared: list[tuple[int, int]] = []
    real = key_ring_keys.hmac.compare_digest

    def _compare(left: bytes, right: bytes) -> bool:
        compared.append((len(left), len(right)))
        return real(left, right)

    _, key = stage.add()
    monkeypatch.setattr(key_ring_keys.hmac, "compare_digest", _compare)
    for asked in (key, key[:-4] + "____", _stranger()):
        await stage.ring.find(asked)
    assert [pair for pair in compared if pair == (64, 64)] == [(64, 64)] * 3


async def test_form_decides_whether_to_ask(stage: _Stage) -> None:
    """The settings' key, and text that cannot be a key, never reach the database."""
    stage.table.gone = True
    holder = await stage.ring.find(_SETTINGS_KEY)
    assert holder
    assert holder.owner == "default"
    for other in ("", "mk_", "mk_abc_def", "Bearer x", "x" * 59):
        assert await stage.ring.find(other) is None
    assert stage.table.asked == []


async def test_rows_are_asked_for_now_and_then(stage: _Stage) -> None:
    """A key in steady use asks the database once in ten seconds."""
    _, key = stage.add()
    for second in range(95):
        stage.seconds = second
        assert await stage.ring.find(key)
    assert len(stage.table.asked) == 10


async def test_a_revoked_key_ends_within_ten_seconds(stage: _Stage) -> None:
    """A key that was just used is refused ten seconds after it was revoked, for good."""
    record, key = stage.add()
    assert await stage.ring.find(key)
    await stage.table.revoke(record.id, now=START)
    stage.seconds = 10
    assert await stage.ring.find(key) is None
    stage.table.gone = True
    stage.seconds = 12
    assert await stage.ring.find(key) is None


async def test_revoked_while_it_is_read(stage: _Stage) -> None:
    """The ten seconds count from the question, not from an answer that was long on its way."""
    record, key = stage.add()
    stage.table.open.clear()
    asking = asyncio.create_task(stage.ring.find(key))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await stage.table.revoke(record.id, now=START)
    stage.seconds = 9
    stage.table.open.set()
    assert await asking
    stage.seconds = 10
    assert await stage.ring.find(key) is None


async def test_a_deleted_row_ends_its_key(stage: _Stage) -> None:
    """A key whose row is gone is refused after the same time, also when the database fails then."""
    record, key = stage.add()
    assert await stage.ring.find(key)
    del stage.table.rows[record.id]
    stage.seconds = 10
    assert await stage.ring.find(key) is None
    stage.table.gone, stage.seconds = True, 13
    with pytest.raises(UnavailableError):
        await stage.ring.find(key)


async def test_a_new_key_works_within_two_seconds(stage: _Stage) -> None:
    """That a key is not there is believed for two seconds only."""
    record, key = new_key("club", "site", scopes=["read"], plan="free", now=START)
    assert await stage.ring.find(key) is None
    stage.table.rows[record.id] = record
    stage.seconds = 2
    assert await stage.ring.find(key)


async def test_many_at_once_ask_once(stage: _Stage) -> None:
    """50 requests with one key ask the database once, and the one that is cancelled takes nobody with it."""
    _, key = stage.add()
    stage.table.open.clear()
    asking = [asyncio.create_task(stage.ring.find(key)) for _ in range(50)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking[0].cancel()
    await asyncio.sleep(0)
    stage.table.open.set()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert all(isinstance(one, Principal) for one in found[1:])
    assert len(stage.table.asked) == 1


async def test_outage(stage: _Stage) -> None:
    """With the database gone a key seen lately goes on for up to five minutes; others are unavailable."""
    _, key = stage.add()
    assert await stage.ring.find(key)
    stage.table.gone = True
    with pytest.raises(UnavailableError):
        await stage.ring.find(_stranger())
    for second in range(301):
        stage.seconds = second
        assert await stage.ring.find(key)
    assert len(stage.table.asked) < 160
    stage.seconds = 303
    with pytest.raises(UnavailableError):
        await stage.ring.find(key)
    stage.table.gone = False
    assert await stage.ring.find(key)


async def test_an_outage_is_no_answer(stage: _Stage) -> None:
    """A key that could not be looked up is looked up again at once when the database is back."""
    _, key = stage.add()
    stage.table.gone = True
    with pytest.raises(UnavailableError):
        await stage.ring.find(key)
    stage.table.gone = False
    assert await stage.ring.find(key)


async def test_strangers_cannot_hammer_the_database() -> None:
    """Of a flood of made-up keys few reach the database; keys that are known go on; it passes with time."""
    stage = _Stage(strangers_at_once=20, strangers_per_s=10)
    _, key = stage.add()
    assert await stage.ring.find(key)
    overloaded = 0
    for _ in range(500):
        try:
            assert await stage.ring.find(_stranger()) is None
        except OverloadedError:
            overloaded += 1
    assert len(stage.table.asked) == 20
    assert overloaded == 481
    stage.seconds = 11
    assert await stage.ring.find(key)
    for _ in range(19):
        assert await stage.ring.find(_stranger()) is None


async def test_one_stranger_asks_once(stage: _Stage) -> None:
    """The same made-up key asks the database once in two seconds, however often it is sent."""
    key = _stranger()
    for tenth in range(100):
        stage.seconds = tenth / 10
        assert await stage.ring.find(key) is None
    assert len(stage.table.asked) == 5


async def test_strangers_cannot_fill_the_memory() -> None:
    """What is kept of made-up keys is bounded, and pushes out no key that is there."""
    stage = _Stage(max_kept=50, strangers_at_once=10**6)
    _, key = stage.add()
    assert await stage.ring.find(key)
    for _ in range(500):
        await stage.ring.find(_stranger())
    assert len(stage.ring._recent._absent_until) == 50
    assert stage.ring._used_at.keys() == stage.ring._recent._known.keys() == stage.table.rows.keys()
    asked = len(stage.table.asked)
    assert await stage.ring.find(key)
    assert len(stage.table.asked) == asked


async def test_the_last_use_is_noted_once_a_minute(stage: _Stage) -> None:
    """A key in steady use is touched once a minute, with the time of the use."""
    record, key = stage.add()
    for second in range(0, 300, 5):
        stage.seconds = second
        await stage.ring.find(key)
    await stage.ring.close()
    assert {key_id for key_id, _ in stage.table.touched} == {record.id}
    moments = [moment for _, moment in stage.table.touched]
    assert moments[0] == START
    assert [later - sooner for sooner, later in pairwise(moments)] == [timedelta(minutes=1)] * 4


async def test_a_use_that_another_replica_noted(stage: _Stage) -> None:
    """A key that another replica has touched within the minute is not touched again."""
    _, key = stage.add(last_used_at=START - timedelta(seconds=30))
    assert await stage.ring.find(key)
    await stage.ring.close()
    assert stage.table.touched == []


@pytest.mark.parametrize("error", [UnavailableError("gone"), RuntimeError("a defect")])
async def test_a_use_that_cannot_be_noted(stage: _Stage, error: Exception) -> None:
    """That a use cannot be noted neither fails nor delays the request."""
    _, key = stage.add()
    assert await stage.ring.find(key)
    await stage.ring.close()
    stage.seconds, stage.table.touch_error = 70, error
    await stage.ring._recent.get(next(iter(stage.table.rows)))
    stage.table.open.clear()
    assert await stage.ring.find(key)
    stage.table.open.set()
    await stage.ring.close()
    assert len(stage.table.touched) == 1
