"""Megapixels in flight, bounded: a weighted semaphore for one event loop.

What an image costs in memory is known from its header, before a pixel is decoded; this bounds the sum over
all requests at once. Strictly first come, first served: a large image is never passed by small ones, so it
waits no longer than the work that was there before it.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from serve_app.errors import OverloadedError

RETRY_AFTER_S = 2


@dataclass(slots=True, eq=False)
class _Entry:
    megapixels: float
    granted: asyncio.Future[None]


class PixelBudget:
    """Lets work begin while the megapixels under way stay within a budget.

    Work that is larger than the whole budget runs alone. Not for use from several event loops or threads.

    Args:
        megapixels: The budget.
        max_waiting: Pieces of work that may wait; one more raises `OverloadedError`.
        max_wait_s: Longest wait of each.
        on_change: Told (megapixels in flight, pieces of work waiting) after every change, for gauges.
    """

    def __init__(
        self,
        megapixels: float,
        *,
        max_waiting: int = 64,
        max_wait_s: float = 10.0,
        on_change: Callable[[float, int], None] = lambda _in_flight_mp, _waiting: None,
    ) -> None:
        if megapixels <= 0:
            raise ValueError(f"A budget must be positive, not {megapixels} megapixels.")
        self._budget_mp = megapixels
        self._max_waiting = max_waiting
        self._max_wait_s = max_wait_s
        self._on_change = on_change
        self._holding: set[_Entry] = set()
        self._queue: deque[_Entry] = deque()

    @property
    def in_flight_mp(self) -> float:
        """Megapixels of the work that has begun and not ended."""
        # Summed afresh: added and taken away again, fractions would leave crumbs that grow for ever.
        return math.fsum(entry.megapixels for entry in self._holding)

    @property
    def waiting(self) -> int:
        """Pieces of work that wait."""
        return len(self._queue)

    @asynccontextmanager
    async def hold(self, megapixels: float) -> AsyncIterator[None]:
        """Wait for room, keep it for the body of the `async with`, and give it back however that ends.

        Args:
            megapixels: What the work is going to hold at once, input and output.

        Raises:
            OverloadedError: `max_waiting` wait already, or there was no room within `max_wait_s`.
            ValueError: less than nothing was asked for.
        """
        if not megapixels >= 0:  # NaN too
            raise ValueError(f"Cannot hold {megapixels} megapixels.")
        entry = _Entry(megapixels, asyncio.get_running_loop().create_future())
        try:
            await self._enter(entry)
            yield
        finally:
            self._leave(entry)

    async def _enter(self, entry: _Entry) -> None:
        if not self._queue and self._fits(entry):
            self._holding.add(entry)
            self._tell()
            return
        if len(self._queue) >= self._max_waiting:
            raise OverloadedError("Too many images wait for room.", RETRY_AFTER_S)
        self._queue.append(entry)
        self._tell()
        try:
            async with asyncio.timeout(self._max_wait_s):
                await entry.granted
        except TimeoutError as error:
            raise OverloadedError("There was no room for the image in time.", RETRY_AFTER_S) from error

    def _leave(self, entry: _Entry) -> None:
        """Out of wherever the entry is, once: it may be held, waiting, or refused and in neither."""
        self._holding.discard(entry)
        with suppress(ValueError):
            self._queue.remove(entry)
        self._admit()
        self._tell()

    def _admit(self) -> None:
        """Grant room from the front of the queue, up to the first that does not fit.

        Room is taken here, not when the waiter wakes: until then nobody else may have it.
        """
        while self._queue and (self._queue[0].granted.done() or self._fits(self._queue[0])):
            entry = self._queue.popleft()
            if not entry.granted.done():  # else cancelled, and on its way to `_leave`
                self._holding.add(entry)
                entry.granted.set_result(None)

    def _fits(self, entry: _Entry) -> bool:
        return not self._holding or self.in_flight_mp + entry.megapixels <= self._budget_mp

    def _tell(self) -> None:
        self._on_change(self.in_flight_mp, self.waiting)
