"""`POST /upscale`."""

import time

from fastapi import APIRouter, Request, Response

from serve_app.api.answer import answer_image
from serve_app.api.dependencies import PROBLEMS, GateDep, ReaderDep, ServicesDep, WriterDep, body_docs
from serve_app.api.negotiate import wanted_format
from serve_app.api.schemas.answers import UpscaleAnswer
from serve_app.api.schemas.upscale import UpscaleBody
from serve_app.services.upscale import UpscaleOrder

router = APIRouter(tags=["images"])


@router.post(
    "/upscale",
    summary="Enlarge an image",
    response_model=UpscaleAnswer,
    responses=PROBLEMS,
    openapi_extra=body_docs(UpscaleBody, image="image"),
)
async def upscale(
    request: Request, owner: WriterDep, services: ServicesDep, reader: ReaderDep, gate: GateDep
) -> Response:
    """Enlarge through a super-resolution network to a factor, exact pixels, or inches at a resolution.

    The answer tells which network was used and why, and how faithful the result is: shrunk back to the
    input's size it is compared with the input.
    """
    started = time.perf_counter()
    async with gate.place(request):
        parsed = await reader.read(request, UpscaleBody, name="image", owner=owner)
        body = parsed.params
        accepted = wanted_format(request.headers.get("accept"))
        order = UpscaleOrder(
            data=parsed.data or b"",
            size=body.size_request(),
            model=body.model,
            format=accepted or body.format,
            quality=body.quality,
        )
        async with gate.deadline():
            file = await services.upscale.run(order)
        return await answer_image(
            request,
            file,
            role="upscaled",
            as_bytes=accepted is not None,
            assets=services.assets,
            owner=owner,
            started=started,
        )
