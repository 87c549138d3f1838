"""The print report: how large a logo prints well, what would not, and which fixes mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from imaging.color import to_hex
from imaging.errors import ImagingError
from imaging.logo.trim import bounding_box
from imaging.print.findings import GOOD_DPI, MIN_DPI, Finding, Measured, OutOfGamut, find_faults
from imaging.print.gamut import ASSUMED, nearest_printable
from imaging.print.inks import Inks, flat_colors, split_inks
from imaging.print.shades import shades
from imaging.print.strokes import measure_strokes, thinnest
from imaging.print.text_like import smallest_lettering
from imaging.print.texture import is_texture
from imaging.print.transparency import look_at_alpha
from imaging.types import Color, Mask, Pixels

__all__ = ["Finding", "OutOfGamut", "PrintReport", "PrintSizeError", "print_report"]

POINTS_PER_IN = 72.0
WORKING_MP = 2.0
"""Strokes and lettering are measured on at most this many megapixels; larger artwork is averaged down."""
_GAMUT_SHARE = 0.002
"""Share of the artwork under which a colour is not reported."""
_APART = 12.0
"""CIEDE2000 within which two inks make one stroke: a line between them would not be seen anyway."""


class PrintSizeError(ImagingError):
    """The print's width or resolution is not a positive, finite number."""


@dataclass(frozen=True, slots=True)
class PrintReport:
    """A logo as a print shop sees it, at one size."""

    width_in: float
    height_in: float
    """The size asked for; the height follows from the pixels."""
    dpi: float
    """The pixels' resolution at that size."""
    largest_in: Mapping[str, tuple[float, float]]
    """Width and height up to which the pixels have 150 and 300 DPI, under "150" and "300"."""
    thinnest_stroke_pt: float | None
    """The thinnest stroke of any ink, in points; None where there is no stroke."""
    thinnest_gap_pt: float | None
    """The thinnest clear line within or between ink, in points; None where there is none."""
    smallest_detail_pt: float | None
    """Height of the smallest lettering-like row of shapes, in points; None where there is none."""
    semi_transparent_share: float
    """Of the visible pixels, those neither solid nor an anti-aliased edge, 0-1."""
    edge_soft_share: float
    """Of the visible pixels, those of anti-aliased edges, 0-1."""
    out_of_gamut: tuple[OutOfGamut, ...]
    """The palette's colours that process inks do not reach, largest share first."""
    gamut: str
    """The assumed gamut, in words."""
    findings: tuple[Finding, ...]
    """Worst first."""


def print_report(
    pixels: Pixels, *, width_in: float, dpi: float, palette: Sequence[Color], scalable: bool = False
) -> PrintReport:
    """Measure a logo at the size it is to be printed.

    Args:
        pixels: (H, W, 4) RGBA, trimmed and clean.
        width_in: printed width in inches.
        dpi: the resolution the print file will have; only named in advice.
        palette: the logo's flat colours; where empty they are looked for.
        scalable: whether a vector master exists; then resolution is no limit.

    Raises:
        PrintSizeError: `width_in` or `dpi` is not positive and finite.
        NoForegroundError: nothing shows.
    """
    if not (0 < width_in < np.inf and 0 < dpi < np.inf):
        raise PrintSizeError("The print's width and resolution must be more than 0.")
    bounding_box(pixels[..., 3])
    height, width = pixels.shape[:2]
    work = _working_copy(pixels)
    inks = split_inks(work, flat_colors(work, palette))
    layers = _layers(work, inks)
    points = width_in * POINTS_PER_IN / work.shape[1]
    clear = 255 - inks.alpha
    measured = Measured(
        width_in,
        width / width_in,
        dpi,
        scalable,
        _least([thinnest(measure_strokes(layer)) for layer in layers], points),
        _least([thinnest(measure_strokes(clear, beyond=255))], points),
        _least([smallest_lettering(layer) for layer in (*layers, clear)], points),
        look_at_alpha(pixels[..., 3]),
        _beyond_gamut(inks),
    )
    return PrintReport(
        width_in,
        width_in * height / width,
        measured.dpi,
        MappingProxyType({f"{at:.0f}": (width / at, height / at) for at in (MIN_DPI, GOOD_DPI)}),
        measured.stroke_pt,
        measured.gap_pt,
        measured.letter_pt,
        measured.alpha.semi_share,
        measured.alpha.soft_edge_share,
        measured.out_of_gamut,
        ASSUMED,
        find_faults(measured),
    )


def _working_copy(pixels: Pixels) -> Pixels:
    """At most `WORKING_MP`, averaged with alpha premultiplied so that coverage is kept."""
    height, width = pixels.shape[:2]
    scale = (WORKING_MP * 1e6 / (height * width)) ** 0.5
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    solid = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
    small = cv2.resize(solid, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], 4)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA), np.uint8)


def _layers(pixels: Pixels, inks: Inks) -> list[Mask]:
    """The whole shape, and the coverage of each group of like inks where there are several.

    Within a photograph there are no edges to go by.
    """
    if is_texture(pixels, inks):
        return [inks.alpha]
    groups = shades(pixels, inks, delta_e=_APART)
    apart = [inks.coverage(group) for group in groups] if len(groups) > 1 else []
    return [inks.alpha, *apart]


def _least(lengths_px: Sequence[float | None], points: float) -> float | None:
    found = [length for length in lengths_px if length is not None]
    return min(found) * points if found else None


def _beyond_gamut(inks: Inks) -> tuple[OutOfGamut, ...]:
    counts = np.bincount(inks.first.reshape(-1), inks.alpha.reshape(-1), minlength=256)
    found = []
    for label, color in enumerate(inks.colors):
        near = nearest_printable(color)
        share = float(counts[label] / max(counts.sum(), 1))
        if not near.inside and share >= _GAMUT_SHARE:
            found.append(OutOfGamut(to_hex(color), share, to_hex(near.color), near.delta_e))
    return tuple(sorted(found, key=lambda item: -item.share))
