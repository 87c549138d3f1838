"""The values of logo work and placement that travel between the API, the use cases and the Renderer."""

from dataclasses import dataclass
from typing import Literal

from imaging.garment.spec import Side
from imaging.logo.clean import PaletteColor, Step
from imaging.types import Color
from imaging.vector.drawing import Drawing
from imaging.vector.score import TraceScore
from imaging.web.icons_mark import MarkChoice
from imaging.web.manifest import Display

LogoKind = Literal["flat", "gradient", "photographic"]
Variant = Literal["mono", "reversed", "dark_garment"]
PrintFix = Literal["solid", "smooth", "thicken", "gamut", "outline"]
LogoOutput = Literal["png", "svg", "pdf", "diff"]
VectorFormat = Literal["svg", "pdf"]
PlaceOutput = Literal["mockup", "print", "print_pdf"]
EnlargeRoute = Literal["as_it_is", "vector", "flat", "network", "resampled"]
PrintPart = Literal["logo", "name", "number"]
WebIconPart = Literal["small", "large", "cards"]
OutlineChoice = Literal["none", "auto", "always"]

FAITHFUL_SSIM = 0.98
"""Structural similarity from which the drawing stands for the logo at any size."""
FAITHFUL_IOU = 0.97
"""The same of the outline: intersection over union of alpha."""


@dataclass(frozen=True, slots=True)
class LogoSpec:
    """How a logo is to be cleaned."""

    max_colors: int | None = None
    """1-64; None keeps as many as it has."""
    fixes: tuple[PrintFix, ...] = ()
    width_in: float = 10.0
    """Printed width that the fixes are for."""
    draw: bool = True
    """Whether it is to be drawn as vectors."""
    longest_px: int | None = None
    """Its longer side is brought down to this first; None leaves it."""


@dataclass(frozen=True, slots=True)
class LogoWork:
    """What the clean-up learnt of a logo; travels with its pixels, whatever enlarges them."""

    kind: LogoKind
    palette: tuple[PaletteColor, ...]
    steps: tuple[Step, ...]
    drawing: Drawing | None
    """Of the logo at the size it came in; None for a photographic one, which outlines cannot show."""
    score: TraceScore | None
    """How well the drawing shows that logo; there when the drawing is."""
    svg: bytes | None = None
    """The faithful drawing as a file, of a logo that was opened again from a brand kit."""


def is_faithful(score: TraceScore | None) -> bool:
    """Whether a drawing stands for its logo at any size."""
    return score is not None and score.ssim >= FAITHFUL_SSIM and score.alpha_iou >= FAITHFUL_IOU


@dataclass(frozen=True, slots=True)
class LogoFacts:
    """What decides how a clean logo is enlarged; small enough to bring to the use case."""

    width: int
    height: int
    kind: LogoKind
    score: TraceScore | None
    palette: tuple[PaletteColor, ...] = ()
    semi_share: float = 0.0
    """Of what shows, glows and tints: half-clear, and no smooth edge."""


@dataclass(frozen=True, slots=True)
class EnlargePlan:
    """How a clean logo is brought to its printed size."""

    route: EnlargeRoute
    width_px: int
    height_px: int
    dpi: float
    reason: str


@dataclass(frozen=True, slots=True)
class PlacementSpec:
    """A logo on a garment, with what is set in type beside it."""

    garment: str
    side: Side
    color: Color = (255, 255, 255)
    """Of the garment."""
    zone: str | None = None
    width_in: float | None = None
    """Of the print; None is the largest that fits the zone."""
    offset_in: tuple[float, float] = (0.0, 0.0)
    name: str = ""
    number: str = ""
    text_color: Color | None = None
    """Of name and number; None takes what stands out on the garment."""
    outline: OutlineChoice = "none"
    outline_color: Color | None = None
    outline_in: float = 0.06


@dataclass(frozen=True, slots=True)
class PrintSpec:
    """How the print file leaves."""

    dpi: float = 300.0
    threshold: int | None = 128
    """Alpha from which a pixel is printed, whole; None keeps soft edges."""
    choke_px: float = 0.0
    """How far the edge is pulled in, in pixels of the file."""


@dataclass(frozen=True, slots=True)
class PlacementFit:
    """The size that a placement gives to artwork."""

    width_in: float
    height_in: float
    zone_in: tuple[float, float]
    """Width and height of the zone, which is the print file's."""


@dataclass(frozen=True, slots=True)
class WebIconOrder:
    """A site's icons, cards, manifest and head, of one logo."""

    name: str
    short_name: str
    theme_color: Color | None = None
    """Of the browser's frame; None takes the logo's main colour."""
    background_color: Color | None = None
    """Of splash screens and opaque icons; None takes one on which the logo is seen, white first."""
    base_url: str | None = None
    """Where the files will lie; without it they lie at the site's root."""
    colors: tuple[Color, ...] = ()
    """Of the team, main one first; those of the logo where there are none."""
    svg: bytes | None = None
    """A faithful drawing of the logo, as this service writes it."""
    tagline: str = ""
    """Under the name, on cards."""
    description: str = ""
    display: Display = "standalone"
    small_mark: MarkChoice = "auto"
    """What small icons show; `auto` takes the logo where it can be read."""
