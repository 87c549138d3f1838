"""Finished files to HTTP answers: stored and linked in JSON, or the bytes with the facts in headers."""

import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from fastapi import Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, Response

from serve_app.api.context import request_id_of
from serve_app.domain import Asset, Encoded, EngineFacts, Notice, Principal
from serve_app.services.assets import AssetService
from serve_app.services.made_files import MadeFiles

STAGES = ("decode", "queue", "inference", "encode")


async def answer_image(
    request: Request,
    file: Encoded,
    *,
    role: str,
    as_bytes: bool,
    assets: AssetService,
    owner: Principal,
    started: float,
) -> Response:
    """Store the file; give it as bytes or as JSON.

    Args:
        request: For its id.
        file: The result.
        role: Of the asset.
        as_bytes: The client asked for the image itself.
        assets: Where it is stored.
        owner: Whose it is.
        started: `time.perf_counter()` when the request came in.
    """
    asset = await assets.save(file, role=role, owner=owner)
    if as_bytes:
        return Response(file.data, media_type=file.content_type, headers=_headers(asset, file))
    body = envelope(
        request,
        assets=[asset],
        notices=file.notices,
        engine=file.engine,
        timings_ms=file.timings_ms,
        started=started,
    )
    return JSONResponse(jsonable_encoder({**body, **file.report}))


async def answer_files(
    request: Request,
    made: MadeFiles,
    *,
    as_bytes: bool,
    assets: AssetService,
    owner: Principal,
    started: float,
) -> Response:
    """Store every file; give the first as bytes or all as JSON. Arguments as for `answer_image`."""
    stored = {role: await assets.save(file, role=role, owner=owner) for role, file in made.files.items()}
    if as_bytes:
        role, file = next(iter(made.files.items()))
        shown = replace(file, notices=made.notices)
        return Response(file.data, media_type=file.content_type, headers=_headers(stored[role], shown))
    body = envelope(
        request,
        assets=list(stored.values()),
        notices=made.notices,
        engine=made.engine,
        timings_ms=made.timings_ms,
        started=started,
    )
    return JSONResponse(jsonable_encoder({**body, **made.report}))


def envelope(
    request: Request,
    *,
    assets: list[Asset],
    notices: tuple[Notice, ...],
    engine: EngineFacts | None,
    timings_ms: Mapping[str, float],
    started: float,
) -> dict[str, Any]:
    """What every answer with assets has."""
    total = round((time.perf_counter() - started) * 1e3, 2)
    return {
        "request_id": request_id_of(request.scope),
        "assets": [asdict(asset) for asset in assets],
        "warnings": [asdict(notice) for notice in notices],
        "engine": asdict(engine) if engine else None,
        "timings_ms": {**dict.fromkeys(STAGES, 0.0), **timings_ms, "total": total},
        "cached": False,
    }


def _headers(asset: Asset, file: Encoded) -> dict[str, str]:
    facts: dict[str, object] = {
        "Id": asset.id,
        "Role": asset.role,
        "Url": asset.url,
        "Width": asset.width,
        "Height": asset.height,
        "Dpi": asset.dpi,
        "Sha256": asset.sha256,
        "Expires-At": asset.expires_at.isoformat(),
        "Model": file.engine.model if file.engine else None,
        "Warnings": ",".join(notice.code for notice in file.notices) or None,
    }
    return {f"X-Asset-{name}": str(value) for name, value in facts.items() if value is not None}
