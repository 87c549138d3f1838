"""`GET /files/{key}`: stored bytes, by signed URL."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.responses import StreamingResponse

from serve_app.api.byte_range import ByteRange, is_unchanged, parse_range, range_applies
from serve_app.api.dependencies import PROBLEMS, ServicesDep
from serve_app.api.errors import known
from serve_app.errors import RangeNotSatisfiableError
from serve_app.ports import ObjectStore, StoredObject

router = APIRouter(tags=["files"])

CHUNK_BYTES = 2**20
"""What is read and held of a file at a time."""
MAX_AGE_S = 86_400
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""For a browser that opens a file as a page: an SVG is a document."""


@router.head("/files/{key:path}", include_in_schema=False)
@router.get(
    "/files/{key:path}",
    summary="A stored file",
    response_class=Response,
    responses={
        200: {"description": "The file.", "content": {"application/octet-stream": {}}},
        206: {"description": "The range asked for."},
        304: {"description": "Unchanged."},
        416: {**PROBLEMS[404], "description": "No such range; `Content-Range` tells the size."},
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
    services.assets.verify(key, expires=expires, signature=signature)
    left_s = int(expires) - services.assets.now().timestamp()
    try:
        return await _answer(request, services.store, key, cache_s=max(0, min(int(left_s), MAX_AGE_S)))
    except RangeNotSatisfiableError as error:
        answer = known(request, error)
        answer.headers["Content-Range"] = f"bytes */{error.size}"
        return answer


async def _answer(request: Request, store: ObjectStore, key: str, *, cache_s: int) -> Response:
    wanted = parse_range(request.headers.get("range", "")) if request.method == "GET" else None
    found = await _first_read(request, store, key, wanted)
    headers = {
        "ETag": found.etag,
        "Cache-Control": f"private, max-age={cache_s}, immutable",
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": NOTHING_RUNS,
    }
    if is_unchanged(request.headers.get("if-none-match"), found.etag):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        headers["Content-Length"] = str(found.size)
        return Response(media_type=found.content_type, headers=headers)
    if wanted is None or not found.size or not range_applies(request.headers.get("if-range"), found.etag):
        return await _send(store, key, found, start=0, end=found.size, headers=headers)
    bounds = wanted.within(found.size)
    if bounds is None:
        raise RangeNotSatisfiableError(f"The file has {found.size} bytes.", found.size)
    start, end = bounds
    headers["Content-Range"] = f"bytes {start}-{end - 1}/{found.size}"
    return await _send(store, key, found, start=start, end=end, headers=headers)


async def _first_read(
    request: Request, store: ObjectStore, key: str, wanted: ByteRange | None
) -> StoredObject:
    """What begins the answer; one byte where the file's size or ETag decides what the answer is."""
    headers = request.headers
    if request.method == "HEAD" or "if-none-match" in headers or "if-range" in headers:
        return await store.get(key, end=1)
    if wanted is None:
        return await store.get(key, end=CHUNK_BYTES)
    if wanted.suffix is not None:
        return await store.get(key, end=1)
    end = wanted.first + CHUNK_BYTES
    return await store.get(
        key, start=wanted.first, end=end if wanted.last is None else min(end, wanted.last + 1)
    )


async def _send(
    store: ObjectStore, key: str, found: StoredObject, *, start: int, end: int, headers: dict[str, str]
) -> Response:
    """The bytes from `start` up to `end`.

    The first chunk is read before the answer begins, so a store that does not answer is a 503; one that fails
    later breaks the connection off, short of its Content-Length.
    """
    status = 206 if "Content-Range" in headers else 200
    first_end = min(end, start + CHUNK_BYTES)
    if (found.start, found.start + len(found.data)) != (start, first_end):
        found = await store.get(key, start=start, end=first_end)
    if first_end == end:
        return Response(found.data, status_code=status, media_type=found.content_type, headers=headers)
    headers["Content-Length"] = str(end - start)
    body = _chunks(store, key, found.data, start=start, end=end)
    return StreamingResponse(body, status_code=status, media_type=found.content_type, headers=headers)


async def _chunks(
    store: ObjectStore, key: str, first: bytes, *, start: int, end: int
) -> AsyncIterator[bytes]:
    yield first
    for at in range(start + len(first), end, CHUNK_BYTES):
        yield (await store.get(key, start=at, end=min(end, at + CHUNK_BYTES))).data
