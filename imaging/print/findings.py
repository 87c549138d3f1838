"""What a print shop would send artwork back for, in words, with what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from imaging.print.transparency import Transparency

MIN_DPI, GOOD_DPI = 150.0, 300.0
"""What direct-to-garment shops accept at the least, and what they ask for."""
MIN_STROKE_PT, MIN_GAP_PT = 1.0, 1.5
"""Thinnest line that garment shops accept, and thinnest gap: ink spreads into it, so shops ask for 1.5 to 2
times the line."""
MIN_TEXT_PT = 8.0
"""Least height of lettering that garment shops accept."""
_SEMI_SHARE = 0.002
"""Semi-transparent share under which nobody would see it."""
_STEPPED_SHARE = 0.5
"""Share of an edge's steps without anti-aliasing from which the edge is ragged."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a print shop would send the artwork back for."""

    code: str
    """Stable, snake_case."""
    message: str
    """What was found."""
    fix: str
    """What to do about it."""
    fixes: tuple[str, ...] = ()
    """Names that `imaging.print.fixes.apply_fixes` takes and that mend this; may be empty."""


class OutOfGamut(NamedTuple):
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
class Measured:
    """What findings are drawn from."""

    width_in: float
    dpi: float
    """Of the pixels at that width."""
    print_dpi: float
    """Of the print file asked for."""
    scalable: bool
    """Whether a vector master exists."""
    stroke_pt: float | None
    gap_pt: float | None
    letter_pt: float | None
    alpha: Transparency
    out_of_gamut: tuple[OutOfGamut, ...]


def find_faults(measured: Measured) -> tuple[Finding, ...]:
    """Everything below the limits of this module, worst first."""
    return tuple(
        finding
        for check in (_resolution, _strokes, _gaps, _lettering, _transparency, _edge, _gamut)
        for finding in check(measured)
    )


def _resolution(m: Measured) -> Iterator[Finding]:
    if m.dpi < MIN_DPI and not m.scalable:
        yield Finding(
            "low_resolution",
            f"At {m.width_in:.3g} in wide the artwork has {m.dpi:.0f} DPI; shops want {GOOD_DPI:.0f} "
            f"and accept {MIN_DPI:.0f}.",
            f"Enlarge the artwork to {m.print_dpi:.0f} DPI, or print it at most "
            f"{m.width_in * m.dpi / MIN_DPI:.3g} in wide.",
        )


def _strokes(m: Measured) -> Iterator[Finding]:
    if m.stroke_pt is not None and m.stroke_pt < MIN_STROKE_PT:
        yield Finding(
            "thin_strokes",
            f"The thinnest stroke prints {m.stroke_pt:.2f} pt thick; under {MIN_STROKE_PT:g} pt it breaks.",
            f"Thicken it, or print at least {m.width_in * MIN_STROKE_PT / m.stroke_pt:.3g} in wide.",
            ("thicken",),
        )


def _gaps(m: Measured) -> Iterator[Finding]:
    if m.gap_pt is not None and m.gap_pt < MIN_GAP_PT:
        yield Finding(
            "thin_gaps",
            f"The thinnest gap prints {m.gap_pt:.2f} pt wide; ink closes gaps under {MIN_GAP_PT:g} pt.",
            f"Print at least {m.width_in * MIN_GAP_PT / m.gap_pt:.3g} in wide, or redraw it wider.",
        )


def _lettering(m: Measured) -> Iterator[Finding]:
    if m.letter_pt is not None and m.letter_pt < MIN_TEXT_PT:
        yield Finding(
            "small_text",
            f"The smallest lettering prints {m.letter_pt:.1f} pt high; under {MIN_TEXT_PT:g} pt it fills in.",
            f"Print at least {m.width_in * MIN_TEXT_PT / m.letter_pt:.3g} in wide, or leave it out.",
        )


def _transparency(m: Measured) -> Iterator[Finding]:
    if m.alpha.semi_share > _SEMI_SHARE:
        yield Finding(
            "semi_transparent",
            f"{m.alpha.semi_share:.1%} of the artwork is semi-transparent; garment printers lay white under "
            "it, which shows as a halo.",
            "Make semi-transparent parts solid, and drop the faint ones.",
            ("solid",),
        )


def _edge(m: Measured) -> Iterator[Finding]:
    if m.alpha.hard_edge_share > _STEPPED_SHARE and m.dpi < GOOD_DPI and not m.scalable:
        yield Finding(
            "ragged_edge",
            f"The edge runs in steps of whole pixels, which show at {m.dpi:.0f} DPI.",
            "Smooth the edge, or print from the vector file.",
            ("smooth",),
        )


def _gamut(m: Measured) -> Iterator[Finding]:
    if m.out_of_gamut:
        worst = max(m.out_of_gamut, key=lambda item: item.delta_e)
        count = len(m.out_of_gamut)
        yield Finding(
            "out_of_gamut",
            f"{count} colour{'s' if count > 1 else ''} cannot be printed as seen, {worst.color} the least.",
            f"Take the nearest printable colours, for {worst.color} that is {worst.nearest}.",
            ("gamut",),
        )
