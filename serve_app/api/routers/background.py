"""`POST /remove-background`."""

from fastapi import APIRouter, Request, Response

from serve_app.api.dependencies import MAKING, PerformerDep, WriterDep, body_docs
from serve_app.api.operations import REMOVE_BACKGROUND
from serve_app.api.schemas.answers import BackgroundAnswer
from serve_app.api.schemas.background import BackgroundBody

router = APIRouter(tags=["images"])


@router.post(
    "/remove-background",
    summary="Cut the foreground out",
    response_model=BackgroundAnswer,
    responses=MAKING,
    openapi_extra=body_docs(BackgroundBody, image="image"),
)
async def remove_background(request: Request, owner: WriterDep, perform: PerformerDep) -> Response:
    """Cut the subject of a photo out, or take a logo off its ground colour.

    A logo on one colour is keyed, so that letter counters and holes open too; a photo goes through a
    segmentation network; transparency that the image brings is kept. Nothing found is 422 `no_foreground`.
    The result is transparent, or stands on a colour or a picture. Regions of the ground's colour inside a
    logo are listed with what was decided on each; `enclosed` overrules that.
    """
    return await perform.answer(request, REMOVE_BACKGROUND, owner=owner)
