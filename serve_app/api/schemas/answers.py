"""What the endpoints answer."""

from datetime import datetime
from typing import Any, Literal

from serve_app.api.schemas.background import ForegroundAnswer
from serve_app.api.schemas.banner import BannerFacts
from serve_app.api.schemas.base import Answer
from serve_app.api.schemas.logo import (
    EnlargementAnswer,
    PaletteAnswer,
    PrintReportAnswer,
    StepAnswer,
    VectorAnswer,
)
from serve_app.api.schemas.pack import ItemAnswer, PackKitAnswer
from serve_app.api.schemas.place import PlacementAnswer
from serve_app.api.schemas.upscale import FidelityAnswer, RouteAnswer
from serve_app.api.schemas.web_icons import (
    CardsAnswer,
    ChecksAnswer,
    FaviconAnswer,
    PlateAnswer,
    SmallMarkAnswer,
)
from serve_app.artwork import LogoKind, Variant


class AssetAnswer(Answer):
    """A stored file; `url` is signed and expires."""

    id: str
    role: str
    url: str
    content_type: str
    width: float
    height: float
    dpi: float | None
    bytes: int
    sha256: str
    created_at: datetime
    expires_at: datetime


class WarningAnswer(Answer):
    """Done, but look at this."""

    code: str
    message: str
    fix: str


class EngineAnswer(Answer):
    """The network that did the work."""

    model: str
    version: str
    device: str
    backend: str
    licence: str


class ResultAnswer(Answer):
    """What every answer with assets has."""

    request_id: str
    id: str
    """Of the image or pack in the history."""
    assets: list[AssetAnswer]
    warnings: list[WarningAnswer]
    engine: EngineAnswer | None
    timings_ms: dict[str, float]
    cached: bool = False


class UpscaleAnswer(ResultAnswer):
    """`/upscale`."""

    fidelity: FidelityAnswer
    route: RouteAnswer
    tiles: int


class BackgroundAnswer(ResultAnswer):
    """`/remove-background`."""

    foreground: ForegroundAnswer


class CleanedAnswer(ResultAnswer):
    """What every answer about a cleaned logo has."""

    foreground: ForegroundAnswer | None = None
    """How the ground was taken off; absent where it was not."""
    kind: LogoKind
    palette: list[PaletteAnswer]
    """Largest share first."""
    steps: list[StepAnswer]
    vector: VectorAnswer | None
    """The drawing; null for a photographic logo."""
    enlargement: EnlargementAnswer
    fidelity: FidelityAnswer | None = None
    """Where a network enlarged the logo, as are the next two."""
    route: RouteAnswer | None = None
    tiles: int | None = None


class LogoAnswer(CleanedAnswer):
    """`/process-logo/optimized`."""

    variants: dict[Variant, str]
    """What was done for each variant asked for."""
    print_report: PrintReportAnswer


class PlaceAnswer(CleanedAnswer):
    """`/place-logo`."""

    placement: PlacementAnswer
    effective_dpi: float
    """Pixels of the logo as it was sent for each printed inch."""


class BannerAnswer(ResultAnswer, BannerFacts):
    """`/generate-roster-banner`."""


class PackAnswer(ResultAnswer):
    """`/generate-asset-pack`."""

    items: list[ItemAnswer]
    manifest: dict[str, Any]
    """Every file with its place in the archive, its facts and what it was made of."""
    brand_kit: PackKitAnswer


class WebAssetsAnswer(ResultAnswer):
    """`/generate-web-assets`."""

    checks: ChecksAnswer
    """Every file, opened again: its size, format, opacity, safe zone."""
    head_html: str
    """What goes into the head of the pages."""
    theme_color: str
    background_color: str
    colors: list[str]
    """Of the team, main one first: as sent, or found in the logo."""
    small_mark: SmallMarkAnswer
    favicon_svg: FaviconAnswer
    plate: PlateAnswer
    transparent_icons_lost_share: dict[Literal["light", "dark"], float]
    """Share of the logo that is lost in light and in dark tabs where an icon cannot change."""
    cards: CardsAnswer


class ProblemAnswer(Answer):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    request_id: str
    timestamp: datetime
    errors: list[dict[str, str]]


class HealthAnswer(Answer):
    """`/health`."""

    status: str
    timestamp: datetime
    version: str
    checks: dict[str, Any]
