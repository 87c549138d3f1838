"""Images behind URLs of strangers, fetched so that no URL reaches anything but the public internet."""

from serve_app.adapters.fetch.fetcher import FetchLimits, HttpUrlFetcher
from serve_app.adapters.fetch.network import Resolver, SystemResolver

__all__ = ["FetchLimits", "HttpUrlFetcher", "Resolver", "SystemResolver"]
