"""Which cache the settings ask for."""

from serve_app.adapters.cache.memory import MemoryResultCache
from serve_app.adapters.cache.redis_cache import RedisResultCache
from serve_app.ports import ResultCache


def open_cache(redis_url: str | None, *, max_bytes: int) -> ResultCache:
    """The cache that all replicas share, or one of this process. Connects to nothing yet.

    Args:
        redis_url: `redis://`, `rediss://` or `unix://`; None for a cache of this process.
        max_bytes: Bound of a cache of this process; 0 keeps nothing, and still does equal work once at a
            time. Redis has its own bound (`maxmemory`).

    Raises:
        ValueError: what is given is not the URL of a Redis.
    """
    if redis_url:
        return RedisResultCache.from_url(redis_url)
    return MemoryResultCache(max_bytes=max_bytes)
