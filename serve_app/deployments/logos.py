"""Clean logos: from the steps of `imaging` to stages and files of the service."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import cv2
import numpy as np

from imaging.bands import resample
from imaging.codec.decode import decode
from imaging.codec.encode import encode
from imaging.codec.header import DecodeLimits
from imaging.color import to_hex
from imaging.garment.print_pdf import print_pdf
from imaging.logo.clean import CleanLogo, CleanOptions, PaletteColor, clean_logo
from imaging.logo.diff import before_after
from imaging.logo.enlarge_flat import enlarge_flat
from imaging.logo.trim import bounding_box
from imaging.logo.variants import make_variant
from imaging.print.report import PrintReport, print_report
from imaging.print.transparency import look_at_alpha
from imaging.types import Pixels
from imaging.vector.pdf import to_pdf
from imaging.vector.picture import picture_svg
from imaging.vector.rasterize import rasterize
from imaging.vector.score import score
from imaging.vector.svg import to_svg
from imaging.vector.trace import trace
from imaging.web.icons_light import within
from serve_app.artwork import EnlargePlan, LogoFacts, LogoSpec, LogoWork, Variant, VectorFormat
from serve_app.deployments.ink_memo import InkMemo
from serve_app.deployments.mending import mend
from serve_app.domain import Encoded, Notice, Staged
from serve_app.telemetry import Stopwatch

POINTS_PER_INCH = 72.0
MIME: Mapping[VectorFormat, str] = {"svg": "image/svg+xml", "pdf": "application/pdf"}
APPROXIMATE_SSIM = 0.95
"""Under this a drawing is visibly not the logo."""
RGBA = 4
OWN_FILES = DecodeLimits(max_megapixels=100.0)
"""What the service made itself may be as large as what it makes."""

APPROXIMATE = Notice(
    code="vector_approximate",
    message="The logo has soft or photographic parts, which its drawing shows only roughly.",
    fix="Print from the PNG, or send flat artwork.",
)

NOT_VECTORISED = Notice(
    code="not_vectorised",
    message="The logo is photographic, which outlines cannot show: its SVG and PDF hold the picture itself.",
    fix="Send drawn artwork for a true vector file.",
)


def clean(image: Staged, spec: LogoSpec) -> Staged:
    """Clean a cut-out logo, mend what is asked, draw it as vectors.

    Raises:
        NoForegroundError: nothing of it shows.
    """
    watch = Stopwatch()
    with watch("clean"):
        options = CleanOptions(max_colors=spec.max_colors, noise=image.noise, ground=image.ground)
        pixels = with_alpha(image.pixels)
        if spec.longest_px is not None:
            pixels = within(pixels, longest_px=spec.longest_px)
        logo = clean_logo(pixels, options=options)
        notices: tuple[Notice, ...] = ()
        if spec.fixes:
            logo, notices = mend(logo, fixes=spec.fixes, width_in=spec.width_in)
    work = LogoWork(logo.kind, logo.palette, logo.steps, None, None)
    if spec.draw and logo.kind != "photographic":
        with watch("trace"):
            work = _drawn(work, logo)
    rough = work.score is not None and work.score.ssim < APPROXIMATE_SSIM
    return image.then(
        logo.pixels,
        timings_ms=watch.times_ms,
        report=_report(work),
        logo=work,
        notices=notices + ((APPROXIMATE,) if rough else ()),
    )


def _drawn(work: LogoWork, logo: CleanLogo) -> LogoWork:
    drawing = trace(logo.pixels, palette=[part.color for part in logo.palette])
    svg = to_svg(drawing, width_in=1.0)
    return replace(work, drawing=drawing, score=score(drawing, svg, logo.pixels))


def _report(work: LogoWork) -> dict[str, Any]:
    return {
        "kind": work.kind,
        "palette": [_listed(part) for part in work.palette],
        "steps": [asdict(step) for step in work.steps],
        "vector": asdict(work.score) if work.score is not None else None,
    }


def _listed(part: PaletteColor) -> dict[str, Any]:
    return {"hex": to_hex(part.color), "name": part.name, "coverage": round(part.coverage, 4)}


def reopen(data: bytes, work: LogoWork) -> Staged:
    """A clean logo from its own file and what was learnt of it; raises `ImagingError` for a broken file."""
    watch = Stopwatch()
    with watch("decode"):
        pixels, header = decode(data, limits=OWN_FILES)
    return Staged(with_alpha(pixels), dpi=header.dpi, timings_ms=watch.times_ms, logo=work)


def facts(logo: Staged) -> LogoFacts:
    """What decides how a clean logo is enlarged."""
    work = _work(logo)
    height, width = logo.pixels.shape[:2]
    semi_share = look_at_alpha(logo.pixels[..., 3]).semi_share
    return LogoFacts(width, height, work.kind, work.score, work.palette, semi_share)


def enlarge(logo: Staged, plan: EnlargePlan) -> Staged:
    """Bring a clean logo to the plan's size, by its drawing, its flat colours, or plain resampling."""
    watch = Stopwatch()
    with watch("enlarge"):
        pixels = _enlarged(logo, plan)
    return logo.then(pixels, dpi=plan.dpi, timings_ms=watch.times_ms)


def _enlarged(logo: Staged, plan: EnlargePlan) -> Pixels:
    size = {"width_px": plan.width_px, "height_px": plan.height_px}
    work = _work(logo)
    if plan.route == "as_it_is":
        return logo.pixels
    if plan.route == "vector" and work.drawing is not None:
        return rasterize(work.drawing, **size)
    if plan.route == "flat":
        return enlarge_flat(CleanLogo(logo.pixels, work.palette, work.kind, work.steps), **size)
    return resample(logo.pixels, **size)


def draw(logo: Staged, kind: VectorFormat, width_in: float) -> Encoded:
    """The drawing as a file, `width_in` inches wide; of a photographic logo, the picture itself in one."""
    drawing = _work(logo).drawing
    height, width = logo.pixels.shape[:2]
    if drawing is None:
        data = _as_picture(logo.pixels, kind, width_in)
    else:
        svg = to_svg(drawing, width_in=width_in).encode()
        data = svg if kind == "svg" else to_pdf(drawing, width_in=width_in)
    width_pt = round(width_in * POINTS_PER_INCH, 2)
    notices = () if drawing is not None else (NOT_VECTORISED,)
    return Encoded(data, MIME[kind], width_pt, round(width_pt * height / width, 2), dpi=None, notices=notices)


def _as_picture(pixels: Pixels, kind: VectorFormat, width_in: float) -> bytes:
    height, width = pixels.shape[:2]
    if kind == "pdf":
        return print_pdf(pixels, dpi=width / width_in)
    return picture_svg(encode(pixels, to="png"), width_px=width, height_px=height, width_in=width_in)


def variant(logo: Staged, name: Variant, memo: InkMemo) -> Staged:
    """A variant of a clean logo."""
    colors = tuple(part.color for part in _work(logo).palette)
    inks = memo.split(logo.pixels, colors)
    pixels, done = make_variant(logo.pixels, variant=name, palette=colors, inks=inks)
    return replace(logo.then(pixels, report={"done": done}), logo=None)  # the drawing shows another one


def report(logo: Staged, width_in: float, dpi: float) -> tuple[dict[str, Any], tuple[Notice, ...]]:
    """The print report as the answer has it, and its findings as notices."""
    work = _work(logo)
    found = print_report(
        logo.pixels,
        width_in=width_in,
        dpi=dpi,
        palette=[part.color for part in work.palette],
        scalable=work.score is not None and work.score.ssim >= APPROXIMATE_SSIM,
    )
    return _report_json(found), tuple(Notice(item.code, item.message, item.fix) for item in found.findings)


def _report_json(found: PrintReport) -> dict[str, Any]:
    return {
        "width_in": round(found.width_in, 3),
        "height_in": round(found.height_in, 3),
        "dpi": round(found.dpi, 1),
        "largest_in": {dpi: [round(side, 2) for side in size] for dpi, size in found.largest_in.items()},
        "thinnest_stroke_pt": _rounded(found.thinnest_stroke_pt),
        "thinnest_gap_pt": _rounded(found.thinnest_gap_pt),
        "smallest_detail_pt": _rounded(found.smallest_detail_pt),
        "semi_transparent_share": round(found.semi_transparent_share, 4),
        "edge_soft_share": round(found.edge_soft_share, 4),
        "out_of_gamut": [color._asdict() for color in found.out_of_gamut],
        "gamut": found.gamut,
        "findings": [asdict(finding) for finding in found.findings],
    }


def _rounded(points: float | None) -> float | None:
    return None if points is None else round(points, 2)


def side_by_side(before: Staged, after: Staged) -> Staged:
    """A picture of a logo as it came, cut to what was found in it, and of what became of it."""
    found = after.report.get("foreground", {}).get("bbox")
    # What was left on its own transparency is trimmed to what shows all the same.
    x0, y0, x1, y1 = found or bounding_box(with_alpha(before.pixels)[..., 3])
    return Staged(before_after(before.pixels, after.pixels, box=(x0, y0, x1, y1)))


def with_alpha(pixels: Pixels) -> Pixels:
    """RGBA of RGB, solid; RGBA passes unchanged."""
    if pixels.shape[2] == RGBA:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA), np.uint8)


def _work(logo: Staged) -> LogoWork:
    if logo.logo is None:
        raise ValueError("this image is no clean logo")
    return logo.logo
