"""What the use cases need of the world: each port has its real and its embedded adapter, under one suite."""

from serve_app.ports.cache import ResultCache
from serve_app.ports.database import (
    AssetRecords,
    BrandKitRecords,
    Database,
    IdempotencyRecords,
    ImageRecords,
    KeyRecords,
    PackRecords,
    WebhookRecords,
)
from serve_app.ports.engines import Codec, Engines, Findings, Renderer, Segmenter, Upscaler
from serve_app.ports.jobs import JobQueue
from serve_app.ports.outside import (
    KeyRing,
    ObjectStore,
    StoredObject,
    UrlFetcher,
    WebhookAnswer,
    WebhookSender,
)

__all__ = [
    "AssetRecords",
    "BrandKitRecords",
    "Codec",
    "Database",
    "Engines",
    "Findings",
    "IdempotencyRecords",
    "ImageRecords",
    "JobQueue",
    "KeyRecords",
    "KeyRing",
    "ObjectStore",
    "PackRecords",
    "Renderer",
    "ResultCache",
    "Segmenter",
    "StoredObject",
    "Upscaler",
    "UrlFetcher",
    "WebhookAnswer",
    "WebhookRecords",
    "WebhookSender",
]
