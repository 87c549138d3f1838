"""The engine ports over Ray Serve handles.

An image reference is a call that has been sent but not awaited: it goes as an argument into the next call, so
pixels travel from replica to replica through Ray's object store and never through the ingress.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ray.exceptions import ObjectLostError, RayActorError, RayTaskError, TaskCancelledError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, RayServeException
from ray.serve.handle import DeploymentHandle

from imaging.errors import ImagingError
from imaging.sheet.spec import SheetSpec
from imaging.web.responsive.plan import WebSpec
from imaging.web.responsive.share import FileOrder
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
    UpscalePlan,
)
from serve_app.errors import AppError, OverloadedError, UnavailableError, WorkerLostError
from serve_app.ports import Findings
from serve_app.ports.web_images import LadderRef, WebFiles

STATUS_TIMEOUT_S = 5.0
RETRY_AFTER_S = 2


@dataclass(frozen=True, slots=True)
class _Call:
    """A call on its way, and the calls that it waits for."""

    response: Any
    parents: tuple["_Call", ...] = ()

    def cancel(self) -> None:
        for call in (self, *self.parents):
            call.response.cancel()
            if call is not self:
                call.cancel()


def _call(method: Any, *args: Any, images: tuple[ImageRef, ...] = ()) -> _Call:
    """Send a call: first the images, each still on its way, then the other arguments."""
    parents = tuple(cast("_Call", image) for image in images)
    return _Call(method.remote(*(parent.response for parent in parents), *args), parents)


async def _await(call: _Call) -> Any:
    """The result of a call, or the error of the first stage that failed, as it was raised there."""
    try:
        return await call.response
    except asyncio.CancelledError:
        # Not in the event loop: cancel() waits for Serve's router, which lives in another thread.
        asyncio.get_running_loop().run_in_executor(None, call.cancel)
        raise
    except Exception as error:
        raise translate(error) from error


def translate(error: Exception) -> Exception:
    """What a failed call means to the service; an error that it does not know comes back unchanged."""
    seen: BaseException = error
    while (inner := _inner(seen)) is not None:
        seen = inner
    if isinstance(seen, AppError | ImagingError):
        return seen
    if isinstance(seen, BackPressureError):
        return OverloadedError("The queue of a deployment is full.", RETRY_AFTER_S)
    if isinstance(seen, RayActorError | ObjectLostError):
        return WorkerLostError("A replica of the service stopped; the request can be sent again.")
    if isinstance(seen, DeploymentUnavailableError | TaskCancelledError):
        return UnavailableError("A part of the service is starting again; the request can be sent again.")
    return error


def _inner(error: BaseException) -> BaseException | None:
    """What an error of Ray wraps; None when it is the thing itself."""
    if isinstance(error, RayTaskError) and isinstance(error.cause, BaseException):
        return error.cause
    if type(error) is RayServeException and isinstance(error.__cause__, RayActorError):
        return error.__cause__  # the replica of an earlier stage died, whose result this stage waited for
    return None


@dataclass(frozen=True, slots=True)
class RayCodec:
    """`ports.Codec` over the Codec deployment."""

    handle: DeploymentHandle[Any]

    def decode(self, data: bytes) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.decode, data))

    def decode_logo(self, data: bytes) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.decode_logo, data))

    async def inspect(self, image: ImageRef) -> ImageFacts:
        """See the port."""
        return cast("ImageFacts", await _await(_call(self.handle.inspect, images=(image,))))

    async def encode(self, image: ImageRef, *, spec: EncodeSpec) -> Encoded:
        """See the port."""
        return cast("Encoded", await _await(_call(self.handle.encode, spec, images=(image,))))

    async def thumbnail(self, data: bytes, *, longest_px: int) -> bytes:
        """See the port."""
        return cast("bytes", await _await(_call(self.handle.thumbnail, data, longest_px)))

    def web_ladder(self, data: bytes, *, spec: WebSpec) -> LadderRef:
        """See the port."""
        return LadderRef(_call(self.handle.web_ladder, data, spec))

    async def web_files(self, ladder: LadderRef, *, orders: tuple[FileOrder, ...], spec: WebSpec) -> WebFiles:
        """See the port."""
        call = _call(self.handle.web_files, orders, spec, images=(ImageRef(ladder),))
        return cast("WebFiles", await _await(call))


@dataclass(frozen=True, slots=True)
class RayUpscaler:
    """`ports.Upscaler` over the Upscaler deployment."""

    handle: DeploymentHandle[Any]

    def upscale(self, image: ImageRef, *, plan: UpscalePlan) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.upscale, plan, images=(image,)))


@dataclass(frozen=True, slots=True)
class RaySegmenter:
    """`ports.Segmenter` over the Segmenter deployment."""

    handle: DeploymentHandle[Any]

    def cut_out(self, image: ImageRef, *, spec: CutSpec) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.cut_out, spec, images=(image,)))


@dataclass(frozen=True, slots=True)
class RayRenderer:
    """`ports.Renderer` over the Renderer deployment."""

    handle: DeploymentHandle[Any]

    def key_logo(self, image: ImageRef, *, spec: CutSpec) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.key_logo, spec, images=(image,)))

    def clean_logo(self, image: ImageRef, *, spec: LogoSpec) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.clean_logo, spec, images=(image,)))

    def open_logo(self, data: bytes, *, work: LogoWork) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.open_logo, data, work))

    async def logo_facts(self, logo: ImageRef) -> LogoFacts:
        """See the port."""
        return cast("LogoFacts", await _await(_call(self.handle.logo_facts, images=(logo,))))

    def enlarge_logo(self, logo: ImageRef, *, plan: EnlargePlan) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.enlarge_logo, plan, images=(logo,)))

    async def draw_logo(self, logo: ImageRef, *, kind: VectorFormat, width_in: float) -> Encoded:
        """See the port."""
        return cast("Encoded", await _await(_call(self.handle.draw_logo, kind, width_in, images=(logo,))))

    def logo_variant(self, logo: ImageRef, *, variant: Variant) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.logo_variant, variant, images=(logo,)))

    async def print_report(self, logo: ImageRef, *, width_in: float, dpi: float) -> Findings:
        """See the port."""
        return cast("Findings", await _await(_call(self.handle.print_report, width_in, dpi, images=(logo,))))

    def compare(self, before: ImageRef, after: ImageRef) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.compare, images=(before, after)))

    async def catalogue(self) -> dict[str, Any]:
        """See the port."""
        return cast("dict[str, Any]", await _await(_call(self.handle.catalogue)))

    async def fit(self, placement: PlacementSpec, *, size_px: tuple[int, int]) -> PlacementFit:
        """See the port."""
        return cast("PlacementFit", await _await(_call(self.handle.fit, placement, size_px)))

    def dress(self, artwork: ImageRef, *, spec: PlacementSpec) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.dress, spec, images=(artwork,)))

    def mock_up(self, artwork: ImageRef, *, spec: MockupSpec) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.mock_up, spec, images=(artwork,)))

    def print_file(
        self, artwork: ImageRef, *, placement: PlacementSpec, spec: PrintSpec, part: PrintPart
    ) -> ImageRef:
        """See the port."""
        return ImageRef(_call(self.handle.print_file, placement, spec, part, images=(artwork,)))

    async def print_pdf(self, printed: ImageRef) -> Encoded:
        """See the port."""
        return cast("Encoded", await _await(_call(self.handle.print_pdf, images=(printed,))))

    async def contact_sheet(self, spec: SheetSpec) -> Encoded:
        """See the port."""
        return cast("Encoded", await _await(_call(self.handle.contact_sheet, spec)))

    async def web_icons(self, logo: ImageRef, *, order: WebIconOrder, part: WebIconPart) -> IconFiles:
        """See the port."""
        return cast("IconFiles", await _await(_call(self.handle.web_icons, order, part, images=(logo,))))

    async def banner(self, pictures: Mapping[str, ImageRef], *, order: BannerOrder) -> Encoded:
        """See the port."""
        # Names and images apart: Serve resolves calls on their way only where they are arguments themselves.
        parents = tuple(cast("_Call", image) for image in pictures.values())
        images = (parent.response for parent in parents)
        call = _Call(self.handle.banner.remote(order, tuple(pictures), *images), parents)
        return cast("Encoded", await _await(call))


class RayEngines:
    """`ports.Engines` over the four deployments; a fifth one, that works on jobs, is only asked how it is."""

    def __init__(
        self,
        *,
        codec: DeploymentHandle[Any],
        upscaler: DeploymentHandle[Any],
        segmenter: DeploymentHandle[Any],
        renderer: DeploymentHandle[Any],
        dispatcher: DeploymentHandle[Any] | None = None,
    ) -> None:
        self._handles = {"Codec": codec, "Upscaler": upscaler, "Segmenter": segmenter, "Renderer": renderer}
        if dispatcher is not None:
            self._handles["Dispatcher"] = dispatcher
        self.codec = RayCodec(codec)
        self.upscaler = RayUpscaler(upscaler)
        self.segmenter = RaySegmenter(segmenter)
        self.renderer = RayRenderer(renderer)

    async def status(self) -> list[DeploymentStatus]:
        """See the port."""
        asks = [_ask(name, handle.describe.remote) for name, handle in self._handles.items()]
        return list(await asyncio.gather(*asks))


async def _ask(name: str, describe: Callable[[], Awaitable[Any]]) -> DeploymentStatus:
    try:
        async with asyncio.timeout(STATUS_TIMEOUT_S):
            return DeploymentStatus(name=name, ok=True, detail=await describe())
    except TimeoutError:
        return DeploymentStatus(name=name, ok=False, detail={"reason": "no answer in time"})
    except Exception as error:  # noqa: BLE001 - a status page reports every failure, it never fails itself
        return DeploymentStatus(name=name, ok=False, detail={"reason": type(error).__name__})
