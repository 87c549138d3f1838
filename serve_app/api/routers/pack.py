"""`POST /generate-asset-pack`."""

from fastapi import APIRouter, Request, Response

from serve_app.api.dependencies import MAKING, PerformerDep, WriterDep, body_docs
from serve_app.api.operations import ASSET_PACK
from serve_app.api.schemas.answers import PackAnswer
from serve_app.api.schemas.pack import PackBody

router = APIRouter(tags=["packs"])


@router.post(
    "/generate-asset-pack",
    summary="Everything a team needs",
    response_model=PackAnswer,
    responses=MAKING,
    openapi_extra=body_docs(PackBody, image="logo"),
)
async def generate_asset_pack(request: Request, owner: WriterDep, perform: PerformerDep) -> Response:
    """From a logo and a roster: the cleaned logo, t-shirt mock-ups, a roster banner, and a ZIP of all.

    An item that fails does not take the others with it: `items` tells how each went.
    """
    return await perform.answer(request, ASSET_PACK, owner=owner)
