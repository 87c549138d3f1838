"""Results in a Redis that all replicas share."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from serve_app.adapters.cache.flights import Flights
from serve_app.adapters.cache.redis_lease import take
from serve_app.adapters.cache.redis_link import OutOfReachError, RedisLink, open_client

SCHEMA = "mighty:1:"
"""Begins every key; a new number when values change their form."""
CONNECT_S = 0.3
SOCKET_S = 0.5
LIMIT_S = 0.6
LEASE_S = 10.0
_MILLISECOND = timedelta(milliseconds=1)


class RedisResultCache:
    """`ports.ResultCache` over Redis; without its help while it is gone.

    Who waits for a key waits for its turn within this process first, so that a process asks Redis for a lock
    once at a time, and its users hand the lock on among themselves.

    Args:
        link: The way to Redis.
        lease_s: A lock whose holder has died is free after this time.
    """

    def __init__(self, link: RedisLink, *, lease_s: float = LEASE_S) -> None:
        self._link = link
        self._lease_s = lease_s
        self._flights = Flights()

    @classmethod
    def from_url(
        cls,
        url: str,
        *,
        connect_s: float = CONNECT_S,
        socket_s: float = SOCKET_S,
        limit_s: float = LIMIT_S,
        lease_s: float = LEASE_S,
    ) -> "RedisResultCache":
        """A cache that connects when it is first used.

        Args:
            url: `redis://`, `rediss://` or `unix://`.
            connect_s: Time to connect.
            socket_s: Time of a command, once connected.
            limit_s: Time of an operation in all.
            lease_s: A lock whose holder has died is free after this time.

        Raises:
            ValueError: not the URL of a Redis.
        """
        client = open_client(url, connect_s=connect_s, socket_s=socket_s)
        return cls(RedisLink(client, limit_s=limit_s), lease_s=lease_s)

    async def get(self, key: str) -> bytes | None:
        """See the port."""
        try:
            value = await self._link.ask(lambda redis: redis.get(_name("v", key)))
        except OutOfReachError:
            return None
        return value if isinstance(value, bytes) else None

    async def put(self, key: str, value: bytes, *, ttl: timedelta) -> None:
        """See the port."""
        if ttl < _MILLISECOND:
            await self.drop(key)
            return
        try:
            await self._link.ask(lambda redis: redis.set(_name("v", key), value, px=ttl), writes=True)
        except OutOfReachError:
            return

    async def drop(self, key: str) -> None:
        """See the port."""
        try:
            await self._link.ask(lambda redis: redis.delete(_name("v", key)))
        except OutOfReachError:
            return

    @asynccontextmanager
    async def single_flight(self, key: str, *, wait_s: float) -> AsyncIterator[None]:
        """See the port; within this process only while Redis is out of reach."""
        until = asyncio.get_running_loop().time() + wait_s
        async with self._flights.join(key, wait_s=wait_s) as flight:
            if flight and (flight.outside is None or flight.outside.lost):
                name = _name("l", key)
                flight.outside = await take(self._link, name, lease_s=self._lease_s, until=until)
            yield

    async def check(self) -> str:
        """See the port: writes a small value to know."""
        try:
            await self._link.ask(lambda redis: redis.set(_name("c", ""), b"", px=1000), writes=True)
        except OutOfReachError:
            return f"degraded: Redis: {self._link.trouble}"
        return "ok"

    async def close(self) -> None:
        """See the port."""
        await self._link.close()


def _name(kind: str, key: str) -> bytes:
    return f"{SCHEMA}{kind}:{key}".encode("utf-8", "surrogatepass")
