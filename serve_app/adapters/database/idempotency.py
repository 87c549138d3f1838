"""The table `idempotency`: one row an owner and key."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from serve_app.adapters.database.connections import Connections
from serve_app.adapters.database.statements import BATCH, insert
from serve_app.adapters.database.tables import idempotency
from serve_app.ports.database import Claim
from serve_app.records import StoredAnswer

_COLUMNS = idempotency.columns
_NO_ANSWER: dict[str, Any] = dict.fromkeys(("status", "media_type", "headers", "body", "object_key"))


class SqlIdempotency:
    """Implements `IdempotencyRecords`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    async def claim(
        self, key: str, *, owner: str, fingerprint: str, now: datetime, lease: timedelta, ttl: timedelta
    ) -> Claim | StoredAnswer:
        """Take the key for a request: one statement inserts the row, takes over a dead one, or does nothing.

        `ours`: go on, and `finish` or `release`. `busy`: another request with this key and fingerprint has
        not ended, and its lease is not over. `reused`: the key was used for another fingerprint. Else the
        answer to give again.
        """
        claimed: dict[str, Any] = {
            "fingerprint": fingerprint, "lease_until": now + lease, "expires_at": now + ttl, **_NO_ANSWER,
        }  # fmt: skip
        take = (
            insert(idempotency, dialect=self._connections.dialect)
            .values(owner=owner, key=key, **claimed)
            .on_conflict_do_update(index_elements=["owner", "key"], set_=claimed, where=_dead(now))
            .returning(_COLUMNS["key"])
        )
        look = sa.select(idempotency).where(_is(key, owner=owner))

        async def work(connection: AsyncConnection) -> Claim | StoredAnswer:
            if (await connection.execute(take)).first() is not None:
                return "ours"
            # A row that went between the two statements was released: to its client it was busy just now.
            row = (await connection.execute(look)).mappings().first()
            return "busy" if row is None else _standing(row, fingerprint=fingerprint)

        return await self._connections.write(work)

    async def finish(self, key: str, *, owner: str, lease_until: datetime, answer: StoredAnswer) -> None:
        """Keep the answer of the claim whose lease ends then; nothing where another one took over."""
        values = {
            "status": answer.status,
            "media_type": answer.media_type,
            "headers": dict(answer.headers),
            "body": answer.body,
            "object_key": answer.object_key,
        }
        await self._change(
            sa.update(idempotency).where(*_running(key, owner=owner, lease_until=lease_until)).values(values)
        )

    async def release(self, key: str, *, owner: str, lease_until: datetime) -> None:
        """Forget the claim whose lease ends then; an answer that is kept stays, and so does a later claim."""
        await self._change(sa.delete(idempotency).where(*_running(key, owner=owner, lease_until=lease_until)))

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> tuple[int, list[str]]:
        """Remove rows past their time; how many, and the object keys of their bodies."""
        past = _COLUMNS["expires_at"] <= now
        if dry_run:
            return _tally(await self._read(sa.select(_COLUMNS["object_key"]).where(past)))
        some = sa.select(_COLUMNS["owner"], _COLUMNS["key"]).where(past).limit(BATCH)
        gone = sa.delete(idempotency).where(sa.tuple_(_COLUMNS["owner"], _COLUMNS["key"]).in_(some), past)
        removed: list[str | None] = []
        while batch := await self._read(gone.returning(_COLUMNS["object_key"])):
            removed += batch
        return _tally(removed)

    async def _change(self, statement: sa.Update | sa.Delete) -> None:
        async def work(connection: AsyncConnection) -> None:
            await connection.execute(statement)

        await self._connections.write(work)

    async def _read(self, statement: Any) -> list[str | None]:
        async def work(connection: AsyncConnection) -> list[str | None]:
            return list((await connection.execute(statement)).scalars())

        run = self._connections.read if isinstance(statement, sa.Select) else self._connections.write
        return await run(work)


def _is(key: str, *, owner: str) -> sa.ColumnElement[bool]:
    return sa.and_(_COLUMNS["owner"] == owner, _COLUMNS["key"] == key)


def _running(key: str, *, owner: str, lease_until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """One claim: a key is taken over only after its lease, so no two leases of one end at once."""
    return (_is(key, owner=owner), _COLUMNS["lease_until"] == lease_until, _COLUMNS["status"].is_(None))


def _dead(now: datetime) -> sa.ColumnElement[bool]:
    """Past its time, or running past its lease: its process is gone."""
    left_behind = sa.and_(_COLUMNS["status"].is_(None), _COLUMNS["lease_until"] <= now)
    return sa.or_(_COLUMNS["expires_at"] <= now, left_behind)


def _standing(row: Any, *, fingerprint: str) -> Claim | StoredAnswer:
    if row["fingerprint"] != fingerprint:
        return "reused"
    if row["status"] is None:
        return "busy"
    return StoredAnswer(
        status=row["status"],
        media_type=row["media_type"],
        headers=row["headers"],
        body=row["body"],
        object_key=row["object_key"],
    )


def _tally(object_keys: list[str | None]) -> tuple[int, list[str]]:
    return len(object_keys), [key for key in object_keys if key is not None]
