"""What the service remembers: the values of its tables, its objects and its jobs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from serve_app.domain import ImageFormat

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
ENDED: frozenset[JobState] = frozenset({"succeeded", "failed", "cancelled"})
"""States that a job stays in."""
DeliveryState = Literal["pending", "delivered", "dead"]
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object of the store, from outside."""

    key: str
    size: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class AssetRecord:
    """A stored file: the table `assets`."""

    id: str
    owner: str
    key: str
    """Of the object."""
    role: str
    content_type: str
    width: float
    """Pixels; points for vector files; 0 for archives."""
    height: float
    dpi: float | None
    bytes: int
    sha256: str
    created_at: datetime
    expires_at: datetime
    parent_id: str | None = None
    """The image, pack, job or brand kit that it belongs to and is deleted with."""
    content_key: str | None = None
    """SHA-256 of all that decided on it, hexadecimal, where it may be given again: in another pack, say."""
    notes: Mapping[str, Any] | None = None
    """What is told again where it is given again: roles, warnings, engine."""


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """One piece of work on an image: the table `processed_images`."""

    id: str
    owner: str
    original_url: str | None
    """Where the input came from: the client's URL, or `object:KEY` of the kept original."""
    processed_url: str | None
    """`object:KEY` of the main result; signed when it is shown."""
    processing_type: str
    parameters: Mapping[str, Any]
    input_sha256: str | None
    output_sha256: str | None
    model: str | None
    model_version: str | None
    timings_ms: Mapping[str, float]
    megapixels: float
    """Of the result."""
    created_at: datetime
    expires_at: datetime
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class PackRecord:
    """An asset pack: the table `asset_packs`. URLs as in `ImageRecord`."""

    id: str
    owner: str
    team_name: str
    sport: str
    logo_url: str | None
    tshirt_front_url: str | None
    tshirt_back_url: str | None
    banner_url: str | None
    manifest: Mapping[str, Any]
    created_at: datetime
    expires_at: datetime
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class BrandKitRecord:
    """What a team's pictures have in common: the table `brand_kits`."""

    id: str
    owner: str
    name: str
    team_name: str
    sport: str
    colors: tuple[str, ...]
    """`#rrggbb`."""
    logo_asset_id: str | None
    created_at: datetime
    updated_at: datetime
    garment_color: str | None = None
    """`#rrggbb`; None takes the common colour on which the logo shows best."""
    logo_facts: Mapping[str, Any] | None = None
    """What was learnt when the logo was cleaned; None until it is."""
    expires_at: datetime | None = None
    """Of a kit that a pack made for itself; None keeps it until it is deleted."""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """An API key: the table `api_keys`. The key itself is not kept."""

    id: str
    owner: str
    name: str
    sha256: str
    """Of the whole key, hexadecimal."""
    scopes: tuple[str, ...]
    plan: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An HTTP answer to give again: part of the table `idempotency`."""

    status: int
    media_type: str
    headers: Mapping[str, str]
    body: bytes | None
    object_key: str | None = None
    """Where the body lies when it is large."""


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A webhook on its way: the table `webhook_deliveries`."""

    id: str
    owner: str
    job_id: str
    url: str
    state: DeliveryState
    attempts: int
    last_status: int | None
    last_error: str | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list; newest first."""

    limit: int = 50
    before: tuple[datetime, str] | None = None
    """(created_at, id) of the last row of the page before."""
    created_after: datetime | None = None
    created_before: datetime | None = None
    kind: str | None = None
    """`processing_type` of images, `sport` of packs, `state` of deliveries; None takes all."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """A part of a list."""

    rows: tuple[Row, ...]
    more: bool
    """Whether rows follow."""


@dataclass(frozen=True, slots=True)
class NewJob:
    """A request that is to be worked on later."""

    id: str
    owner: str
    key_id: str
    kind: str
    params: Mapping[str, Any]
    """The validated body, JSON-ready, without image bytes."""
    inputs: Mapping[str, str]
    """Object keys of the images, by field."""
    accepted: ImageFormat | None
    request_id: str
    created_at: datetime
    source_url: str | None = None
    """Where the client said the image was."""
    webhook_url: str | None = None
    priority: int = 0
    """0 is served first."""


@dataclass(frozen=True, slots=True)
class PartResult:
    """How one part of a task went: its stored files and what was learnt, or why it failed."""

    part: str
    assets: tuple[AssetRecord, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Mapping[str, str], ...] = ()
    engine: Mapping[str, str] | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    error: Mapping[str, str] | None = None
    """`code` and `detail`."""
    ms: float | None = None
    """From its beginning until it was stored, or had failed."""
    reused: bool = False
    """Its files were made for an earlier request."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who asked for a task and where its result goes; with the task it decides on every id."""

    parent_id: str
    """Of the image or pack that the history will show."""
    owner: str
    kind: str
    created_at: datetime
    source_url: str | None = None
    """Where the client said the image was."""
    job_id: str | None = None
    expires_at: datetime | None = None
    """Of its files; None is the usual time after `created_at`."""


@dataclass(frozen=True, slots=True)
class JobItem:
    """One part of a job."""

    name: str
    state: JobState
    assets: tuple[AssetRecord, ...] = ()
    error: Mapping[str, str] | None = None
    """`code` and `detail`."""
    ms: float | None = None
    """From its beginning until it was stored, or had failed."""
    reused: bool = False
    """Its files were made for an earlier request."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request came to, without anything that is made when it is shown (signed URLs, request id)."""

    files: tuple[AssetRecord, ...]
    body: Mapping[str, Any]
    """The answer's `warnings`, `engine`, `timings_ms` and every further field, JSON-ready."""
    parent_id: str = ""
    """The id of the image or pack in the history."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job as it stands."""

    id: str
    owner: str
    kind: str
    state: JobState
    done: int
    total: int
    step: str
    created_at: datetime
    updated_at: datetime
    items: tuple[JobItem, ...] = ()
    result: Outcome | None = None
    error: Mapping[str, str] | None = None
    webhook_url: str | None = None


END_EVENT = 2**31 - 1
"""The id of a job's last event, whatever came before it."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    """One event of a job's stream."""

    id: int
    """Counts from 0, and `END_EVENT` at last; what `Last-Event-ID` names."""
    name: str
    """`progress`, `item` or `end`."""
    data: Mapping[str, Any] = field(default_factory=dict)
