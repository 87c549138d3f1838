"""One at a time for each key, within one process and its event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol


class Outside(Protocol):
    """What a flight holds outside this process."""

    @property
    def lost(self) -> bool:
        """Somebody else may hold it by now."""
        ...

    def end_soon(self) -> None:
        """Give it back, without waiting for that."""
        ...


@dataclass(slots=True)
class Flight:
    """The users of one key: one has the turn, the others wait."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    outside: Outside | None = None
    """Handed from user to user, and given back when the last one leaves."""


class Flights:
    """The flights of a process; nothing is kept of a key that nobody uses."""

    def __init__(self) -> None:
        self._by_key: dict[str, Flight] = {}

    def __len__(self) -> int:
        return len(self._by_key)

    @asynccontextmanager
    async def join(self, key: str, *, wait_s: float) -> AsyncIterator[Flight | None]:
        """The flight of a key once it is the caller's turn; None after `wait_s` without a turn."""
        flight = self._by_key.setdefault(key, Flight())
        flight.users += 1
        try:
            has_turn = await _acquired(flight.turn, wait_s)
            try:
                yield flight if has_turn else None
            finally:
                if has_turn:
                    flight.turn.release()
        finally:
            flight.users -= 1
            if not flight.users:
                del self._by_key[key]
                if flight.outside:
                    flight.outside.end_soon()


async def _acquired(lock: asyncio.Lock, wait_s: float) -> bool:
    try:
        async with asyncio.timeout(wait_s):
            return await lock.acquire()
    except TimeoutError:
        return False
