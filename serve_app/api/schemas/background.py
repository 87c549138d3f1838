"""`/remove-background`."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from imaging.color import parse_color
from imaging.types import Color
from serve_app.api.schemas.base import Answer, AssetId, ColorText, Flips, ImageSource, Url
from serve_app.api.schemas.image_object import ImageObject
from serve_app.domain import CutMode, CutSpec, Enclosed, ImageFormat


def _background_kind(value: object) -> str:
    return "image" if isinstance(value, dict | ImageObject) else "color"


Background = Annotated[
    Annotated[ColorText, Tag("color")] | Annotated[ImageObject, Tag("image")],
    Discriminator(_background_kind),
]


class BackgroundBody(ImageSource):
    """How to cut the foreground out."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"image_base64": "iVBORw0KGgo…", "mode": "auto", "crop": True}]}
    )

    mode: CutMode = "auto"
    """`logo` keys one ground colour out, `photo` asks a network for the subject, `auto` looks."""
    model: Annotated[str, Field(max_length=60)] | None = None
    """The segmentation network for `photo`; the service's own choice when absent."""
    output: Literal["cutout", "mask"] = "cutout"
    """The cut-out image, or its matte in gray, behind which no background goes."""
    background: Background | None = None
    """What to lay the cut-out on: a colour, or a picture that is scaled to cover the result. At most one of
    this, the three fields below, and a file part named `background`."""
    background_url: Url | None = None
    """An http(s) address of the picture."""
    background_base64: str | None = None
    """The picture itself; a data URL is taken too."""
    background_id: AssetId | None = None
    """The id of an asset of yours."""
    crop: bool = False
    """Cut to the subject."""
    margin: float = Field(default=0.0, ge=0, le=1)
    """Clear margin when cropping, as a share of the subject's longer side."""
    size: int | None = Field(default=None, ge=1, le=10_000)
    """Longer side of the result in pixels."""
    refine: bool = True
    """Follow the image's own edges at full resolution."""
    enclosed: Enclosed = "auto"
    """Regions of the ground's colour inside a logo: kept, cleared, or decided one by one."""
    flip: Flips = Field(default_factory=list)
    """Regions, by their place in `foreground.regions`, to decide the other way."""
    format: ImageFormat = "png"
    """Format of the result; an `Accept` header of an image type goes first."""
    quality: int = Field(default=90, ge=1, le=100)
    """For the lossy formats."""

    def cut_spec(self, *, model: str) -> CutSpec:
        """The values of the domain."""
        return CutSpec(
            model=model,
            output=self.output,
            refine=self.refine,
            enclosed=self.enclosed,
            flip=tuple(self.flip),
            crop=self.crop,
            margin_frac=self.margin,
            size_px=self.size,
            background=self.background_color(),
        )

    def background_color(self) -> Color | None:
        """The background where it is a plain colour."""
        return parse_color(self.background) if isinstance(self.background, str) else None


class RegionAnswer(Answer):
    """A region of the ground's colour that artwork encloses."""

    bbox: list[int]
    """x0, y0, x1, y1 in pixels of the input, the last two exclusive."""
    area: int
    """Pixels of the input."""
    decision: Literal["cleared", "kept"]
    confidence: float
    """How often such a decision is right, 0-1; below 0.5 the region was kept to be safe."""


class ForegroundAnswer(Answer):
    """What was cut out."""

    bbox: list[int]
    """x0, y0, x1, y1 in pixels of the input, the last two exclusive."""
    coverage: float
    """Share of the image, 0-1."""
    confidence: float
    """How sure the cut is, 0-1."""
    holes: int
    """Enclosed openings."""
    kind: Literal["photo", "logo", "transparent"]
    """How it was found; `transparent`: the image brought its own."""
    lost_edge: float | None = None
    """Of a keyed logo: share of its outline, 0-1, that seems to run out into the ground, where it cannot be
    told apart."""
    regions: list[RegionAnswer] | None = None
    """Of a keyed logo: what was decided on its enclosed regions, largest first, at most 100."""
