"""Everything that the API needs, wired once in `wiring.py` and faked in the tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from configs.leagues import League
from serve_app.pixel_budget import PixelBudget
from serve_app.ports import (
    Database,
    Engines,
    JobQueue,
    KeyRing,
    ObjectStore,
    ResultCache,
    UrlFetcher,
)
from serve_app.services.asset_pack import AssetPackService
from serve_app.services.assets import AssetService
from serve_app.services.brand_kits import BrandKitService
from serve_app.services.brand_studio import BrandStudio
from serve_app.services.capabilities import CapabilitiesService
from serve_app.services.history import HistoryService
from serve_app.services.idempotency import Idempotency
from serve_app.services.place_logo import PlaceLogoService
from serve_app.services.process_logo import ProcessLogoService
from serve_app.services.recorder import Recorder
from serve_app.services.remove_background import RemoveBackgroundService
from serve_app.services.results import Results
from serve_app.services.roster_banner import RosterBannerService
from serve_app.services.upscale import UpscaleService
from serve_app.services.web_icons import WebIconsService
from serve_app.services.web_images import WebImagesService
from serve_app.services.webhooks import WebhookService


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """What one replica of the API takes."""

    max_body_bytes: int
    max_in_flight: int
    max_bytes_in_flight: int
    deadline_s: float
    max_megapixels: float
    """Of an input image; a larger one becomes a job."""


@dataclass(frozen=True, slots=True)
class MakingServices:
    """The use cases that make something, as `operations.py` needs them: at once or in a job."""

    upscale: UpscaleService
    web_images: WebImagesService
    web_icons: WebIconsService
    remove_background: RemoveBackgroundService
    process_logo: ProcessLogoService
    place_logo: PlaceLogoService
    roster_banner: RosterBannerService
    asset_pack: AssetPackService
    brand: BrandStudio
    leagues: Mapping[str, League]
    """Presets of rules for rosters, by id."""


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases and what they share."""

    making: MakingServices
    recorder: Recorder
    results: Results
    idempotency: Idempotency
    assets: AssetService
    history: HistoryService
    brand_kits: BrandKitService
    webhooks: WebhookService
    capabilities: CapabilitiesService
    engines: Engines
    store: ObjectStore
    database: Database
    cache: ResultCache
    jobs: JobQueue
    fetcher: UrlFetcher
    keys: KeyRing
    budget: PixelBudget
    limits: ApiLimits
    cors_origins: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What `/health` says of the whole service: profile, device."""

    async def close(self) -> None:
        """Let go of every connection, in the order in which they lean on each other."""
        for part in (self.keys, self.jobs, self.cache, self.database):
            await part.close()
