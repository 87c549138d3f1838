"""The threads of a replica: image work leaves the event loop free to answer health checks."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
PING_TIMEOUT_S = 20.0


class Workers:
    """A bounded pool of threads for work that frees the interpreter lock (NumPy, OpenCV, Pillow, Typst)."""

    def __init__(self, threads: int, *, name: str) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run in a thread; waits for a free one."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))

    async def ping(self) -> None:
        """Raise `TimeoutError` when no thread gets free in time: for health checks."""
        async with asyncio.timeout(PING_TIMEOUT_S):
            await self.run(int)
