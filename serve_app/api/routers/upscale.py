"""`POST /upscale`."""

from fastapi import APIRouter, Request, Response

from serve_app.api.dependencies import MAKING, PerformerDep, WriterDep, body_docs
from serve_app.api.operations import UPSCALE
from serve_app.api.schemas.answers import UpscaleAnswer
from serve_app.api.schemas.upscale import UpscaleBody

router = APIRouter(tags=["images"])


@router.post(
    "/upscale",
    summary="Enlarge an image",
    response_model=UpscaleAnswer,
    responses=MAKING,
    openapi_extra=body_docs(UpscaleBody, image="image"),
)
async def upscale(request: Request, owner: WriterDep, perform: PerformerDep) -> Response:
    """Enlarge through a super-resolution network to a factor, exact pixels, or inches at a resolution.

    The answer tells which network was used and why, and how faithful the result is: shrunk back to the
    input's size it is compared with the input.
    """
    return await perform.answer(request, UPSCALE, owner=owner)
