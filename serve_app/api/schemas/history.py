"""`/images` and `/asset-packs`: what was made before."""

from datetime import datetime
from typing import Any

from serve_app.api.schemas.answers import AssetAnswer
from serve_app.api.schemas.base import Answer


class ImageRow(Answer):
    """One piece of work on an image."""

    id: str
    processing_type: str
    original_url: str | None
    """A link to the kept original, or the address that the client gave."""
    processed_url: str | None
    """A link to the main result."""
    parameters: dict[str, Any]
    input_sha256: str | None
    output_sha256: str | None
    model: str | None
    model_version: str | None
    timings_ms: dict[str, float]
    megapixels: float
    """Of the result."""
    job_id: str | None
    created_at: datetime
    expires_at: datetime


class ImageAnswer(ImageRow):
    """The same with every file."""

    assets: list[AssetAnswer]


class ImagePage(Answer):
    """A page of the history, newest first."""

    items: list[ImageRow]
    next_cursor: str | None


class PackRow(Answer):
    """An asset pack."""

    id: str
    team_name: str
    sport: str
    logo_url: str | None
    tshirt_front_url: str | None
    tshirt_back_url: str | None
    banner_url: str | None
    job_id: str | None
    created_at: datetime
    expires_at: datetime


class PackDetail(PackRow):
    """The same with its manifest and every file."""

    manifest: dict[str, Any]
    assets: list[AssetAnswer]


class PackPage(Answer):
    """A page of packs, newest first."""

    items: list[PackRow]
    next_cursor: str | None
