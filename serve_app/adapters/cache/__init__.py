"""The cache of results: in this process, or in a Redis that all replicas share."""

from serve_app.adapters.cache.choose import open_cache
from serve_app.adapters.cache.memory import MemoryResultCache
from serve_app.adapters.cache.redis_cache import RedisResultCache

__all__ = ["MemoryResultCache", "RedisResultCache", "open_cache"]
