"""The values that travel between the API, the use cases and the deployments."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, NewType

from imaging.banner.spec import BannerSpec
from imaging.finish import Backdrop, FinishOptions
from imaging.types import Color, Pixels
from serve_app.artwork import LogoWork, PlacementSpec

ImageFormat = Literal["png", "jpeg", "webp", "avif"]
CutMode = Literal["auto", "photo", "logo"]
Enclosed = Literal["auto", "keep", "clear"]
Privacy = Literal["full", "first_name", "initials", "number_only"]
BannerFormat = Literal["png", "pdf", "svg"]
PackItem = Literal[
    "logo_master",
    "logo_svg",
    "logo_pdf",
    "logo_mono",
    "logo_reversed",
    "logo_dark_garment",
    "tshirt_front",
    "tshirt_back",
    "tshirt_front_print",
    "tshirt_front_print_pdf",
    "tshirt_back_print",
    "tshirt_back_print_pdf",
    "banner_png",
    "banner_pdf",
    "social_card",
    "screen_banner",
    "web_assets",
    "readme",
    "zip",
]
PackGroup = Literal["logo", "mockups", "print", "banner", "web", "archive"]
JerseyFile = Literal["mockup", "print"]

ImageRef = NewType("ImageRef", object)
"""A `Staged` image that lives elsewhere (a Ray object; the image itself in tests). Only ports look inside."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls."""

    key_id: str
    owner: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning to the client: the work was done, but look at this."""

    code: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """Which network did the work."""

    model: str
    version: str
    device: str
    backend: str
    licence: str


@dataclass(frozen=True, slots=True)
class Staged:
    """An image on its way through the deployments, with what was learnt about it so far."""

    pixels: Pixels
    """(H, W, 3) or (H, W, 4) uint8 sRGB, straight alpha."""
    dpi: float | None = None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready facts, by the name they have in the answer."""
    notices: tuple[Notice, ...] = ()
    engine: EngineFacts | None = None
    noise: float = 0.0
    """Compression noise that the keying met, in sRGB levels."""
    ground: Color | None = None
    """The colour that a logo was keyed off."""
    logo: LogoWork | None = None
    """Of a logo that was cleaned."""

    def then(
        self,
        pixels: Pixels,
        *,
        timings_ms: Mapping[str, float] | None = None,
        report: Mapping[str, Any] | None = None,
        notices: tuple[Notice, ...] = (),
        engine: EngineFacts | None = None,
        dpi: float | None = None,
        noise: float | None = None,
        ground: Color | None = None,
        logo: LogoWork | None = None,
    ) -> "Staged":
        """The next stage: new pixels, facts added, times of the same name summed."""
        times = dict(self.timings_ms)
        for name, value in (timings_ms or {}).items():
            times[name] = times.get(name, 0.0) + value
        return replace(
            self,
            pixels=pixels,
            dpi=dpi if dpi is not None else self.dpi,
            timings_ms=times,
            report={**self.report, **(report or {})},
            notices=self.notices + notices,
            engine=engine or self.engine,
            noise=self.noise if noise is None else noise,
            ground=ground or self.ground,
            logo=logo or self.logo,
        )


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What a look at the pixels tells, small enough to bring to the use case."""

    width: int
    height: int
    has_alpha: bool
    """The image brings a transparency that clears something."""
    kind: Literal["photo", "graphic"]
    reason: str
    """Why this kind, in words for the client."""
    ground: Color | None
    """The one colour that the border has, or None."""


@dataclass(frozen=True, slots=True)
class EncodeSpec:
    """How an image leaves the service."""

    format: ImageFormat = "png"
    quality: int = 90
    """1-100, for the lossy formats."""
    dpi: float | None = None
    """Overrides the image's own resolution tag."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A finished file, with everything that was learnt on the way."""

    data: bytes
    content_type: str
    width: float
    """Pixels; points for vector files."""
    height: float
    dpi: float | None
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    engine: EngineFacts | None = None


@dataclass(frozen=True, slots=True)
class IconFiles:
    """Files for a site, and what was found when they were opened again."""

    files: Mapping[str, Encoded]
    """By file name."""
    report: Mapping[str, Any]
    """JSON-ready facts; `checks` has one entry a file."""
    notices: tuple[Notice, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UpscalePlan:
    """What the upscaler is to make of an image."""

    model: str
    """Registry name of the network."""
    width_px: int
    height_px: int
    dpi: float | None
    route: Mapping[str, str]
    """Why this model: {`model`, `kind`, `reason`}."""


@dataclass(frozen=True, slots=True)
class CutSpec:
    """How the foreground is to be cut out."""

    model: str
    """Registry name of the network, where one is used."""
    output: Literal["cutout", "mask"] = "cutout"
    refine: bool = True
    enclosed: Enclosed = "auto"
    flip: tuple[int, ...] = ()
    """Enclosed regions, by their place in the list, to decide the other way."""
    crop: bool = False
    margin_frac: float = 0.0
    """Margin left around the foreground when cropping, as a share of its longer side."""
    size_px: int | None = None
    """Longer side of the result; None keeps it."""
    background: Color | Backdrop | None = None
    """A colour or a picture behind the cut-out; None leaves it transparent."""

    def finish_options(self) -> FinishOptions:
        """The steps after the cut."""
        return FinishOptions(
            output=self.output,
            crop=self.crop,
            margin_frac=self.margin_frac,
            size_px=self.size_px,
            background=self.background,
        )


@dataclass(frozen=True, slots=True)
class MockupSpec:
    """A picture of a placement."""

    placement: PlacementSpec
    size_px: int
    background: Color | None = None
    """Ground; None is a light studio gray."""


@dataclass(frozen=True, slots=True)
class BannerOrder:
    """One file of a roster banner."""

    spec: BannerSpec
    """What is printed: sorting and privacy are applied already."""
    template: str
    format: BannerFormat
    max_megapixels: float = 100.0
    """Of a PNG."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A stored file, as the API shows it."""

    id: str
    role: str
    url: str
    content_type: str
    width: float
    height: float
    dpi: float | None
    bytes: int
    sha256: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class DeploymentStatus:
    """What a deployment says of itself when asked."""

    name: str
    ok: bool
    detail: Mapping[str, Any] = field(default_factory=dict)
