"""Rows for the tests of the database: complete, with odd values, changed by keyword."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from serve_app.records import (
    AssetRecord,
    BrandKitRecord,
    DeliveryRecord,
    ImageRecord,
    KeyRecord,
    PackRecord,
    StoredAnswer,
)

NOW = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
"""With microseconds, in an hour that Europe's clocks skip."""
LATER = NOW + timedelta(days=7)
HOUR = timedelta(hours=1)
OWNER = "öwner"

_ASSET = AssetRecord(
    id="asset_1",
    owner=OWNER,
    key="2026/03/asset_1.png",
    role="upscaled",
    content_type="image/png",
    width=595.276,
    height=841.89,
    dpi=None,
    bytes=5_000_000_000,
    sha256="ab" * 32,
    created_at=NOW,
    expires_at=LATER,
)
_IMAGE = ImageRecord(
    id="image_1",
    owner=OWNER,
    original_url=None,
    processed_url="object:2026/03/asset_1.png",
    processing_type="upscale",
    parameters={"scale": 4, "format": None, "z": [1.5, "ü\u0000"], "a": {"nested": True}},
    input_sha256=None,
    output_sha256="cd" * 32,
    model="x4plus",
    model_version=None,
    timings_ms={"total": 12.25},
    megapixels=4.194304,
    created_at=NOW,
    expires_at=LATER,
)
_PACK = PackRecord(
    id="pack_1",
    owner=OWNER,
    team_name="Łódź 'Falcons'; --",
    sport="soccer",
    logo_url=None,
    tshirt_front_url="object:a",
    tshirt_back_url="object:b",
    banner_url=None,
    manifest={"files": [{"name": "a.png"}]},
    created_at=NOW,
    expires_at=LATER,
    job_id="job_1",
)
_KIT = BrandKitRecord(
    id="kit_1",
    owner=OWNER,
    name="Home",
    team_name="Falcons",
    sport="soccer",
    colors=("#102030", "#ffffff"),
    logo_asset_id=None,
    created_at=NOW,
    updated_at=NOW,
)
_KEY = KeyRecord(
    id="key_1",
    owner=OWNER,
    name="Laptop",
    sha256="ef" * 32,
    scopes=("read", "write"),
    plan="free",
    created_at=NOW,
)
_DELIVERY = DeliveryRecord(
    id="delivery_1",
    owner=OWNER,
    job_id="job_1",
    url="https://example.org/hook",
    state="pending",
    attempts=0,
    last_status=None,
    last_error=None,
    created_at=NOW,
    updated_at=NOW,
    expires_at=LATER,
)
ANSWER = StoredAnswer(
    status=200, media_type="application/json", headers={"X-Asset-Id": "asset_1"}, body=b"\x00\xff{}"
)


def asset(**changes: Any) -> AssetRecord:
    """A file."""
    return replace(_ASSET, **changes)


def image(**changes: Any) -> ImageRecord:
    """A piece of work."""
    return replace(_IMAGE, **changes)


def pack(**changes: Any) -> PackRecord:
    """A pack."""
    return replace(_PACK, **changes)


def kit(**changes: Any) -> BrandKitRecord:
    """A brand kit."""
    return replace(_KIT, **changes)


def api_key(**changes: Any) -> KeyRecord:
    """An API key."""
    return replace(_KEY, **changes)


def delivery(**changes: Any) -> DeliveryRecord:
    """A webhook on its way."""
    return replace(_DELIVERY, **changes)
