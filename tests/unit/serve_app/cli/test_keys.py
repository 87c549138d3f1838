"""`mighty keys`."""

import asyncio
import hashlib
import json

import pytest

from configs.settings import Settings
from serve_app.adapters.key_ring_keys import matches
from serve_app.wiring import open_database
from tests.unit.serve_app.cli.installation import mighty


def test_key_is_shown_once(installed: Settings) -> None:
    """The key alone goes to the standard output; the database has its hash, and no list shows either."""
    result = mighty("keys", "create", "--owner", "club-1", "--name", "app", "--scope", "read")
    key = result.stdout.strip()
    assert (result.exit_code, key[:3]) == (0, "mk_")
    assert "whsec_" in result.stderr

    async def every() -> list[object]:
        database = open_database(installed)
        try:
            return list(await database.keys.every())
        finally:
            await database.close()

    (record,) = asyncio.run(every())
    assert matches(key, record)
    listed = mighty("keys", "list", "--json").stdout
    secret, digest = key.split("_")[2], hashlib.sha256(key.encode()).hexdigest()
    assert secret not in listed
    assert digest not in listed
    (shown,) = json.loads(listed)
    assert (shown["owner"], shown["scopes"], shown["revoked_at"]) == ("club-1", ["read"], None)
    assert shown["id"] in mighty("keys", "list").stdout


@pytest.mark.usefixtures("installed")
def test_key_as_json() -> None:
    """With --json the key comes with its facts; it may read and write unless told otherwise."""
    made = json.loads(mighty("keys", "create", "--owner", "a", "--plan", "pro", "--json").stdout)
    assert (made["scopes"], made["plan"]) == (["read", "write"], "pro")
    assert made["key"].startswith("mk_")
    assert made["webhook_secret_hint"].startswith("whsec_")


@pytest.mark.usefixtures("installed")
def test_key_with_a_strange_scope() -> None:
    """A scope that does not exist is refused, and those that do are named."""
    result = mighty("keys", "create", "--owner", "a", "--scope", "root")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "admin, read, write" in result.stderr
    assert mighty("keys", "create", "--owner", " ").exit_code == 1


@pytest.mark.usefixtures("installed")
def test_revoke() -> None:
    """A key is revoked once; a second time, or another id, is an error."""
    made = json.loads(mighty("keys", "create", "--owner", "a", "--json").stdout)
    assert mighty("keys", "revoke", made["id"]).exit_code == 0
    (shown,) = json.loads(mighty("keys", "list", "--json").stdout)
    assert shown["revoked_at"] is not None
    assert mighty("keys", "revoke", made["id"]).exit_code == 1
    assert "key_none" in mighty("keys", "revoke", "key_none").stderr
