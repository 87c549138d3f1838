"""`/remove-background`: the subject of a photo, or a logo without its ground."""

import asyncio
from dataclasses import dataclass, replace

from configs.routes import SegmentRoute
from imaging.codec.header import DecodeLimits, probe
from imaging.finish import Backdrop
from serve_app.domain import (
    CutMode,
    CutSpec,
    Encoded,
    EncodeSpec,
    ImageFacts,
    ImageFormat,
    ImageRef,
    Notice,
)
from serve_app.errors import FieldError, InvalidFieldsError
from serve_app.ports import Engines
from serve_app.services.made_files import MadeFiles, single
from serve_app.services.work import Weight

NO_GROUND = Notice(
    code="no_uniform_ground",
    message="The logo stands on no single colour, so a network looked for it.",
    fix="Send the logo on one flat colour, or as a transparent PNG.",
)

BACKGROUND_IGNORED = Notice(
    code="background_ignored",
    message="A mask has nothing behind it: the background was left out.",
    fix="Ask for output=cutout, or send no background.",
)


@dataclass(frozen=True, slots=True)
class CutOrder:
    """What the client asks."""

    data: bytes
    spec: CutSpec
    mode: CutMode = "auto"
    backdrop: bytes | None = None
    """A picture to lay the cut-out on, as a file; goes before the spec's background."""
    format: ImageFormat = "png"
    quality: int = 90


@dataclass(frozen=True, slots=True)
class RemoveBackgroundService:
    """The use case over its ports."""

    engines: Engines
    route: SegmentRoute
    limits: DecodeLimits

    def network(self, asked: str | None) -> str:
        """The segmentation network to use.

        Raises:
            InvalidFieldsError: the one asked for is not among those that this service runs.
        """
        if asked is None:
            return self.route.model
        if asked not in self.route.names:
            names = ", ".join(self.route.names)
            problem = FieldError("model", f"not one of {names}")
            raise InvalidFieldsError(f"The segmentation models are {names}.", (problem,))
        return asked

    async def weigh(self, order: CutOrder) -> Weight:
        """The header. Raises `ImagingError`: the input is not acceptable."""
        header = await asyncio.to_thread(probe, order.data, limits=self.limits)
        return Weight(header.megapixels, 2 * header.megapixels)

    async def run(self, order: CutOrder) -> MadeFiles:
        """Look, cut, file.

        Raises:
            NoForegroundError: nothing stands out from the background.
            ImagingError: the input, or the picture behind it, is not acceptable.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        return single(order.spec.output, await self._cut(order))

    async def _cut(self, order: CutOrder) -> Encoded:
        spec = await self._with_backdrop(order)
        image = self.engines.codec.decode(order.data)
        facts = await self.engines.codec.inspect(image)
        result, notices = cut(self.engines, image, facts=facts, mode=order.mode, spec=spec)
        file = await self.engines.codec.encode(result, spec=EncodeSpec(order.format, order.quality))
        if order.spec.output == "mask" and (order.backdrop or order.spec.background):
            notices += (BACKGROUND_IGNORED,)
        return replace(file, notices=file.notices + notices)

    async def _with_backdrop(self, order: CutOrder) -> CutSpec:
        if order.backdrop is None or order.spec.output == "mask":
            return order.spec
        backdrop = Backdrop(order.backdrop, self.limits)
        await asyncio.to_thread(backdrop.check)
        return replace(order.spec, background=backdrop)


def cut(
    engines: Engines, image: ImageRef, *, facts: ImageFacts, mode: CutMode, spec: CutSpec
) -> tuple[ImageRef, tuple[Notice, ...]]:
    """Start the cut that suits the image.

    Transparency that the image brings is respected unless `mode` is `photo`. A logo on one ground colour is
    keyed; everything else goes through the network.
    """
    if facts.has_alpha and mode != "photo":
        return engines.renderer.key_logo(image, spec=spec), ()
    wants_key = mode == "logo" or (mode == "auto" and facts.kind == "graphic")
    if wants_key and facts.ground is not None:
        return engines.renderer.key_logo(image, spec=spec), ()
    return engines.segmenter.cut_out(image, spec=spec), (NO_GROUND,) if mode == "logo" else ()
