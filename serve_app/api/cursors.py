"""Cursor pages: a list is read from its newest row down, whatever is added meanwhile."""

import base64
import binascii
import json
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query
from pydantic import BeforeValidator

from serve_app.errors import FieldError, InvalidFieldsError
from serve_app.records import Page, PageRequest

Row = TypeVar("Row")
MAX_LIMIT = 100
ROW_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
"""What no database stumbles over: neither NUL nor half a character."""
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+\- ]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


def _moment(value: object) -> datetime:
    """A time with its zone, in UTC; pydantic alone would take `0.5` for a time too.

    Raises:
        ValueError: not the form of RFC 3339, or no such time.
    """
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise ValueError("a time is written 2026-05-01T12:00:00Z")
    try:
        # A plus sign that was not encoded reaches a query's reader as a space.
        return datetime.fromisoformat(value.replace(" ", "+")).astimezone(UTC)
    except OverflowError as error:
        raise ValueError("there is no such time") from error


Moment = Annotated[datetime, BeforeValidator(_moment)]


def encode_cursor(created_at: datetime, row_id: str) -> str:
    """Where a page ended, opaque: URL-safe base64 of JSON."""
    text = json.dumps([created_at.astimezone(UTC).isoformat(), row_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(text: str) -> tuple[datetime, str]:
    """Creation time and id of the last row of the page before.

    Raises:
        InvalidFieldsError: it is not a cursor of ours.
    """
    problem = InvalidFieldsError(
        "The cursor is not valid.", (FieldError("cursor", "not a cursor that a page gave"),)
    )
    try:
        moment, row_id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        created_at = _moment(moment)
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise problem from error
    if not isinstance(row_id, str) or not ROW_ID.fullmatch(row_id):
        raise problem
    return created_at, row_id


def _page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows of the page.")] = 50,
    cursor: Annotated[
        str | None, Query(max_length=400, description="`next_cursor` of the page before.")
    ] = None,
    created_after: Annotated[Moment | None, Query(description="Only rows made after it.")] = None,
    created_before: Annotated[Moment | None, Query(description="Only rows made before it.")] = None,
) -> PageRequest:
    """Raises `InvalidFieldsError`."""
    return PageRequest(
        limit=limit,
        before=decode_cursor(cursor) if cursor else None,
        created_after=created_after,
        created_before=created_before,
    )


PageDep = Annotated[PageRequest, Depends(_page_request)]


async def page_body(page: Page[Row], *, show: Callable[[Row], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """A page as the API shows it: `items` and `next_cursor`, null on the last one.

    Args:
        page: Of rows with `created_at` and `id`.
        show: One row, JSON-ready.
    """
    last: Any = page.rows[-1] if page.rows else None
    cursor = encode_cursor(last.created_at, last.id) if page.more and last else None
    return {"items": [await show(row) for row in page.rows], "next_cursor": cursor}
