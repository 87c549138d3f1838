"""The threads of a replica: image work leaves the event loop free to answer health checks."""

import asyncio
import ctypes
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
PING_TIMEOUT_S = 20.0
IDLE_S = 3.0


@cache
def _libc() -> ctypes.CDLL | None:
    """The C library, where it is glibc."""
    try:
        libc = ctypes.CDLL("libc.so.6")
    except OSError:
        return None
    return libc if hasattr(libc, "malloc_trim") else None


def trim_heap() -> None:
    """Hand free pages back to the system (malloc_trim(3)); does nothing without glibc."""
    libc = _libc()
    if libc is not None:
        libc.malloc_trim(0)


class Workers:
    """A bounded pool of threads for work that frees the interpreter lock (NumPy, OpenCV, Pillow, Typst).

    When the last piece of work in hand is done, memory that it gave back to the allocator goes back to the
    system: images are large and of all sizes, and a heap that held ten of them would stay that large.

    Args:
        threads: How many.
        name: Of the threads.
        when_idle: Called in one of them when nothing has been run for `IDLE_S`.
    """

    def __init__(self, threads: int, *, name: str, when_idle: Callable[[], None] | None = None) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._when_idle = when_idle
        self._running = 0
        self._timer: asyncio.TimerHandle | None = None

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run in a thread; waits for a free one."""
        loop = asyncio.get_running_loop()
        self._running += 1
        if self._timer is not None:
            self._timer.cancel()
        try:
            return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))
        finally:
            self._running -= 1
            if self._running == 0:
                self._pool.submit(trim_heap)
                if self._when_idle is not None:
                    self._timer = loop.call_later(IDLE_S, self._pool.submit, self._rest)

    def _rest(self) -> None:
        if self._when_idle is not None:
            self._when_idle()
            trim_heap()

    async def ping(self) -> None:
        """Raise `TimeoutError` when no thread gets free in time: for health checks."""
        async with asyncio.timeout(PING_TIMEOUT_S):
            await self.run(int)
