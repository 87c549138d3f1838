"""`GET /capabilities`."""

from typing import Any

from fastapi import APIRouter

from serve_app.api.dependencies import PROBLEMS, CallerDep, GateDep, ServicesDep
from serve_app.api.schemas.capabilities import CapabilitiesAnswer

router = APIRouter(tags=["service"])


@router.get(
    "/capabilities",
    summary="What can be asked for",
    response_model=CapabilitiesAnswer,
    responses={status: PROBLEMS[status] for status in (401, 403, 503, 504)},
)
async def capabilities(_caller: CallerDep, services: ServicesDep, gate: GateDep) -> dict[str, Any]:
    """Models with licences, garments with colours and zones, banner templates, leagues, fonts, limits."""
    async with gate.deadline():
        return await services.capabilities.run()
