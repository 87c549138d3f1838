"""The Codec's part in a responsive set: one reading, and groups of files made of it."""

from concurrent.futures import Executor
from typing import Any

from imaging.codec.decode import decode
from imaging.codec.header import DecodeLimits, probe
from imaging.web.responsive.encoders import CONTENT_TYPES
from imaging.web.responsive.files import Missing, WebFile, write_file
from imaging.web.responsive.ladder import Level, enough_px, make_ladder
from imaging.web.responsive.plan import WEBP_MAX_SIDE_PX, WebSpec
from imaging.web.responsive.share import FileOrder
from serve_app.domain import Encoded, Notice
from serve_app.ports.web_images import StagedLadder, WebFiles
from serve_app.telemetry import Stopwatch

LEFT_OUT: dict[Missing, Notice] = {
    "transparent": Notice(
        code="jpeg_left_out",
        message="The image is transparent and JPEG cannot be: no JPEG was made.",
        fix="Send a background to lay it on for JPEG, or leave jpeg out of formats.",
    ),
    "too_long": Notice(
        code="webp_left_out",
        message=f"WebP takes at most {WEBP_MAX_SIDE_PX} px a side: sizes over that have no WebP.",
        fix="Ask for smaller widths.",
    ),
}
FLATTENED = Notice(
    code="transparency_flattened",
    message="JPEG cannot be transparent: its files are laid on the background colour, white unless given.",
    fix="Ask for avif, webp or png, which stay transparent.",
)


def read_ladder(
    data: bytes, spec: WebSpec, limits: DecodeLimits, pool: Executor | None = None
) -> StagedLadder:
    """Read a file as large as is needed, and make every size of it; raises as `imaging.codec.decode`."""
    watch = Stopwatch()
    with watch("decode"):
        header = probe(data, limits=limits)
        enough = enough_px(header.width, header.height, spec=spec)
        pixels, decoded = decode(data, limits=limits, enough_px=enough)
        # A file may turn its sides behind its pixels, where no header tells.
        turned = (header.width > header.height) != (decoded.width > decoded.height)
        size = (header.height, header.width) if turned else (header.width, header.height)
    with watch("shrink"):
        ladder = make_ladder(pixels, source_size=size, spec=spec, pool=pool)
    return StagedLadder(ladder, watch.times_ms)


def write_files(staged: StagedLadder, orders: tuple[FileOrder, ...], spec: WebSpec) -> WebFiles:
    """Write one group of files, one after the other."""
    watch = Stopwatch()
    files: dict[str, Encoded] = {}
    notices: list[Notice] = []
    facts = staged.ladder.facts
    for order in orders:
        level = staged.ladder.level(order.label, order.width)
        if level is None:
            continue  # the sides were turned, and the image is narrower than its header said
        with watch("encode"):
            made = write_file(level.pixels, order.format, spec=spec, full_chroma=facts.full_chroma)
        if isinstance(made, WebFile):
            files[order.role] = _encoded(order, level, made)
        else:
            notices.append(LEFT_OUT[made])
        if order.format == "jpeg" and facts.has_alpha and isinstance(made, WebFile):
            notices.append(FLATTENED)
    return WebFiles(files, facts, tuple(dict.fromkeys(notices)), {**staged.timings_ms, **watch.times_ms})


def _encoded(order: FileOrder, level: Level, made: WebFile) -> Encoded:
    height, width = level.pixels.shape[:2]
    report: dict[str, Any] = {
        "format": order.format,
        "crop": order.label,
        "quality": made.quality,
        "ssim": made.ssim,
        "chroma": "4:4:4" if made.full_chroma else "4:2:0",
        "fits": made.fits,
    }
    return Encoded(made.data, CONTENT_TYPES[order.format], width, height, None, report=report)
