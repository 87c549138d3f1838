"""Multipart and form bodies: files, and fields as the JSON body would have them."""

import json
import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile

from serve_app.api import strict_json
from serve_app.api.image_sources import one_source
from serve_app.errors import FieldError, InvalidFieldsError, PayloadTooLargeError

MAX_FIELD_BYTES = 1_000_000


def too_large(max_bytes: int) -> PayloadTooLargeError:
    """The refusal of an image with more bytes than allowed."""
    return PayloadTooLargeError(f"The image is larger than {max_bytes // 10**6} MB.")


async def read_uploads(form: FormData, *, names: Sequence[str], max_bytes: int) -> dict[str, bytes]:
    """The files. Raises `InvalidFieldsError`, `PayloadTooLargeError`: a body may be larger, for base64.

    A part without a name and a byte is what a browser sends where no file was chosen: it is no file.
    """
    found: dict[str, bytes] = {}
    for name in names:
        files = (part for part in form.getlist(name) if isinstance(part, UploadFile))
        parts = [part for part in files if part.filename or part.size]
        if len(parts) > 1:
            raise one_source(name)
        if parts:
            if (parts[0].size or 0) > max_bytes:
                raise too_large(max_bytes)
            found[name] = await parts[0].read()
    return found


def form_fields(form: FormData, model: type[BaseModel], *, names: Sequence[str]) -> dict[str, Any]:
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
