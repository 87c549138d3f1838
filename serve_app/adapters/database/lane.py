"""A queue for connections that one may wait in as long as it moves."""

import asyncio
from typing import Final

PATIENCE_S: Final = 5.0
"""Time that a caller waits in all before its turn."""


class Lane:
    """So many places; who waits is told within `limit_s` when the database behind them stands still.

    A burst on SQLite, which writes one row after the other, is served to its end; callers of a database that
    hangs or is locked do not queue up behind each other's time limits.
    """

    def __init__(self, places: int, *, limit_s: float) -> None:
        """Args: so many at once; seconds that a caller waits while nothing gets done."""
        self._limit_s = limit_s
        self._free = asyncio.Semaphore(places)
        self._moved_at = float("-inf")

    async def enter(self) -> float:
        """Wait for a place; the seconds that are left for using it.

        Raises:
            TimeoutError: Nothing moved, or it took too long. No place is held then.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        while (left := self._ends_at(began) - clock()) > 0:
            try:
                async with asyncio.timeout(left):
                    await self._free.acquire()
            except TimeoutError:
                continue
            if (left := self._ends_at(began) - clock()) > 0:
                return left
            self._free.release()
        raise TimeoutError("the queue for the database does not move")

    def leave(self, *, moved: bool) -> None:
        """Give the place back; `moved` when the database did what it was asked."""
        if moved:
            self._moved_at = asyncio.get_running_loop().time()
        self._free.release()

    def _ends_at(self, began: float) -> float:
        return min(max(began, self._moved_at), began + PATIENCE_S) + self._limit_s
