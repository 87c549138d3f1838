"""The bound and the clock of the cache in this process, and which cache the settings ask for."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve_app.adapters.cache import MemoryResultCache, RedisResultCache, open_cache
from serve_app.adapters.cache.memory import ENTRY_BYTES

_HOUR = timedelta(hours=1)
_ENTRY = ENTRY_BYTES + 1 + 9
"""Of a key of one letter and a value of nine bytes."""


async def _held(cache: MemoryResultCache, keys: str) -> str:
    return "".join([key for key in keys if await cache.get(key) is not None])


async def test_least_recently_used_goes_first() -> None:
    """When a fourth does not fit, the one that nobody has read or written for longest goes."""
    cache = MemoryResultCache(max_bytes=3 * _ENTRY)
    for key in "abc":
        await cache.put(key, bytes(9), ttl=_HOUR)
    await cache.get("a")
    await cache.put("b", bytes(9), ttl=_HOUR)
    await cache.put("d", bytes(9), ttl=_HOUR)
    assert await _held(cache, "abcd") == "abd"


async def test_larger_than_the_cache() -> None:
    """A value that is larger than the cache is not kept, throws nothing else out, and ends its forerunner."""
    cache = MemoryResultCache(max_bytes=2 * _ENTRY)
    for key in "ab":
        await cache.put(key, bytes(9), ttl=_HOUR)
    await cache.put("a", bytes(2 * _ENTRY), ttl=_HOUR)
    assert await _held(cache, "ab") == "b"


async def test_time_is_exact() -> None:
    """A value lives up to its time and not a moment longer, and its room is free then."""
    now = 100.0
    cache = MemoryResultCache(max_bytes=10**4, clock=lambda: now)
    await cache.put("a", b"x", ttl=timedelta(seconds=5))
    now = 104.999
    assert await cache.get("a") == b"x"
    now = 105.0
    assert await cache.get("a") is None
    assert cache.bytes_held == 0


@given(
    st.lists(st.tuples(st.sampled_from(["put", "get", "drop"]), st.text(max_size=2), st.binary(max_size=900)))
)
def test_bytes_are_counted(steps: list[tuple[str, str, bytes]]) -> None:
    """After any steps the bytes held are those of the entries, and never above the bound."""

    async def _run() -> None:
        cache = MemoryResultCache(max_bytes=2500)
        for step, key, value in steps:
            if step == "put":
                await cache.put(key, value, ttl=_HOUR)
            elif step == "get":
                await cache.get(key)
            else:
                await cache.drop(key)
            assert cache.bytes_held <= 2500
        held = sum(
            ENTRY_BYTES + len(key.encode()) + len(entry.value) for key, entry in cache._entries.items()
        )
        assert held == cache.bytes_held

    asyncio.run(_run())


async def test_no_room_still_means_one_at_a_time() -> None:
    """A cache of 0 bytes keeps nothing and still lets one in at a time."""
    cache = open_cache(None, max_bytes=0)
    inside = most = 0

    async def _one() -> None:
        nonlocal inside, most
        async with cache.single_flight("k", wait_s=60):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await cache.put("k", b"", ttl=_HOUR)
    assert await cache.get("k") is None
    await asyncio.gather(*(_one() for _ in range(20)))
    assert most == 1


async def test_nothing_is_kept_of_a_key_that_nobody_uses() -> None:
    """After flights that ended, failed, timed out and were cancelled, no lock is left."""
    cache = MemoryResultCache(max_bytes=0)

    async def _one(number: int) -> None:
        async with cache.single_flight(f"k{number % 3}", wait_s=60 if number % 4 else 0.001):
            await asyncio.sleep(0.002)
            if number % 5 == 0:
                raise LookupError

    tasks = [asyncio.create_task(_one(number)) for number in range(40)]
    await asyncio.sleep(0.003)
    for task in tasks[::3]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(cache._flights) == 0


@pytest.mark.parametrize("url", [None, ""])
def test_without_a_url_the_cache_is_here(url: str | None) -> None:
    """No URL is a cache in this process; a URL is a Redis, which need not be there yet."""
    assert isinstance(open_cache(url, max_bytes=10), MemoryResultCache)
    assert isinstance(open_cache("redis://127.0.0.1:1", max_bytes=10), RedisResultCache)
