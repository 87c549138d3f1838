"""`POST /generate-web-assets`."""

from fastapi import APIRouter, Request, Response

from serve_app.api.dependencies import MAKING, PerformerDep, WriterDep, body_docs
from serve_app.api.operations import WEB_ICONS
from serve_app.api.schemas.answers import WebAssetsAnswer
from serve_app.api.schemas.web_icons import WebAssetsBody

router = APIRouter(tags=["web"])


@router.post(
    "/generate-web-assets",
    summary="Make a site's icons, cards, manifest and head of a logo",
    response_model=WebAssetsAnswer,
    responses=MAKING,
    openapi_extra=body_docs(WebAssetsBody, image="logo"),
)
async def generate_web_assets(request: Request, owner: WriterDep, perform: PerformerDep) -> Response:
    """Everything that a site needs of a logo, and a ZIP of it.

    `favicon.ico` of three sizes, `favicon.svg` that is seen in light and dark tabs, PNG icons, a touch icon,
    maskable icons within the safe circle, a monochrome icon, two social cards in the team's colours,
    `site.webmanifest` and `head.html`. Wide logos are fitted, never cut. Where the logo cannot be read at
    16 px its symbol stands in, or the initials of the name: `small_mark` tells with which figures. Every file
    is opened again; `checks` tells what was found. Blank is 422 `no_foreground`.
    """
    return await perform.answer(request, WEB_ICONS, owner=owner)
