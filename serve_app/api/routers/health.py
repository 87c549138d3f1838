"""`/health`, `/health/live`, `/health/ready`."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Protocol

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from serve_app.api.dependencies import ServicesDep
from serve_app.api.schemas.answers import HealthAnswer
from serve_app.errors import AppError
from serve_app.services.container import Services
from serve_app.version import VERSION

router = APIRouter(tags=["health"])
NOT_READY = 503


@router.get("/health/live", summary="The process answers", response_model=HealthAnswer)
async def live() -> dict[str, Any]:
    """200 as long as this replica of the API runs; asks nothing of the rest."""
    return _body("ok", {})


@router.get(
    "/health/ready",
    summary="Every deployment answers",
    response_model=HealthAnswer,
    responses={NOT_READY: {"model": HealthAnswer, "description": "A part does not answer yet."}},
)
async def ready(services: ServicesDep) -> JSONResponse:
    """200 when every deployment and the object store answer, 503 before."""
    body = await _checked(services)
    return JSONResponse(body, status_code=200 if body["status"] == "ok" else NOT_READY)


@router.get("/health", summary="How each part is", response_model=HealthAnswer)
async def health(services: ServicesDep) -> JSONResponse:
    """Every deployment with its device, models and batch sizes since start; always 200."""
    return JSONResponse(await _checked(services))


async def _checked(services: Services) -> dict[str, Any]:
    checks: dict[str, Any] = {"service": dict(services.facts)}
    statuses = await services.engines.status()
    for status in statuses:
        checks[status.name.lower()] = {"status": "ok" if status.ok else "failing", **status.detail}
    parts: dict[str, _Checked] = {
        "object_store": services.store,
        "database": services.database,
        "jobs": services.jobs,
    }
    answers = await asyncio.gather(*(_ask(part) for part in parts.values()))
    checks |= dict(zip(parts, answers, strict=True))
    # A cache that is gone makes the service slower, not unfit.
    checks["cache"] = {"status": await services.cache.check()}
    healthy = all(answer["status"] == "ok" for answer in answers) and all(status.ok for status in statuses)
    return _body("ok" if healthy else "degraded", checks)


class _Checked(Protocol):
    async def check(self) -> None: ...


async def _ask(part: _Checked) -> dict[str, str]:
    try:
        await part.check()
    except AppError as error:
        return {"status": "failing", "reason": error.message}
    return {"status": "ok"}


def _body(status: str, checks: dict[str, Any]) -> dict[str, Any]:
    timestamp = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"status": status, "timestamp": timestamp, "version": VERSION, "checks": checks}
