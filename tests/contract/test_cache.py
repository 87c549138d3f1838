"""The promises of `ResultCache`, kept by both: in this process, and in a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from serve_app.adapters.cache import MemoryResultCache, RedisResultCache
from serve_app.ports import ResultCache
from tests.servers.redis import RedisServer, redis_server

_HOUR = timedelta(hours=1)
_LONG_S = 60.0


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """One Redis for this file."""
    with redis_server() as running:
        yield running


@pytest.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[ResultCache]:
    """Each kind of cache, patient enough for a busy machine."""
    if request.param == "memory":
        made: ResultCache = MemoryResultCache(max_bytes=10**6)
    else:
        url = request.getfixturevalue("server").url
        made = RedisResultCache.from_url(url, connect_s=10, socket_s=10, limit_s=20, lease_s=9 * _LONG_S)
    yield made
    await made.close()


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key of the test's own."""
    return f"result:{request.node.name}"


async def _entered(cache: ResultCache, key: str, wait_s: float) -> bool:
    async with cache.single_flight(key, wait_s=wait_s):
        return True


@pytest.mark.parametrize("value", [b"{}", b"", bytes(range(256)), b"\r\n$-1\r\n" * 9, b"x" * 300_000])
async def test_bytes_come_back(cache: ResultCache, key: str, value: bytes) -> None:
    """What is put comes back byte for byte, also when it is empty, binary or large."""
    assert await cache.get(key) is None
    await cache.put(key, value, ttl=_HOUR)
    assert await cache.get(key) == value


async def test_last_put_wins(cache: ResultCache, key: str) -> None:
    """A second put replaces the first; a drop forgets it, and may be repeated."""
    await cache.put(key, b"old", ttl=_HOUR)
    await cache.put(key, b"new", ttl=_HOUR)
    assert await cache.get(key) == b"new"
    await cache.drop(key)
    await cache.drop(key)
    assert await cache.get(key) is None


async def test_keys_are_any_text(cache: ResultCache) -> None:
    """Keys differ by every character, whatever they are made of."""
    keys = ["a", "a ", "A", "a\n", "ä", "a:l:b", "\ud800", "", "x" * 2000]
    for place, name in enumerate(keys):
        await cache.put(name, str(place).encode(), ttl=_HOUR)
    assert [await cache.get(name) for name in keys] == [str(place).encode() for place in range(len(keys))]


async def test_value_ends_with_its_time(cache: ResultCache, key: str) -> None:
    """A value is gone once its time is over, one with more time is not."""
    await cache.put(key, b"brief", ttl=timedelta(milliseconds=40))
    await cache.put(key + "2", b"lasting", ttl=_HOUR)
    async with asyncio.timeout(_LONG_S):
        while await cache.get(key) is not None:  # noqa: ASYNC110 - the server's clock decides
            await asyncio.sleep(0.01)
    assert await cache.get(key + "2") == b"lasting"


@pytest.mark.parametrize("ttl", [timedelta(), timedelta(seconds=-5), timedelta(microseconds=-1)])
async def test_no_time_is_no_value(cache: ResultCache, key: str, ttl: timedelta) -> None:
    """A value without any time to live is not kept, and neither is the one that it replaces."""
    await cache.put(key, b"old", ttl=_HOUR)
    await cache.put(key, b"x", ttl=ttl)
    assert await cache.get(key) is None


async def test_fifty_do_the_work_once(cache: ResultCache, key: str) -> None:
    """Of 50 at once one makes the value, never two are inside, and all 50 get it."""
    made = inside = most = 0

    async def _one() -> bytes | None:
        nonlocal made, inside, most
        async with cache.single_flight(key, wait_s=_LONG_S):
            inside += 1
            most = max(most, inside)
            if await cache.get(key) is None:
                made += 1
                await asyncio.sleep(0.02)
                await cache.put(key, b"value", ttl=_HOUR)
            inside -= 1
            return await cache.get(key)

    assert await asyncio.gather(*(_one() for _ in range(50))) == [b"value"] * 50
    assert (made, most) == (1, 1)


async def test_other_keys_do_not_wait(cache: ResultCache, key: str) -> None:
    """Who holds one key holds up nobody with another."""
    async with cache.single_flight(key, wait_s=_LONG_S), asyncio.timeout(_LONG_S):
        assert await _entered(cache, key + "2", _LONG_S * 2)


@pytest.mark.parametrize("wait_s", [0.0, 0.03])
async def test_waiter_goes_on_after_its_time(cache: ResultCache, key: str, wait_s: float) -> None:
    """Who has waited long enough enters while the first is still inside."""
    async with cache.single_flight(key, wait_s=_LONG_S), asyncio.timeout(_LONG_S):
        assert await _entered(cache, key, wait_s)


@pytest.mark.parametrize("end", ["cancelled", "raised"])
async def test_next_goes_on_after_a_failure(cache: ResultCache, key: str, end: str) -> None:
    """When the holder is cancelled or fails, its error comes through and the next one enters."""
    entered = asyncio.Event()

    async def _holder() -> None:
        async with cache.single_flight(key, wait_s=_LONG_S):
            entered.set()
            if end == "raised":
                await asyncio.sleep(0.02)
                raise LookupError
            await asyncio.Event().wait()

    holder = asyncio.create_task(_holder())
    await entered.wait()
    waiter = asyncio.create_task(_entered(cache, key, 2 * _LONG_S))
    await asyncio.sleep(0.01)
    if end == "cancelled":
        holder.cancel()
    with pytest.raises(LookupError if end == "raised" else asyncio.CancelledError):
        await holder
    async with asyncio.timeout(_LONG_S):
        assert await waiter


async def test_cancelled_waiters_leave_nothing(cache: ResultCache, key: str) -> None:
    """Waiters that are cancelled at any point neither hold the key nor break the line."""
    waiters = []
    for number in range(60):
        waiters.append(asyncio.create_task(_entered(cache, key, _LONG_S)))
        await asyncio.sleep(0.0003 * (number % 5))
        waiters[number // 2].cancel()
    await asyncio.gather(*waiters, return_exceptions=True)
    async with asyncio.timeout(
        _LONG_S
    ):  # shorter than the lease and the wait: a lock that is left fails this
        assert await _entered(cache, key, 2 * _LONG_S)


async def test_it_is_well(cache: ResultCache) -> None:
    """A cache that works says so."""
    assert await cache.check() == "ok"


async def test_use_after_close_is_no_error(cache: ResultCache, key: str) -> None:
    """A request that ends after the shutdown began meets no error, and closing twice is fine."""
    async with cache.single_flight(key, wait_s=1):
        await cache.close()
        await cache.put(key, b"x", ttl=_HOUR)
        await cache.get(key)
    await cache.close()
