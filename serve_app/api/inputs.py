"""From a request to validated parameters and image bytes: JSON or multipart, exactly one image source."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from serve_app.api import strict_json
from serve_app.api.form_body import form_fields, read_uploads, too_large
from serve_app.api.image_sources import ListedImages, Source, listed_sources, one_source, source_of
from serve_app.api.json_body import arriving, media_type, validate
from serve_app.domain import Principal
from serve_app.errors import InvalidBase64Error, InvalidFieldsError, InvalidJsonError
from serve_app.ports import UrlFetcher
from serve_app.services.assets import AssetService

ModelT = TypeVar("ModelT", bound=BaseModel)
MAX_FIELDS = 64
DATA_URL = re.compile(r"^data:[^,;]*(;[^,;]*)*;base64,", re.IGNORECASE)


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
        texts: Sequence[str] = (),
        lists: Sequence[ListedImages] = (),
    ) -> Parsed[ModelT]:
        """Parse and validate the body.

        Args:
            request: The request.
            model: The parameters; must have `{name}_url`, `{name}_base64` and `{name}_id`, for `more` too.
            name: Of the image field: `image` or `logo`.
            required: Whether the image may be absent.
            more: Names of further images, all optional. A field of such a name may hold an `ImageObject`, or
                a value that is no image and then excludes one.
            texts: Names of file parts that are no images, all optional.
            lists: Lists whose objects may hold an image each.

        Raises:
            AppError: the body, a field, or the image source is not acceptable (each case by its own class).
        """
        images = (name, *more)
        names = (*images, *texts, *(part for one in lists for part in one.parts))
        async with arriving():
            fields, uploads = await self._body(request, model, names=names)
        params = validate(model, fields)
        sources = {key: source_of(params, uploads.get(key), name=key) for key in images}
        for one in lists:
            sources |= listed_sources(params, uploads, one)
        sources |= {key: Source(key, "file", uploads[key]) for key in texts if key in uploads}
        if sources[name] is None and required:
            raise one_source(name)
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
                    uploads = await read_uploads(form, names=names, max_bytes=self.max_bytes)
                    return form_fields(form, model, names=names), uploads
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
            raise too_large(self.max_bytes)
        return data
