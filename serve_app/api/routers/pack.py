"""`POST /generate-asset-pack`."""

import time
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse

from serve_app.api.answer import envelope
from serve_app.api.dependencies import PROBLEMS, GateDep, ReaderDep, ServicesDep, WriterDep, body_docs
from serve_app.api.errors import lookup
from serve_app.api.schemas.answers import PackAnswer
from serve_app.api.schemas.pack import PackBody
from serve_app.domain import Asset, Principal
from serve_app.services.asset_pack import Pack, PackOrder
from serve_app.services.assets import AssetService
from serve_app.services.pack_items import ALL_ITEMS

router = APIRouter(tags=["packs"])


@router.post(
    "/generate-asset-pack",
    summary="Everything a team needs",
    response_model=PackAnswer,
    responses=PROBLEMS,
    openapi_extra=body_docs(PackBody, image="logo"),
)
async def generate_asset_pack(
    request: Request, owner: WriterDep, services: ServicesDep, reader: ReaderDep, gate: GateDep
) -> Response:
    """From a logo and a roster: the cleaned logo, t-shirt mock-ups, a roster banner, and a ZIP of all.

    An item that fails does not take the others with it: `items` tells how each went.
    """
    started = time.perf_counter()
    async with gate.place(request):
        parsed = await reader.read(request, PackBody, name="logo", owner=owner)
        async with gate.deadline():
            pack = await services.asset_pack.run(_order(parsed.params, parsed.data or b""))
        assets = await _save(pack, assets=services.assets, owner=owner)
        return JSONResponse(jsonable_encoder(_body(request, pack, assets, started=started)))


def _order(body: PackBody, data: bytes) -> PackOrder:
    return PackOrder(
        data=data,
        team_name=body.team_name,
        sport=body.sport,
        season=body.season,
        colors=body.chosen_colors(),
        players=tuple((player.number, player.name, player.position) for player in body.players),
        garment_color=body.chosen_garment_color(),
        privacy=body.privacy,
        include=tuple(body.include) if body.include else ALL_ITEMS,
    )


async def _save(pack: Pack, *, assets: AssetService, owner: Principal) -> dict[str, Asset]:
    return {item.name: await assets.save(item.file, role=item.name, owner=owner) for item in pack.made}


def _body(request: Request, pack: Pack, assets: dict[str, Asset], *, started: float) -> dict[str, Any]:
    items: list[dict[str, Any]] = [
        {"name": name, "state": "succeeded", "asset": asset.id, "error": None}
        for name, asset in assets.items()
    ]
    for name, error in pack.failed.items():
        known = lookup(error)
        code, detail = (known[1], str(error)) if known else ("internal_error", "The item could not be made.")
        fault = {"code": code, "detail": detail}
        items.append({"name": name, "state": "failed", "asset": None, "error": fault})
    body = envelope(
        request,
        assets=list(assets.values()),
        notices=pack.notices,
        engine=pack.master.engine,
        timings_ms=pack.master.timings_ms,
        started=started,
    )
    return {**body, "items": items, "manifest": pack.contents}
