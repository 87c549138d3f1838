"""From a request to validated parameters and image bytes: JSON or multipart, exactly one image source."""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, get_args

from fastapi import Request
from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from serve_app.api import strict_json
from serve_app.api.json_body import arriving, media_type, validate
from serve_app.api.schemas.image_object import ImageObject
from serve_app.domain import Principal
from serve_app.errors import (
    FieldError,
    InvalidBase64Error,
    InvalidFieldsError,
    InvalidJsonError,
    PayloadTooLargeError,
)
from serve_app.ports import UrlFetcher
from serve_app.services.assets import AssetService

ModelT = TypeVar("ModelT", bound=BaseModel)
MAX_FIELDS = 64
MAX_FIELD_BYTES = 1_000_000
DATA_URL = re.compile(r"^data:[^,;]*(;[^,;]*)*;base64,", re.IGNORECASE)


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
class Parsed(Generic[ModelT]):
    """A request, understood; nothing is fetched yet."""

    params: ModelT
    sources: Mapping[str, Source]
    """By field; the main one is missing only where it is optional and absent."""


@dataclass(frozen=True, slots=True)
class InputReader:
    """Reads requests; knows where images may come from."""

    fetcher: UrlFetcher
    assets: AssetService
    max_bytes: int

    async def parse(
        self,
        request: Request,
        model: type[ModelT],
        *,
        name: str,
        required: bool = True,
        more: Sequence[str] = (),
    ) -> Parsed[ModelT]:
        """Parse and validate the body.

        Args:
            request: The request.
            model: The parameters; must have `{name}_url`, `{name}_base64` and `{name}_id`, for `more` too.
            name: Of the image field: `image` or `logo`.
            required: Whether the image may be absent.
            more: Names of further images, all optional. A field of such a name may hold an `ImageObject`, or
                a value that is no image and then excludes one.

        Raises:
            AppError: the body, a field, or the image source is not acceptable (each case by its own class).
        """
        names = (name, *more)
        async with arriving():
            fields, uploads = await self._body(request, model, names=names)
        params = validate(model, fields)
        sources = {key: _source(params, uploads.get(key), name=key) for key in names}
        if sources[name] is None and required:
            raise _one_source(name)
        return Parsed(params, {key: source for key, source in sources.items() if source})

    async def load(self, sources: Mapping[str, Source], *, owner: Principal) -> dict[str, bytes]:
        """Get the images.

        Args:
            sources: Of a parsed request.
            owner: Whose assets they may name.

        Raises:
            AppError: one cannot be had (each case by its own class).
        """
        return {key: await self._image(source, owner=owner) for key, source in sources.items()}

    async def _body(
        self, request: Request, model: type[BaseModel], *, names: Sequence[str]
    ) -> tuple[dict[str, Any], dict[str, bytes]]:
        kind = media_type(request)
        if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            try:
                async with request.form(
                    max_files=len(names), max_fields=MAX_FIELDS, max_part_size=self.max_bytes
                ) as form:
                    uploads = await _uploads(form, names=names, max_bytes=self.max_bytes)
                    return _form_fields(form, model, names=names), uploads
            except HTTPException as error:
                raise InvalidFieldsError(f"The form cannot be read: {error.detail}") from error
        if kind and kind != "application/json":
            raise InvalidJsonError(f"Send application/json or multipart/form-data, not {kind[:60]}.")
        return strict_json.loads(await request.body()), {}

    async def _image(self, source: Source, *, owner: Principal) -> bytes:
        if isinstance(source.value, bytes):
            return source.value
        if source.kind == "url":
            return await self.fetcher.fetch(source.value)
        if source.kind == "id":
            return (await self.assets.read_own(source.value, owner=owner)).data
        return self._base64(source.value, name=source.name)

    def _base64(self, text: str, *, name: str) -> bytes:
        compact = "".join(DATA_URL.sub("", text, count=1).split())
        try:
            data = base64.b64decode(compact, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidBase64Error(f"The base64 of {name} does not decode.") from error
        if len(data) > self.max_bytes:
            raise _too_large(self.max_bytes)
        return data


def _source(params: BaseModel, upload: bytes | None, *, name: str) -> Source | None:
    """The one source of an image, None when there is none.

    Raises:
        InvalidFieldsError: two sources, or an image beside a value that is none.
    """
    held = getattr(params, name, None)
    found = [] if upload is None else [Source(name, "file", upload)]
    for kind in ("url", "base64", "id"):
        flat = getattr(params, f"{name}_{kind}")
        nested = getattr(held, kind) if isinstance(held, ImageObject) else None
        found += [Source(name, kind, value) for value in (flat, nested) if value is not None]
    other = held is not None and not isinstance(held, ImageObject)
    if len(found) + other > 1:
        raise _one_source(name)
    return found[0] if found else None


def _one_source(name: str) -> InvalidFieldsError:
    names = f"{name} (a file), {name}_url, {name}_base64, {name}_id"
    return InvalidFieldsError(
        f"Give exactly one of {names}.", (FieldError(name, "exactly one image source is needed"),)
    )


def _too_large(max_bytes: int) -> PayloadTooLargeError:
    return PayloadTooLargeError(f"The image is larger than {max_bytes // 10**6} MB.")


async def _uploads(form: FormData, *, names: Sequence[str], max_bytes: int) -> dict[str, bytes]:
    """The files. Raises `InvalidFieldsError`, `PayloadTooLargeError`: a body may be larger, for base64."""
    found: dict[str, bytes] = {}
    for name in names:
        parts = [part for part in form.getlist(name) if isinstance(part, UploadFile)]
        if len(parts) > 1:
            raise _one_source(name)
        if parts:
            if (parts[0].size or 0) > max_bytes:
                raise _too_large(max_bytes)
            found[name] = await parts[0].read()
    return found


def _form_fields(form: FormData, model: type[BaseModel], *, names: Sequence[str]) -> dict[str, Any]:
    """Form fields as the JSON body would have them: repeated or comma-separated lists, objects as JSON."""
    fields: dict[str, Any] = {}
    for key in form:
        values = form.getlist(key)
        texts = [value for value in values if isinstance(value, str)]
        if len(texts) < len(values) and key not in names:
            raise InvalidFieldsError(f"{key} is not a file field.", (FieldError(key, "not a file field"),))
        if not texts or (len(texts) < len(values) and key not in model.model_fields):
            continue
        _check_text(key, texts)
        fields[key] = _form_value(key, texts, model)
    return fields


def _check_text(key: str, texts: list[str]) -> None:
    """Refuse text that UTF-8 cannot hold and fields longer than a field needs."""
    for text in (key, *texts):
        if len(text) > MAX_FIELD_BYTES and not key.endswith("_base64"):
            raise PayloadTooLargeError(f"The field {key[:40]} is too long.")
        try:
            strict_json.text_ok(text)
        except ValueError as error:
            raise InvalidFieldsError(str(error), (FieldError(key[:40], str(error)),)) from error


def _form_value(key: str, texts: list[str], model: type[BaseModel]) -> Any:
    info = model.model_fields.get(key)
    wants_list = info is not None and re.search(r"\b(list|tuple)\b", str(info.annotation)) is not None
    if not wants_list:
        takes_object = info is not None and _takes_object(info.annotation)
        values = [_json_or_text(text) if takes_object else text for text in texts]
        return values[0] if len(values) == 1 else values
    if len(texts) > 1:
        return [_json_or_text(text) for text in texts]
    text = texts[0].strip()
    if text.startswith("["):
        return _json_or_text(text)
    return [part.strip() for part in text.split(",") if part.strip()]


def _takes_object(annotation: Any) -> bool:
    """Whether a field may hold a model of its own."""
    if isinstance(annotation, type):
        return issubclass(annotation, BaseModel)
    return any(_takes_object(part) for part in get_args(annotation))


def _json_or_text(text: str) -> Any:
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        value = json.loads(text, parse_constant=lambda _name: None)
        strict_json.text_ok(value)
    except (ValueError, RecursionError):
        return text
    return value
