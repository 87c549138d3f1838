"""The logo that everything else is made from: off its ground, trimmed, large enough to print."""

from dataclasses import dataclass, replace

from configs.routes import DeviceRoutes
from imaging.errors import ImageTooLargeError
from serve_app.domain import CutSpec, ImageFacts, ImageRef, Notice, UpscalePlan
from serve_app.ports import Engines
from serve_app.services.remove_background import cut
from serve_app.services.sizing import SizeRequest, target_size
from serve_app.services.upscale import choose

PRINT_WIDTH_IN = 10.0
"""Longer side of a full-front print on an adult shirt."""
PRINT_DPI = 300.0
"""Resolution that print shops ask of transparent PNG for direct-to-garment printing."""
LEAST_DPI = 150.0
"""A logo that reaches this at `PRINT_WIDTH_IN` is printed as it is; a smaller one is enlarged."""


@dataclass(frozen=True, slots=True)
class LogoMaster:
    """The master, still on its way, and what the client should know of it."""

    image: ImageRef
    notices: tuple[Notice, ...]


async def make_master(
    engines: Engines, routes: DeviceRoutes, data: bytes, *, max_output_megapixels: float
) -> LogoMaster:
    """Cut off the ground, trim, enlarge when too small for print.

    Raises:
        ImagingError: the file cannot be decoded, or nothing stands out from its ground.
    """
    image = engines.codec.decode(data)
    facts = await engines.codec.inspect(image)
    spec = CutSpec(model=routes.segment.model)
    off_ground, notices = cut(engines, image, facts=facts, mode="auto", spec=spec)
    trimmed = engines.renderer.trim(off_ground)
    size = replace(await engines.codec.inspect(trimmed), kind=facts.kind, reason=facts.reason)
    if max(size.width, size.height) >= PRINT_WIDTH_IN * LEAST_DPI:
        return LogoMaster(trimmed, notices)
    try:
        plan, more = _plan(routes, size, max_output_megapixels=max_output_megapixels)
    except ImageTooLargeError as error:
        notice = Notice("logo_not_enlarged", str(error), "Send a larger logo for sharper prints.")
        return LogoMaster(trimmed, (*notices, notice))
    return LogoMaster(engines.upscaler.upscale(trimmed, plan=plan), notices + more)


def _plan(
    routes: DeviceRoutes, size: ImageFacts, *, max_output_megapixels: float
) -> tuple[UpscalePlan, tuple[Notice, ...]]:
    """How to bring a trimmed logo to print size; raises `ImageTooLargeError` when the network cannot."""
    longer_px = round(PRINT_WIDTH_IN * PRINT_DPI)
    wide = size.width >= size.height
    request = SizeRequest(
        width=longer_px if wide else None, height=None if wide else longer_px, dpi=PRINT_DPI
    )
    target = target_size(request, width=size.width, height=size.height, max_megapixels=max_output_megapixels)
    choice = choose(routes.upscale, facts=size, asked="auto", target=target)
    plan = UpscalePlan(choice.model, target.width_px, target.height_px, PRINT_DPI, choice.as_route())
    return plan, choice.notices
