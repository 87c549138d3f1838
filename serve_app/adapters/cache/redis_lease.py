"""A lock in Redis that this process holds for as long as it lives."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from serve_app.adapters.cache.redis_link import OutOfReachError, RedisLink

FIRST_LOOK_S = 0.005
LAST_LOOK_S = 0.05


class Lease:
    """A lock that is renewed three times within its time, until it is ended.

    Args:
        link: The way to Redis.
        lock: Held.
        lease_s: Its time.
    """

    def __init__(self, link: RedisLink, lock: Lock, *, lease_s: float) -> None:
        self._link = link
        self._lock = lock
        self._lost = False
        self._renewing = link.spawn(self._renew(lease_s / 3), endless=True)

    @property
    def lost(self) -> bool:
        """Redis has given the lock to somebody else, or forgotten it."""
        return self._lost

    def end_soon(self) -> None:
        """Give the lock back, without waiting for that."""
        self._renewing.cancel()
        if not self._lost:
            self._link.spawn(_release(self._link, self._lock))

    async def _renew(self, every_s: float) -> None:
        while not self._lost:
            await asyncio.sleep(every_s)
            try:
                await self._link.ask(lambda _: self._lock.reacquire())
            except OutOfReachError:
                continue  # it may be back while the lock still stands
            except LockError:
                self._lost = True


async def take(link: RedisLink, name: bytes, *, lease_s: float, until: float) -> Lease | None:
    """The lock of this name, taken at the first attempt or at one of those made up to `until` (loop time).

    None without it, and as soon as Redis is out of reach.
    """
    lock = link.lock(name, lease_s=lease_s)
    now = asyncio.get_running_loop().time
    with suppress(OutOfReachError):
        for pause_s in _pauses():
            if await _attempt(link, lock):
                return Lease(link, lock, lease_s=lease_s)
            if now() + pause_s >= until:
                break
            await asyncio.sleep(pause_s)
    return None


def _pauses() -> Iterator[float]:
    """Short at first: who held the lock may just be giving it back."""
    pause_s = FIRST_LOOK_S
    while True:
        yield pause_s
        pause_s = min(2 * pause_s, LAST_LOOK_S)


async def _attempt(link: RedisLink, lock: Lock) -> bool:
    """Whether the lock is ours now; a caller who is cancelled meanwhile leaves no lock behind."""
    attempt = link.spawn(link.ask(lambda _: lock.acquire(blocking=False), writes=True))
    try:
        return await asyncio.shield(attempt)
    except asyncio.CancelledError:
        link.spawn(_undo(link, lock, attempt))
        raise


async def _undo(link: RedisLink, lock: Lock, attempt: asyncio.Task[bool]) -> None:
    with suppress(OutOfReachError):  # its lease ends it
        if await attempt:
            await _release(link, lock)


async def _release(link: RedisLink, lock: Lock) -> None:
    with suppress(OutOfReachError, LockError):  # its lease ends it, or has ended it
        await link.ask(lambda _: lock.release())
