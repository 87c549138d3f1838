"""What only the shared cache promises: caches and processes exclude each other."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from redis import Redis

from serve_app.adapters.cache import RedisResultCache
from tests.servers.redis import RedisServer, redis_server

_ROOT = Path(__file__).resolve().parents[2]
_LOCK = "mighty:1:l:k"
_LONG_S = 60.0
_PATIENT = "connect_s=10, socket_s=10, limit_s=20"
_HOLDS = f"""
import asyncio, sys
from serve_app.adapters.cache import RedisResultCache
async def main():
    cache = RedisResultCache.from_url(sys.argv[1], {_PATIENT}, lease_s=1)
    async with cache.single_flight("k", wait_s=60):
        print("held", flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""
_TAKES_TURNS = f"""
import asyncio, sys
from redis.asyncio import Redis
from serve_app.adapters.cache import RedisResultCache
async def main():
    cache = RedisResultCache.from_url(sys.argv[1], {_PATIENT}, lease_s=60)
    count = Redis.from_url(sys.argv[1])
    async def turns():
        most = 0
        for _ in range(8):
            async with cache.single_flight("k", wait_s=200):
                most = max(most, await count.incr("inside"))
                await asyncio.sleep(0.002)
                await count.decr("inside")
        return most
    print(max(await asyncio.gather(*(turns() for _ in range(4)))))
    await cache.close()
    await count.aclose()
asyncio.run(main())
"""


@pytest.fixture(scope="module")
def running() -> Iterator[RedisServer]:
    """One Redis for this file."""
    with redis_server() as server:
        yield server


@pytest.fixture
def server(running: RedisServer) -> RedisServer:
    """It, empty."""
    with Redis.from_url(running.url) as client:
        client.flushall()
    return running


@asynccontextmanager
async def _caches(
    server: RedisServer, count: int, *, lease_s: float = _LONG_S
) -> AsyncIterator[list[RedisResultCache]]:
    async with AsyncExitStack() as stack:
        made = [
            RedisResultCache.from_url(server.url, connect_s=10, socket_s=10, limit_s=20, lease_s=lease_s)
            for _ in range(count)
        ]
        for cache in made:
            stack.push_async_callback(cache.close)
        yield made


def _child(script: str, server: RedisServer) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, server.url], cwd=_ROOT, stdout=subprocess.PIPE, text=True
    )


async def test_two_caches_exclude_each_other(server: RedisServer) -> None:
    """Of two caches over one Redis one holds a key at a time, however many wait in each."""
    inside = most = 0

    async def _one(cache: RedisResultCache) -> None:
        nonlocal inside, most
        async with cache.single_flight("k", wait_s=_LONG_S):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    async with _caches(server, 2) as caches:
        await asyncio.gather(*(_one(cache) for cache in caches for _ in range(25)))
    assert most == 1


async def test_the_lock_is_handed_on_within_a_process(server: RedisServer) -> None:
    """50 waiters of one process take the lock of Redis once, and it is given back at the end."""
    async with _caches(server, 1) as [cache]:
        taken = set()
        with Redis.from_url(server.url) as client:

            async def _one() -> None:
                async with cache.single_flight("k", wait_s=_LONG_S):
                    taken.add(client.get(_LOCK))

            await asyncio.gather(*(_one() for _ in range(50)))
            assert len(taken) == 1
            assert None not in taken
            await cache.close()
            assert client.get(_LOCK) is None


async def test_a_held_lock_is_renewed(server: RedisServer) -> None:
    """The lock of a holder who works for longer than its lease gets time again."""
    async with _caches(server, 1, lease_s=3) as [cache], cache.single_flight("k", wait_s=_LONG_S):
        with Redis.from_url(server.url) as client:
            before = client.pttl(_LOCK)
            async with asyncio.timeout(_LONG_S):
                while (now := client.pttl(_LOCK)) <= before:
                    before = now
                    await asyncio.sleep(0.02)
            assert 0 < now <= 3000


async def test_a_lock_that_is_lost_is_taken_again(server: RedisServer) -> None:
    """When Redis has forgotten the lock, the next one of the process takes it anew."""
    async with _caches(server, 1, lease_s=0.3) as [cache]:
        second = asyncio.Event()
        with Redis.from_url(server.url) as client:

            async def _next() -> object:
                async with cache.single_flight("k", wait_s=_LONG_S):
                    second.set()
                    return client.get(_LOCK)

            async with cache.single_flight("k", wait_s=_LONG_S):
                waiter = asyncio.create_task(_next())
                first = client.get(_LOCK)
                client.delete(_LOCK)
                flight = cache._flights._by_key["k"]
                async with asyncio.timeout(_LONG_S):
                    while not (flight.outside and flight.outside.lost):  # noqa: ASYNC110 - the server decides
                        await asyncio.sleep(0.02)
                assert not second.is_set()
            assert await waiter not in {None, first}


async def test_anothers_lock_is_not_released(server: RedisServer) -> None:
    """A holder whose lock has passed to somebody else leaves that one's lock alone."""
    async with _caches(server, 1) as [cache]:
        with Redis.from_url(server.url) as client:
            async with cache.single_flight("k", wait_s=_LONG_S):
                client.set(_LOCK, "another's")
            await cache.close()
            assert client.get(_LOCK) == b"another's"


async def test_a_killed_holder_is_forgotten(server: RedisServer) -> None:
    """The key of a process that was killed is free after its lease."""
    child = await asyncio.to_thread(_child, _HOLDS, server)
    try:
        assert child.stdout
        assert await asyncio.to_thread(child.stdout.readline) == "held\n"
        with Redis.from_url(server.url) as client:
            dead = client.get(_LOCK)
            child.kill()
            async with (
                _caches(server, 1) as [cache],
                asyncio.timeout(_LONG_S),
                cache.single_flight("k", wait_s=2 * _LONG_S),
            ):
                assert client.get(_LOCK) not in {None, dead}
    finally:
        child.kill()
        child.communicate()


def test_two_processes_exclude_each_other(server: RedisServer) -> None:
    """Of two processes with four tasks each, one task is inside at a time, and all get their turns."""
    children = [_child(_TAKES_TURNS, server) for _ in range(2)]
    assert [child.communicate(timeout=200)[0] for child in children] == ["1\n", "1\n"]
