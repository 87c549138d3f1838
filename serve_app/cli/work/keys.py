"""`mighty keys`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TypeVar

from configs.settings import Settings
from serve_app.adapters.database import SqlDatabase
from serve_app.adapters.key_ring import ALL_SCOPES
from serve_app.adapters.key_ring_keys import new_key
from serve_app.adapters.table_copy import service_tables
from serve_app.cli.calls import Exit, Refusal
from serve_app.cli.work.output import note, say, say_json, say_rows
from serve_app.cli.work.settings import need_tables, read_settings
from serve_app.records import KeyRecord
from serve_app.services.webhook_signing import owner_secret
from serve_app.wiring import open_database, webhook_master

_HINT = 12
"""Letters of the webhook secret that are shown: enough to tell it from another."""
Result = TypeVar("Result")


def create(*, owner: str, name: str, scopes: Sequence[str], plan: str, as_json: bool) -> Exit:
    """Make a key; it goes to the standard output, alone, so that it can be piped into a secret store."""
    if not owner.strip():
        raise Refusal("A key needs an owner.")
    if unknown := sorted(set(scopes) - ALL_SCOPES):
        raise Refusal(f"There is no scope {', '.join(unknown)}; there are {', '.join(sorted(ALL_SCOPES))}.")
    settings = read_settings()
    record, key = new_key(owner, name, scopes=scopes, plan=plan, now=datetime.now(UTC))
    _with_database(settings, lambda database: database.keys.add(record))
    hint = f"{owner_secret(webhook_master(settings), owner)[:_HINT]}…"
    if as_json:
        say_json({"key": key, **_facts(record), "webhook_secret_hint": hint})
        return Exit.DONE
    say(key)
    note(f"{record.id} of {owner}, {'+'.join(record.scopes)}. The key is shown this once and kept nowhere.")
    note(
        f"Webhooks of {owner} are signed with {hint}: GET /api/v1/webhooks/secret tells the key's holder all."
    )
    return Exit.DONE


def show(*, as_json: bool) -> Exit:
    """List the keys."""
    records = _with_database(read_settings(), lambda database: database.keys.every())
    if as_json:
        say_json([_facts(record) for record in records])
        return Exit.DONE
    columns = ("ID", "OWNER", "NAME", "SCOPES", "PLAN", "CREATED", "LAST USED", "REVOKED")
    say_rows(columns, [_row(record) for record in records])
    return Exit.DONE


def revoke(*, key_id: str) -> Exit:
    """End a key's right."""
    done = _with_database(
        read_settings(), lambda database: database.keys.revoke(key_id, now=datetime.now(UTC))
    )
    if not done:
        raise Refusal(f"There is no key {key_id} in force.")
    say(f"{key_id} is revoked; replicas of the API forget it within seconds.")
    return Exit.DONE


def _with_database(settings: Settings, work: Callable[[SqlDatabase], Awaitable[Result]]) -> Result:
    need_tables(service_tables(settings.sql_url))

    async def run() -> Result:
        database = open_database(settings)
        try:
            await database.check()
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(run())


def _facts(record: KeyRecord) -> dict[str, object]:
    """Everything but the hash, which is nobody's business."""
    return {name: value for name, value in asdict(record).items() if name != "sha256"}


def _row(record: KeyRecord) -> tuple[object, ...]:
    scopes = "+".join(record.scopes)
    moments = (record.created_at, record.last_used_at, record.revoked_at)
    return (record.id, record.owner, record.name, scopes, record.plan, *moments)
