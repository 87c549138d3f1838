"""From a request to validated parameters and image bytes: JSON or multipart, exactly one image source."""

import asyncio
import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from serve_app.api import strict_json
from serve_app.domain import Principal
from serve_app.errors import (
    FieldError,
    InvalidBase64Error,
    InvalidFieldsError,
    InvalidJsonError,
    PayloadTooLargeError,
    RequestTimeoutError,
)
from serve_app.ports import UrlFetcher
from serve_app.services.assets import AssetService

ModelT = TypeVar("ModelT", bound=BaseModel)
MAX_FIELDS = 64
MAX_FIELD_BYTES = 1_000_000
BODY_TIMEOUT_S = 30.0
DATA_URL = re.compile(r"^data:[^,;]*(;[^,;]*)*;base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[ModelT]):
    """A request, understood."""

    params: ModelT
    data: bytes | None
    """The image; None only where it is optional and absent."""


@dataclass(frozen=True, slots=True)
class InputReader:
    """Reads requests; knows where images may come from."""

    fetcher: UrlFetcher
    assets: AssetService
    max_bytes: int

    async def read(
        self, request: Request, model: type[ModelT], *, name: str, owner: Principal, required: bool = True
    ) -> Parsed[ModelT]:
        """Parse and validate the body, then get the image.

        Args:
            request: The request.
            model: The parameters; must have `{name}_url`, `{name}_base64` and `{name}_id`.
            name: Of the image field: `image` or `logo`.
            owner: Whose assets `{name}_id` may name.
            required: Whether the image may be absent.

        Raises:
            AppError: the body, a field, or the image source is not acceptable (each case by its own class).
        """
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                fields, upload = await self._body(request, model, name=name)
        except TimeoutError as error:
            raise RequestTimeoutError("The body did not arrive in time.") from error
        except ClientDisconnect as error:
            raise RequestTimeoutError("The client went away before its body arrived.") from error
        params = _validate(model, fields)
        data = await self._image(params, upload, name=name, owner=owner, required=required)
        return Parsed(params, data)

    async def _body(
        self, request: Request, model: type[BaseModel], *, name: str
    ) -> tuple[dict[str, Any], bytes | None]:
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            try:
                async with request.form(
                    max_files=1, max_fields=MAX_FIELDS, max_part_size=self.max_bytes
                ) as form:
                    upload = await _upload(form, name=name)
                    return _form_fields(form, model, name=name), upload
            except HTTPException as error:
                raise InvalidFieldsError(f"The form cannot be read: {error.detail}") from error
        if kind and kind != "application/json":
            raise InvalidJsonError(f"Send application/json or multipart/form-data, not {kind[:60]}.")
        return strict_json.loads(await request.body()), None

    async def _image(
        self, params: BaseModel, upload: bytes | None, *, name: str, owner: Principal, required: bool
    ) -> bytes | None:
        sources = {key: getattr(params, f"{name}_{key}") for key in ("url", "base64", "id")}
        given = [key for key, value in sources.items() if value is not None]
        if len(given) + (upload is not None) != 1:
            if not given and upload is None and not required:
                return None
            names = f"{name} (a file), {name}_url, {name}_base64, {name}_id"
            raise InvalidFieldsError(
                f"Give exactly one of {names}.", (FieldError(name, "exactly one image source is needed"),)
            )
        if upload is not None:
            return upload
        if sources["url"] is not None:
            return await self.fetcher.fetch(sources["url"])
        if sources["id"] is not None:
            return (await self.assets.read_own(sources["id"], owner=owner)).data
        return self._base64(sources["base64"], name=name)

    def _base64(self, text: str, *, name: str) -> bytes:
        compact = re.sub(r"\s+", "", DATA_URL.sub("", text, count=1))
        try:
            data = base64.b64decode(compact, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidBase64Error(f"{name}_base64 is not base64.") from error
        if len(data) > self.max_bytes:
            raise PayloadTooLargeError(f"The image is larger than {self.max_bytes // 10**6} MB.")
        return data


async def _upload(form: FormData, *, name: str) -> bytes | None:
    part = form.get(name)
    return await part.read() if isinstance(part, UploadFile) else None


def _form_fields(form: FormData, model: type[BaseModel], *, name: str) -> dict[str, Any]:
    """Form fields as the JSON body would have them: repeated or comma-separated lists, objects as JSON."""
    fields: dict[str, Any] = {}
    for key in form:
        values = form.getlist(key)
        texts = [value for value in values if isinstance(value, str)]
        if key == name and len(texts) < len(values):
            continue
        if len(texts) < len(values):
            raise InvalidFieldsError(f"{key} is not a file field.", (FieldError(key, "not a file field"),))
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
    field = model.model_fields.get(key)
    wants_list = field is not None and re.search(r"\b(list|tuple)\b", str(field.annotation)) is not None
    if not wants_list:
        return texts[0] if len(texts) == 1 else texts
    if len(texts) > 1:
        return [_json_or_text(text) for text in texts]
    text = texts[0].strip()
    if text.startswith("["):
        return _json_or_text(text)
    return [part.strip() for part in text.split(",") if part.strip()]


def _json_or_text(text: str) -> Any:
    if not text.lstrip().startswith(("[", "{")):
        return text
    try:
        value = json.loads(text, parse_constant=lambda _name: None)
        strict_json.text_ok(value)
    except (ValueError, RecursionError):
        return text
    return value


def _validate(model: type[ModelT], fields: dict[str, Any]) -> ModelT:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        problems = tuple(
            FieldError(".".join(str(part) for part in item["loc"]), item["msg"]) for item in error.errors()
        )
        raise InvalidFieldsError("Some fields are not valid.", problems) from error
