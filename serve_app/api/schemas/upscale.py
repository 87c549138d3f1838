"""`/upscale`."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from serve_app.api.schemas.base import Answer, ImageSource
from serve_app.domain import ImageFormat
from serve_app.services.sizing import SizeRequest


class UpscaleBody(ImageSource):
    """Size: one of `scale`, `width`/`height`, `print_width_in`/`print_height_in`; four times without any."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"image_base64": "iVBORw0KGgo…", "scale": 4},
                {"image_url": "https://example.com/logo.png", "print_width_in": 10, "dpi": 300},
            ]
        }
    )

    scale: float | None = Field(default=None, ge=1, le=8)
    """Factor along both sides, 1 to 8."""
    width: int | None = Field(default=None, ge=1, le=65_535)
    """Width in pixels; the height follows when absent."""
    height: int | None = Field(default=None, ge=1, le=65_535)
    """Height in pixels; the width follows when absent."""
    print_width_in: float | None = Field(default=None, gt=0, le=600)
    """Printed width in inches."""
    print_height_in: float | None = Field(default=None, gt=0, le=600)
    """Printed height in inches."""
    dpi: float | None = Field(default=None, ge=1, le=2400)
    """Resolution tag; with inches it sets the pixels (300 when absent)."""
    model: Literal["auto", "photo", "graphic"] = "auto"
    """Which kind of network; `auto` looks at the image."""
    format: ImageFormat = "png"
    """Format of the result; an `Accept` header of an image type goes first."""
    quality: int = Field(default=90, ge=1, le=100)
    """For the lossy formats."""

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        ways = (
            self.scale is not None,
            self.width is not None or self.height is not None,
            self.print_width_in is not None or self.print_height_in is not None,
        )
        if sum(ways) > 1:
            raise ValueError("give one of scale, width/height, print_width_in/print_height_in")
        return self

    def size_request(self) -> SizeRequest:
        """The part that says how large."""
        return SizeRequest(
            scale=self.scale,
            width=self.width,
            height=self.height,
            print_width_in=self.print_width_in,
            print_height_in=self.print_height_in,
            dpi=self.dpi,
        )


class FidelityAnswer(Answer):
    """The result, shrunk back, against the source."""

    psnr_downscaled_db: float
    """Peak signal-to-noise ratio, dB."""
    delta_e: float
    """Mean CIEDE2000."""
    alpha_iou: float
    """Overlap of the solid pixels, 0-1."""


class RouteAnswer(Answer):
    """Which network was chosen, and why."""

    model: str
    kind: Literal["photo", "graphic"]
    reason: str
