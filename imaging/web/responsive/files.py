"""One file of a responsive set."""

from dataclasses import dataclass
from typing import Literal

from imaging.types import Pixels
from imaging.web.responsive.encoders import ENCODERS, read_back, without_alpha, write_lossless_webp, write_png
from imaging.web.responsive.plan import WEBP_MAX_SIDE_PX, WebFormat, WebSpec
from imaging.web.responsive.search import Found, find_quality
from imaging.web.responsive.similarity import Reference

Missing = Literal["transparent", "too_long"]
"""Why a format has no file: JPEG has no alpha; a side is longer than WebP takes."""


@dataclass(frozen=True, slots=True)
class WebFile:
    """A written file and what was found of it."""

    data: bytes
    quality: int | None
    """On the format's own scale; None for a lossless file."""
    ssim: float
    fits: bool
    full_chroma: bool


def write_file(pixels: Pixels, to: WebFormat, *, spec: WebSpec, full_chroma: bool) -> WebFile | Missing:
    """Write one size in one format, at the quality that it needs.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8.
        to: The format.
        spec: The target, and the most bytes.
        full_chroma: Colour at full resolution, where the format can.
    """
    if to == "png":
        return _png(pixels, spec)
    if to == "jpeg" and pixels.shape[2] == 4:  # noqa: PLR2004 - channels
        if spec.jpeg_ground is None:
            return "transparent"
        pixels = without_alpha(pixels, spec.jpeg_ground)
    if to == "webp" and max(pixels.shape[:2]) > WEBP_MAX_SIDE_PX:
        return "too_long"
    exact = write_lossless_webp(pixels) if to == "webp" else None
    found = find_quality(
        pixels, ENCODERS[to], target_ssim=spec.target_ssim, full_chroma=full_chroma, max_bytes=spec.max_bytes
    )
    if exact is not None and len(exact) <= len(found.data):
        fits = spec.max_bytes is None or len(exact) <= spec.max_bytes
        return WebFile(exact, None, 1.0, fits, full_chroma=True)
    return _lossy(found, full_chroma=full_chroma and to != "webp")


def _lossy(found: Found, *, full_chroma: bool) -> WebFile:
    return WebFile(found.data, found.quality, found.ssim, found.fits, full_chroma)


def _png(pixels: Pixels, spec: WebSpec) -> WebFile:
    data, exact = write_png(pixels, max_bytes=spec.max_bytes)
    ssim = 1.0 if exact else _ssim_of_png(data, pixels)
    fits = spec.max_bytes is None or len(data) <= spec.max_bytes
    return WebFile(data, None, ssim, fits, full_chroma=True)


def _ssim_of_png(data: bytes, pixels: Pixels) -> float:
    return round(Reference(pixels).score(read_back(data, "png")), 4)
