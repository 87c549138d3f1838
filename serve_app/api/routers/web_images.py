"""`POST /prepare-web-assets`."""

from fastapi import APIRouter, Request, Response

from serve_app.api.dependencies import MAKING, PerformerDep, WriterDep, body_docs
from serve_app.api.operations import WEB_IMAGES
from serve_app.api.schemas.web_images import WebImagesAnswer, WebImagesBody

router = APIRouter(tags=["web"])


@router.post(
    "/prepare-web-assets",
    summary="Make an image ready for a web page",
    response_model=WebImagesAnswer,
    responses=MAKING,
    openapi_extra=body_docs(WebImagesBody, image="image"),
)
async def prepare_web_assets(request: Request, owner: WriterDep, perform: PerformerDep) -> Response:
    """Widths and formats of one image, each at the quality that it needs, with the markup that shows them.

    The quality of each file is searched for: its structural similarity to the same size uncompressed is
    `target_ssim`, or its bytes are at most `max_bytes`. Names change with the content, so files may be cached
    for ever. Also given: a ThumbHash, the dominant colour, headers to send, and what is saved.
    """
    return await perform.answer(request, WEB_IMAGES, owner=owner)
