"""From the file of a logo to its master: off its ground, cleaned, trimmed, at the size it is to be printed.

`/process-logo/optimized`, `/place-logo` and the asset pack all start here.
"""

from dataclasses import dataclass, replace
from typing import Protocol

from configs.routes import DeviceRoutes
from imaging.codec.header import DecodeLimits
from imaging.errors import ImageTooLargeError
from serve_app.artwork import EnlargePlan, EnlargeRoute, LogoFacts, LogoSpec, is_faithful
from serve_app.domain import CutSpec, Enclosed, ImageFacts, ImageRef, Notice, UpscalePlan
from serve_app.errors import TooLargeForNowError
from serve_app.ports import Engines
from serve_app.services.remove_background import cut
from serve_app.services.sizing import Target
from serve_app.services.upscale import NOW, Patience, choose

SOFT_SHARE = 0.01
"""Share of glows and shadows from which flat colours do not make the logo."""

PHOTOGRAPHIC = Notice(
    code="photographic_logo",
    message="The logo looks like a photograph, so a network cut it out.",
    fix="Send drawn artwork on one flat colour, or as a transparent PNG or SVG.",
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A cleaned logo, still where it was cleaned, and what was learnt of it."""

    original: ImageRef
    """The logo as it was sent, decoded."""
    image: ImageRef
    facts: LogoFacts
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Master:
    """A logo at its size."""

    image: ImageRef
    plan: EnlargePlan
    notices: tuple[Notice, ...]


class Cleaning(Protocol):
    """What an order says of the clean-up."""

    @property
    def data(self) -> bytes: ...  # noqa: D102 - the type says it
    @property
    def enclosed(self) -> Enclosed: ...  # noqa: D102 - the type says it
    @property
    def flip(self) -> tuple[int, ...]: ...  # noqa: D102 - the type says it
    @property
    def remove_background(self) -> bool: ...  # noqa: D102 - the type says it


@dataclass(frozen=True, slots=True)
class LogoStudio:
    """The first steps of every use case about logos."""

    engines: Engines
    routes: DeviceRoutes
    limits: DecodeLimits
    max_output_megapixels: float
    patience: Patience = NOW

    async def prepare(self, order: Cleaning, *, spec: LogoSpec) -> Prepared:
        """Decode, cut off the ground, clean.

        Raises:
            ImagingError: the file cannot be decoded, or nothing stands out from its ground.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        original = self.engines.codec.decode_logo(order.data)
        image, notices = (
            await self._off_ground(original, order) if order.remove_background else (original, ())
        )
        cleaned = self.engines.renderer.clean_logo(image, spec=spec)
        facts = await self.engines.renderer.logo_facts(cleaned)
        return Prepared(original, cleaned, facts, notices)

    async def ready(self, order: Cleaning, *, longest_px: int) -> tuple[ImageRef, tuple[Notice, ...]]:
        """Decode and cut off the ground, for uses that are small: cleaned no larger, drawn not at all.

        What brings its own transparency is not cleaned: what the clean-up mends is lost in the shrinking.

        Args:
            order: See `Cleaning`.
            longest_px: Longer side of what is cleaned, at most.

        Raises as `prepare`; what is broken may only be found where the reference is used.
        """
        original = self.engines.codec.decode_logo(order.data)
        if not order.remove_background:
            return original, ()
        facts = await self.engines.codec.inspect(original)
        if facts.has_alpha:
            return original, ()
        image, notices = self._cut(original, facts, order)
        spec = LogoSpec(draw=False, longest_px=longest_px)
        return self.engines.renderer.clean_logo(image, spec=spec), notices

    async def _off_ground(self, image: ImageRef, order: Cleaning) -> tuple[ImageRef, tuple[Notice, ...]]:
        return self._cut(image, await self.engines.codec.inspect(image), order)

    def _cut(
        self, image: ImageRef, facts: ImageFacts, order: Cleaning
    ) -> tuple[ImageRef, tuple[Notice, ...]]:
        spec = CutSpec(model=self.routes.segment.model, enclosed=order.enclosed, flip=order.flip)
        result, notices = cut(self.engines, image, facts=facts, mode="auto", spec=spec)
        by_network = facts.ground is None or facts.kind == "photo"
        return result, (PHOTOGRAPHIC,) if by_network and not facts.has_alpha else notices

    def enlarge(self, logo: Prepared, *, width_px: int, height_px: int, dpi: float) -> Master:
        """Start bringing a clean logo to an exact size, by whatever keeps it faithful.

        Raises:
            ImageTooLargeError: the result would have more megapixels than the service makes.
        """
        if width_px * height_px > self.max_output_megapixels * 1e6:
            raise ImageTooLargeError(
                f"The logo would be {width_px}x{height_px} px; at most {self.max_output_megapixels:g} "
                "megapixels are made."
            )
        plan = choose_route(logo.facts, width_px=width_px, height_px=height_px, dpi=dpi)
        if plan.route == "network":
            return self._by_network(logo, plan)
        return Master(self.engines.renderer.enlarge_logo(logo.image, plan=plan), plan, ())

    def _by_network(self, logo: Prepared, plan: EnlargePlan) -> Master:
        facts = logo.facts
        photo = facts.kind == "photographic"
        look = ImageFacts(
            width=facts.width,
            height=facts.height,
            has_alpha=True,
            kind="photo" if photo else "graphic",
            reason=plan.reason,
            ground=None,
        )
        scale = max(plan.width_px / facts.width, plan.height_px / facts.height)
        target = Target(plan.width_px, plan.height_px, plan.dpi, scale, distorted=False)
        try:
            choice = choose(
                self.routes.upscale, facts=look, asked="auto", target=target, patience=self.patience
            )
        except (ImageTooLargeError, TooLargeForNowError) as error:
            plain = replace(plan, route="resampled", reason=str(error))
            return Master(self.engines.renderer.enlarge_logo(logo.image, plan=plain), plain, ())
        order = UpscalePlan(choice.model, plan.width_px, plan.height_px, plan.dpi, choice.as_route())
        return Master(self.engines.upscaler.upscale(logo.image, plan=order), plan, choice.notices)


def choose_route(facts: LogoFacts, *, width_px: int, height_px: int, dpi: float) -> EnlargePlan:
    """How a clean logo gets to a size: as it is, from its drawing, as flat colours, or by a network.

    The drawing goes first where it shows the logo so well that it can stand for it at any size; flat artwork
    that is too fine to be drawn keeps its exact colours; only soft or photographic artwork needs a network.
    """
    route, reason = _route(facts, width_px=width_px, height_px=height_px)
    return EnlargePlan(route, width_px, height_px, dpi, reason)


def _route(facts: LogoFacts, *, width_px: int, height_px: int) -> tuple[EnlargeRoute, str]:
    if (width_px, height_px) == (facts.width, facts.height):
        return "as_it_is", "it has this size"
    if width_px <= facts.width and height_px <= facts.height:
        return "resampled", "it is larger than this size"
    score = facts.score
    if score is not None and is_faithful(score):
        return "vector", f"its drawing shows it exactly enough (SSIM {score.ssim:.3f})"
    if facts.kind == "flat" and facts.semi_share < SOFT_SHARE:
        return "flat", "its colours are flat, and too fine to be drawn exactly"
    return "network", "it has glows or shadows" if facts.kind == "flat" else f"it is {facts.kind}"
