"""Outcomes to HTTP answers: links in JSON, or the bytes with the facts in headers."""

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from fastapi import Request
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse, Response

from serve_app.api.context import request_id_of
from serve_app.domain import Asset
from serve_app.records import Outcome
from serve_app.services.assets import AssetService

STAGES = ("decode", "queue", "inference", "encode")


async def outcome_body(outcome: Outcome, *, assets: AssetService) -> dict[str, Any]:
    """What an outcome says, JSON-ready, with fresh links."""
    shown = [asdict(await assets.show(record)) for record in outcome.files]
    times = {**dict.fromkeys(STAGES, 0.0), **outcome.body["timings_ms"]}
    facts = {"id": outcome.parent_id, "assets": shown, "cached": False}
    body: dict[str, Any] = jsonable_encoder({**facts, **outcome.body, "timings_ms": times})
    return body


async def answer_json(
    request: Request, outcome: Outcome, *, assets: AssetService, started: float, cached: bool
) -> Response:
    """The outcome as JSON.

    Args:
        request: For its id.
        outcome: What the request came to.
        assets: Shows its files.
        started: `time.perf_counter()` when the request came in.
        cached: It was made for an earlier request.
    """
    body = await outcome_body(outcome, assets=assets)
    times = dict.fromkeys(STAGES, 0.0) if cached else body["timings_ms"]
    total = round((time.perf_counter() - started) * 1e3, 2)
    own = {"request_id": request_id_of(request.scope)}
    return JSONResponse({**own, **body, "timings_ms": {**times, "total": total}, "cached": cached})


async def answer_bytes(
    outcome: Outcome, data: bytes | None, *, assets: AssetService, cached: bool
) -> Response:
    """The main file; read from the store where its bytes are not at hand. Raises `UnavailableError`."""
    record = outcome.files[0]
    if data is None:
        data = (await assets.store.get(record.key)).data
    headers = _headers(await assets.show(record), outcome.body, cached=cached)
    return Response(data, media_type=record.content_type, headers=headers)


def _headers(asset: Asset, body: Mapping[str, Any], *, cached: bool) -> dict[str, str]:
    engine = body.get("engine")
    facts: dict[str, object] = {
        "Id": asset.id,
        "Role": asset.role,
        "Url": asset.url,
        "Width": asset.width,
        "Height": asset.height,
        "Dpi": asset.dpi,
        "Sha256": asset.sha256,
        "Expires-At": asset.expires_at.isoformat(),
        "Model": engine["model"] if engine else None,
        "Warnings": ",".join(warning["code"] for warning in body.get("warnings", ())) or None,
        "Cached": "true" if cached else None,
    }
    return {f"X-Asset-{name}": str(value) for name, value in facts.items() if value is not None}
