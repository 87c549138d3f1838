"""One place that makes the services of a process from the settings."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from configs.leagues import load_leagues
from configs.routes import DeviceRoutes, load_routes
from configs.settings import Settings
from imaging.codec.header import DecodeLimits
from models.base import Device
from serve_app.adapters.cache import open_cache
from serve_app.adapters.database.database import SqlDatabase
from serve_app.adapters.database_key_ring import DatabaseKeyRing
from serve_app.adapters.fetch.fetcher import FetchLimits, HttpUrlFetcher
from serve_app.adapters.job_queue import DbosJobQueue
from serve_app.adapters.key_ring import SettingsKeyRing
from serve_app.adapters.object_store import ObstoreObjectStore
from serve_app.adapters.signing import UrlSigner
from serve_app.adapters.webhooks import HttpWebhookSender
from serve_app.pixel_budget import PixelBudget
from serve_app.ports import Engines, ResultCache
from serve_app.services.asset_pack import AssetPackService
from serve_app.services.assets import AssetService
from serve_app.services.banner_pictures import PictureDesk
from serve_app.services.brand_kits import BrandKitService
from serve_app.services.brand_studio import BrandStudio
from serve_app.services.capabilities import CapabilitiesService
from serve_app.services.container import ApiLimits, MakingServices, Services
from serve_app.services.history import HistoryService
from serve_app.services.idempotency import Idempotency
from serve_app.services.logo_studio import LogoStudio
from serve_app.services.pack_reuse import PackReuse
from serve_app.services.pack_sheet import ContactSheets
from serve_app.services.place_logo import PlaceLogoService
from serve_app.services.process_logo import ProcessLogoService
from serve_app.services.recorder import Recorder
from serve_app.services.remove_background import RemoveBackgroundService
from serve_app.services.results import Results
from serve_app.services.roster_banner import RosterBannerService
from serve_app.services.upscale import Patience, UpscaleService
from serve_app.services.web_icons import WebIconsService
from serve_app.services.web_images import WebImagesService
from serve_app.services.webhooks import WebhookService
from serve_app.version import code_fingerprint, fonts_fingerprint

WAIT_SHARE = 0.6
"""Of the deadline, the time that a request may wait for room: after that, too little is left for the work."""
MAX_WAITING = 256
LEASE_OVER_DEADLINE = timedelta(seconds=45)
"""Reading the body and storing the answer, on top of the deadline, before a claim may be taken over."""


def decode_limits(settings: Settings) -> DecodeLimits:
    """What images may be at most, for the header check and the codec alike: a job's limits."""
    most = max(settings.max_megapixels, settings.job_max_megapixels)
    return DecodeLimits(max_megapixels=most, max_side_px=settings.max_side_px)


def open_database(settings: Settings) -> SqlDatabase:
    """The tables; nothing connects yet."""
    return SqlDatabase.from_url(settings.sql_url)


def open_store(settings: Settings) -> ObstoreObjectStore:
    """The objects. Raises `UnavailableError` where a local folder cannot be made."""
    return ObstoreObjectStore.from_url(settings.object_store_url)


def open_jobs(settings: Settings) -> DbosJobQueue:
    """The queue of jobs, from outside; nothing connects yet."""
    return DbosJobQueue.from_url(settings.jobs_url)


def open_results_cache(settings: Settings) -> ResultCache:
    """The cache of results; nothing connects yet."""
    redis = settings.redis_url.get_secret_value() if settings.redis_url else None
    return open_cache(redis, max_bytes=settings.cache_mb * 10**6)


def webhook_master(settings: Settings) -> bytes:
    """The secret from which the owners' webhook secrets come."""
    own = settings.webhook_secret
    return own.get_secret_value().encode() if own else _derived(settings, b"webhooks")


@dataclass(frozen=True, slots=True)
class Stored:
    """What a process keeps things in."""

    database: SqlDatabase
    store: ObstoreObjectStore
    recorder: Recorder
    assets: AssetService


def open_stored(settings: Settings) -> Stored:
    """Database and objects with what writes and shows them, the same in the API and in the dispatcher.

    Raises:
        UnavailableError: a local folder cannot be made.
    """
    database, store = open_database(settings), open_store(settings)
    recorder = Recorder(
        store,
        database,
        asset_ttl=timedelta(hours=settings.asset_ttl_hours),
        keep_originals=settings.keep_originals,
    )
    signer = UrlSigner(_signing_secret(settings))
    assets = AssetService(
        store,
        database.assets,
        signer,
        url_ttl=timedelta(hours=settings.url_ttl_hours),
        native_links=settings.storage_links == "native",
    )
    return Stored(database, store, recorder, assets)


def create_making(
    settings: Settings,
    *,
    engines: Engines,
    device: Device,
    stored: Stored,
    cache: ResultCache,
    as_job: bool,
) -> MakingServices:
    """The use cases that make something.

    Args:
        settings: The validated settings.
        engines: The deployments, or fakes of them.
        device: Where the networks run, which decides their routes.
        stored: What brand kits are kept in, and what earlier packs are found in.
        cache: Holds thumbnails, and lets one of many equal kits be made.
        as_job: They may take a job's time.
    """
    routes = load_routes().on(device)
    limits = decode_limits(settings)
    output = settings.max_output_megapixels
    longer = max(1.0, settings.job_deadline_s / settings.deadline_s)
    patience = Patience(here=longer if as_job else 1.0, elsewhere=longer)
    studio = LogoStudio(engines, routes, limits, output, patience)
    brand = BrandStudio(studio, stored.recorder, cache)
    return MakingServices(
        upscale=UpscaleService(engines, routes.upscale, limits, output, patience),
        web_icons=WebIconsService(studio),
        web_images=WebImagesService(engines, limits, output, patience),
        remove_background=RemoveBackgroundService(engines, routes.segment, limits),
        process_logo=ProcessLogoService(studio),
        place_logo=PlaceLogoService(studio),
        roster_banner=RosterBannerService(PictureDesk(studio, brand), settings.max_players),
        asset_pack=AssetPackService(
            brand,
            PackReuse(stored.database.assets, fonts_fingerprint(settings.font_folders)),
            ContactSheets(engines, stored.store, cache),
            WebIconsService(studio),
            settings.max_players,
            as_job=as_job,
        ),
        brand=brand,
        leagues=load_leagues(),
    )


def create_services(
    settings: Settings,
    *,
    engines: Engines,
    device: Device,
    on_pixels: Callable[[float, int], None] = lambda _in_flight_mp, _waiting: None,
) -> Services:
    """Wire a replica of the API.

    Args:
        settings: The validated settings.
        engines: The deployments, or fakes of them.
        device: Where the networks run, which decides their routes.
        on_pixels: Told the megapixels in flight and the requests that wait for room, whenever they change.

    Raises:
        UnavailableError: the object store cannot be opened.
    """
    routes = load_routes().on(device)
    max_bytes = settings.max_file_size_mb * 10**6
    stored = open_stored(settings)
    jobs = open_jobs(settings)
    cache = open_results_cache(settings)
    sender = HttpWebhookSender()

    return Services(
        making=create_making(
            settings, engines=engines, device=device, stored=stored, cache=cache, as_job=False
        ),
        recorder=stored.recorder,
        results=Results(
            cache,
            stored.database.assets,
            engine=f"{code_fingerprint()} {fonts_fingerprint(settings.font_folders)} {device}",
            ttl=timedelta(hours=min(settings.cache_ttl_hours, settings.asset_ttl_hours)),
        ),
        idempotency=Idempotency(
            stored.database.idempotency,
            stored.store,
            lease=timedelta(seconds=settings.deadline_s) + LEASE_OVER_DEADLINE,
        ),
        assets=stored.assets,
        history=HistoryService(stored.database, stored.store),
        brand_kits=BrandKitService(stored.recorder),
        webhooks=WebhookService(stored.database.webhooks, sender, webhook_master(settings), jobs.start_round),
        capabilities=CapabilitiesService(engines, routes, _limits(settings, routes), load_leagues()),
        engines=engines,
        store=stored.store,
        database=stored.database,
        cache=cache,
        jobs=jobs,
        fetcher=HttpUrlFetcher(limits=FetchLimits(max_bytes=max_bytes)),
        keys=DatabaseKeyRing(SettingsKeyRing.of(settings.api_key.get_secret_value()), stored.database.keys),
        budget=PixelBudget(
            settings.max_megapixels_in_flight,
            max_waiting=MAX_WAITING,
            max_wait_s=WAIT_SHARE * settings.deadline_s,
            on_change=on_pixels,
        ),
        limits=ApiLimits(
            max_body_bytes=max_bytes,
            max_in_flight=settings.max_in_flight,
            max_bytes_in_flight=settings.max_body_mb_in_flight * 10**6,
            deadline_s=settings.deadline_s,
            max_megapixels=settings.max_megapixels,
        ),
        cors_origins=settings.cors_origins,
        facts={"profile": settings.profile, "device": device},
    )


def _limits(settings: Settings, routes: DeviceRoutes) -> dict[str, float]:
    """What clients may ask for, by name and unit."""
    return {
        "max_file_size_mb": settings.max_file_size_mb,
        "max_megapixels": settings.max_megapixels,
        "job_max_megapixels": settings.job_max_megapixels,
        "max_side_px": settings.max_side_px,
        "max_output_megapixels": settings.max_output_megapixels,
        "max_players": settings.max_players,
        "deadline_s": settings.deadline_s,
        "upscale_photo_max_megapixels": routes.upscale.photo.max_megapixels,
        "upscale_graphic_max_megapixels": routes.upscale.graphic.max_megapixels,
    }


def _signing_secret(settings: Settings) -> bytes:
    """The secret of signed URLs: its own setting, or derived, so that replicas agree."""
    own = settings.url_signing_secret
    return own.get_secret_value().encode() if own else _derived(settings, b"url-signing")


def _derived(settings: Settings, purpose: bytes) -> bytes:
    """A secret of its own for each purpose, made of the API key."""
    return hmac.digest(settings.api_key.get_secret_value().encode(), purpose, "sha256")
