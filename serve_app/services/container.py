"""Everything that the API needs, wired once in `app.py` and faked in the tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from serve_app.ports import Engines, KeyRing, ObjectStore, UrlFetcher
from serve_app.services.asset_pack import AssetPackService
from serve_app.services.assets import AssetService
from serve_app.services.capabilities import CapabilitiesService
from serve_app.services.place_logo import PlaceLogoService
from serve_app.services.process_logo import ProcessLogoService
from serve_app.services.remove_background import RemoveBackgroundService
from serve_app.services.upscale import UpscaleService


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """What one replica of the API takes."""

    max_body_bytes: int
    max_in_flight: int
    max_bytes_in_flight: int
    deadline_s: float


@dataclass(frozen=True, slots=True)
class Services:
    """The use cases and what they share."""

    upscale: UpscaleService
    remove_background: RemoveBackgroundService
    process_logo: ProcessLogoService
    place_logo: PlaceLogoService
    asset_pack: AssetPackService
    assets: AssetService
    capabilities: CapabilitiesService
    engines: Engines
    store: ObjectStore
    fetcher: UrlFetcher
    keys: KeyRing
    limits: ApiLimits
    cors_origins: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What `/health` says of the whole service: profile, device."""
