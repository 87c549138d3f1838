"""The Codec deployment: bytes to pixels and back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from imaging.codec.decode import decode
from imaging.codec.encode import CONTENT_TYPES, encode
from imaging.codec.header import DecodeLimits
from imaging.codec.svg import looks_like_svg, read_svg
from imaging.codec.thumbnail import make_thumbnail
from imaging.kind import classify
from imaging.logo.cutout import has_transparency
from imaging.types import Pixels
from imaging.web.responsive.plan import WebSpec
from imaging.web.responsive.share import FileOrder
from serve_app.args import CodecArgs
from serve_app.deployments.svg.render import render_svg
from serve_app.deployments.web_images import read_ladder, write_files
from serve_app.deployments.workers import Workers
from serve_app.domain import Encoded, EncodeSpec, ImageFacts, Staged
from serve_app.ports.web_images import StagedLadder, WebFiles
from serve_app.telemetry import Stopwatch


class CodecDeployment:
    """Decodes, inspects and encodes in threads; holds nothing between calls.

    Each image has one thread; the bands of a PNG are made by as many others, which all images share, so that
    a lone image uses the whole replica and many do not use more.
    """

    def __init__(self, args: CodecArgs, limits: DecodeLimits) -> None:
        self._workers = Workers(args.threads, name="codec")
        self._bands = ThreadPoolExecutor(args.threads, thread_name_prefix="codec-bands")
        self._limits = limits

    async def decode(self, data: bytes) -> Staged:
        """Decode a file; raises the errors of `imaging.codec.decode`."""
        watch = Stopwatch()
        with watch("decode"):
            pixels, header = await self._workers.run(decode, data, limits=self._limits)
        return Staged(pixels=pixels, dpi=header.dpi, timings_ms=watch.times_ms)

    async def decode_logo(self, data: bytes) -> Staged:
        """Like `decode`, for files that may be SVG too."""
        if not looks_like_svg(data):
            return await self.decode(data)
        watch = Stopwatch()
        with watch("decode"):
            pixels = await self._workers.run(_render, data, self._limits)
        return Staged(pixels=pixels, timings_ms=watch.times_ms)

    async def inspect(self, image: Staged) -> ImageFacts:
        """Size, transparency and kind of an image."""
        return await self._workers.run(_facts, image)

    async def encode(self, image: Staged, spec: EncodeSpec) -> Encoded:
        """Write a file."""
        watch = Stopwatch()
        dpi = spec.dpi or image.dpi
        with watch("encode"):
            data = await self._workers.run(
                encode, image.pixels, to=spec.format, quality=spec.quality, dpi=dpi, pool=self._bands
            )
        height, width = image.pixels.shape[:2]
        return Encoded(
            data=data,
            content_type=CONTENT_TYPES[spec.format],
            width=width,
            height=height,
            dpi=dpi,
            timings_ms={**image.timings_ms, **watch.times_ms},
            report=image.report,
            notices=image.notices,
            engine=image.engine,
        )

    async def thumbnail(self, data: bytes, longest_px: int) -> bytes:
        """A small picture of a file: JPEG, or PNG where it is clear somewhere."""
        return await self._workers.run(make_thumbnail, data, longest_px=longest_px)

    async def web_ladder(self, data: bytes, spec: WebSpec) -> StagedLadder:
        """Decode a file and make every size of a responsive set; raises as `decode`."""
        return await self._workers.run(read_ladder, data, spec, self._limits, self._bands)

    async def web_files(self, ladder: StagedLadder, orders: tuple[FileOrder, ...], spec: WebSpec) -> WebFiles:
        """Write one group of files of a responsive set."""
        return await self._workers.run(write_files, ladder, orders, spec)

    async def describe(self) -> dict[str, Any]:
        """What this replica says in `/health`."""
        return {"device": "cpu"}

    async def check_health(self) -> None:
        """Called by Serve; raises when no thread gets free."""
        await self._workers.ping()


def _render(data: bytes, limits: DecodeLimits) -> Pixels:
    return render_svg(read_svg(data, limits=limits), limits=limits)


def _facts(image: Staged) -> ImageFacts:
    kind = classify(image.pixels)
    height, width = image.pixels.shape[:2]
    return ImageFacts(
        width=width,
        height=height,
        has_alpha=has_transparency(image.pixels),
        kind="photo" if kind.kind == "photo" else "graphic",
        reason=kind.reason,
        ground=kind.background,
    )
