"""The print report: how large a logo prints well, what would not, and which fixes mend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from imaging.color import to_hex
from imaging.errors import ImagingError
from imaging.logo.trim import bounding_box
from imaging.print.gamut import ASSUMED, nearest_printable
from imaging.print.inks import Inks, flat_colors, shades, split_inks
from imaging.print.strokes import measure_strokes, thinnest
from imaging.print.text_like import smallest_lettering
from imaging.print.transparency import Transparency, look_at_alpha
from imaging.types import Color, Pixels

POINTS_PER_IN = 72.0
WORKING_MP = 2.0
"""Strokes and lettering are measured on at most this many megapixels; larger artwork is averaged down."""
MIN_DPI, GOOD_DPI = 150.0, 300.0
"""What direct-to-garment shops accept at the least, and what they ask for."""
MIN_STROKE_PT, MIN_GAP_PT = 1.0, 1.5
"""Thinnest line that garment shops accept, and thinnest gap: ink spreads into it, so shops ask for 1.5 to 2
times the line."""
MIN_TEXT_PT = 8.0
"""Least height of lettering that garment shops accept."""
_SEMI_SHARE = 0.002
_HARD_SHARE = 0.5
_GAMUT_SHARE = 0.002
"""Shares under which a finding is not worth a person's time."""
_APART = 12.0
"""CIEDE2000 within which two inks make one stroke: a line between them would not be seen anyway."""


class PrintSizeError(ImagingError):
    """The print's width or resolution is not a positive, finite number."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a print shop would send the artwork back for."""

    code: str
    """Stable, snake_case."""
    message: str
    """What was found."""
    fix: str
    """What to do about it."""
    fixes: tuple[str, ...]
    """Names that `imaging.print.fixes.apply_fixes` takes and that mend this; may be empty."""


@dataclass(frozen=True, slots=True)
class OutOfGamut:
    """A flat colour that process inks do not reach."""

    color: str
    """As #rrggbb."""
    share: float
    """Of the artwork, 0-1."""
    nearest: str
    """The nearest printable colour, as #rrggbb."""
    delta_e: float
    """CIEDE2000 between the two."""


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


@dataclass(frozen=True, slots=True)
class _Lines:
    """Thinnest lines and smallest lettering, in points."""

    stroke_pt: float | None
    gap_pt: float | None
    letter_pt: float | None


def print_report(
    pixels: Pixels, *, width_in: float, dpi: float, palette: Sequence[Color], scalable: bool = False
) -> PrintReport:
    """Measure a logo at the size it is to be printed.

    Args:
        pixels: (H, W, 4) RGBA, trimmed and clean.
        width_in: printed width in inches.
        dpi: the resolution the print file will have; only named in advice.
        palette: the logo's flat colours.
        scalable: whether a vector master exists; then resolution is no limit.

    Raises:
        PrintSizeError: `width_in` or `dpi` is not positive and finite.
        NoForegroundError: nothing shows.
    """
    if not (0 < width_in < np.inf and 0 < dpi < np.inf):
        raise PrintSizeError("The print's width and resolution must be more than 0.")
    bounding_box(pixels[..., 3])
    height, width = pixels.shape[:2]
    own_dpi = width / width_in
    work = _working_copy(pixels)
    points = width_in * POINTS_PER_IN / work.shape[1]
    inks = split_inks(work, flat_colors(work, palette))
    lines = _lines(work, inks, points)
    clarity = look_at_alpha(pixels[..., 3])
    beyond = _beyond_gamut(inks)
    return PrintReport(
        width_in,
        width_in * height / width,
        own_dpi,
        MappingProxyType({f"{at:.0f}": (width / at, height / at) for at in (MIN_DPI, GOOD_DPI)}),
        lines.stroke_pt,
        lines.gap_pt,
        lines.letter_pt,
        clarity.semi_share,
        clarity.soft_edge_share,
        beyond,
        ASSUMED,
        _findings(own_dpi, dpi, lines, clarity, beyond, scalable=scalable, width_in=width_in),
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


def _lines(pixels: Pixels, inks: Inks, points: float) -> _Lines:
    """Measure the whole shape, each group of like inks, and what is clear between them."""
    alpha = inks.alpha
    groups = shades(pixels, inks, delta_e=_APART)
    layers = [alpha] if len(groups) < 2 else [alpha, *(inks.coverage(group) for group in groups)]  # noqa: PLR2004 - one ink is the shape
    strokes = [thinnest(measure_strokes(layer)) for layer in layers]
    clear = 255 - alpha
    gap = thinnest(measure_strokes(clear, beyond=255))
    letters = [smallest_lettering(layer) for layer in (*layers, clear)]
    return _Lines(_least(strokes, points), _least([gap], points), _least(letters, points))


def _least(values: Sequence[float | None], points: float) -> float | None:
    found = [value for value in values if value is not None]
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


def _findings(
    own_dpi: float,
    dpi: float,
    lines: _Lines,
    clarity: Transparency,
    beyond: tuple[OutOfGamut, ...],
    *,
    scalable: bool,
    width_in: float,
) -> tuple[Finding, ...]:
    found = []
    if own_dpi < MIN_DPI and not scalable:
        largest = width_in * own_dpi / MIN_DPI
        found.append(
            Finding(
                "low_resolution",
                f"At {width_in:.3g} in wide the artwork has {own_dpi:.0f} DPI; "
                f"shops want {GOOD_DPI:.0f} and accept {MIN_DPI:.0f}.",
                f"Enlarge the artwork to {dpi:.0f} DPI, or print it at most {largest:.3g} in wide.",
                (),
            )
        )
    if lines.stroke_pt is not None and lines.stroke_pt < MIN_STROKE_PT:
        found.append(
            Finding(
                "thin_strokes",
                f"The thinnest stroke prints {lines.stroke_pt:.2f} pt thick; "
                f"lines under {MIN_STROKE_PT:g} pt break up.",
                "Thicken thin strokes, or print at least "
                f"{width_in * MIN_STROKE_PT / lines.stroke_pt:.3g} in wide.",
                ("thicken",),
            )
        )
    if lines.gap_pt is not None and lines.gap_pt < MIN_GAP_PT:
        found.append(
            Finding(
                "thin_gaps",
                f"The thinnest gap prints {lines.gap_pt:.2f} pt wide; "
                f"ink closes gaps under {MIN_GAP_PT:g} pt.",
                f"Print at least {width_in * MIN_GAP_PT / lines.gap_pt:.3g} in wide, or redraw it wider.",
                (),
            )
        )
    if lines.letter_pt is not None and lines.letter_pt < MIN_TEXT_PT:
        found.append(
            Finding(
                "small_text",
                f"The smallest lettering prints {lines.letter_pt:.1f} pt high; "
                f"under {MIN_TEXT_PT:g} pt it fills in.",
                f"Print at least {width_in * MIN_TEXT_PT / lines.letter_pt:.3g} in wide, "
                "or leave the small lettering out.",
                (),
            )
        )
    if clarity.semi_share > _SEMI_SHARE:
        found.append(
            Finding(
                "semi_transparent",
                f"{clarity.semi_share:.1%} of the artwork is semi-transparent; "
                "garment printers lay white under it, which shows as a halo.",
                "Make semi-transparent parts solid, and drop the faint ones.",
                ("solid",),
            )
        )
    if clarity.hard_edge_share > _HARD_SHARE and own_dpi < GOOD_DPI and not scalable:
        found.append(
            Finding(
                "ragged_edge",
                f"The edge runs in steps of whole pixels, which show at {own_dpi:.0f} DPI.",
                "Smooth the edge, or print from the vector file.",
                ("smooth",),
            )
        )
    if beyond:
        worst = max(beyond, key=lambda item: item.delta_e)
        found.append(
            Finding(
                "out_of_gamut",
                f"{len(beyond)} of the colours cannot be printed as seen, {worst.color} the least.",
                f"Replace them with the nearest printable ones, e.g. {worst.color} with {worst.nearest}.",
                ("gamut",),
            )
        )
    return tuple(found)
