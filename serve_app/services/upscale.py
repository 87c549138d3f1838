"""`/upscale`: any image to a size, through the network that suits it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from configs.routes import UpscaleRoute, UpscaleRoutes
from imaging.codec.header import DecodeLimits, Header, probe
from imaging.errors import ImageTooLargeError
from serve_app.domain import Encoded, EncodeSpec, ImageFacts, ImageFormat, Notice, UpscalePlan
from serve_app.errors import TooLargeForNowError
from serve_app.ports import Engines
from serve_app.services.made_files import MadeFiles, single
from serve_app.services.sizing import SOFT_OVER_SCALE, SizeRequest, Target, target_size
from serve_app.services.work import Weight

Kind = Literal["photo", "graphic"]


@dataclass(frozen=True, slots=True)
class Patience:
    """How much larger than for a request an image may be, for a network that takes its time."""

    here: float
    """Of what works now."""
    elsewhere: float
    """Of what a job may do instead; the same where this is a job."""


NOW = Patience(1.0, 1.0)
"""A request, where there are no jobs."""


@dataclass(frozen=True, slots=True)
class UpscaleOrder:
    """What the client asks."""

    data: bytes
    size: SizeRequest
    model: Literal["auto", "photo", "graphic"] = "auto"
    format: ImageFormat = "png"
    quality: int = 90


@dataclass(frozen=True, slots=True)
class Choice:
    """A network and the reason for it."""

    model: str
    kind: Kind
    reason: str
    notices: tuple[Notice, ...] = ()

    def as_route(self) -> Mapping[str, str]:
        """The `route` of the answer."""
        return {"model": self.model, "kind": self.kind, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class UpscaleService:
    """The use case over its ports."""

    engines: Engines
    routes: UpscaleRoutes
    limits: DecodeLimits
    max_output_megapixels: float
    patience: Patience = NOW

    async def weigh(self, order: UpscaleOrder) -> Weight:
        """Header and size.

        Raises:
            ImagingError: the input or the size asked for is not acceptable (each case by its own class).
        """
        header, target = await self._measure(order)
        made_mp = target.width_px * target.height_px / 1e6
        return Weight(header.megapixels, header.megapixels + made_mp)

    async def run(self, order: UpscaleOrder) -> MadeFiles:
        """Header, size, look, route, network, file.

        Raises:
            ImagingError: the input or the size asked for is not acceptable (each case by its own class).
            TooLargeForNowError: the network would take too long for a request; a job may ask for it.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        _, target = await self._measure(order)
        return single("upscaled", await self._enlarge(order, target))

    async def _measure(self, order: UpscaleOrder) -> tuple[Header, Target]:
        header = await asyncio.to_thread(probe, order.data, limits=self.limits)
        target = target_size(
            order.size, width=header.width, height=header.height, max_megapixels=self.max_output_megapixels
        )
        return header, target

    async def _enlarge(self, order: UpscaleOrder, target: Target) -> Encoded:
        image = self.engines.codec.decode(order.data)
        facts = await self.engines.codec.inspect(image)
        choice = choose(self.routes, facts=facts, asked=order.model, target=target, patience=self.patience)
        plan = UpscalePlan(
            model=choice.model,
            width_px=target.width_px,
            height_px=target.height_px,
            dpi=target.dpi,
            route=choice.as_route(),
        )
        result = self.engines.upscaler.upscale(image, plan=plan)
        file = await self.engines.codec.encode(
            result, spec=EncodeSpec(order.format, order.quality, target.dpi)
        )
        return replace(file, notices=file.notices + choice.notices + _notices(target))


def choose(
    routes: UpscaleRoutes,
    *,
    facts: ImageFacts,
    asked: Literal["auto", "photo", "graphic"],
    target: Target,
    patience: Patience = NOW,
) -> Choice:
    """Which network, and why.

    Raises:
        ImageTooLargeError: the image is more than the network takes at all.
        TooLargeForNowError: it is more than the network takes in one request, and a job may do it.
    """
    kind: Kind = facts.kind if asked == "auto" else asked
    route = routes.of(kind)
    reason = facts.reason if asked == "auto" else "as asked"
    megapixels = facts.width * facts.height / 1e6
    if target.scale <= 1 or megapixels <= route.max_megapixels * patience.here:
        return Choice(route.model, kind, reason)
    light = routes.graphic
    if asked == "auto" and kind == "photo" and megapixels <= light.max_megapixels * patience.here:
        return _lighter(route, light, reason=reason, megapixels=megapixels)
    most = route.max_megapixels * patience.elsewhere
    words = f"{route.model} takes at most {most:g} megapixels here, and this image has {megapixels:.2f}."
    raise TooLargeForNowError(words) if megapixels <= most else ImageTooLargeError(words)


def _lighter(heavy: UpscaleRoute, light: UpscaleRoute, *, reason: str, megapixels: float) -> Choice:
    notice = Notice(
        code="lighter_model",
        message=f"{heavy.model} takes at most {heavy.max_megapixels:g} megapixels in one request here; "
        f"this image has {megapixels:.2f}, so {light.model} was used.",
        fix="Ask for a job (Prefer: respond-async), send a smaller image, or run the service on a GPU.",
    )
    return Choice(light.model, "photo", f"{reason}; too large for {heavy.model} on this device", (notice,))


def _notices(target: Target) -> tuple[Notice, ...]:
    notices = []
    if target.scale > SOFT_OVER_SCALE:
        notices.append(
            Notice(
                code="soft_enlargement",
                message=f"Enlarged {target.scale:.1f} times; over {SOFT_OVER_SCALE:g} an image gets soft.",
                fix="Start from a larger file, or print smaller.",
            )
        )
    if target.distorted:
        notices.append(
            Notice(
                code="aspect_changed",
                message="Width and height were enlarged by different factors.",
                fix="Give only one of them to keep the proportions.",
            )
        )
    return tuple(notices)
