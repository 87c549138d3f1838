"""One function that makes the services of a replica of the API from the settings."""

import hmac
from collections.abc import Callable
from datetime import timedelta

from configs.routes import load_routes
from configs.settings import Settings
from imaging.codec.header import DecodeLimits
from models.base import Device
from serve_app.adapters.fetch.fetcher import FetchLimits, HttpUrlFetcher
from serve_app.adapters.key_ring import SettingsKeyRing
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.adapters.signing import UrlSigner
from serve_app.pixel_budget import PixelBudget
from serve_app.ports import Engines
from serve_app.services.asset_pack import AssetPackService
from serve_app.services.assets import AssetService
from serve_app.services.capabilities import CapabilitiesService
from serve_app.services.container import ApiLimits, Services
from serve_app.services.logo_studio import LogoStudio
from serve_app.services.place_logo import PlaceLogoService
from serve_app.services.process_logo import ProcessLogoService
from serve_app.services.remove_background import RemoveBackgroundService
from serve_app.services.upscale import UpscaleService


def decode_limits(settings: Settings) -> DecodeLimits:
    """What images may be, for the API's header check and the codec alike."""
    return DecodeLimits(max_megapixels=settings.max_megapixels, max_side_px=settings.max_side_px)


WAIT_SHARE = 0.6
"""Of the deadline, the time that a request may wait for room: after that, too little is left for the work."""
MAX_WAITING = 256


def create_services(
    settings: Settings,
    *,
    engines: Engines,
    device: Device,
    on_pixels: Callable[[float, int], None] = lambda _in_flight_mp, _waiting: None,
) -> Services:
    """Wire the use cases to their adapters.

    Args:
        settings: The validated settings.
        engines: The deployments, or fakes of them.
        device: Where the networks run, which decides their routes.
        on_pixels: Told the megapixels in flight and the requests that wait for room, whenever they change.

    Raises:
        UnavailableError: the object store cannot be opened.
    """
    routes = load_routes().on(device)
    limits = decode_limits(settings)
    max_bytes = settings.max_file_size_mb * 10**6
    store = ObstoreObjectStore.from_url(settings.object_store_url)
    output = settings.max_output_megapixels
    budget = PixelBudget(
        settings.max_megapixels_in_flight,
        max_waiting=MAX_WAITING,
        max_wait_s=WAIT_SHARE * settings.deadline_s,
        on_change=on_pixels,
    )
    studio = LogoStudio(engines, routes, limits, output)
    return Services(
        upscale=UpscaleService(engines, routes.upscale, limits, output, budget),
        remove_background=RemoveBackgroundService(engines, routes.segment, limits, budget),
        process_logo=ProcessLogoService(studio, budget),
        place_logo=PlaceLogoService(studio, budget),
        asset_pack=AssetPackService(studio, settings.max_players, budget),
        assets=AssetService(
            store,
            UrlSigner(_secret(settings)),
            asset_ttl=timedelta(hours=settings.asset_ttl_hours),
            url_ttl=timedelta(hours=settings.url_ttl_hours),
        ),
        capabilities=CapabilitiesService(engines, routes, _limits(settings)),
        engines=engines,
        store=store,
        fetcher=HttpUrlFetcher(limits=FetchLimits(max_bytes=max_bytes)),
        keys=SettingsKeyRing.of(settings.api_key.get_secret_value()),
        limits=ApiLimits(
            max_body_bytes=max_bytes,
            max_in_flight=settings.max_in_flight,
            max_bytes_in_flight=settings.max_body_mb_in_flight * 10**6,
            deadline_s=settings.deadline_s,
        ),
        cors_origins=settings.cors_origins,
        facts={"profile": settings.profile, "device": device},
    )


def _limits(settings: Settings) -> dict[str, float]:
    """What clients may ask for, by name and unit."""
    return {
        "max_file_size_mb": settings.max_file_size_mb,
        "max_megapixels": settings.max_megapixels,
        "max_side_px": settings.max_side_px,
        "max_output_megapixels": settings.max_output_megapixels,
        "max_players": settings.max_players,
        "deadline_s": settings.deadline_s,
    }


def _secret(settings: Settings) -> bytes:
    """The signing secret: its own setting, or derived from the API key, so that replicas agree."""
    own = settings.url_signing_secret
    if own is not None:
        return own.get_secret_value().encode()
    key = settings.api_key.get_secret_value().encode()
    return hmac.digest(key, b"url-signing", "sha256")
