"""`/images`: the processing history."""

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from serve_app.api.cursors import PageDep, page_body
from serve_app.api.dependencies import PROBLEMS, CallerDep, ServicesDep, WriterDep
from serve_app.api.schemas.history import ImageAnswer, ImagePage
from serve_app.records import ImageRecord
from serve_app.services.assets import AssetService

router = APIRouter(tags=["history"])
IdPath = Annotated[str, Path(max_length=64)]
PROBLEM_ANSWERS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)
}


@router.get("/images", summary="What was made before", response_model=ImagePage, responses=PROBLEM_ANSWERS)
async def list_images(
    owner: CallerDep,
    services: ServicesDep,
    page: PageDep,
    processing_type: Annotated[str | None, Query(max_length=60)] = None,
) -> JSONResponse:
    """The caller's processing history, newest first; what has expired is not listed."""
    found = await services.history.images(replace(page, kind=processing_type), owner=owner.owner)
    body = await page_body(found, show=lambda row: _row(row, assets=services.assets))
    return JSONResponse(jsonable_encoder(body))


@router.get(
    "/images/{image_id}",
    summary="One piece of work",
    response_model=ImageAnswer,
    responses=PROBLEM_ANSWERS,
)
async def get_image(image_id: IdPath, owner: CallerDep, services: ServicesDep) -> JSONResponse:
    """What was asked and made, with fresh links to every file."""
    row, files = await services.history.image(image_id, owner=owner.owner)
    shown = [asdict(await services.assets.show(file)) for file in files]
    body = {**await _row(row, assets=services.assets), "assets": shown}
    return JSONResponse(jsonable_encoder(body))


@router.delete(
    "/images/{image_id}", summary="Forget one piece of work", status_code=204, responses=PROBLEM_ANSWERS
)
async def delete_image(image_id: IdPath, owner: WriterDep, services: ServicesDep) -> Response:
    """Removes the row and every file, at once and for good."""
    await services.history.delete_image(image_id, owner=owner.owner)
    return Response(status_code=204)


async def _row(row: ImageRecord, *, assets: AssetService) -> dict[str, Any]:
    body = asdict(row)
    del body["owner"]
    links = {
        name: await assets.link(body[name], until=row.expires_at)
        for name in ("original_url", "processed_url")
    }
    return {**body, **links}
