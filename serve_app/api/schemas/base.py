"""Types that the bodies share."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from imaging.color import parse_color


class Body(BaseModel):
    """A request body: unknown fields are refused, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, use_attribute_docstrings=True)


class Answer(BaseModel):
    """An answer's body."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


def _color(text: str) -> str:
    parse_color(text)
    return text


ColorText = Annotated[str, Field(max_length=40, examples=["#0b2545", "gold"]), AfterValidator(_color)]
"""`#rgb`, `#rrggbb` or a CSS name."""

ShortText = Annotated[str, Field(max_length=200)]
Url = Annotated[str, Field(max_length=4096)]
AssetId = Annotated[str, Field(max_length=64)]
Flips = Annotated[list[Annotated[int, Field(ge=0, le=99)]], Field(max_length=100)]
"""Places in the list of enclosed regions, which has at most 100."""


class RequestBody(Body):
    """What every body of a POST that makes something may have."""

    webhook_url: Url | None = None
    """An http(s) address that is sent the finished job; the work is then done as a job."""


class ImageSource(RequestBody):
    """Exactly one of these, or a file part named `image` in a multipart body."""

    image_url: Url | None = None
    """An http(s) address of the image."""
    image_base64: str | None = None
    """The image itself; a data URL is taken too."""
    image_id: AssetId | None = None
    """The id of an asset of yours."""


class LogoSource(RequestBody):
    """Exactly one of these, or a file part named `logo` in a multipart body."""

    logo_url: Url | None = None
    """An http(s) address of the logo."""
    logo_base64: str | None = None
    """The logo itself; a data URL is taken too."""
    logo_id: AssetId | None = None
    """The id of an asset of yours."""
