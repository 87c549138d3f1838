"""The table of operations: from a validated body to work, at once in the API or later in a job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from imaging.banner.spec import MAX_SPONSORS
from serve_app.api.errors import lookup
from serve_app.api.image_sources import ListedImages
from serve_app.api.schemas.background import BackgroundBody
from serve_app.api.schemas.banner import BannerBody
from serve_app.api.schemas.base import RequestBody
from serve_app.api.schemas.logo import LogoBody
from serve_app.api.schemas.pack import PackBody
from serve_app.api.schemas.place import PlaceBody
from serve_app.api.schemas.upscale import UpscaleBody
from serve_app.api.schemas.web_icons import WebAssetsBody
from serve_app.api.schemas.web_images import WebImagesBody
from serve_app.services.container import MakingServices
from serve_app.services.remove_background import CutOrder
from serve_app.services.upscale import UpscaleOrder
from serve_app.services.work import SingleWork, Task, Work

Begin = Callable[[MakingServices, Any, Task], Work]
"""From the services, the validated body and the whole task (its images, its owner, the accepted format)."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked for."""

    kind: str
    """In the history and in jobs."""
    body: type[RequestBody]
    image: str
    """Name of the main image's field."""
    begin: Begin
    more: tuple[str, ...] = ()
    """Further images, all optional."""
    required: bool = True
    """Whether the main image must be there."""
    texts: tuple[str, ...] = ()
    """File parts that are no images, all optional."""
    lists: tuple[ListedImages, ...] = ()
    """Lists whose objects may hold an image each."""
    has_main: bool = True
    """Whether one of its files is the main one, whose bytes an `Accept` header may ask for."""


def _upscale(making: MakingServices, body: UpscaleBody, task: Task) -> Work:
    order = UpscaleOrder(
        data=task.inputs["image"],
        size=body.size_request(),
        model=body.model,
        format=task.accepted or body.format,
        quality=body.quality,
    )
    return SingleWork(partial(making.upscale.weigh, order), partial(making.upscale.run, order))


def _cut(making: MakingServices, body: BackgroundBody, task: Task) -> Work:
    service = making.remove_background
    order = CutOrder(
        data=task.inputs["image"],
        spec=body.cut_spec(model=service.network(body.model)),
        mode=body.mode,
        backdrop=task.inputs.get("background"),
        format=task.accepted or body.format,
        quality=body.quality,
    )
    return SingleWork(partial(service.weigh, order), partial(service.run, order))


def _process(making: MakingServices, body: LogoBody, task: Task) -> Work:
    order = body.order(task.inputs["logo"], accepted=task.accepted)
    return SingleWork(partial(making.process_logo.weigh, order), partial(making.process_logo.run, order))


def _place(making: MakingServices, body: PlaceBody, task: Task) -> Work:
    order = body.order(task.inputs["logo"], accepted=task.accepted)
    return SingleWork(partial(making.place_logo.weigh, order), partial(making.place_logo.run, order))


def _pack(making: MakingServices, body: PackBody, task: Task) -> Work:
    order = body.order(task, leagues=making.leagues)
    return making.asset_pack.begin(order, owner=task.owner, fresh=task.fresh)


def _banner(making: MakingServices, body: BannerBody, task: Task) -> Work:
    service = making.roster_banner
    order = body.order(task, leagues=making.leagues)
    return SingleWork(partial(service.weigh, order), partial(service.run, order))


def _web_images(making: MakingServices, body: WebImagesBody, task: Task) -> Work:
    order = body.order(task.inputs["image"], accepted=task.accepted)
    return SingleWork(partial(making.web_images.weigh, order), partial(making.web_images.run, order))


def _web_icons(making: MakingServices, body: WebAssetsBody, task: Task) -> Work:
    order = body.order(task.inputs["logo"])
    return SingleWork(partial(making.web_icons.weigh, order), partial(making.web_icons.run, order))


UPSCALE = Operation("upscale", UpscaleBody, "image", _upscale)
REMOVE_BACKGROUND = Operation("remove_background", BackgroundBody, "image", _cut, more=("background",))
PROCESS_LOGO = Operation("process_logo", LogoBody, "logo", _process)
PLACE_LOGO = Operation("place_logo", PlaceBody, "logo", _place)
ROSTER_BANNER = Operation(
    "roster_banner",
    BannerBody,
    "logo",
    _banner,
    more=("photo", "league_logo"),
    required=False,
    texts=("players_csv",),
    lists=(ListedImages("sponsors", "logo", most=MAX_SPONSORS),),
)
ASSET_PACK = Operation(
    "asset_pack", PackBody, "logo", _pack, required=False, texts=("players_csv",), has_main=False
)
WEB_ICONS = Operation("web_icons", WebAssetsBody, "logo", _web_icons, has_main=False)
WEB_IMAGES = Operation("web_images", WebImagesBody, "image", _web_images)

OPERATIONS: Mapping[str, Operation] = {
    operation.kind: operation
    for operation in (
        UPSCALE,
        REMOVE_BACKGROUND,
        PROCESS_LOGO,
        PLACE_LOGO,
        ROSTER_BANNER,
        ASSET_PACK,
        WEB_IMAGES,
        WEB_ICONS,
    )
}
"""By kind."""


def begin(making: MakingServices, task: Task) -> Work:
    """The work of a task; nothing is done yet.

    Raises:
        InvalidFieldsError: the parameters name what this service does not run.
        KeyError, pydantic.ValidationError: the task was not made by `params_of`.
    """
    operation = OPERATIONS[task.kind]
    return operation.begin(making, operation.body.model_validate(task.params), task)


def params_of(operation: Operation, body: RequestBody) -> dict[str, Any]:
    """A body as JSON, every default filled in, without where its images come from."""
    names = (operation.image, *operation.more)
    sources = {f"{name}_{kind}" for name in names for kind in ("url", "base64", "id")}
    params = body.model_dump(mode="json", exclude=sources | {"webhook_url"})
    for name in names:
        if isinstance(params.get(name), dict):  # a picture inside the field; its bytes are an input
            params[name] = None
    for listed in operation.lists:
        for item in params[listed.field]:
            if isinstance(item, dict):
                item[listed.image] = None
    return params


def explain(error: Exception) -> dict[str, str]:
    """An error as a client may read it, in an item of an answer: `code` and `detail`."""
    known = lookup(error)
    if known is None:
        return {"code": "internal_error", "detail": "The item could not be made."}
    return {"code": known[1], "detail": str(error)}
