"""`/place-logo`: a logo on a garment, as a picture to look at and as the file to print from."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from typing import Any

from imaging.codec.svg import probe_logo
from imaging.types import Color
from serve_app.artwork import LogoSpec, PlacementFit, PlacementSpec, PlaceOutput, PrintPart, PrintSpec
from serve_app.domain import Enclosed, Encoded, EncodeSpec, ImageFormat, MockupSpec, Notice
from serve_app.services.garment_color import best_ground
from serve_app.services.logo_studio import LogoStudio, Master, Prepared
from serve_app.services.made_files import MadeFiles, gathered
from serve_app.services.work import Weight

SHOWN_DPI = 150.0
"""Of the artwork on a mock-up: twice what the largest mock-up shows of it."""
LEAST_DPI = 150.0
"""Under this a print looks soft from an arm's length."""


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """What the client asks."""

    data: bytes
    placement: PlacementSpec
    color: Color | None = None
    """Of the garment; None takes the common colour on which the logo shows best."""
    outputs: tuple[PlaceOutput, ...] = ("mockup", "print")
    printing: PrintSpec = field(default_factory=PrintSpec)
    enclosed: Enclosed = "auto"
    flip: tuple[int, ...] = ()
    remove_background: bool = True
    mockup_px: int = 2000
    background: Color | None = None
    format: ImageFormat = "jpeg"
    """Of the mock-up."""
    quality: int = 90


@dataclass(frozen=True, slots=True)
class PlaceLogoService:
    """The use case over its ports."""

    studio: LogoStudio

    async def weigh(self, order: PlaceOrder) -> Weight:
        """The header and the zones that are printed.

        Raises:
            GarmentError: no such garment, side or zone, or a placement that cannot be (each by its class).
            ImagingError: the input is not acceptable.
            OverloadedError, UnavailableError: the Renderer, which knows the garments, does not answer.
        """
        header = await asyncio.to_thread(probe_logo, order.data, limits=self.studio.limits)
        fit = await self.studio.engines.renderer.fit(order.placement, size_px=(header.width, header.height))
        zone_mp = fit.zone_in[0] * fit.zone_in[1] * order.printing.dpi**2 / 1e6
        made_mp = 2 * zone_mp * len(_parts(order.placement)) if _prints(order) else 0.0
        return Weight(header.megapixels, 2 * header.megapixels + made_mp + order.mockup_px**2 / 1e6)

    async def run(self, order: PlaceOrder) -> MadeFiles:
        """Prepare the logo, see where it goes, enlarge it for that; picture and print share one placement.

        Raises:
            GarmentError: a placement that cannot be (each by its class).
            NoForegroundError: the logo is blank, or clear throughout.
            ImagingError: the input, or the size asked for, is not acceptable.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        logo = await self.studio.prepare(order, spec=LogoSpec())
        placement = replace(order.placement, color=order.color or best_ground(logo.facts.palette))
        size_px = (logo.facts.width, logo.facts.height)
        fit = await self.studio.engines.renderer.fit(placement, size_px=size_px)
        master = self._master(order, logo, fit)
        jobs = self._jobs(order, master, placement)
        files = dict(zip(jobs, await asyncio.gather(*jobs.values()), strict=True))
        own_dpi = logo.facts.width / fit.width_in
        facts = {
            "effective_dpi": round(own_dpi, 1),
            "enlargement": {"route": master.plan.route, "reason": master.plan.reason},
        }
        notices = _notices(logo, master, own_dpi=own_dpi)
        return gathered(files, main=next(iter(files.values())), report=facts, notices=notices)

    def _master(self, order: PlaceOrder, logo: Prepared, fit: PlacementFit) -> Master:
        """The logo with as many pixels as its use needs: never fewer than it has."""
        dpi = order.printing.dpi if _prints(order) else SHOWN_DPI
        width_px = max(logo.facts.width, round(fit.width_in * dpi))
        height_px = max(1, round(width_px * logo.facts.height / logo.facts.width))
        return self.studio.enlarge(logo, width_px=width_px, height_px=height_px, dpi=dpi)

    def _jobs(
        self, order: PlaceOrder, master: Master, placement: PlacementSpec
    ) -> dict[str, Coroutine[Any, Any, Encoded]]:
        codec, renderer = self.studio.engines.codec, self.studio.engines.renderer
        artwork = renderer.dress(master.image, spec=placement)
        jobs: dict[str, Coroutine[Any, Any, Encoded]] = {}
        if "mockup" in order.outputs:
            spec = MockupSpec(placement, size_px=order.mockup_px, background=order.background)
            encoding = EncodeSpec(order.format, order.quality)
            jobs["mockup"] = codec.encode(renderer.mock_up(artwork, spec=spec), spec=encoding)
        for part in _parts(placement) if _prints(order) else ():
            printed = renderer.print_file(artwork, placement=placement, spec=order.printing, part=part)
            suffix = "" if part == "logo" else f"_{part}"
            if "print" in order.outputs:
                encoding = EncodeSpec("png", dpi=order.printing.dpi)
                jobs[f"print{suffix}"] = codec.encode(printed, spec=encoding)
            if "print_pdf" in order.outputs:
                jobs[f"print_pdf{suffix}"] = renderer.print_pdf(printed)
        return jobs


def _parts(placement: PlacementSpec) -> tuple[PrintPart, ...]:
    """What is printed, each part in a zone and a file of its own."""
    texts: tuple[tuple[PrintPart, str], ...] = (("name", placement.name), ("number", placement.number))
    return ("logo", *(part for part, text in texts if text))


def _prints(order: PlaceOrder) -> bool:
    return "print" in order.outputs or "print_pdf" in order.outputs


def _notices(logo: Prepared, master: Master, *, own_dpi: float) -> tuple[Notice, ...]:
    notices = (*logo.notices, *master.notices)
    scalable = master.plan.route in ("vector", "flat")
    return notices if scalable or own_dpi >= LEAST_DPI else (*notices, _low_resolution(own_dpi))


def _low_resolution(dpi: float) -> Notice:
    return Notice(
        code="low_resolution",
        message=f"The logo has {dpi:.0f} pixels an inch at this size; a print wants {LEAST_DPI:g}.",
        fix="Send a larger file or an SVG, or print it smaller (width_in).",
    )
