"""Work that is done later: `Prefer: respond-async` (RFC 7240), and what is over the limits."""

from datetime import UTC, datetime

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from serve_app.api.context import request_id_of
from serve_app.api.job_body import job_body
from serve_app.api.urgency import urgency_of
from serve_app.domain import Encoded, Principal
from serve_app.records import JobRecord, NewJob, Ticket
from serve_app.services.container import Services
from serve_app.services.idempotency import TTL
from serve_app.services.ids import new_id
from serve_app.services.recorder import sniffed
from serve_app.services.work import Task

JOBS_PATH = "/api/v1/jobs"
ACCEPTED = 202


def wants_job(request: Request) -> bool:
    """Whether a `Prefer` header asks for a job."""
    preferences = ",".join(request.headers.getlist("prefer")).split(",")
    return any(part.partition(";")[0].strip().lower() == "respond-async" for part in preferences)


async def accept_job(
    request: Request,
    task: Task,
    *,
    services: Services,
    owner: Principal,
    job_id: str | None,
    source_url: str | None,
    webhook_url: str | None,
) -> Response:
    """Store the images, then the job: what is answered 202 is done, whatever dies.

    Raises:
        UrlSchemeError, UrlForbiddenError: `webhook_url` leads where the service must not go.
        UnavailableError: it cannot be accepted now.
    """
    await services.webhooks.check(webhook_url)
    # Before the images are stored: a queue that is gone must not fill the store with what clients send again.
    await services.jobs.check()
    created = datetime.now(UTC)
    earlier = await services.jobs.get(job_id, owner=owner.owner) if job_id else None
    if earlier is not None and earlier.created_at >= created - TTL:
        return await _accepted(earlier, services=services)
    own_id = job_id if job_id and earlier is None else new_id("job", created)  # or of the same key, a day ago
    ticket = Ticket(own_id, owner.owner, task.kind, created)
    files = {name: Encoded(data, sniffed(data), 0, 0, None) for name, data in task.inputs.items()}
    stored = await services.recorder.keep(files, ticket)
    job = NewJob(
        id=own_id,
        owner=owner.owner,
        key_id=owner.key_id,
        kind=task.kind,
        params=task.params,
        inputs={record.role: record.key for record in stored},
        accepted=task.accepted,
        request_id=request_id_of(request.scope),
        created_at=created,
        source_url=source_url,
        webhook_url=webhook_url,
        priority=urgency_of(request),
    )
    return await _accepted(await services.jobs.submit(job), services=services)


async def _accepted(job: JobRecord, *, services: Services) -> Response:
    headers = {"Location": f"{JOBS_PATH}/{job.id}", "Preference-Applied": "respond-async"}
    body = {"job": await job_body(job, assets=services.assets)}
    return JSONResponse(body, status_code=ACCEPTED, headers=headers)
