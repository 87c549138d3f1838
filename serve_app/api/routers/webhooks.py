"""`/webhooks`: the caller's deliveries and signing secret."""

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from serve_app.api.cursors import PageDep, page_body
from serve_app.api.dependencies import PROBLEMS, CallerDep, WriterDep
from serve_app.api.schemas.webhooks import DeliveryAnswer, DeliveryPageAnswer, WebhookSecretAnswer
from serve_app.domain import Principal
from serve_app.errors import ForbiddenError
from serve_app.records import DeliveryRecord, DeliveryState
from serve_app.services.webhooks import WebhookService

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


def _webhooks(request: Request) -> WebhookService:
    found: WebhookService = request.app.state.services.webhooks
    return found


def _admin(caller: CallerDep) -> Principal:
    """The caller, who may administer; raises as `_caller`."""
    if "admin" not in caller.scopes:
        raise ForbiddenError("This key may not admin.")
    return caller


WebhooksDep = Annotated[WebhookService, Depends(_webhooks)]
AdminDep = Annotated[Principal, Depends(_admin)]
DeliveryId = Annotated[str, Path(max_length=64)]


@router.get(
    "",
    summary="Webhook deliveries",
    response_model=DeliveryPageAnswer,
    responses={status: PROBLEMS[status] for status in (401, 403, 422, 503)},
)
async def list_deliveries(
    caller: CallerDep,
    webhooks: WebhooksDep,
    request: PageDep,
    state: Annotated[DeliveryState | None, Query(description="Only those that are so.")] = None,
) -> dict[str, Any]:
    """Your jobs' webhooks, newest first: what was delivered, what is still tried, what is dead."""
    page = await webhooks.page(replace(request, kind=state), owner=caller.owner)
    return await page_body(page, show=_listed)


@router.get(
    "/secret",
    summary="Your webhook signing secret",
    responses={status: PROBLEMS[status] for status in (401, 403, 503)},
)
async def read_secret(caller: AdminDep, webhooks: WebhooksDep, response: Response) -> WebhookSecretAnswer:
    """The HMAC-SHA256 key of `X-Signature: t=UNIX,v1=HEX`, made over `UNIX.body`; takes the scope `admin`."""
    response.headers["Cache-Control"] = "no-store"
    return WebhookSecretAnswer(secret=webhooks.secret(owner=caller.owner))


@router.get(
    "/{delivery_id}",
    summary="One webhook delivery",
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)},
)
async def read_delivery(caller: CallerDep, webhooks: WebhooksDep, delivery_id: DeliveryId) -> DeliveryAnswer:
    """How a delivery stands."""
    return _answer(await webhooks.get(delivery_id, owner=caller.owner))


@router.post(
    "/{delivery_id}/redeliver",
    status_code=202,
    summary="Send a webhook again",
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 422, 503)},
)
async def redeliver(caller: WriterDep, webhooks: WebhooksDep, delivery_id: DeliveryId) -> DeliveryAnswer:
    """Start a delivery that is dead or delivered anew, under its own id; a pending one goes on as it is."""
    return _answer(await webhooks.redeliver(delivery_id, owner=caller.owner))


def _answer(record: DeliveryRecord) -> DeliveryAnswer:
    shown = asdict(record)
    del shown["owner"]
    return DeliveryAnswer(**shown)


async def _listed(record: DeliveryRecord) -> dict[str, Any]:
    return _answer(record).model_dump(mode="json")
