"""What the use cases need of the deployments."""

from collections.abc import Mapping
from typing import Any, Protocol

from imaging.sheet.spec import SheetSpec
from imaging.web.responsive.plan import WebSpec
from imaging.web.responsive.share import FileOrder
from serve_app.artwork import (
    EnlargePlan,
    LogoFacts,
    LogoSpec,
    LogoWork,
    PlacementFit,
    PlacementSpec,
    PrintPart,
    PrintSpec,
    Variant,
    VectorFormat,
    WebIconOrder,
    WebIconPart,
)
from serve_app.domain import (
    BannerOrder,
    CutSpec,
    DeploymentStatus,
    Encoded,
    EncodeSpec,
    IconFiles,
    ImageFacts,
    ImageRef,
    MockupSpec,
    Notice,
    UpscalePlan,
)
from serve_app.ports.web_images import LadderRef, WebFiles

Findings = tuple[Mapping[str, Any], tuple[Notice, ...]]
"""A report, ready for JSON, and what the client should look at."""


class Codec(Protocol):
    """Bytes to pixels and back, on CPU."""

    def decode(self, data: bytes) -> ImageRef:
        """Start decoding; a broken file raises where the reference is used (`imaging.errors`)."""
        ...

    def decode_logo(self, data: bytes) -> ImageRef:
        """Like `decode`, for files that may be SVG too."""
        ...

    async def inspect(self, image: ImageRef) -> ImageFacts:
        """Look at the pixels."""
        ...

    async def encode(self, image: ImageRef, *, spec: EncodeSpec) -> Encoded:
        """Write a file; waits for every stage before it."""
        ...

    async def thumbnail(self, data: bytes, *, longest_px: int) -> bytes:
        """A small picture of a PNG, JPEG, WebP or AVIF file: JPEG, or PNG where it is clear somewhere."""
        ...

    def web_ladder(self, data: bytes, *, spec: WebSpec) -> LadderRef:
        """Start decoding a file and making every size of a responsive set."""
        ...

    async def web_files(self, ladder: LadderRef, *, orders: tuple[FileOrder, ...], spec: WebSpec) -> WebFiles:
        """Write one group of files of a responsive set."""
        ...


class Upscaler(Protocol):
    """Super-resolution networks."""

    def upscale(self, image: ImageRef, *, plan: UpscalePlan) -> ImageRef:
        """Start upscaling to the plan's exact size."""
        ...


class Segmenter(Protocol):
    """Foreground networks."""

    def cut_out(self, image: ImageRef, *, spec: CutSpec) -> ImageRef:
        """Start cutting the subject of a photo out."""
        ...


class Renderer(Protocol):
    """Logo work, mock-ups and layout, on CPU."""

    def key_logo(self, image: ImageRef, *, spec: CutSpec) -> ImageRef:
        """Start keying a logo's ground colour out."""
        ...

    def clean_logo(self, image: ImageRef, *, spec: LogoSpec) -> ImageRef:
        """Start cleaning a cut-out logo: colours, specks, edges, margin; draw it as vectors."""
        ...

    def open_logo(self, data: bytes, *, work: LogoWork) -> ImageRef:
        """Start opening a clean logo again: its own file, and what was learnt of it."""
        ...

    async def logo_facts(self, logo: ImageRef) -> LogoFacts:
        """What decides how a clean logo is enlarged."""
        ...

    def enlarge_logo(self, logo: ImageRef, *, plan: EnlargePlan) -> ImageRef:
        """Start bringing a clean logo to a size, without a network."""
        ...

    async def draw_logo(self, logo: ImageRef, *, kind: VectorFormat, width_in: float) -> Encoded:
        """Write the drawing of a clean logo."""
        ...

    def logo_variant(self, logo: ImageRef, *, variant: Variant) -> ImageRef:
        """Start making a variant of a clean logo."""
        ...

    async def print_report(self, logo: ImageRef, *, width_in: float, dpi: float) -> Findings:
        """What a print shop wants to know of a clean logo at a size, and what to look at."""
        ...

    def compare(self, before: ImageRef, after: ImageRef) -> ImageRef:
        """Start drawing two images side by side."""
        ...

    async def catalogue(self) -> dict[str, Any]:
        """What can be drawn, ready for JSON: `garments`, `banner_templates`, `fonts`."""
        ...

    async def fit(self, placement: PlacementSpec, *, size_px: tuple[int, int]) -> PlacementFit:
        """How large artwork of this shape gets; raises `GarmentError`."""
        ...

    def dress(self, artwork: ImageRef, *, spec: PlacementSpec) -> ImageRef:
        """Start making artwork fit to be seen on the garment: an outline, where one is wanted."""
        ...

    def mock_up(self, artwork: ImageRef, *, spec: MockupSpec) -> ImageRef:
        """Start placing artwork on a garment."""
        ...

    def print_file(
        self, artwork: ImageRef, *, placement: PlacementSpec, spec: PrintSpec, part: PrintPart
    ) -> ImageRef:
        """Start laying one part out as it is printed: its zone, in exact inches."""
        ...

    async def print_pdf(self, printed: ImageRef) -> Encoded:
        """Write a print file as a page of its exact size."""
        ...

    async def contact_sheet(self, spec: SheetSpec) -> Encoded:
        """Lay the files of a pack out on one page, a PDF."""
        ...

    async def web_icons(self, logo: ImageRef, *, order: WebIconOrder, part: WebIconPart) -> IconFiles:
        """Make one part of a site's files of a clean logo, and open each again."""
        ...

    async def banner(self, pictures: Mapping[str, ImageRef], *, order: BannerOrder) -> Encoded:
        """Lay a roster banner out; raises `BannerSpecError`, `ImageTooLargeError`, `NotFoundError`.

        Args:
            pictures: By the place they go to: `logo`, `photo`, `league`, `sponsor_0`, `sponsor_1` ….
            order: Everything else.
        """
        ...


class Engines(Protocol):
    """All deployments behind the ingress."""

    @property
    def codec(self) -> Codec: ...  # noqa: D102 - the type says it
    @property
    def upscaler(self) -> Upscaler: ...  # noqa: D102 - the type says it
    @property
    def segmenter(self) -> Segmenter: ...  # noqa: D102 - the type says it
    @property
    def renderer(self) -> Renderer: ...  # noqa: D102 - the type says it

    async def status(self) -> list[DeploymentStatus]:
        """Ask every deployment how it is; one that does not answer in time is not ok."""
        ...
