"""Where the images of a request come from: file parts, addresses, base64, assets."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from serve_app.api.schemas.image_object import ImageObject
from serve_app.errors import FieldError, InvalidFieldsError

KINDS: tuple[Literal["url", "base64", "id"], ...] = ("url", "base64", "id")
"""Where an image that is no file part may come from."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an image comes from."""

    name: str
    """Of its field."""
    kind: Literal["file", "url", "base64", "id"]
    value: bytes | str

    @property
    def digest(self) -> str:
        """SHA-256 of what was sent, hexadecimal: the bytes, or the text that leads to them."""
        data = self.value if isinstance(self.value, bytes) else self.value.encode()
        return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class ListedImages:
    """A list of objects that may hold an image each: an `ImageObject`, or a file part named by its path."""

    field: str
    image: str
    """Of the object."""
    most: int
    """Objects in the list."""

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the file parts, such as `sponsors.0.logo`."""
        return tuple(f"{self.field}.{place}.{self.image}" for place in range(self.most))


def source_of(params: BaseModel, upload: bytes | None, *, name: str) -> Source | None:
    """The one source of an image, None when there is none.

    Raises:
        InvalidFieldsError: two sources, or an image beside a value that is none.
    """
    held = getattr(params, name, None)
    found = [] if upload is None else [Source(name, "file", upload)]
    found += [
        Source(name, kind, value)
        for kind in KINDS
        if (value := getattr(params, f"{name}_{kind}")) is not None
    ]
    found += [Source(name, kind, value) for kind, value in _kinds(held)]
    other = held is not None and not isinstance(held, ImageObject)
    if len(found) + other > 1:
        raise one_source(name)
    return found[0] if found else None


def listed_sources(
    params: BaseModel, uploads: Mapping[str, bytes], listed: ListedImages
) -> dict[str, Source | None]:
    """The images within a list, by path.

    Raises:
        InvalidFieldsError: two sources for one, or a file part for an object that is not there.
    """
    items = getattr(params, listed.field)
    found: dict[str, Source | None] = {}
    for place, name in enumerate(listed.parts):
        upload = uploads.get(name)
        if place >= len(items):
            if upload is not None:
                reason = FieldError(name, f"{listed.field} has no place {place}")
                raise InvalidFieldsError("A file part belongs to nothing.", (reason,))
            continue
        held = getattr(items[place], listed.image, None)
        sources = [] if upload is None else [Source(name, "file", upload)]
        sources += [Source(name, kind, value) for kind, value in _kinds(held)]
        if len(sources) > 1:
            raise one_source(name)
        found[name] = sources[0] if sources else None
    return found


def _kinds(held: object) -> Iterator[tuple[Literal["url", "base64", "id"], str]]:
    """What an image object holds."""
    if isinstance(held, ImageObject):
        for kind in KINDS:
            if (value := getattr(held, kind)) is not None:
                yield kind, value


def one_source(name: str) -> InvalidFieldsError:
    """The refusal of an image that comes from nowhere, or from several places."""
    names = f"{name} (a file), {name}_url, {name}_base64, {name}_id"
    return InvalidFieldsError(
        f"Give exactly one of {names}.", (FieldError(name, "exactly one image source is needed"),)
    )
