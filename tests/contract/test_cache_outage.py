"""Redis gone, hung, restarted, full, locked, or not a Redis: slower, never wrong, never an error."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from redis import Redis

from serve_app.adapters.cache import RedisResultCache
from serve_app.telemetry import LOG
from tests.servers.redis import RedisServer, redis_server

_HOUR = timedelta(hours=1)
_LONG_S = 60.0
_MANY = 300
"""So many questions of the full time each would take longer than `_LONG_S`."""


@pytest.fixture
def server() -> Iterator[RedisServer]:
    """A Redis that a test may break."""
    with redis_server() as running:
        yield running


@pytest.fixture
def log_lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the service's log says during a test."""
    lines: list[str] = []
    handler = logging.Handler(logging.INFO)
    monkeypatch.setattr(handler, "emit", lambda record: lines.append(record.getMessage()))
    level = LOG.level
    LOG.setLevel(logging.INFO)
    LOG.addHandler(handler)
    yield lines
    LOG.removeHandler(handler)
    LOG.setLevel(level)


@asynccontextmanager
async def _cache(url: str) -> AsyncIterator[RedisResultCache]:
    cache = RedisResultCache.from_url(url)
    try:
        yield cache
    finally:
        await cache.close()


async def _until_well(cache: RedisResultCache) -> None:
    async with asyncio.timeout(_LONG_S):
        while await cache.check() != "ok":  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.05)


async def _use_much(cache: RedisResultCache) -> None:
    """Every operation many times; each answers as an empty cache does."""
    async with asyncio.timeout(_LONG_S):
        for number in range(_MANY):
            await cache.put(f"k{number}", b"x", ttl=_HOUR)
            assert await cache.get(f"k{number}") is None
            await cache.drop(f"k{number}")
            async with cache.single_flight("k", wait_s=_LONG_S):
                pass


@pytest.mark.parametrize("outage", ["stop", "pause"])
async def test_many_questions_to_a_dead_redis(server: RedisServer, outage: str) -> None:
    """A stopped or hung Redis costs its time once, not for each question, and is used again afterwards."""
    async with _cache(server.url) as cache:
        await _until_well(cache)
        getattr(server, outage)()
        await _use_much(cache)
        assert (await cache.check()).startswith("degraded: Redis: ")
        {"stop": server.start, "pause": server.resume}[outage]()
        await _until_well(cache)
        await cache.put("after", b"x", ttl=_HOUR)
        assert await cache.get("after") == b"x"


@pytest.mark.parametrize("outage", ["stop", "pause"])
async def test_outage_during_a_flight(server: RedisServer, outage: str) -> None:
    """When Redis goes while a key is held, the holder ends well, and in the process one works at a time."""
    inside = most = 0

    async def _one(cache: RedisResultCache) -> None:
        nonlocal inside, most
        async with cache.single_flight("k", wait_s=_LONG_S):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.002)
            inside -= 1

    async with _cache(server.url) as cache:
        await _until_well(cache)
        async with asyncio.timeout(_LONG_S):
            async with cache.single_flight("k", wait_s=_LONG_S):
                waiters = [asyncio.create_task(_one(cache)) for _ in range(20)]
                getattr(server, outage)()
            await asyncio.gather(*waiters)
        assert most == 1
        assert len(cache._flights) == 0


async def test_a_waiter_for_another_process_goes_on_when_redis_goes(server: RedisServer) -> None:
    """Who waits for a lock of another process does not wait on for a Redis that is gone."""
    async with _cache(server.url) as holder, _cache(server.url) as cache:
        await asyncio.gather(_until_well(holder), _until_well(cache))

        async def _wait() -> None:
            async with cache.single_flight("k", wait_s=2 * _LONG_S):
                pass

        async with holder.single_flight("k", wait_s=_LONG_S), asyncio.timeout(_LONG_S):
            waiter = asyncio.create_task(_wait())
            await asyncio.sleep(0.05)
            server.stop()
            await waiter


async def test_a_restart_between_two_questions(server: RedisServer) -> None:
    """After a restart the connections of old are replaced, and what was in memory is a miss."""
    async with _cache(server.url) as cache:
        await _until_well(cache)
        await asyncio.gather(*(cache.put(f"k{number}", b"x", ttl=_HOUR) for number in range(20)))
        server.stop()
        server.start()
        await _until_well(cache)
        assert await cache.get("k1") is None
        await cache.put("k1", b"y", ttl=_HOUR)
        assert await cache.get("k1") == b"y"


async def test_one_line_for_an_outage(server: RedisServer, log_lines: list[str]) -> None:
    """The log says once that Redis went and once that it came back, under however much load."""
    async with _cache(server.url) as cache:
        await _until_well(cache)
        log_lines.clear()
        server.stop()
        await asyncio.gather(*(cache.get(f"k{number}") for number in range(100)))
        await _use_much(cache)
        server.start()
        await _until_well(cache)
    assert len(log_lines) == 2
    assert "gone (no connection)" in log_lines[0]
    assert "back after" in log_lines[1]


async def test_full_memory(server: RedisServer) -> None:
    """A Redis without memory still gives what it has, takes nothing new, and says why."""
    async with _cache(server.url) as cache:
        await _until_well(cache)
        await cache.put("old", b"x", ttl=_HOUR)
        with Redis.from_url(server.url) as client:
            client.config_set("maxmemory", "1kb")
            await cache.put("new", b"x", ttl=_HOUR)
            async with cache.single_flight("k", wait_s=_LONG_S):
                assert await cache.get("new") is None
            assert await cache.get("old") == b"x"
            assert await cache.check() == "degraded: Redis: its memory is full"
            client.config_set("maxmemory", "0")
        assert await cache.check() == "ok"


async def test_read_only_copy(server: RedisServer) -> None:
    """A Redis that has become a copy of another is no error."""
    async with _cache(server.url) as cache:
        await _until_well(cache)
        with Redis.from_url(server.url) as client:
            client.replicaof("127.0.0.1", "1")
        await cache.put("k", b"x", ttl=_HOUR)
        await cache.drop("k")
        async with cache.single_flight("k", wait_s=_LONG_S):
            assert await cache.get("k") is None
        assert await cache.check() == "degraded: Redis: it is a read-only copy"


async def test_a_foreign_value_is_a_miss(server: RedisServer) -> None:
    """What somebody else has put under our name in another form is not a value."""
    with Redis.from_url(server.url) as client:
        client.rpush("mighty:1:v:k", "a list")
    async with _cache(server.url) as cache:
        assert await cache.get("k") is None
        await cache.put("k", b"x", ttl=_HOUR)
        assert await cache.get("k") == b"x"


@pytest.mark.parametrize("user", ["", ":", ":wrong-word", "nobody:wrong-word"])
async def test_wrong_password(user: str) -> None:
    """A refused password is told by the check, without a word of it, and makes every question a miss."""
    with redis_server("--requirepass", "right-word") as server:
        url = server.url.replace("//", f"//{user}@")
        async with _cache(url) as cache:
            assert await cache.check() == "degraded: Redis: it refuses the user name or password"
            assert await cache.get("k") is None
        async with _cache(server.url.replace("//", "//:right-word@")) as cache:
            assert await cache.check() == "ok"


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:1/0", "redis://no-such-host.invalid/0", "unix:///no/such/socket"]
)
async def test_wrong_address(url: str) -> None:
    """An address without a Redis is told by the check, and makes every question a miss."""
    async with _cache(url) as cache:
        assert (await cache.check()).startswith("degraded: Redis: ")
        await _use_much(cache)


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"$x\r\n", b"", b":1\r\n" * 9, b"\x00\xff"]
)
async def test_not_a_redis(answer: bytes) -> None:
    """A server that answers with rubbish, or hangs up, is no error."""

    async def _rubbish(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(answer)
        writer.close()

    rubbish = await asyncio.start_server(_rubbish, "127.0.0.1", 0)
    port = rubbish.sockets[0].getsockname()[1]
    async with rubbish, _cache(f"redis://127.0.0.1:{port}/0") as cache:
        await _use_much(cache)


@pytest.mark.parametrize(
    "url", ["", "http://h", "h:6379", "redis://:secret#word@h/0", "redis://u:secret/w@h:1/0"]
)
def test_not_a_url_of_redis(url: str) -> None:
    """Anything else is refused at start, without repeating what may be a password."""
    with pytest.raises(ValueError, match="REDIS_URL") as caught:
        RedisResultCache.from_url(url)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("url", ["redis://h/0?nonsense=secret-word", "redis://:secret-word@h/zero"])
async def test_odd_urls_tell_no_secrets(url: str) -> None:
    """Whatever else is wrong with a URL, the check does not repeat it."""
    async with _cache(url) as cache:
        assert "secret" not in await cache.check()
