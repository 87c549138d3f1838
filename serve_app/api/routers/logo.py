"""`POST /process-logo/optimized` and `POST /place-logo`."""

import time

from fastapi import APIRouter, Request, Response

from serve_app.api.answer import answer_files
from serve_app.api.dependencies import PROBLEMS, GateDep, ReaderDep, ServicesDep, WriterDep, body_docs
from serve_app.api.negotiate import wanted_format
from serve_app.api.schemas.answers import LogoAnswer, PlaceAnswer
from serve_app.api.schemas.logo import LogoBody
from serve_app.api.schemas.place import PlaceBody

router = APIRouter(tags=["logos"])


@router.post(
    "/process-logo/optimized",
    summary="Clean a logo for print",
    response_model=LogoAnswer,
    responses=PROBLEMS,
    openapi_extra=body_docs(LogoBody, image="logo"),
)
async def process_logo(
    request: Request, owner: WriterDep, services: ServicesDep, reader: ReaderDep, gate: GateDep
) -> Response:
    """From whatever logo there is to the files that a print shop wants.

    The ground is keyed out with its counters and holes, compression noise and stray tints go, the edges lose
    every trace of the ground, and the result is trimmed and enlarged to the printed size. It comes as a
    transparent PNG, as SVG and as PDF at true size, in variants for one ink and dark garments, with its
    palette, the steps taken, and what a print shop would point at. Blank is 422 `no_foreground`.
    """
    started = time.perf_counter()
    async with gate.place(request):
        parsed = await reader.read(request, LogoBody, name="logo", owner=owner)
        accepted = wanted_format(request.headers.get("accept"))
        async with gate.deadline():
            made = await services.process_logo.run(parsed.params.order(parsed.data or b"", accepted=accepted))
        return await answer_files(
            request,
            made,
            as_bytes=accepted is not None,
            assets=services.assets,
            owner=owner,
            started=started,
        )


@router.post(
    "/place-logo",
    summary="Put a logo on a garment",
    response_model=PlaceAnswer,
    responses=PROBLEMS,
    openapi_extra=body_docs(PlaceBody, image="logo"),
)
async def place_logo(
    request: Request, owner: WriterDep, services: ServicesDep, reader: ReaderDep, gate: GateDep
) -> Response:
    """A mock-up to look at and the file to print from, both from one placement in inches.

    The print file is the zone at exact inches and resolution, transparent, without half-clear edges unless
    they are asked for. A logo that would not be seen on the garment is warned of; `outline` mends it.
    """
    started = time.perf_counter()
    async with gate.place(request):
        parsed = await reader.read(request, PlaceBody, name="logo", owner=owner)
        accepted = wanted_format(request.headers.get("accept"))
        async with gate.deadline():
            made = await services.place_logo.run(parsed.params.order(parsed.data or b"", accepted=accepted))
        return await answer_files(
            request,
            made,
            as_bytes=accepted is not None,
            assets=services.assets,
            owner=owner,
            started=started,
        )
