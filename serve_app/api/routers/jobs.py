"""`/jobs`: work that is done later, as it goes on."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter
from sse_starlette import EventSourceResponse, ServerSentEvent

from serve_app.api.cursors import PageDep, page_body
from serve_app.api.dependencies import CallerDep, GateDep, ServicesDep, WriterDep
from serve_app.api.job_body import item_rows, job_body
from serve_app.api.routers.images import PROBLEM_ANSWERS, IdPath
from serve_app.api.schemas.jobs import JobEnvelope, JobPage
from serve_app.errors import NotFoundError
from serve_app.records import END_EVENT, JobEvent, JobItem, JobRecord, JobState
from serve_app.services.container import Services
from serve_app.services.ids import ID

router = APIRouter(tags=["jobs"])
_ITEM = TypeAdapter(JobItem)
PING_S = 15
"""A comment this often keeps proxies from closing a quiet stream."""


@router.get("/jobs", summary="Jobs, newest first", response_model=JobPage, responses=PROBLEM_ANSWERS)
async def list_jobs(
    owner: CallerDep,
    services: ServicesDep,
    page: PageDep,
    state: JobState | None = None,
    kind: Annotated[str | None, Query(max_length=60, pattern="^[a-z_]*$")] = None,
) -> JSONResponse:
    """The caller's jobs without their results."""
    found = await services.jobs.page(replace(page, kind=kind), owner=owner.owner, state=state)

    async def show(job: JobRecord) -> dict[str, Any]:
        return await job_body(job, assets=services.assets, with_result=False)

    return JSONResponse(await page_body(found, show=show))


@router.get("/jobs/{job_id}", summary="One job", response_model=JobEnvelope, responses=PROBLEM_ANSWERS)
async def get_job(job_id: IdPath, owner: CallerDep, services: ServicesDep) -> JSONResponse:
    """State, progress, the items that are ready, and the result once it has ended."""
    return await _shown(await _own(services, job_id, owner=owner.owner), services)


@router.delete(
    "/jobs/{job_id}", summary="Cancel a job", response_model=JobEnvelope, responses=PROBLEM_ANSWERS
)
async def cancel_job(job_id: IdPath, owner: WriterDep, services: ServicesDep) -> JSONResponse:
    """Queued work is stopped at once, running work at its next step; what has ended stays as it is."""
    await _own(services, job_id, owner=owner.owner)
    job = await services.jobs.cancel(job_id, owner=owner.owner)
    if job is None:
        raise NotFoundError("There is no job with this id.")
    if job.state == "cancelled":  # a job that goes to its end does this itself
        await services.history.delete_inputs(job_id, owner=owner.owner)
    return await _shown(job, services)


@router.get(
    "/jobs/{job_id}/events",
    summary="A job as it goes on",
    response_class=Response,
    responses={
        200: {"description": "Events.", "content": {"text/event-stream": {}}},
        204: {"description": "The last event was seen already."},
        **PROBLEM_ANSWERS,
    },
)
async def job_events(
    job_id: IdPath,
    owner: CallerDep,
    services: ServicesDep,
    gate: GateDep,
    last_event_id: Annotated[str | None, Header(max_length=20)] = None,
) -> Response:
    """Server-sent events: `progress`, `item` for each part that is ready, `end` with the job.

    A client that was cut off sends the id of the last event it saw as `Last-Event-ID` and gets the rest.
    """
    await _own(services, job_id, owner=owner.owner)
    seen = last_event_id or ""
    after = int(seen) if seen.isascii() and seen.isdigit() else -1
    if after >= END_EVENT:
        return Response(status_code=204)  # what a browser takes for "do not come back"
    gate.check_streams()

    async def events() -> AsyncIterator[ServerSentEvent]:
        with gate.stream():
            async for event in services.jobs.events(job_id, after=after):
                data = await _event_data(event, job_id, services=services, owner=owner.owner)
                yield ServerSentEvent(json.dumps(data), event=event.name, id=str(event.id))

    return EventSourceResponse(events(), ping=PING_S, headers={"Cache-Control": "no-store"})


async def _event_data(event: JobEvent, job_id: str, *, services: Services, owner: str) -> dict[str, Any]:
    """An event as it is sent, with links that are good now; the last one brings the whole job."""
    if event.name == "item":
        items = await item_rows(_ITEM.validate_python(event.data["item"]), assets=services.assets)
        return {"items": items, "progress": event.data["progress"]}
    if event.name != "end":
        return dict(event.data)
    job = await services.jobs.get(job_id, owner=owner)
    return {"job": await job_body(job, assets=services.assets)} if job else dict(event.data)


async def _own(services: Services, job_id: str, *, owner: str) -> JobRecord:
    job = await services.jobs.get(job_id, owner=owner) if ID.fullmatch(job_id) else None
    if job is None:
        raise NotFoundError("There is no job with this id.")
    return job


async def _shown(job: JobRecord, services: Services) -> JSONResponse:
    return JSONResponse({"job": await job_body(job, assets=services.assets)})
