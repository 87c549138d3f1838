"""The OpenAPI document: what FastAPI writes, and the bodies that the input reader parses itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from serve_app.api.schemas.answers import ProblemAnswer
from serve_app.api.schemas.background import BackgroundBody
from serve_app.api.schemas.banner import BannerBody
from serve_app.api.schemas.brand_kits import BrandKitBody
from serve_app.api.schemas.logo import LogoBody
from serve_app.api.schemas.pack import PackBody
from serve_app.api.schemas.place import PlaceBody
from serve_app.api.schemas.upscale import UpscaleBody
from serve_app.api.schemas.web_icons import WebAssetsBody
from serve_app.api.schemas.web_images import WebImagesBody

BODIES: tuple[type[BaseModel], ...] = (
    UpscaleBody,
    BackgroundBody,
    LogoBody,
    PlaceBody,
    BannerBody,
    PackBody,
    WebAssetsBody,
    WebImagesBody,
    BrandKitBody,
    ProblemAnswer,
)
TEMPLATE = "#/components/schemas/{model}"


def install(api: FastAPI) -> None:
    """Replace the app's `openapi()`; the document is made once."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _document(api)
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]  # the documented way to extend it


def _document(api: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=api.title, version=api.version, description=api.description, routes=api.routes
    )
    _, definitions = models_json_schema([(model, "validation") for model in BODIES], ref_template=TEMPLATE)
    document.setdefault("components", {}).setdefault("schemas", {}).update(definitions["$defs"])
    return document
