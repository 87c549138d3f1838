"""The deployments without Ray: the same classes in this process, with small stand-ins for the networks.

Decoding, keying, tiling, batching, drawing and encoding are the real ones; only the networks are not. Serve's
own part (processes, handles, backpressure) is tested in `tests/serve`.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from configs.settings import REPOSITORY
from imaging.codec.header import DecodeLimits
from imaging.sheet.spec import SheetSpec
from imaging.types import Pixels
from imaging.web.responsive.plan import WebSpec
from imaging.web.responsive.share import FileOrder
from models.base import EngineInfo, Task, TileRules
from serve_app.args import AppArgs, RendererArgs
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
from serve_app.deployments.codec import CodecDeployment
from serve_app.deployments.renderer import RendererDeployment
from serve_app.deployments.segmenter import SegmenterDeployment
from serve_app.deployments.upscaler import UpscalerDeployment
from serve_app.domain import (
    BannerOrder,
    CutSpec,
    DeploymentStatus,
    Encoded,
    EncodeSpec,
    IconFiles,
    ImageFacts,
    ImageRef,
    MockupSpec,
    Staged,
    UpscalePlan,
)
from serve_app.ports import Findings
from serve_app.ports.web_images import LadderRef, StagedLadder, WebFiles

PHOTO_MODEL, GRAPHIC_MODEL, SEGMENT_MODEL = "realesrgan-x4plus", "realesr-animevideov3", "u2net"


def info(name: str, *, task: Task, scale: int) -> EngineInfo:
    """A truthful description of a stand-in."""
    return EngineInfo(
        name=name,
        version="stand-in",
        task=task,
        scale=scale,
        channels=3,
        dtype="uint8",
        backend="opencv",
        device="cpu",
        licence="Apache-2.0",
        tile=TileRules(size_px=64, overlap_px=8, multiple_px=4),
        cost_tflop_per_mp=0.0,
    )


class CubicUpscaler:
    """Upscales four times by cubic interpolation."""

    def __init__(self, name: str, **_: Any) -> None:
        self.info = info(name, task="upscale", scale=4)

    def run(self, tiles: Sequence[Pixels]) -> list[Pixels]:
        """See `models.base.UpscaleEngine`."""
        return [cv2.resize(tile, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC) for tile in tiles]

    def release_memory(self) -> None:
        """See `models.base.UpscaleEngine`."""


class BrightnessSegmenter:
    """Takes what is far from the image's own corner colour for the subject."""

    def __init__(self, name: str, **_: Any) -> None:
        self.info = info(name, task="segment", scale=1)

    def prepare(self, image: Pixels) -> npt.NDArray[np.float32]:
        """See `models.base.SegmentEngine`."""
        small = cv2.resize(image, (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
        return np.moveaxis((small - small[0, 0]) / 255.0, 2, 0)

    def run(self, batch: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """See `models.base.SegmentEngine`."""
        return np.clip(np.abs(batch).max(axis=1) * 2.0, 0.0, 1.0)

    def release_memory(self) -> None:
        """See `models.base.SegmentEngine`."""


def _later(work: Coroutine[Any, Any, Any]) -> ImageRef:
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())  # the consumer raises it
    return ImageRef(task)


async def _now(image: ImageRef) -> Staged:
    return await cast("asyncio.Task[Staged]", image)


@cache
def _renderer(args: RendererArgs) -> RendererDeployment:
    """One for a process: reading the garments takes longer than most tests, and nothing changes them."""
    return RendererDeployment(args, configs_dir=str(REPOSITORY / "configs"))


class LocalEngines:
    """`ports.Engines` and all four ports in one process."""

    def __init__(self, *, args: AppArgs | None = None, limits: DecodeLimits | None = None) -> None:
        args = args or AppArgs()
        self._codec = CodecDeployment(args.codec, limits or DecodeLimits())
        models = {"weights_dir": str(Path()), "device": "cpu"}
        names = (PHOTO_MODEL, GRAPHIC_MODEL)
        self._upscaler = UpscalerDeployment(args.upscaler, models=names, load=CubicUpscaler, **models)
        self._segmenter = SegmenterDeployment(
            args.segmenter, models=(SEGMENT_MODEL,), load=BrightnessSegmenter, **models
        )
        self._renderer = _renderer(args.renderer)
        self.codec = self.upscaler = self.segmenter = self.renderer = self
        self.down: set[str] = set()
        """Names of deployments that do not answer."""

    def decode(self, data: bytes) -> ImageRef:
        return _later(self._codec.decode(data))

    def decode_logo(self, data: bytes) -> ImageRef:
        return _later(self._codec.decode_logo(data))

    async def inspect(self, image: ImageRef) -> ImageFacts:
        return cast("ImageFacts", await self._codec.inspect(await _now(image)))

    async def encode(self, image: ImageRef, *, spec: EncodeSpec) -> Encoded:
        return cast("Encoded", await self._codec.encode(await _now(image), spec))

    async def thumbnail(self, data: bytes, *, longest_px: int) -> bytes:
        return cast("bytes", await self._codec.thumbnail(data, longest_px))

    def web_ladder(self, data: bytes, *, spec: WebSpec) -> LadderRef:
        return LadderRef(_later(self._codec.web_ladder(data, spec)))

    async def web_files(self, ladder: LadderRef, *, orders: tuple[FileOrder, ...], spec: WebSpec) -> WebFiles:
        staged = await cast("asyncio.Task[StagedLadder]", ladder)
        return cast("WebFiles", await self._codec.web_files(staged, orders, spec))

    def upscale(self, image: ImageRef, *, plan: UpscalePlan) -> ImageRef:
        return self._then(self._upscaler.upscale, image, plan)

    def cut_out(self, image: ImageRef, *, spec: CutSpec) -> ImageRef:
        return self._then(self._segmenter.cut_out, image, spec)

    def key_logo(self, image: ImageRef, *, spec: CutSpec) -> ImageRef:
        return self._then(self._renderer.key_logo, image, spec)

    def clean_logo(self, image: ImageRef, *, spec: LogoSpec) -> ImageRef:
        return self._then(self._renderer.clean_logo, image, spec)

    def open_logo(self, data: bytes, *, work: LogoWork) -> ImageRef:
        return _later(self._renderer.open_logo(data, work))

    async def logo_facts(self, logo: ImageRef) -> LogoFacts:
        return cast("LogoFacts", await self._renderer.logo_facts(await _now(logo)))

    def enlarge_logo(self, logo: ImageRef, *, plan: EnlargePlan) -> ImageRef:
        return self._then(self._renderer.enlarge_logo, logo, plan)

    async def draw_logo(self, logo: ImageRef, *, kind: VectorFormat, width_in: float) -> Encoded:
        return cast("Encoded", await self._renderer.draw_logo(await _now(logo), kind, width_in))

    def logo_variant(self, logo: ImageRef, *, variant: Variant) -> ImageRef:
        return self._then(self._renderer.logo_variant, logo, variant)

    async def print_report(self, logo: ImageRef, *, width_in: float, dpi: float) -> Findings:
        return cast("Findings", await self._renderer.print_report(await _now(logo), width_in, dpi))

    def compare(self, before: ImageRef, after: ImageRef) -> ImageRef:
        async def run() -> Staged:
            return cast("Staged", await self._renderer.compare(await _now(before), await _now(after)))

        return _later(run())

    async def catalogue(self) -> dict[str, Any]:
        return cast("dict[str, Any]", await self._renderer.catalogue())

    async def fit(self, placement: PlacementSpec, *, size_px: tuple[int, int]) -> PlacementFit:
        return cast("PlacementFit", await self._renderer.fit(placement, size_px))

    def dress(self, artwork: ImageRef, *, spec: PlacementSpec) -> ImageRef:
        return self._then(self._renderer.dress, artwork, spec)

    def mock_up(self, artwork: ImageRef, *, spec: MockupSpec) -> ImageRef:
        return self._then(self._renderer.mock_up, artwork, spec)

    def print_file(
        self, artwork: ImageRef, *, placement: PlacementSpec, spec: PrintSpec, part: PrintPart
    ) -> ImageRef:
        return self._then(self._renderer.print_file, artwork, placement, spec, part)

    async def print_pdf(self, printed: ImageRef) -> Encoded:
        return cast("Encoded", await self._renderer.print_pdf(await _now(printed)))

    async def contact_sheet(self, spec: SheetSpec) -> Encoded:
        return cast("Encoded", await self._renderer.contact_sheet(spec))

    async def web_icons(self, logo: ImageRef, *, order: WebIconOrder, part: WebIconPart) -> IconFiles:
        return cast("IconFiles", await self._renderer.web_icons(await _now(logo), order, part))

    async def banner(self, pictures: Mapping[str, ImageRef], *, order: BannerOrder) -> Encoded:
        images = [await _now(image) for image in pictures.values()]
        return cast("Encoded", await self._renderer.banner(order, tuple(pictures), *images))

    async def status(self) -> list[DeploymentStatus]:
        """See the port."""
        parts = {
            "Codec": self._codec,
            "Upscaler": self._upscaler,
            "Segmenter": self._segmenter,
            "Renderer": self._renderer,
        }
        return [
            DeploymentStatus(name, name not in self.down, await part.describe())
            for name, part in parts.items()
        ]

    def _then(self, step: Any, image: ImageRef, *args: Any) -> ImageRef:
        async def run() -> Staged:
            return cast("Staged", await step(await _now(image), *args))

        return _later(run())
