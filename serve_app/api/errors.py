"""The one table from errors to HTTP, and the answers made of it (RFC 9457 problem details)."""

import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from imaging import errors as imaging
from imaging.banner.errors import BannerSpecError
from imaging.garment.errors import (
    GarmentError,
    PlacementError,
    UnknownGarmentError,
    UnknownSideError,
    UnknownZoneError,
)
from imaging.logo.regions import UnknownRegionError
from serve_app import errors as app
from serve_app.api.context import request_id_of

LOG = logging.getLogger("ray.serve")
MEDIA_TYPE = "application/problem+json"

TABLE: dict[type[Exception], tuple[int, str]] = {
    app.InvalidJsonError: (400, "invalid_json"),
    app.InvalidBase64Error: (400, "invalid_base64"),
    app.UrlSchemeError: (400, "url_scheme"),
    app.RangeNotSatisfiableError: (416, "range_not_satisfiable"),
    app.UnauthorizedError: (401, "unauthorized"),
    app.ForbiddenError: (403, "forbidden"),
    app.BadSignatureError: (403, "bad_signature"),
    app.NotFoundError: (404, "not_found"),
    app.RequestTimeoutError: (408, "request_timeout"),
    app.IdempotencyInProgressError: (409, "idempotency_in_progress"),
    app.ExpiredError: (410, "expired"),
    app.PayloadTooLargeError: (413, "payload_too_large"),
    imaging.UnsupportedFormatError: (415, "unsupported_format"),
    app.InvalidFieldsError: (422, "validation_error"),
    imaging.CorruptImageError: (422, "image_corrupt"),
    imaging.ImageTooLargeError: (422, "image_too_large"),
    imaging.ImageDimensionsError: (422, "image_dimensions"),
    imaging.NoForegroundError: (422, "no_foreground"),
    app.IdempotencyKeyReusedError: (422, "idempotency_key_reused"),
    app.TooLargeForNowError: (422, "image_too_large"),
    app.TooManyItemsError: (422, "too_many_items"),
    app.UrlForbiddenError: (422, "url_forbidden"),
    app.UrlFetchFailedError: (422, "url_fetch_failed"),
    UnknownRegionError: (422, "validation_error"),
    GarmentError: (422, "validation_error"),
    BannerSpecError: (422, "validation_error"),
    app.OverloadedError: (503, "overloaded"),
    app.UnavailableError: (503, "unavailable"),
    app.DeadlineExceededError: (504, "upstream_timeout"),
}
"""Status and stable code of each error, looked up along its class's ancestors."""

FIELDS: dict[type[Exception], str] = {
    UnknownRegionError: "flip",
    UnknownGarmentError: "garment",
    UnknownSideError: "side",
    UnknownZoneError: "zone",
    PlacementError: "offset_in",  # widths are held to their range before
}
"""The field that an error of pure image work speaks of, where there is just one."""

# What Starlette and FastAPI raise themselves, by status.
FRAMEWORK_CODES = {
    400: "invalid_json",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_format",
    422: "validation_error",
}
RETRY_AFTER_S = 2
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
"""Of RFC 9110 and RFC 5789, for `Allow`."""


def lookup(error: Exception) -> tuple[int, str] | None:
    """Status and code of an error, None when it is not one of ours."""
    for kind in type(error).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    return None


def problem(
    request: Request,
    *,
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem document."""
    request_id = request_id_of(request.scope)
    body: dict[str, Any] = {
        "type": f"urn:mighty-image-api:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "instance": request.url.path,
        "request_id": request_id,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "errors": errors or [],
    }
    return JSONResponse(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def known(request: Request, error: Exception) -> JSONResponse:
    """The answer to an error of the table."""
    status, code = lookup(error) or (500, "internal_error")
    headers: dict[str, str] = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.CONFLICT):
        headers["Retry-After"] = str(getattr(error, "retry_after_s", RETRY_AFTER_S))
    errors = [{"field": item.field, "message": item.message} for item in getattr(error, "errors", ())]
    if isinstance(error, BannerSpecError):
        errors = [{"field": error.field, "message": error.message}]
    if type(error) in FIELDS:
        errors = [{"field": FIELDS[type(error)], "message": str(error)}]
    return problem(request, status=status, code=code, detail=str(error), errors=errors, headers=headers)


def unknown(request: Request, error: Exception) -> JSONResponse:
    """The answer to a defect: nothing of it leaks, all of it is logged under the request's id."""
    LOG.error("request %s failed", request_id_of(request.scope), exc_info=error)
    detail = "The service failed on this request; the request id finds it in the log."
    return problem(request, status=500, code="internal_error", detail=detail)


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    code = FRAMEWORK_CODES.get(error.status_code, "http_error")
    detail = str(error.detail)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return problem(request, status=error.status_code, code=code, detail=detail, headers=headers)


def _methods(request: Request) -> set[str]:
    """What the path takes; Starlette names the methods of the first route only that has the path."""
    routes = [route for route in request.app.routes if not isinstance(route, Mount)]  # a mount takes any
    scopes = {method: {**request.scope, "method": method} for method in METHODS}
    return {
        method
        for method, scope in scopes.items()
        if any(route.matches(scope)[0] is Match.FULL for route in routes)
    }


def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    errors = [
        {"field": ".".join(str(part) for part in item["loc"][1:]), "message": str(item["msg"])}
        for item in error.errors()
    ]
    detail = "The request's fields are not valid."
    return problem(request, status=422, code="validation_error", detail=detail, errors=errors)


def install(api: FastAPI) -> None:
    """Register every handler."""
    for kind in TABLE:
        api.add_exception_handler(kind, known)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _validation)
