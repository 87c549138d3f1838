"""Rows of API keys as they were a moment ago, so that not every request asks the database."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from serve_app.errors import OverloadedError, UnavailableError
from serve_app.ports import KeyRecords
from serve_app.records import KeyRecord

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class KeyTimes:
    """How long an answer of the database holds, and how much strangers may ask."""

    fresh_s: float = 10.0
    """A row is believed so long: the time in which a revoked key may still be accepted."""
    absent_s: float = 2.0
    """That there is no row is believed so long: the time in which a new key may still be refused."""
    retry_s: float = 2.0
    """After the database failed, a row that is known is believed for this time more, again and again, …"""
    outage_s: float = 300.0
    """… up to this age."""
    strangers_per_s: float = 50.0
    """Ids that are not known may be looked up at this rate; more are answered `overloaded`."""
    strangers_at_once: float = 100.0
    """So many at once, after a quiet time."""
    max_kept: int = 10_000
    """Rows, and absences, that are kept."""


@dataclass(frozen=True, slots=True)
class _Known:
    record: KeyRecord
    asked_at: float
    fresh_until: float


class RecentKeys:
    """Looks up rows by id; equal questions at once are asked once.

    Strangers can fill neither the memory (both lists are bounded, and absences push out no rows) nor the
    database's time (what is not known is asked at a bounded rate; what is known is not counted).

    Args:
        records: The table.
        times: How long answers hold.
        clock: Seconds, for ever forward.
    """

    def __init__(
        self, records: KeyRecords, *, times: KeyTimes, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._records = records
        self._times = times
        self._clock = clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._absent_until: OrderedDict[str, float] = OrderedDict()
        self._asking: dict[str, asyncio.Task[KeyRecord | None]] = {}
        self._allowance = times.strangers_at_once
        self._allowed_at = clock()

    async def get(self, key_id: str) -> KeyRecord | None:
        """A row as it is or was a moment ago; None when there is none.

        Raises:
            UnavailableError: the database does not answer, and the row was not seen lately.
            OverloadedError: too many ids that are not known have been asked for.
        """
        known = self._known.get(key_id)
        if known and self._clock() < known.fresh_until:
            self._known.move_to_end(key_id)
            return known.record
        if self._clock() < self._absent_until.get(key_id, 0.0):
            return None
        try:
            return await asyncio.shield(self._asked(key_id))
        except UnavailableError:
            if known is None or self._clock() - known.asked_at > self._times.outage_s:
                raise
            self._known[key_id] = replace(known, fresh_until=self._clock() + self._times.retry_s)
            return known.record

    def _asked(self, key_id: str) -> asyncio.Task[KeyRecord | None]:
        """The question that is on its way, or a new one; it goes on when the request that asked is gone."""
        task = self._asking.get(key_id)
        if task is None:
            if key_id not in self._known:
                self._spend()
            task = asyncio.get_running_loop().create_task(self._look_up(key_id))
            self._asking[key_id] = task
            task.add_done_callback(lambda done: self._ended(key_id, done))
        return task

    async def _look_up(self, key_id: str) -> KeyRecord | None:
        asked_at = self._clock()  # counted from before the answer: a row may be revoked while it is read
        record = await self._records.get(key_id)
        if record is None:
            self._known.pop(key_id, None)
            _keep(self._absent_until, key_id, asked_at + self._times.absent_s, self._times.max_kept)
        else:
            self._absent_until.pop(key_id, None)
            known = _Known(record, asked_at, asked_at + self._times.fresh_s)
            _keep(self._known, key_id, known, self._times.max_kept)
        return record

    def _ended(self, key_id: str, task: asyncio.Task[KeyRecord | None]) -> None:
        del self._asking[key_id]
        if not task.cancelled():
            task.exception()  # looked at here, for the case that nobody waits any more

    def _spend(self) -> None:
        """Take one from the strangers' allowance, which fills up with time."""
        now, most = self._clock(), self._times.strangers_at_once
        earned = (now - self._allowed_at) * self._times.strangers_per_s
        self._allowance, self._allowed_at = min(most, self._allowance + earned), now
        if self._allowance < 1:
            raise OverloadedError("Too many unknown keys at once. Try again in a moment.", retry_after_s=1)
        self._allowance -= 1


def _keep(entries: OrderedDict[str, Value], key_id: str, value: Value, limit: int) -> None:
    """Put an entry last, and let the first go when there are too many."""
    entries[key_id] = value
    entries.move_to_end(key_id)
    if len(entries) > limit:
        entries.popitem(last=False)
