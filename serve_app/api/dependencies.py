"""What routes share: who calls, the services, how bodies are described in the OpenAPI document."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel

from serve_app.api.gate import Gate
from serve_app.api.inputs import InputReader
from serve_app.api.perform import Performer
from serve_app.api.schemas.answers import ProblemAnswer
from serve_app.api.schemas.jobs import JobEnvelope
from serve_app.domain import Principal
from serve_app.errors import ForbiddenError, UnauthorizedError
from serve_app.services.container import Services

BEARER = HTTPBearer(auto_error=False, description="An API key; `dev-key` in the local profile.")
PROBLEM_STATUSES = (400, 401, 403, 404, 408, 409, 410, 413, 415, 422, 503, 504)


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _reader(request: Request) -> InputReader:
    reader: InputReader = request.app.state.reader
    return reader


def _gate(request: Request) -> Gate:
    gate: Gate = request.app.state.gate
    return gate


def _performer(request: Request) -> Performer:
    return Performer(_services(request), _reader(request), _gate(request))


ServicesDep = Annotated[Services, Depends(_services)]
GateDep = Annotated[Gate, Depends(_gate)]
PerformerDep = Annotated[Performer, Depends(_performer)]


CredentialsDep = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]


async def _principal(
    services: Services, credentials: HTTPAuthorizationCredentials | None, *, scope: str
) -> Principal:
    if credentials is None:
        raise UnauthorizedError("Send a key: Authorization: Bearer <key>.")
    principal = await services.keys.find(credentials.credentials)
    if principal is None:
        raise UnauthorizedError("This key is not known.")
    if scope not in principal.scopes:
        raise ForbiddenError(f"This key may not {scope}.")
    return principal


async def _writer(services: ServicesDep, credentials: CredentialsDep) -> Principal:
    """The caller, who may write.

    Raises:
        UnauthorizedError: no key, or one that is not known.
        ForbiddenError: the key lacks the scope.
    """
    return await _principal(services, credentials, scope="write")


async def _caller(services: ServicesDep, credentials: CredentialsDep) -> Principal:
    """The caller, who may read; raises as `_writer`."""
    return await _principal(services, credentials, scope="read")


WriterDep = Annotated[Principal, Depends(_writer)]
CallerDep = Annotated[Principal, Depends(_caller)]

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": "A problem document (RFC 9457).",
        "content": {
            "application/problem+json": {"schema": {"$ref": f"#/components/schemas/{ProblemAnswer.__name__}"}}
        },
    }
    for status in PROBLEM_STATUSES
}
"""The problem answers of a route, for its OpenAPI entry."""

MAKING: dict[int | str, dict[str, Any]] = {
    202: {
        "model": JobEnvelope,
        "description": "Accepted as a job: asked for by `Prefer: respond-async` or a `webhook_url`, "
        "or over the limits of a request.",
        "headers": {"Location": {"description": "Of the job.", "schema": {"type": "string"}}},
    },
    **PROBLEMS,
}
"""The further answers of a route that makes something."""


MAKING_HEADERS: list[dict[str, Any]] = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key with the same request gets the same answer for 24 hours, done once.",
        "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
    },
    {
        "name": "Prefer",
        "in": "header",
        "required": False,
        "description": "`respond-async` does the work as a job.",
        "schema": {"type": "string"},
    },
    {
        "name": "Priority",
        "in": "header",
        "required": False,
        "description": "Of a job among your own: `u=0` (first) to `u=7` (RFC 9218); `u=3` when absent.",
        "schema": {"type": "string"},
    },
]


def body_docs(model: type[BaseModel], *, image: str, more: Sequence[str] = ()) -> dict[str, Any]:
    """The OpenAPI `requestBody` of a route that takes JSON or multipart.

    Args:
        model: The parameters; `openapi.py` puts its schema among the components.
        image: Name of the file part.
        more: Names of further file parts.
    """
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    file_part = {
        "type": "object",
        "properties": {
            name: {"type": "string", "contentMediaType": "application/octet-stream"}
            for name in (image, *more)
        },
    }
    return {
        "parameters": MAKING_HEADERS,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": reference},
                "multipart/form-data": {"schema": {"allOf": [reference, file_part]}},
            },
        },
    }


def json_docs(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI `requestBody` of a route that takes JSON only; `openapi.py` has the model's schema."""
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": reference}}}}
