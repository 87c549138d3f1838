"""A response's body, bounded while it arrives."""

import asyncio
import zlib

import httpcore

from serve_app.errors import PayloadTooLargeError, UrlFetchFailedError

_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
"""Tells zlib to find out which of the two it reads (zlib manual, inflateInit2)."""


def header(response: httpcore.Response, name: bytes) -> bytes:
    """The first header of this lower-case name; empty when absent."""
    return next((value for key, value in response.headers if key.lower() == name), b"")


async def read_body(response: httpcore.Response, *, max_bytes: int) -> bytes:
    """Read a body whole, or stop as soon as it proves too long.

    Nothing compressed is asked for, but stores that keep `svg` files gzipped send them so regardless; what
    they send is bounded both as it comes and as it unfolds.

    Args:
        response: An open response.
        max_bytes: Most bytes allowed, compressed or not.

    Raises:
        PayloadTooLargeError: More than that, announced or met.
        UrlFetchFailedError: An encoding that is not known, or a broken one.
    """
    announced = header(response, b"content-length")
    if announced.isdigit() and int(announced) > max_bytes:
        raise _too_large(max_bytes)
    encoding = header(response, b"content-encoding").lower()
    if encoding not in {b"", b"identity", b"gzip", b"x-gzip", b"deflate"}:
        raise UrlFetchFailedError("The URL's server sent a compression that was not asked for.")
    body = bytearray()
    async for chunk in response.aiter_stream():
        body += chunk
        if len(body) > max_bytes:
            raise _too_large(max_bytes)
    if encoding in {b"", b"identity"}:
        return bytes(body)
    return await asyncio.to_thread(_inflate, bytes(body), max_bytes=max_bytes)


def _inflate(data: bytes, *, max_bytes: int) -> bytes:
    decoder = zlib.decompressobj(_ZLIB_OR_GZIP)
    try:
        plain = decoder.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise UrlFetchFailedError("The URL's server sent a broken compressed body.") from error
    if len(plain) > max_bytes:
        raise _too_large(max_bytes)
    if not decoder.eof:
        raise UrlFetchFailedError("The URL's server sent a compressed body that ends too early.")
    return plain


def _too_large(max_bytes: int) -> PayloadTooLargeError:
    return PayloadTooLargeError(f"The file behind the URL is larger than {max_bytes} bytes.")
