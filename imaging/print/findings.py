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


class _Detail(NamedTuple):
    """Something that a print shop wants no finer than so, and what is said of one that is."""

    code: str
    least_pt: float
    message: str
    """Takes `found_pt` and `least_pt`."""
    fix: str
    """Takes `enough_in`, the artwork's width from which it is not too fine."""
    fixes: tuple[str, ...] = ()


_DETAILS = (
    _Detail(
        "thin_strokes",
        MIN_STROKE_PT,
        "The thinnest stroke prints {found_pt:.2f} pt thick; under {least_pt:g} pt it breaks.",
        "Thicken it, or print at least {enough_in:.3g} in wide.",
        ("thicken",),
    ),
    _Detail(
        "thin_gaps",
        MIN_GAP_PT,
        "The thinnest gap prints {found_pt:.2f} pt wide; ink closes gaps under {least_pt:g} pt.",
        "Print at least {enough_in:.3g} in wide, or redraw it wider.",
    ),
    _Detail(
        "small_text",
        MIN_TEXT_PT,
        "The smallest lettering prints {found_pt:.1f} pt high; under {least_pt:g} pt it fills in.",
        "Print at least {enough_in:.3g} in wide, or leave it out.",
    ),
)
"""Strokes, gaps and lettering."""


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
        for check in (_resolution, _details, _transparency, _edge, _gamut)
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


def _details(m: Measured) -> Iterator[Finding]:
    for found_pt, detail in zip((m.stroke_pt, m.gap_pt, m.letter_pt), _DETAILS, strict=True):
        if found_pt is not None and found_pt < detail.least_pt:
            enough_in = m.width_in * detail.least_pt / found_pt
            yield Finding(
                detail.code,
                detail.message.format(found_pt=found_pt, least_pt=detail.least_pt),
                detail.fix.format(enough_in=enough_in),
                detail.fixes,
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
