"""What the use cases need of a cache of results."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol


class ResultCache(Protocol):
    """Small values by key, and one worker at a time for each key.

    Slower when its server is gone, never wrong, and never an error: a failed read is a miss, a failed write
    is forgotten, a lock that cannot be had from the server holds within this process.
    """

    async def get(self, key: str) -> bytes | None:
        """The value, None when it is absent, expired or out of reach."""
        ...

    async def put(self, key: str, value: bytes, *, ttl: timedelta) -> None:
        """Keep a value for some time at most."""
        ...

    async def drop(self, key: str) -> None:
        """Forget a value."""
        ...

    def single_flight(self, key: str, *, wait_s: float) -> AbstractAsyncContextManager[None]:
        """Hold the right to make the value of a key; who comes second waits until the first has left.

        After `wait_s` the waiter goes on without the right: doing the work twice is slow, hanging is worse. A
        holder that died is forgotten after a lease.
        """
        ...

    async def check(self) -> str:
        """How it is, for `/health`: `ok`, or `degraded` with the reason."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
