"""`/prepare-web-assets`."""

import re
import unicodedata
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from imaging.color import parse_color
from imaging.web.responsive.markup import Markup
from imaging.web.responsive.plan import Focal, WebFormat, WebSpec
from serve_app.api.schemas.answers import ResultAnswer
from serve_app.api.schemas.base import Answer, Body, ColorText, ImageSource
from serve_app.domain import ImageFormat
from serve_app.services.web_images import WebImagesOrder

MAX_FILES = 128
DEFAULT_WIDTHS = (320, 640, 960, 1280, 1920)
WHITE = (255, 255, 255)


def _readable(text: str) -> str:
    """Refuse what no HTML attribute can hold; an HTML parser would turn CR LF into LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text):
        raise ValueError("control characters are not text")
    return text


Width = Annotated[int, Field(ge=1, le=16_384)]
Ratio = Annotated[str, Field(pattern=r"^(original|[1-9][0-9]{0,3}:[1-9][0-9]{0,3})$", examples=["16:9"])]
AltText = Annotated[str, Field(max_length=1000), AfterValidator(_readable)]
SizesText = Annotated[
    str,
    Field(
        max_length=500, pattern=r"^[A-Za-z0-9 .,:;()%<>=/*+_-]+$", examples=["(min-width: 60em) 50vw, 100vw"]
    ),
]
BaseUrl = Annotated[str, Field(max_length=500, pattern=r"^[A-Za-z0-9._~:/?#@!$&()*+;=%\[\]-]*$")]


class FocalPoint(Body):
    """Where crops look: the middle is 0.5, 0.5."""

    x: float = Field(ge=0, le=1)
    """0 is the left edge, 1 the right one."""
    y: float = Field(ge=0, le=1)
    """0 is the top, 1 the bottom."""


class WebImagesBody(ImageSource):
    """Widths, formats and how good they are to look; how the picture stands in the page."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "image_url": "https://example.com/team.jpg",
                    "widths": [480, 960, 1440],
                    "formats": ["avif", "webp", "jpeg"],
                    "alt": "The team after the final",
                    "sizes": "(min-width: 60em) 50vw, 100vw",
                },
                {"image_base64": "/9j/4AAQ…", "aspect_ratios": ["16:9", "1:1"], "focal": "auto"},
            ]
        }
    )

    widths: list[Width] = Field(default=list(DEFAULT_WIDTHS), min_length=1, max_length=16)
    """Pixels; in any order, repetitions count once. Those over the source's own are left out."""
    formats: list[WebFormat] = Field(default=["avif", "webp", "jpeg"], min_length=1, max_length=8)
    """In the order in which a browser is offered them."""
    aspect_ratios: list[Ratio] = Field(default=[], max_length=6)
    """`16:9`, `original`: a set for each; the image's own proportions when empty."""
    focal: FocalPoint | Literal["auto", "center"] = "center"
    """Where crops look; `auto` looks for what stands out: faces, odd colours, detail."""
    target_ssim: float = Field(default=0.98, ge=0.8, le=0.999)
    """Structural similarity of each lossy file to the same size uncompressed (luma, mean, as published in
    2004). 0.98 can be told from it only side by side; 0.95 is smaller and plainly lossy on fine texture."""
    max_bytes: int | None = Field(default=None, ge=100, le=100_000_000)
    """Of each file; its quality goes down until it fits."""
    background: ColorText | None = None
    """What a transparent image is laid on for JPEG, which is left out without it (white, where JPEG is all
    that is asked for). The other formats stay transparent."""
    name: str = Field(default="image", pattern=r"^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$")
    """What the file names begin with."""
    base_url: BaseUrl = ""
    """Put before the file names in the markup, e.g. `https://cdn.example.com/img/`."""
    alt: AltText = ""
    """The text for who cannot see the picture; empty where it only decorates."""
    sizes: SizesText = "100vw"
    """How wide the picture stands in the page, as the HTML attribute has it."""
    loading: Literal["lazy", "eager"] = "lazy"
    """`eager` for what is seen first; it is then fetched with high priority and a `Link` header is given."""

    @model_validator(mode="after")
    def _few_files(self) -> Self:
        count = len(set(self.widths)) * len(set(self.formats)) * max(1, len(set(self.aspect_ratios)))
        if count > MAX_FILES:
            raise ValueError(f"{count} files are asked for; at most {MAX_FILES} are made at once")
        if re.search(r"[\s,]", self.base_url):
            raise ValueError("base_url may have neither spaces nor commas")
        return self

    def order(self, data: bytes, *, accepted: ImageFormat | None) -> WebImagesOrder:
        """The values of the domain.

        Args:
            data: The image.
            accepted: The one format that the client takes instead of JSON.
        """
        formats = (accepted,) if accepted else tuple(dict.fromkeys(self.formats))
        ground = parse_color(self.background) if self.background else WHITE
        return WebImagesOrder(
            data=data,
            spec=WebSpec(
                widths=tuple(sorted(set(self.widths))),
                formats=formats,
                aspect_ratios=tuple(dict.fromkeys(self.aspect_ratios)),
                focal=self._focal(),
                target_ssim=self.target_ssim,
                max_bytes=self.max_bytes,
                jpeg_ground=ground if self.background or formats == ("jpeg",) else None,
            ),
            name=self.name,
            markup=Markup(self.alt, self.sizes, self.loading, self.base_url),
        )

    def _focal(self) -> Focal | None:
        if isinstance(self.focal, FocalPoint):
            return Focal(self.focal.x, self.focal.y)
        return None if self.focal == "auto" else Focal()


class FocalAnswer(Answer):
    """Where crops looked."""

    x: float
    y: float


class PictureAnswer(Answer):
    """The markup of one crop."""

    aspect_ratio: str
    width: int
    """Of the largest file, in pixels."""
    height: int
    html: str


class WebFileAnswer(Answer):
    """How one file was made; `role` finds its asset."""

    role: str
    name: str
    """Under which the markup expects it; it changes with the content."""
    format: WebFormat
    width: int
    bytes: int
    quality: int | None
    """On the format's own scale; null for a lossless file."""
    ssim: float
    """Against the same size uncompressed."""
    chroma: Literal["4:2:0", "4:4:4"]


class HeadersAnswer(Answer):
    """Response headers to send."""

    files: dict[str, str]
    """With each file."""
    page: dict[str, str]
    """With the page that shows the picture; empty unless it is `eager`."""


class SavedAnswer(Answer):
    """The largest file of a format against the source."""

    format: WebFormat
    width: int
    bytes: int
    saved_bytes: int
    """Negative where the source was smaller."""
    saved_share: float


class SavingsAnswer(Answer):
    """Bytes."""

    source_bytes: int
    files_bytes: int
    """All files together."""
    largest: list[SavedAnswer]


class WebImagesAnswer(ResultAnswer):
    """`/prepare-web-assets`."""

    picture_html: str
    """Of the first aspect ratio."""
    pictures: list[PictureAnswer]
    thumbhash: str
    """Base64 (https://evanw.github.io/thumbhash/)."""
    dominant_color: str
    focal: FocalAnswer
    headers: HeadersAnswer
    savings: SavingsAnswer
    files: list[WebFileAnswer]
