"""`Idempotency-Key`: a request that is sent again gets the answer that it had, and is not done again."""

import asyncio
import hashlib
import json
import re
from collections.abc import Awaitable
from contextlib import suppress
from typing import Protocol

from fastapi import Request, Response

from serve_app.api.errors import known, lookup
from serve_app.api.inputs import Parsed
from serve_app.api.later import wants_job
from serve_app.api.negotiate import wanted_format
from serve_app.api.operations import Operation, params_of
from serve_app.api.schemas.base import RequestBody
from serve_app.domain import Principal
from serve_app.errors import AppError, FieldError, InvalidFieldsError, UrlFetchFailedError
from serve_app.records import StoredAnswer
from serve_app.services.idempotency import Idempotency, Lease
from serve_app.telemetry import LOG

WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)
FINAL = frozenset({400, 413, 415, 422})
"""Refusals that the same request gets again; every other failure may pass, and releases the key, as does a
server of a stranger's that did not give its image just now."""
KEPT_HEADERS = re.compile(r"location|preference-applied|x-asset-.*", re.ASCII)


class Run(Protocol):
    """Does the request."""

    def __call__(self, *, job_id: str | None) -> Awaitable[Response]:
        """`job_id` as in `Errand.run`."""
        ...


def fingerprint_of(request: Request, operation: Operation, parsed: Parsed[RequestBody]) -> str:
    """SHA-256 over what makes two requests the same: parameters, what was sent, and the answer's form.

    Not over the body: a retry of the same form has other multipart boundaries. Hexadecimal.
    """
    parts = {
        "kind": operation.kind,
        "params": params_of(operation, parsed.params),
        "webhook_url": parsed.params.webhook_url,
        "sources": {name: (source.kind, source.digest) for name, source in parsed.sources.items()},
        "accepted": wanted_format(request.headers.get("accept")),
        "job": wants_job(request),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def sent_key(request: Request) -> str | None:
    """The request's `Idempotency-Key`; None without one.

    Raises:
        InvalidFieldsError: it is not 1 to 255 visible ASCII characters, or there are several.
    """
    keys = request.headers.getlist("idempotency-key")
    if not keys:
        return None
    if len(keys) > 1:
        problem = FieldError("Idempotency-Key", "one header, not several")
        raise InvalidFieldsError("A request has one Idempotency-Key.", (problem,))
    if not WELL_FORMED.fullmatch(keys[0]):
        problem = FieldError("Idempotency-Key", "1 to 255 visible ASCII characters")
        raise InvalidFieldsError("The Idempotency-Key is not well formed.", (problem,))
    return keys[0]


async def once_by_key(
    request: Request,
    key: str,
    *,
    owner: Principal,
    fingerprint: str,
    idempotency: Idempotency,
    run: Run,
) -> Response:
    """Run the request, or give the answer that its key had.

    Raises:
        IdempotencyInProgressError, IdempotencyKeyReusedError: see `Idempotency.claim`.
        AppError, ImagingError: what `run` raises, where the request may be sent again.
    """
    found = await _claim(idempotency, key, owner=owner.owner, fingerprint=fingerprint)
    if isinstance(found, StoredAnswer):
        headers = {**found.headers, "Idempotency-Replayed": "true"}
        return Response(found.body, found.status, headers=headers, media_type=found.media_type)
    digest = hashlib.sha256(f"{owner.owner}\n{key}\n{fingerprint}".encode()).hexdigest()
    try:
        answer = await run(job_id=f"job_{digest[:32]}")
    except Exception as error:
        status, _ = lookup(error) or (500, "")
        if status not in FINAL or isinstance(error, UrlFetchFailedError):
            await _release(idempotency, found)
            raise
        answer = known(request, error)
    except asyncio.CancelledError:
        # The client has gone; it may come back with the same key at once.
        await asyncio.shield(_release(idempotency, found))
        raise
    await idempotency.finish(found, _stored(answer))
    return answer


async def _claim(idempotency: Idempotency, key: str, *, owner: str, fingerprint: str) -> StoredAnswer | Lease:
    """As `Idempotency.claim`; what a client takes that goes away meanwhile is given back."""
    asked = asyncio.create_task(idempotency.claim(key, owner=owner, fingerprint=fingerprint))
    try:
        return await asyncio.shield(asked)
    except asyncio.CancelledError:
        with suppress(AppError):
            if isinstance(found := await asked, Lease):
                await _release(idempotency, found)
        raise


async def _release(idempotency: Idempotency, lease: Lease) -> None:
    try:
        await idempotency.release(lease)
    except AppError as error:
        LOG.warning("an idempotency key stays claimed until its lease ends: %s", error)


def _stored(answer: Response) -> StoredAnswer:
    headers = {name: value for name, value in answer.headers.items() if KEPT_HEADERS.fullmatch(name)}
    media_type = answer.headers.get("content-type", "application/json")
    return StoredAnswer(answer.status_code, media_type, headers, bytes(answer.body))
