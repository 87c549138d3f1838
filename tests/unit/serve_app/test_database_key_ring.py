"""API keys from the database: found, revoked in time, and no way in for strangers."""

import asyncio
import secrets

import pytest

from serve_app.adapters import key_ring_keys
from serve_app.adapters.key_ring_keys import new_key
from serve_app.domain import Principal
from serve_app.errors import UnavailableError
from tests.unit.serve_app.key_stage import SETTINGS_KEY, START, Stage, stranger


@pytest.fixture
async def stage() -> Stage:
    """A ring with its usual times."""
    return Stage()


async def test_a_key_of_the_database(stage: Stage) -> None:
    """A key that is there is its record's holder, with the record's owner and scopes."""
    record, key = stage.add()
    assert await stage.ring.find(key) == Principal(record.id, "club", frozenset({"read"}))


async def test_others_are_nobody(stage: Stage) -> None:
    """A key that is not there, or that has the id of one that is there and another secret, is nobody's."""
    record, key = stage.add()
    forged = f"mk_{record.id.removeprefix('key_')}_{secrets.token_urlsafe(32)}"
    for other in (stranger(), forged, key + "x", key.upper(), "", "\ud800"):
        assert await stage.ring.find(other) is None
    assert stage.table.touched == []


async def test_every_answer_compares(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Digests of one length are compared for a good key, a forged one and one without a row alike."""
    compared: list[tuple[int, int]] = []
    real = key_ring_keys.hmac.compare_digest

    def _compare(left: bytes, right: bytes) -> bool:
        compared.append((len(left), len(right)))
        return real(left, right)

    _, key = stage.add()
    monkeypatch.setattr(key_ring_keys.hmac, "compare_digest", _compare)
    for asked in (key, key[:-4] + "____", stranger()):
        await stage.ring.find(asked)
    assert [pair for pair in compared if pair == (64, 64)] == [(64, 64)] * 3


async def test_form_decides_whether_to_ask(stage: Stage) -> None:
    """The settings' key, and text that cannot be a key, never reach the database."""
    stage.table.gone = True
    holder = await stage.ring.find(SETTINGS_KEY)
    assert holder
    assert holder.owner == "default"
    for other in ("", "mk_", "mk_abc_def", "Bearer x", "x" * 59):
        assert await stage.ring.find(other) is None
    assert stage.table.asked == []


async def test_rows_are_asked_for_now_and_then(stage: Stage) -> None:
    """A key in steady use asks the database once in ten seconds."""
    _, key = stage.add()
    for second in range(95):
        stage.seconds = second
        assert await stage.ring.find(key)
    assert len(stage.table.asked) == 10


async def test_a_revoked_key_ends_within_ten_seconds(stage: Stage) -> None:
    """A key that was just used is refused ten seconds after it was revoked, for good."""
    record, key = stage.add()
    assert await stage.ring.find(key)
    await stage.table.revoke(record.id, now=START)
    stage.seconds = 10
    assert await stage.ring.find(key) is None
    stage.table.gone = True
    stage.seconds = 12
    assert await stage.ring.find(key) is None


async def test_revoked_while_it_is_read(stage: Stage) -> None:
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


async def test_a_deleted_row_ends_its_key(stage: Stage) -> None:
    """A key whose row is gone is refused after the same time, also when the database fails then."""
    record, key = stage.add()
    assert await stage.ring.find(key)
    del stage.table.rows[record.id]
    stage.seconds = 10
    assert await stage.ring.find(key) is None
    stage.table.gone, stage.seconds = True, 13
    with pytest.raises(UnavailableError):
        await stage.ring.find(key)


async def test_a_new_key_works_within_two_seconds(stage: Stage) -> None:
    """That a key is not there is believed for two seconds only."""
    record, key = new_key("club", "site", scopes=["read"], plan="free", now=START)
    assert await stage.ring.find(key) is None
    stage.table.rows[record.id] = record
    stage.seconds = 2
    assert await stage.ring.find(key)
