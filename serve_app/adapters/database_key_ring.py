"""API keys from the database, beside the one of the settings."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from serve_app.adapters.key_ring_keys import key_id_of, matches
from serve_app.adapters.key_ring_records import KeyTimes, RecentKeys
from serve_app.domain import Principal
from serve_app.errors import UnavailableError
from serve_app.ports import KeyRecords, KeyRing
from serve_app.records import KeyRecord
from serve_app.telemetry import LOG

TOUCH_EVERY = timedelta(minutes=1)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DatabaseKeyRing:
    """`ports.KeyRing` over the table `api_keys`.

    The key of the settings needs no database. A key of the database that was seen lately goes on while the
    database is gone; one that was not is `UnavailableError`, because nobody can say whether it is good.

    Args:
        settings_ring: Asked first.
        records: The table.
        times: How long answers of the database hold.
        clock: Seconds, for ever forward.
        now: The time that is noted as a key's last use.
    """

    def __init__(
        self,
        settings_ring: KeyRing,
        records: KeyRecords,
        *,
        times: KeyTimes | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._settings_ring = settings_ring
        self._records = records
        self._recent = RecentKeys(records, times=times or KeyTimes(), clock=clock)
        self._now = now
        self._used_at: dict[str, datetime] = {}  # of good keys only, so that strangers do not make it grow
        self._touching: set[asyncio.Task[None]] = set()

    async def find(self, key: str) -> Principal | None:
        """See the port; raises `OverloadedError` too, when strangers ask for too many keys."""
        holder = await self._settings_ring.find(key)
        key_id = key_id_of(key)
        if holder or key_id is None:
            return holder
        record = await self._recent.get(key_id)
        if not matches(key, record) or record is None or record.revoked_at is not None:
            return None
        self._note_use(record)
        return Principal(key_id=record.id, owner=record.owner, scopes=frozenset(record.scopes))

    async def close(self) -> None:
        """Wait for the uses that are being noted."""
        await asyncio.gather(*self._touching)

    def _note_use(self, record: KeyRecord) -> None:
        now = self._now()
        noted = (self._used_at.get(record.id), record.last_used_at)  # here, and by any replica
        if any(moment is not None and now - moment < TOUCH_EVERY for moment in noted):
            return
        self._used_at[record.id] = now
        task = asyncio.get_running_loop().create_task(self._touch(record.id, now))
        self._touching.add(task)
        task.add_done_callback(self._touching.discard)

    async def _touch(self, key_id: str, now: datetime) -> None:
        try:
            await self._records.touch(key_id, now=now)
        except UnavailableError:
            LOG.debug("The use of key %s was not noted: the database does not answer.", key_id)
        except Exception:  # noqa: BLE001 - noting a use may fail for any reason, and no request with it
            LOG.exception("The use of key %s was not noted.", key_id)
