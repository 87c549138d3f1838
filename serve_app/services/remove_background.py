"""`/remove-background`: the subject of a photo, or a logo without its ground."""

import asyncio
from dataclasses import dataclass, replace

from configs.routes import SegmentRoute
from imaging.codec.header import DecodeLimits, probe
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
from serve_app.ports import Engines

NO_GROUND = Notice(
    code="no_uniform_ground",
    message="The logo stands on no single colour, so a network looked for it.",
    fix="Send the logo on one flat colour, or as a transparent PNG.",
)


@dataclass(frozen=True, slots=True)
class CutOrder:
    """What the client asks."""

    data: bytes
    spec: CutSpec
    mode: CutMode = "auto"
    format: ImageFormat = "png"
    quality: int = 90


@dataclass(frozen=True, slots=True)
class RemoveBackgroundService:
    """The use case over its ports."""

    engines: Engines
    route: SegmentRoute
    limits: DecodeLimits

    async def run(self, order: CutOrder) -> Encoded:
        """Header, look, cut, file.

        Raises:
            NoForegroundError: nothing stands out from the background.
            ImagingError: the input is not acceptable.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        await asyncio.to_thread(probe, order.data, limits=self.limits)
        image = self.engines.codec.decode(order.data)
        facts = await self.engines.codec.inspect(image)
        spec = replace(order.spec, model=self.route.model)
        result, notices = cut(self.engines, image, facts=facts, mode=order.mode, spec=spec)
        file = await self.engines.codec.encode(result, spec=EncodeSpec(order.format, order.quality))
        return replace(file, notices=file.notices + notices)


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
