"""`/remove-background`."""

from typing import Literal

from pydantic import ConfigDict, Field

from imaging.color import parse_color
from serve_app.api.schemas.base import Answer, ColorText, ImageSource
from serve_app.domain import CutMode, CutSpec, Enclosed, ImageFormat


class BackgroundBody(ImageSource):
    """How to cut the foreground out."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"image_base64": "iVBORw0KGgo…", "mode": "auto", "crop": True}]}
    )

    mode: CutMode = "auto"
    """`logo` keys one ground colour out, `photo` asks a network for the subject, `auto` looks."""
    output: Literal["cutout", "mask"] = "cutout"
    """The cut-out image, or its matte in gray."""
    background: ColorText | None = None
    """A colour to lay the cut-out on."""
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
            crop=self.crop,
            margin_frac=self.margin,
            size_px=self.size,
            background=parse_color(self.background) if self.background else None,
        )


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
