"""`/place-logo`."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from imaging.color import parse_color
from imaging.types import Color
from serve_app.api.schemas.base import Answer, ColorText, Flips, LogoSource
from serve_app.api.schemas.logo import Dpi
from serve_app.artwork import OutlineChoice, PlacementSpec, PlaceOutput, PrintSpec
from serve_app.domain import Enclosed, ImageFormat
from serve_app.services.place_logo import PlaceOrder

Name = Annotated[str, Field(max_length=40)]
Offset = Annotated[float, Field(ge=-20, le=20)]
Threshold = Annotated[
    Annotated[int, Field(ge=1, le=255)] | None,
    BeforeValidator(lambda value: None if value == "null" else value),
]
"""Forms know no null: there its name stands for it."""
PrintWidth = Annotated[float, Field(ge=0.25, le=30)]


class PlaceBody(LogoSource):
    """Where a logo goes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "logo_base64": "iVBORw0KGgo…",
                    "garment": "tshirt",
                    "garment_color": "navy",
                    "side": "front",
                    "outputs": ["mockup", "print"],
                }
            ]
        }
    )

    garment: Name = "tshirt"
    """Its id; `/capabilities` lists them."""
    garment_color: ColorText | None = None
    """The common colour on which the logo shows best when absent."""
    side: Literal["front", "back"] = "front"
    zone: Name | None = None
    """Where on that side; its usual zone when absent."""
    width_in: PrintWidth | None = None
    """Printed width; the largest that fits the zone when absent, and never larger."""
    offset_in: tuple[Offset, Offset] = (0.0, 0.0)
    """Moves the print right and down from the top centre of its zone."""
    name: Annotated[str, Field(max_length=60)] = ""
    """A player's name, set on the back."""
    number: Annotated[str, Field(max_length=4, coerce_numbers_to_str=True)] = ""
    """A player's number, set on the back."""
    text_color: ColorText | None = None
    """Of name and number; what stands out on the garment when absent."""
    outline: OutlineChoice = "none"
    """A contour round the logo: `auto` draws one where its edge would not be seen on the garment."""
    outline_color: ColorText | None = None
    """The logo's own colour that stands out best, or white or black, when absent."""
    outline_in: float = Field(default=0.06, ge=0.01, le=0.5)
    """Width of the contour."""
    outputs: tuple[PlaceOutput, ...] = Field(default=("mockup", "print"), min_length=1, max_length=8)
    """`print` is a transparent PNG of the zone at exact inches, `print_pdf` the same as a page."""
    dpi: Dpi = 300
    """Of the print file."""
    threshold: Threshold = 128
    """Alpha from which a pixel is printed, whole; null keeps soft edges, in a form the word `null`."""
    choke_px: float = Field(default=0.0, ge=0, le=8)
    """Pulls the edge of the print in, in pixels of the file."""
    enclosed: Enclosed = "auto"
    """Regions of the ground's colour inside the logo: kept, cleared, or decided one by one."""
    flip: Flips = Field(default_factory=list)
    """Regions, by their place in `foreground.regions`, to decide the other way."""
    remove_background: bool = True
    """False takes the logo with whatever it stands on."""
    mockup_px: int = Field(default=2000, ge=64, le=4096)
    """Side of the mock-up."""
    background: ColorText | None = None
    """Ground of the mock-up; a light studio gray when absent."""
    format: ImageFormat = "jpeg"
    """Of the mock-up; an `Accept` header of an image type goes first."""
    quality: int = Field(default=90, ge=1, le=100)
    """For the lossy formats."""

    def order(self, data: bytes, *, accepted: ImageFormat | None) -> PlaceOrder:
        """The values of the use case; as bytes only the mock-up is given."""
        return PlaceOrder(
            data=data,
            placement=self._placement(),
            color=_color(self.garment_color),
            outputs=("mockup",) if accepted else tuple(dict.fromkeys(self.outputs)),
            printing=PrintSpec(dpi=self.dpi, threshold=self.threshold, choke_px=self.choke_px),
            enclosed=self.enclosed,
            flip=tuple(self.flip),
            remove_background=self.remove_background,
            mockup_px=self.mockup_px,
            background=_color(self.background),
            format=accepted or self.format,
            quality=self.quality,
        )

    def _placement(self) -> PlacementSpec:
        return PlacementSpec(
            garment=self.garment,
            side=self.side,
            zone=self.zone,
            width_in=self.width_in,
            offset_in=self.offset_in,
            name=self.name,
            number=self.number,
            text_color=_color(self.text_color),
            outline=self.outline,
            outline_color=_color(self.outline_color),
            outline_in=self.outline_in,
        )


def _color(text: str | None) -> Color | None:
    return parse_color(text) if text else None


class PlacementAnswer(Answer):
    """The print on the garment."""

    garment: str
    side: Literal["front", "back"]
    zone: str
    garment_color: str
    x_in: float
    """Left edge, from the zone's left edge."""
    y_in: float
    """Upper edge, from the zone's upper edge."""
    width_in: float
    height_in: float
    clamped: bool
    """The width asked for did not fit the zone."""
    contrast_ratio: float
    """WCAG ratio, 1-21, of the artwork's outer edge to the garment's colour."""
    outline: str | None
    """Colour of the contour that was drawn."""
