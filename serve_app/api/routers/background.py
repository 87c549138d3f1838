"""`POST /remove-background`."""

import time

from fastapi import APIRouter, Request, Response

from serve_app.api.answer import answer_image
from serve_app.api.dependencies import PROBLEMS, GateDep, ReaderDep, ServicesDep, WriterDep, body_docs
from serve_app.api.negotiate import wanted_format
from serve_app.api.schemas.answers import BackgroundAnswer
from serve_app.api.schemas.background import BackgroundBody
from serve_app.services.remove_background import CutOrder

router = APIRouter(tags=["images"])


@router.post(
    "/remove-background",
    summary="Cut the foreground out",
    response_model=BackgroundAnswer,
    responses=PROBLEMS,
    openapi_extra=body_docs(BackgroundBody, image="image"),
)
async def remove_background(
    request: Request, owner: WriterDep, services: ServicesDep, reader: ReaderDep, gate: GateDep
) -> Response:
    """Cut the subject of a photo out, or take a logo off its ground colour.

    A logo on one colour is keyed, so that letter counters and holes open too; a photo goes through a
    segmentation network; transparency that the image brings is kept. Nothing found is 422 `no_foreground`.
    The result is transparent, or stands on a colour or a picture. Regions of the ground's colour inside a
    logo are listed with what was decided on each; `enclosed` overrules that.
    """
    started = time.perf_counter()
    async with gate.place(request):
        parsed = await reader.read(request, BackgroundBody, name="image", owner=owner, more=("background",))
        body = parsed.params
        accepted = wanted_format(request.headers.get("accept"))
        order = CutOrder(
            data=parsed.data or b"",
            spec=body.cut_spec(model=services.remove_background.network(body.model)),
            mode=body.mode,
            backdrop=parsed.more.get("background"),
            format=accepted or body.format,
            quality=body.quality,
        )
        async with gate.deadline():
            file = await services.remove_background.run(order)
        return await answer_image(
            request,
            file,
            role=body.output,
            as_bytes=accepted is not None,
            assets=services.assets,
            owner=owner,
            started=started,
        )
