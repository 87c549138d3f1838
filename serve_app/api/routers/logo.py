"""`POST /process-logo/optimized` and `POST /place-logo`."""

from fastapi import APIRouter, Request, Response

from serve_app.api.dependencies import MAKING, PerformerDep, WriterDep, body_docs
from serve_app.api.operations import PLACE_LOGO, PROCESS_LOGO
from serve_app.api.schemas.answers import LogoAnswer, PlaceAnswer
from serve_app.api.schemas.logo import LogoBody
from serve_app.api.schemas.place import PlaceBody

router = APIRouter(tags=["logos"])


@router.post(
    "/process-logo/optimized",
    summary="Clean a logo for print",
    response_model=LogoAnswer,
    responses=MAKING,
    openapi_extra=body_docs(LogoBody, image="logo"),
)
async def process_logo(request: Request, owner: WriterDep, perform: PerformerDep) -> Response:
    """From whatever logo there is to the files that a print shop wants.

    The ground is keyed out with its counters and holes, compression noise and stray tints go, the edges lose
    every trace of the ground, and the result is trimmed and enlarged to the printed size. It comes as a
    transparent PNG, as SVG and as PDF at true size, in variants for one ink and dark garments, with its
    palette, the steps taken, and what a print shop would point at. Blank is 422 `no_foreground`.
    """
    return await perform.answer(request, PROCESS_LOGO, owner=owner)


@router.post(
    "/place-logo",
    summary="Put a logo on a garment",
    response_model=PlaceAnswer,
    responses=MAKING,
    openapi_extra=body_docs(PlaceBody, image="logo"),
)
async def place_logo(request: Request, owner: WriterDep, perform: PerformerDep) -> Response:
    """A mock-up to look at and the file to print from, both from one placement in inches.

    The print file is the zone at exact inches and resolution, transparent, without half-clear edges unless
    they are asked for. A logo that would not be seen on the garment is warned of; `outline` mends it.
    """
    return await perform.answer(request, PLACE_LOGO, owner=owner)
