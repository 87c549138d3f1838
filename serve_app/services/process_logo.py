"""`/process-logo/optimized`: a logo as a print shop wants it, and everything that is to be known of it."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from imaging.codec.svg import probe_logo
from serve_app.artwork import LogoOutput, LogoSpec, PrintFix, Variant
from serve_app.domain import Enclosed, Encoded, EncodeSpec, ImageFormat
from serve_app.services.logo_studio import LogoStudio, Master, Prepared
from serve_app.services.made_files import MadeFiles, gathered
from serve_app.services.work import Weight

USUAL_IN = 10.0
"""Longer side of a full-front print on an adult shirt: the size of vector files when none is asked for."""


@dataclass(frozen=True, slots=True)
class LogoOrder:
    """What the client asks."""

    data: bytes
    outputs: tuple[LogoOutput, ...] = ("png", "svg", "pdf")
    variants: tuple[Variant, ...] = ()
    max_colors: int | None = None
    enclosed: Enclosed = "auto"
    flip: tuple[int, ...] = ()
    """Enclosed regions, by their place in the list, to decide the other way."""
    fixes: tuple[PrintFix, ...] = ()
    print_width_in: float | None = None
    """None leaves the pixels as they are."""
    dpi: float = 300.0
    remove_background: bool = True
    format: ImageFormat = "png"
    """Of the master."""


@dataclass(frozen=True, slots=True)
class ProcessLogoService:
    """The use case over its ports."""

    studio: LogoStudio

    async def weigh(self, order: LogoOrder) -> Weight:
        """The header and the size asked for. Raises `ImagingError`: the input is not acceptable."""
        header = await asyncio.to_thread(probe_logo, order.data, limits=self.studio.limits)
        wide = order.print_width_in * order.dpi if order.print_width_in else header.width
        made_mp = min(wide * wide * header.height / header.width / 1e6, self.studio.max_output_megapixels)
        held_mp = 2 * header.megapixels + made_mp * (1 + len(order.variants))
        return Weight(header.megapixels, held_mp)

    async def run(self, order: LogoOrder) -> MadeFiles:
        """Clean, enlarge, then every file at once.

        Raises:
            NoForegroundError: the logo is blank, or clear throughout.
            ImagingError: the input, or the size asked for, is not acceptable.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        header = await asyncio.to_thread(probe_logo, order.data, limits=self.studio.limits)
        return await self._make(order, width_in=_width_in(order, header.width, header.height))

    async def _make(self, order: LogoOrder, *, width_in: float) -> MadeFiles:
        spec = LogoSpec(max_colors=order.max_colors, fixes=order.fixes, width_in=width_in)
        logo = await self.studio.prepare(order, spec=spec)
        width_in = _width_in(order, logo.facts.width, logo.facts.height)
        master = self._master(order, logo, width_in=width_in)
        jobs = self._jobs(order, logo, master, width_in=width_in)
        # Of the logo before it was enlarged: pixels that were made up are no resolution.
        reporting = self.studio.engines.renderer.print_report(logo.image, width_in=width_in, dpi=order.dpi)
        (report, findings), *files = await asyncio.gather(reporting, *jobs.values())
        made = dict(zip(jobs, files, strict=True))
        main = made["master"] if "png" in order.outputs else made.pop("master")
        facts = {
            "variants": {name: made[name].report["done"] for name in order.variants},
            "print_report": report,
            "enlargement": {"route": master.plan.route, "reason": master.plan.reason},
        }
        notices = (*logo.notices, *master.notices, *findings)
        return gathered(made, main=main, report=facts, notices=notices)

    def _master(self, order: LogoOrder, logo: Prepared, *, width_in: float) -> Master:
        """The logo at the printed width that was asked for; else as it is, tagged with its own resolution."""
        width_px, height_px = logo.facts.width, logo.facts.height
        if not order.print_width_in:
            dpi = round(width_px / width_in, 2)
            return self.studio.enlarge(logo, width_px=width_px, height_px=height_px, dpi=dpi)
        width_px = max(1, round(order.print_width_in * order.dpi))
        height_px = max(1, round(width_px * logo.facts.height / logo.facts.width))
        return self.studio.enlarge(logo, width_px=width_px, height_px=height_px, dpi=order.dpi)

    def _jobs(
        self, order: LogoOrder, logo: Prepared, master: Master, *, width_in: float
    ) -> dict[str, Coroutine[Any, Any, Encoded]]:
        codec, renderer = self.studio.engines.codec, self.studio.engines.renderer
        png = EncodeSpec("png", dpi=master.plan.dpi)
        # The master is made in any case: it carries what was learnt on the way.
        jobs = {"master": codec.encode(master.image, spec=EncodeSpec(order.format, dpi=master.plan.dpi))}
        for kind in ("svg", "pdf"):
            if kind in order.outputs:
                jobs[kind] = renderer.draw_logo(logo.image, kind=kind, width_in=width_in)
        for variant in order.variants:
            jobs[variant] = codec.encode(renderer.logo_variant(master.image, variant=variant), spec=png)
        if "diff" in order.outputs:
            picture = renderer.compare(logo.original, logo.image)
            jobs["diff"] = codec.encode(picture, spec=EncodeSpec("png"))
        return jobs


def _width_in(order: LogoOrder, width_px: int, height_px: int) -> float:
    """Printed width of a logo of this shape."""
    return order.print_width_in or USUAL_IN * width_px / max(width_px, height_px)
