"""The Renderer deployment: logo work, mock-ups and banners, on CPU."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from imaging.color import dominant_colors, to_hex
from imaging.garment.load import load_garment
from imaging.garment.mockup import render_mockup
from imaging.logo.trim import trim
from serve_app.args import RendererArgs
from serve_app.deployments.banners import Banners
from serve_app.deployments.keyed import cut_logo
from serve_app.deployments.workers import Workers
from serve_app.domain import BannerOrder, CutSpec, Encoded, MockupSpec, Notice, Staged
from serve_app.errors import NotFoundError
from serve_app.telemetry import LOG, Stopwatch

PALETTE_COLORS = 6
WHOLE_ALPHA = 255


class RendererDeployment:
    """Draws in threads; garments and banner templates are read once, when the replica starts."""

    def __init__(self, args: RendererArgs, *, configs_dir: str) -> None:
        configs = Path(configs_dir)
        self._workers = Workers(args.threads, name="renderer")
        folders = sorted(path.parent for path in (configs / "garments").glob("*/garment.yaml"))
        self._garments = {garment.id: garment for garment in map(load_garment, folders)}
        self._banners = Banners(configs / "banners")
        LOG.info("Renderer: garments %s, banners %s", list(self._garments), self._banners.names)

    async def key_logo(self, image: Staged, spec: CutSpec) -> Staged:
        """Key the ground colour out; raises `NoForegroundError`."""
        watch = Stopwatch()
        with watch("key"):
            pixels, foreground, notices = await self._workers.run(cut_logo, image.pixels, spec)
        report = {"foreground": foreground}
        return image.then(pixels, timings_ms=watch.times_ms, report=report, notices=notices)

    async def trim(self, image: Staged) -> Staged:
        """Cut the clear margin off; raises `NoForegroundError`."""
        return image.then(await self._workers.run(trim, image.pixels))

    async def palette(self, artwork: Staged) -> list[tuple[str, float]]:
        """Main colours as (hex, share), largest share first."""
        swatches = await self._workers.run(dominant_colors, artwork.pixels, PALETTE_COLORS)
        return [(to_hex(swatch.color), round(swatch.coverage, 4)) for swatch in swatches]

    async def mock_up(self, artwork: Staged, spec: MockupSpec) -> Staged:
        """Place artwork on a garment; raises `NotFoundError` and the errors of `imaging.garment`."""
        garment = self._garments.get(spec.garment)
        if garment is None:
            raise NotFoundError(f"There is no garment {spec.garment!r}.")
        watch = Stopwatch()
        with watch("mock_up"):
            mockup = await self._workers.run(
                render_mockup,
                garment,
                side=spec.side,
                artwork=_with_alpha(artwork),
                color=spec.color,
                zone=spec.zone,
                width_in=spec.width_in,
                size_px=spec.size_px,
            )
        notices = (_LOW_CONTRAST,) if mockup.placement.low_contrast else ()
        result = Staged(mockup.pixels, timings_ms=watch.times_ms, notices=notices)
        return result.then(mockup.pixels, report={"placement": asdict(mockup.placement)})

    async def banner(self, logo: Staged | None, order: BannerOrder) -> Encoded:
        """Lay a banner out; raises the errors of `imaging.banner`."""
        watch = Stopwatch()
        artwork = None if logo is None else _with_alpha(logo)
        with watch("banner"):
            file = await self._workers.run(self._banners.draw, order, artwork)
        return replace(file, timings_ms=watch.times_ms)

    async def describe(self) -> dict[str, Any]:
        """What this replica says in `/health`."""
        return {"device": "cpu", "garments": sorted(self._garments), "banners": list(self._banners.names)}

    async def check_health(self) -> None:
        """Called by Serve; raises when no thread gets free."""
        await self._workers.ping()


_LOW_CONTRAST = Notice(
    code="low_contrast",
    message="The logo's edge hardly differs from the garment's colour.",
    fix="Choose another garment_color, or send a logo with an outline.",
)


def _with_alpha(image: Staged) -> Any:
    pixels = image.pixels
    if pixels.shape[2] == 4:  # noqa: PLR2004 - channels
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], WHOLE_ALPHA, np.uint8)])
