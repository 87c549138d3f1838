"""`/brand-kits`: what a team's pictures have in common."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from serve_app.api.cursors import PageDep, page_body
from serve_app.api.dependencies import PROBLEMS, CallerDep, ServicesDep, WriterDep, json_docs
from serve_app.api.json_body import read_json
from serve_app.api.schemas.brand_kits import BrandKitBody, BrandKitDetail, BrandKitPage
from serve_app.records import AssetRecord, BrandKitRecord
from serve_app.services.brand_kit import Kit, knowledge_of
from serve_app.services.container import Services

router = APIRouter(prefix="/brand-kits", tags=["brand kits"])
PATH = "/api/v1/brand-kits"
IdPath = Annotated[str, Path(max_length=64)]
LOCATION = {"headers": {"Location": {"description": "Of the kit.", "schema": {"type": "string"}}}}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: PROBLEMS[status] for status in statuses}


@router.post(
    "",
    status_code=201,
    summary="Keep a brand kit",
    response_model=BrandKitDetail,
    responses={201: LOCATION, **_problems(400, 401, 403, 408, 413, 422, 503)},
    openapi_extra=json_docs(BrandKitBody),
)
async def create_kit(request: Request, owner: WriterDep, services: ServicesDep) -> JSONResponse:
    """Keeps a kit until it is deleted; at most 100 of them."""
    body = await read_json(request, BrandKitBody)
    kit = await services.brand_kits.create(body.content(), owner=owner.owner)
    shown = await _detail(kit, services=services)
    return JSONResponse(shown, status_code=201, headers={"Location": f"{PATH}/{kit.id}"})


@router.get(
    "", summary="Your brand kits", response_model=BrandKitPage, responses=_problems(401, 403, 422, 503)
)
async def list_kits(owner: CallerDep, services: ServicesDep, page: PageDep) -> JSONResponse:
    """The caller's kits, newest first."""
    found = await services.brand_kits.page(page, owner=owner.owner)
    logos = await services.brand_kits.logos(found.rows, owner=owner.owner)
    body = await page_body(found, show=lambda kit: _row(kit, logos=logos, services=services))
    return JSONResponse(body)


@router.get(
    "/{kit_id}",
    summary="One brand kit",
    response_model=BrandKitDetail,
    responses=_problems(401, 403, 404, 422, 503),
)
async def get_kit(kit_id: IdPath, owner: CallerDep, services: ServicesDep) -> JSONResponse:
    """A kit with a fresh link to its logo."""
    kit = await services.brand_kits.get(kit_id, owner=owner.owner)
    return JSONResponse(await _detail(kit, services=services))


@router.put(
    "/{kit_id}",
    summary="Replace a brand kit",
    response_model=BrandKitDetail,
    responses=_problems(400, 401, 403, 404, 408, 413, 422, 503),
    openapi_extra=json_docs(BrandKitBody),
)
async def replace_kit(
    request: Request, kit_id: IdPath, owner: WriterDep, services: ServicesDep
) -> JSONResponse:
    """Puts the whole body in the kit's place: what it leaves out is empty afterwards."""
    body = await read_json(request, BrandKitBody)
    kit = await services.brand_kits.replace(kit_id, body.content(), owner=owner.owner)
    return JSONResponse(await _detail(kit, services=services))


@router.delete(
    "/{kit_id}",
    summary="Forget a brand kit",
    status_code=204,
    responses=_problems(401, 403, 404, 422, 503),
)
async def delete_kit(kit_id: IdPath, owner: WriterDep, services: ServicesDep) -> Response:
    """Removes the kit with its own files; the logo that it was made of is an asset of its own and stays."""
    await services.brand_kits.delete(kit_id, owner=owner.owner)
    return Response(status_code=204)


async def _detail(kit: BrandKitRecord, *, services: Services) -> dict[str, Any]:
    """A kit with its files, and its brand where the logo was cleaned."""
    files = await services.brand_kits.files(kit)
    logo = knowledge_of(kit)
    shown = [await services.assets.show(file) for file in files]
    logos = await services.brand_kits.logos([kit], owner=kit.owner)
    more = {"files": shown, "brand": Kit(kit, {}, logo).as_json() if logo else None}
    return {**await _row(kit, logos=logos, services=services), **dict(jsonable_encoder(more))}


async def _row(kit: BrandKitRecord, *, logos: dict[str, AssetRecord], services: Services) -> dict[str, Any]:
    """A kit as the API shows it, JSON-ready, with a link to its logo where it is among `logos`."""
    body = asdict(kit)
    del body["owner"]
    body["prepared"] = body.pop("logo_facts") is not None
    logo_id = body.pop("logo_asset_id")
    logo = logos.get(kit.id) if logo_id else None
    url = (await services.assets.show(logo)).url if logo else None
    return dict(jsonable_encoder({**body, "logo_id": logo_id, "logo_url": url}))
