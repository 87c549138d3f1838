"""Images behind URLs of strangers, fetched so that no URL reaches anything but the public internet.

Webhooks go out through the same `CheckedHttp`.
"""

from serve_app.adapters.fetch.exchange import CheckedHttp, named_failures
from serve_app.adapters.fetch.fetcher import FetchLimits, HttpUrlFetcher
from serve_app.adapters.fetch.network import Resolver, SystemResolver

__all__ = [
    "CheckedHttp",
    "FetchLimits",
    "HttpUrlFetcher",
    "Resolver",
    "SystemResolver",
    "named_failures",
]
