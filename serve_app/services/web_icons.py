"""`/generate-web-assets`: what a site needs of a logo, from the icon in a tab to the social card."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imaging.codec.svg import probe_logo
from imaging.color import parse_color, to_hex
from imaging.web.bundle import bundle
from imaging.web.head import HEAD, OG_FILE, head_html
from imaging.web.icons_check import check_texts
from imaging.web.icons_mark import REFERENCE_PX, WORK_PX
from imaging.web.manifest import MANIFEST, Site, site_manifest
from serve_app.artwork import LogoSpec, WebIconOrder, WebIconPart
from serve_app.domain import Enclosed, Encoded, IconFiles, ImageRef, Notice
from serve_app.services.logo_studio import LogoStudio
from serve_app.services.made_files import MadeFiles
from serve_app.services.work import Weight

__all__ = ["WebAssetsOrder", "WebIconOrder", "WebIconsService"]

PARTS: tuple[WebIconPart, ...] = ("small", "large", "cards")
ZIP = "zip"
ROLES = {OG_FILE: "og-image"}
"""Roles that are not the file's name."""
MADE_MEGAPIXELS = 8.0
"""Both cards, the icons, and three copies of the logo at `WORK_PX`."""
NO_BASE_URL = Notice(
    code="og_image_relative",
    message="Social networks take a picture by its whole address only, and `base_url` was not given.",
    fix="Send `base_url`, or put the site's address before the path in `og:image`.",
)


@dataclass(frozen=True, slots=True)
class WebAssetsOrder:
    """What the client asks."""

    data: bytes
    icons: WebIconOrder
    enclosed: Enclosed = "auto"
    flip: tuple[int, ...] = ()
    remove_background: bool = True


@dataclass(frozen=True, slots=True)
class WebIconsService:
    """The use case over its ports."""

    studio: LogoStudio

    async def weigh(self, order: WebAssetsOrder) -> Weight:
        """The header. Raises `ImagingError`: the input is not acceptable."""
        header = await asyncio.to_thread(probe_logo, order.data, limits=self.studio.limits)
        return Weight(header.megapixels, 2 * header.megapixels + MADE_MEGAPIXELS)

    async def run(self, order: WebAssetsOrder) -> MadeFiles:
        """Take the logo off its ground, then everything of it.

        Raises:
            NoForegroundError: the logo is blank, or clear throughout.
            ImagingError: the input is not acceptable.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        header = await asyncio.to_thread(probe_logo, order.data, limits=self.studio.limits)
        if max(header.width, header.height) < REFERENCE_PX:
            logo, notices = await self._enlarged(order)
        else:
            logo, notices = await self.studio.ready(order, longest_px=WORK_PX)
        return await self.make(logo, order=order.icons, notices=notices)

    async def _enlarged(self, order: WebAssetsOrder) -> tuple[ImageRef, tuple[Notice, ...]]:
        """A small logo by whatever enlarges it faithfully: its drawing, its flat colours, a network."""
        logo = await self.studio.prepare(order, spec=LogoSpec())
        scale = WORK_PX / max(logo.facts.width, logo.facts.height)
        size = [max(1, round(side * scale)) for side in (logo.facts.width, logo.facts.height)]
        master = self.studio.enlarge(logo, width_px=size[0], height_px=size[1], dpi=72.0)
        return master.image, (*logo.notices, *master.notices)

    async def make(
        self, logo: ImageRef, *, order: WebIconOrder, notices: tuple[Notice, ...] = ()
    ) -> MadeFiles:
        """Everything of a clean logo on transparency: three calls that replicas take at once.

        Args:
            logo: The logo; from its drawing where it brings a faithful one.
            order: See `WebIconOrder`.
            notices: What was found before.

        Raises:
            NoForegroundError: nothing of it shows.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        renderer = self.studio.engines.renderer
        made = await asyncio.gather(*(renderer.web_icons(logo, order=order, part=part) for part in PARTS))
        return await asyncio.to_thread(gathered_files, made, order, notices)


def gathered_files(made: list[IconFiles], order: WebIconOrder, notices: tuple[Notice, ...]) -> MadeFiles:
    """Manifest, head and archive of the files, and what is to be told."""
    report: dict[str, Any] = {key: value for part in made for key, value in part.report.items()}
    site = _site(order, report)
    files = {name: file for part in made for name, file in part.files.items()}
    files[MANIFEST] = Encoded(site_manifest(site), "application/manifest+json", 0, 0, None)
    files[HEAD] = Encoded(head_html(site), "text/html", 0, 0, None)
    data = {name: file.data for name, file in files.items()}
    pictures = [entry for part in made for entry in part.report["checks"]]
    checks = [*pictures, *check_texts(data, site=site)]
    files[ZIP] = Encoded(bundle(data), "application/zip", 0, 0, None)
    told = (*notices, *(notice for part in made for notice in part.notices))
    told += () if order.base_url else (NO_BASE_URL,)
    facts = {
        **report,
        "checks": {"ok": all(entry["ok"] for entry in checks), "files": checks},
        "head_html": data[HEAD].decode(),
        "theme_color": to_hex(site.theme_color),
        "background_color": to_hex(site.background_color),
    }
    times = {name: value for part in made for name, value in part.timings_ms.items()}
    roles = {ROLES.get(name, name): file for name, file in files.items()}
    return MadeFiles(roles, facts, tuple(dict.fromkeys(told)), None, times)


def _site(order: WebIconOrder, report: Mapping[str, Any]) -> Site:
    """The site, with the colours that were chosen where none were given."""
    theme = order.theme_color or parse_color(report["colors"][0])
    return Site(
        name=order.name,
        short_name=order.short_name,
        theme_color=theme,
        background_color=order.background_color or parse_color(report["plate"]["color"]),
        base_url=order.base_url,
        description=order.description,
        display=order.display,
    )
