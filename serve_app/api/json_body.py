"""JSON bodies without images: in time, read strictly, valid. `inputs.py` reads those with images."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import ClientDisconnect

from serve_app.api import strict_json
from serve_app.errors import (
    FieldError,
    InvalidFieldsError,
    InvalidJsonError,
    PayloadTooLargeError,
    RequestTimeoutError,
)

ModelT = TypeVar("ModelT", bound=BaseModel)
BODY_TIMEOUT_S = 30.0
MAX_BYTES = 100_000
"""Of a body without an image."""


async def read_json(request: Request, model: type[ModelT]) -> ModelT:
    """Read and validate the body.

    Raises:
        InvalidJsonError: it is not one JSON object, read strictly, or says that it is something else.
        InvalidFieldsError: fields that the model refuses, each with its path.
        PayloadTooLargeError: more than `MAX_BYTES`.
        RequestTimeoutError: it did not arrive in time.
    """
    kind = media_type(request)
    if kind and kind != "application/json":
        raise InvalidJsonError(f"Send application/json, not {kind[:60]}.")
    async with arriving():
        body = await _bounded(request)
    return validate(model, strict_json.loads(body))


def media_type(request: Request) -> str:
    """What the body says it is, in lower case and without parameters; empty when it says nothing."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


@asynccontextmanager
async def arriving() -> AsyncIterator[None]:
    """Give the body its time to arrive within the block. Raises `RequestTimeoutError`."""
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            yield
    except TimeoutError as error:
        raise RequestTimeoutError("The body did not arrive in time.") from error
    except ClientDisconnect as error:
        raise RequestTimeoutError("The client went away before its body arrived.") from error


def validate(model: type[ModelT], fields: dict[str, Any]) -> ModelT:
    """The model of a body's fields. Raises `InvalidFieldsError` with the path of each fault."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        problems = tuple(FieldError(_path(item, fields), item["msg"]) for item in error.errors())
        raise InvalidFieldsError("Some fields are not valid.", problems) from error


async def _bounded(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise PayloadTooLargeError(f"The body is larger than {MAX_BYTES // 1000} kB.")
    return bytes(body)


def _path(item: ErrorDetails, fields: Any) -> str:
    """Dotted path of an error as the client wrote it: the tags of unions are no part of it."""
    path, value = [], fields
    for part in item["loc"]:
        held = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
        if part in held:
            value = held[part]
        elif item["type"] != "missing" or part != item["loc"][-1]:
            continue
        path.append(str(part))
    return ".".join(path)
