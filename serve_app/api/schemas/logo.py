"""`/process-logo/optimized`."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from serve_app.api.schemas.base import Answer, Flips, LogoSource
from serve_app.artwork import EnlargeRoute, LogoOutput, PrintFix, Variant
from serve_app.domain import Enclosed, ImageFormat
from serve_app.services.process_logo import LogoOrder

Inches = Annotated[float, Field(ge=0.1, le=60)]
Dpi = Annotated[float, Field(ge=36, le=1200)]


class LogoBody(LogoSource):
    """What to make of a logo."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "logo_base64": "iVBORw0KGgo…",
                    "outputs": ["png", "svg", "pdf"],
                    "variants": ["mono", "dark_garment"],
                    "print_width_in": 10,
                }
            ]
        }
    )

    outputs: tuple[LogoOutput, ...] = Field(default=("png", "svg", "pdf"), min_length=1, max_length=8)
    """`png` is the master, `svg` and `pdf` its drawing at true size, `diff` a picture of before and after."""
    variants: Annotated[list[Variant], Field(max_length=8)] = Field(default_factory=list)
    """`mono` in one ink, `reversed` in white for a dark ground, `dark_garment` in colour with what it needs
    to be seen on black."""
    max_colors: int | None = Field(default=None, ge=1, le=64)
    """Most colours to keep; as many as the logo has when absent."""
    enclosed: Enclosed = "auto"
    """Regions of the ground's colour inside the logo: kept, cleared, or decided one by one."""
    flip: Flips = Field(default_factory=list)
    """Regions, by their place in `foreground.regions`, to decide the other way."""
    fixes: Annotated[list[PrintFix], Field(max_length=8)] = Field(default_factory=list)
    """What to mend for print; the findings of `print_report` name what mends them."""
    print_width_in: Inches | None = None
    """Printed width, to which the master is enlarged; its pixels stay as they are when absent."""
    dpi: Dpi = 300
    """Resolution of the master at that width."""
    remove_background: bool = True
    """False takes the logo with whatever it stands on."""
    format: ImageFormat = "png"
    """Format of the master; an `Accept` header of an image type goes first."""

    def order(self, data: bytes, *, accepted: ImageFormat | None) -> LogoOrder:
        """The values of the use case.

        Args:
            data: The logo.
            accepted: The format that the client takes as bytes, if it asked for bytes.
        """
        return LogoOrder(
            data=data,
            outputs=("png",) if accepted else tuple(dict.fromkeys(self.outputs)),
            variants=() if accepted else tuple(dict.fromkeys(self.variants)),
            max_colors=self.max_colors,
            enclosed=self.enclosed,
            flip=tuple(self.flip),
            fixes=tuple(dict.fromkeys(self.fixes)),
            print_width_in=self.print_width_in,
            dpi=self.dpi,
            remove_background=self.remove_background,
            format=accepted or self.format,
        )


class PaletteAnswer(Answer):
    """A colour of the logo."""

    hex: str
    name: str
    coverage: float
    """Share of what shows, 0-1."""


class StepAnswer(Answer):
    """One step of the clean-up."""

    name: str
    detail: str
    changed: float
    """Share of the pixels that it changed, 0-1."""


class VectorAnswer(Answer):
    """The drawing behind `svg` and `pdf`."""

    paths: int
    subpaths: int
    nodes: int
    bytes: int
    ssim: float
    """Structural similarity of the drawing, rendered again, to the clean logo."""
    alpha_iou: float


class EnlargementAnswer(Answer):
    """How the logo got its pixels."""

    route: EnlargeRoute
    reason: str


class FindingAnswer(Answer):
    """Something that a print shop would point at."""

    code: str
    message: str
    fix: str
    fixes: list[PrintFix]
    """Values of `fixes` that mend it."""


class OutOfGamutAnswer(Answer):
    """A colour that would print as another."""

    color: str
    share: float
    nearest: str
    """The nearest printable colour."""
    delta_e: float
    """CIEDE2000 between the two."""


class PrintReportAnswer(Answer):
    """The logo as a print shop sees it."""

    width_in: float
    height_in: float
    dpi: float
    """Of the clean logo's own pixels at this width, before any enlargement."""
    largest_in: dict[Literal["150", "300"], list[float]]
    """Largest width and height in inches at 150 and 300 DPI."""
    thinnest_stroke_pt: float | None
    """The thinnest line of any ink; null where there is none."""
    thinnest_gap_pt: float | None
    """The thinnest clear line within or between ink."""
    smallest_detail_pt: float | None
    """Height of the smallest row of lettering-like shapes."""
    semi_transparent_share: float
    """Of what shows, what is neither solid nor a smooth edge, 0-1."""
    edge_soft_share: float
    """Of what shows, smooth edges, 0-1."""
    out_of_gamut: list[OutOfGamutAnswer]
    """Palette colours that the inks do not reach, largest share first."""
    gamut: str
    """Which gamut is assumed."""
    findings: list[FindingAnswer]
    """Worst first."""
