"""An image inside a JSON body, where a field may hold an image or something else."""

from typing import Self

from pydantic import model_validator

from serve_app.api.schemas.base import AssetId, Body, Url


class ImageObject(Body):
    """Exactly one of these."""

    url: Url | None = None
    """An http(s) address of the image."""
    base64: str | None = None
    """The image itself; a data URL is taken too."""
    id: AssetId | None = None
    """The id of an asset of yours."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(value is not None for value in (self.url, self.base64, self.id)) != 1:
            raise ValueError("give exactly one of url, base64, id")
        return self
