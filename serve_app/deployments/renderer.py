"""The Renderer deployment: logo work, mock-ups and banners, on CPU."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from imaging.sheet.spec import SheetSpec
from serve_app.args import RendererArgs
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
from serve_app.deployments import logos
from serve_app.deployments.banners import Banners
from serve_app.deployments.garments import Garments, page
from serve_app.deployments.ink_memo import InkMemo
from serve_app.deployments.keyed import cut_logo
from serve_app.deployments.sheets import Sheets
from serve_app.deployments.web_icons import WebIcons
from serve_app.deployments.workers import Workers
from serve_app.domain import BannerOrder, CutSpec, Encoded, IconFiles, MockupSpec, Staged
from serve_app.ports import Findings
from serve_app.telemetry import LOG, Stopwatch


class RendererDeployment:
    """Draws in threads; garments and banner templates are checked once, when the replica starts."""

    def __init__(self, args: RendererArgs, *, configs_dir: str, font_folders: tuple[str, ...] = ()) -> None:
        configs = Path(configs_dir)
        self._inks = InkMemo()
        self._workers = Workers(args.threads, name="renderer", when_idle=self._inks.clear)
        folders = tuple(map(Path, font_folders))
        self._banners = Banners(configs / "banners", folders)
        self._sheets = Sheets(configs / "sheets", folders)
        self._web_icons = WebIcons(configs / "web", folders)
        self._garments = Garments(configs / "garments", keep_sides=args.keep_sides, font_folders=folders)
        LOG.info("Renderer: garments %s, banners %s", self._garments.names, self._banners.names)

    async def key_logo(self, image: Staged, spec: CutSpec) -> Staged:
        """Key the ground colour out; raises `NoForegroundError`."""
        return await self._workers.run(cut_logo, image, spec)

    async def clean_logo(self, image: Staged, spec: LogoSpec) -> Staged:
        """Clean a cut-out logo and draw it as vectors; raises `NoForegroundError`."""
        return await self._workers.run(logos.clean, image, spec)

    async def open_logo(self, data: bytes, work: LogoWork) -> Staged:
        """Open a clean logo again."""
        return await self._workers.run(logos.reopen, data, work)

    async def logo_facts(self, logo: Staged) -> LogoFacts:
        """What decides how a clean logo is enlarged."""
        return await self._workers.run(logos.facts, logo)

    async def enlarge_logo(self, logo: Staged, plan: EnlargePlan) -> Staged:
        """Bring a clean logo to a size, without a network."""
        return await self._workers.run(logos.enlarge, logo, plan)

    async def draw_logo(self, logo: Staged, kind: VectorFormat, width_in: float) -> Encoded:
        """Write the drawing of a clean logo."""
        return await self._workers.run(logos.draw, logo, kind, width_in)

    async def logo_variant(self, logo: Staged, variant: Variant) -> Staged:
        """Make a variant of a clean logo."""
        return await self._workers.run(logos.variant, logo, variant, self._inks)

    async def print_report(self, logo: Staged, width_in: float, dpi: float) -> Findings:
        """What a print shop wants to know of a clean logo at a size."""
        return await self._workers.run(logos.report, logo, width_in, dpi)

    async def compare(self, before: Staged, after: Staged) -> Staged:
        """Draw two images side by side."""
        return await self._workers.run(logos.side_by_side, before, after)

    async def catalogue(self) -> dict[str, Any]:
        """What can be drawn, ready for JSON."""
        return {
            "garments": self._garments.describe(),
            "banner_templates": self._banners.describe(),
            "fonts": list(self._banners.fonts),
        }

    async def fit(self, placement: PlacementSpec, size_px: tuple[int, int]) -> PlacementFit:
        """How large artwork of this shape gets; raises `GarmentError`."""
        return await self._workers.run(self._garments.fit, placement, size_px=size_px)

    async def dress(self, artwork: Staged, placement: PlacementSpec) -> Staged:
        """Give artwork the outline that it needs on the garment."""
        return await self._workers.run(self._garments.dress, artwork, placement)

    async def mock_up(self, artwork: Staged, spec: MockupSpec) -> Staged:
        """Place artwork on a garment; raises `GarmentError`."""
        return await self._workers.run(self._garments.mock_up, artwork, spec)

    async def print_file(
        self, artwork: Staged, placement: PlacementSpec, spec: PrintSpec, part: PrintPart
    ) -> Staged:
        """Lay one part out as it is printed; raises `GarmentError`."""
        return await self._workers.run(self._garments.print_file, artwork, placement, spec, part)

    async def print_pdf(self, printed: Staged) -> Encoded:
        """Write a print file as a page of its exact size."""
        return await self._workers.run(page, printed)

    async def contact_sheet(self, spec: SheetSpec) -> Encoded:
        """Lay the files of a pack out on one page."""
        return await self._workers.run(self._sheets.draw, spec)

    async def web_icons(self, logo: Staged, order: WebIconOrder, part: WebIconPart) -> IconFiles:
        """Make one part of a site's files; raises `NoForegroundError`."""
        return await self._workers.run(self._web_icons.make, logo, order, part)

    async def banner(self, order: BannerOrder, names: tuple[str, ...], *images: Staged) -> Encoded:
        """Lay a banner out with these pictures, each with its name; raises the errors of `imaging.banner`."""
        watch = Stopwatch()
        pictures = dict(zip(names, images, strict=True))
        with watch("banner"):
            file = await self._workers.run(self._banners.draw, order, pictures)
        return replace(file, timings_ms=watch.times_ms)

    async def describe(self) -> dict[str, Any]:
        """What this replica says in `/health`."""
        return {
            "device": "cpu",
            "garments": list(self._garments.names),
            "banners": list(self._banners.names),
        }

    async def check_health(self) -> None:
        """Called by Serve; raises when no thread gets free."""
        await self._workers.ping()
