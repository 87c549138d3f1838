"""`create_api(services)`: the whole HTTP API as an ASGI app, without Ray."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from serve_app.api import errors, openapi
from serve_app.api.context import RequestContext
from serve_app.api.gate import BodyLimit, Gate
from serve_app.api.inputs import InputReader
from serve_app.api.routers import (
    background,
    banner,
    brand_kits,
    capabilities,
    files,
    health,
    images,
    jobs,
    logo,
    pack,
    packs,
    upscale,
    web_icons,
    web_images,
    webhooks,
)
from serve_app.services.container import Services
from serve_app.version import VERSION

BASE = "/api/v1"
ALLOWED_HEADERS = (
    "Authorization",
    "Cache-Control",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "If-Range",
    "Last-Event-ID",
    "Prefer",
    "Priority",
    "X-Request-Id",
)
EXPOSED_HEADERS = (
    "X-Request-Id",
    "X-Process-Time",
    "Retry-After",
    "Accept-Ranges",
    "Content-Range",
    "ETag",
    "Location",
    "Idempotency-Replayed",
)
ROUTED = (
    upscale,
    background,
    logo,
    banner,
    pack,
    web_icons,
    web_images,
    images,
    packs,
    brand_kits,
    jobs,
    webhooks,
    files,
    capabilities,
)
# base64 in JSON takes four bytes for three.
JSON_OVERHEAD = 1.4


def create_api(services: Services) -> FastAPI:
    """Build the API over its services; nothing is connected or started here."""
    api = FastAPI(
        title="Mighty Image API",
        version=VERSION,
        description="A team's logo and roster in; upscaled, cut out, on a shirt, on a banner, as a pack out.",
    )
    limits = services.limits
    api.state.services = services
    api.state.gate = Gate(
        max_in_flight=limits.max_in_flight,
        max_bytes=limits.max_bytes_in_flight,
        body_bytes=limits.max_body_bytes,
        deadline_s=limits.deadline_s,
    )
    api.state.reader = InputReader(services.fetcher, services.assets, max_bytes=limits.max_body_bytes)
    api.include_router(health.router)
    for module in ROUTED:
        api.include_router(module.router, prefix=BASE)
    errors.install(api)
    openapi.install(api)
    # Added last runs first: the request's id and time are on every answer, also those of the other two.
    api.add_middleware(BodyLimit, max_bytes=int(limits.max_body_bytes * JSON_OVERHEAD))
    if services.cors_origins:
        api.add_middleware(
            CORSMiddleware,
            allow_origins=list(services.cors_origins),
            allow_methods=["GET", "HEAD", "POST", "PUT", "DELETE"],
            allow_headers=[*ALLOWED_HEADERS],
            expose_headers=list(EXPOSED_HEADERS),
        )
    api.add_middleware(RequestContext, on_defect=errors.unknown)
    return api
