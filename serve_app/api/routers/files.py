"""`GET /files/{key}`: stored bytes, by signed URL."""

import re
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from serve_app.api.dependencies import PROBLEMS, ServicesDep

router = APIRouter(tags=["files"])

ONE_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
CACHE = "private, max-age=86400, immutable"
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For a browser that opens a file as a page: an SVG is a document."""


@router.get(
    "/files/{key:path}",
    summary="A stored file",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"application/octet-stream": {}}},
        206: {"description": "The range asked for."},
        304: {"description": "Unchanged."},
        416: {"description": "No such range."},
        **{status: PROBLEMS[status] for status in (403, 404, 410, 422, 503)},
    },
)
async def read_file(
    request: Request,
    services: ServicesDep,
    key: Annotated[str, Path(max_length=512)],
    expires: Annotated[str, Query(max_length=20)] = "",
    signature: Annotated[str, Query(max_length=128)] = "",
) -> Response:
    """The bytes of an asset; no key is needed, the signature is the right to read. Ranges and ETags work."""
    stored = await services.assets.open_signed(key, expires=expires, signature=signature)
    etag = stored.etag if stored.etag.startswith('"') else f'"{stored.etag}"'
    headers = {
        "ETag": etag,
        "Cache-Control": CACHE,
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": NOTHING_RUNS,
    }
    if etag in {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}:
        return Response(status_code=304, headers=headers)
    found = ONE_RANGE.fullmatch(request.headers.get("range", "").strip())
    if found is None or found.groups() == ("", ""):
        return Response(stored.data, media_type=stored.content_type, headers=headers)
    first, last = _bounds(*found.groups(), size=stored.size)
    if first > last or first >= stored.size:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{stored.size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{stored.size}"
    part = stored.data[first : last + 1]
    return Response(part, status_code=206, media_type=stored.content_type, headers=headers)


def _bounds(first: str, last: str, *, size: int) -> tuple[int, int]:
    """First and last byte of a range (RFC 9110, 14.1.2), the last within the file."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(size - 1, int(last) if last else size - 1)
