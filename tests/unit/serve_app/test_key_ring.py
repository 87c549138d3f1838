"""The key of the settings, and what API keys look like."""

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve_app.adapters.key_ring import SettingsKeyRing
from serve_app.adapters.key_ring_keys import key_id_of, matches, new_key

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


async def test_ring_finds_its_key_only() -> None:
    """The ring knows its key by hash, keeps no key, and takes any text as a question."""
    ring = SettingsKeyRing.of("a-long-secret-key")
    assert await ring.find("a-long-secret-key") == ring.principal
    for other in ("", "a-long-secret-kex", "\ud800", "a-long-secret-key "):
        assert await ring.find(other) is None
    assert "secret" not in repr(ring)


def test_a_new_key_fits_its_record() -> None:
    """The record finds and fits its key, holds what was asked for, and does not hold the key."""
    record, key = new_key("club", "website", scopes=["write", "read", "read"], plan="free", now=NOW)
    assert (record.owner, record.name, record.plan, record.created_at) == ("club", "website", "free", NOW)
    assert record.scopes == ("read", "write")
    assert record.sha256 == hashlib.sha256(key.encode()).hexdigest()
    assert key_id_of(key) == record.id
    assert matches(key, record)
    assert key.rpartition("_")[0] not in repr(record)
    assert key[16:] not in repr(record)


def test_keys_differ() -> None:
    """No two keys are alike, not in their ids either, and each is of the one form."""
    pairs = [new_key("o", "n", scopes=[], plan="p", now=NOW) for _ in range(200)]
    assert len({key for _, key in pairs}) == len({record.id for record, _ in pairs}) == 200
    assert {len(key) for _, key in pairs} == {3 + 12 + 1 + 43}
    assert not matches(pairs[0][1], pairs[1][0])


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.strip,
        lambda key: key + " ",
        lambda key: key[:-1],
        lambda key: key + "\n",
        lambda key: "x" + key,
    ],
)
def test_a_changed_key_does_not_fit(change: object) -> None:
    """A key with anything more or less is of no form or of another hash."""
    record, key = new_key("o", "n", scopes=[], plan="p", now=NOW)
    assert callable(change)
    changed = change(key)
    assert (changed == key) == (matches(changed, record) and key_id_of(changed) == record.id)


@given(st.text())
def test_any_text_is_a_question(text: str) -> None:
    """Any text, a lone surrogate too, is asked about without an error and fits nothing."""
    assert key_id_of(text) is None
    assert not matches(text, None)
    assert not matches("\ud800" + text, new_key("o", "n", scopes=[], plan="p", now=NOW)[0])
