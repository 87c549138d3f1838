"""The grammar of object keys, the same for every store.

A key is `folder/…/name.suffix`: folders hold no dot, so no key is a folder of another one (a disk could not
hold both, S3 could) and none climbs out of its root. The suffix is one of a fixed table and says the content
type, because a disk keeps no attributes.
"""

import re

CONTENT_TYPES: dict[str, str] = {
    "avif": "image/avif",
    "bin": "application/octet-stream",
    "csv": "text/csv",
    "gif": "image/gif",
    "html": "text/html",
    "ico": "image/vnd.microsoft.icon",
    "jpg": "image/jpeg",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "zip": "application/zip",
}
"""Suffix to media type, names as IANA registers them."""

_FOLDER = r"[A-Za-z0-9_-]{1,200}"
_KEY = re.compile(rf"(?:{_FOLDER}/){{0,16}}[A-Za-z0-9_-][A-Za-z0-9._-]{{0,190}}\.([a-z]{{1,16}})", re.ASCII)
_PREFIX = re.compile(rf"(?:{_FOLDER}/){{0,16}}(?:{_FOLDER})?", re.ASCII)


def content_type_of(key: str) -> str | None:
    """The media type that a key stands for; None when it is not a key."""
    match = _KEY.fullmatch(key)
    return CONTENT_TYPES.get(match[1]) if match else None


def is_folder(prefix: str) -> bool:
    """Whether a prefix names a folder (with or without a slash at its end); the empty one is the root."""
    return _PREFIX.fullmatch(prefix) is not None


def check_key(key: str, *, content_type: str) -> None:
    """Refuse what could not be stored and read back the same.

    Raises:
        ValueError: Not a key, or its suffix stands for another content type.
    """
    expected = content_type_of(key)
    if expected is None:
        raise ValueError(f"not an object key: {key!r}")
    if content_type != expected:
        raise ValueError(f"{key!r} stands for {expected}, not {content_type!r}")
