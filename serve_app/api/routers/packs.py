"""`/asset-packs`: packs that were made before."""

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from serve_app.api.cursors import PageDep, page_body
from serve_app.api.dependencies import CallerDep, ServicesDep, WriterDep
from serve_app.api.routers.images import PROBLEM_ANSWERS, IdPath
from serve_app.api.schemas.history import PackDetail, PackPage
from serve_app.records import PackRecord
from serve_app.services.assets import AssetService

router = APIRouter(tags=["history"])
URLS = ("logo_url", "tshirt_front_url", "tshirt_back_url", "banner_url")


@router.get("/asset-packs", summary="Packs made before", response_model=PackPage, responses=PROBLEM_ANSWERS)
async def list_packs(
    owner: CallerDep,
    services: ServicesDep,
    page: PageDep,
    sport: Annotated[str | None, Query(max_length=200)] = None,
) -> JSONResponse:
    """The caller's packs, newest first; what has expired is not listed."""
    found = await services.history.packs(replace(page, kind=sport), owner=owner.owner)
    body = await page_body(found, show=lambda row: _row(row, assets=services.assets))
    return JSONResponse(jsonable_encoder(body))


@router.get(
    "/asset-packs/{pack_id}", summary="One pack", response_model=PackDetail, responses=PROBLEM_ANSWERS
)
async def get_pack(pack_id: IdPath, owner: CallerDep, services: ServicesDep) -> JSONResponse:
    """A pack with its manifest and fresh links to every file."""
    row, files = await services.history.pack(pack_id, owner=owner.owner)
    shown = [asdict(await services.assets.show(file)) for file in files]
    body = {**await _row(row, assets=services.assets), "manifest": row.manifest, "assets": shown}
    return JSONResponse(jsonable_encoder(body))


@router.delete("/asset-packs/{pack_id}", summary="Forget a pack", status_code=204, responses=PROBLEM_ANSWERS)
async def delete_pack(pack_id: IdPath, owner: WriterDep, services: ServicesDep) -> Response:
    """Removes the row and every file, at once and for good."""
    await services.history.delete_pack(pack_id, owner=owner.owner)
    return Response(status_code=204)


async def _row(row: PackRecord, *, assets: AssetService) -> dict[str, Any]:
    body = asdict(row)
    del body["owner"], body["manifest"]
    return {**body, **{name: await assets.link(body[name], until=row.expires_at) for name in URLS}}
