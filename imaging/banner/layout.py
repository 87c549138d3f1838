"""The whole banner solved: every text, box and size, before anything is drawn."""

from dataclasses import dataclass

from imaging.banner.fonts import FontLibrary
from imaging.banner.foot import foot_entries, foot_rows, set_foot
from imaging.banner.frame import Frame, arrange
from imaging.banner.masthead import Head, Masthead, set_masthead
from imaging.banner.roster import Cell, set_roster
from imaging.banner.spec import BannerLayout, BannerSpec
from imaging.banner.template import Template
from imaging.banner.typeset import Line, Typesetter

_AIR = 4.0
"""Height, in units of the frame, that a header may have over what its logo and title need."""


@dataclass(frozen=True, slots=True)
class Composition:
    """What the template draws, and what the caller is told of it."""

    frame: Frame
    masthead: Masthead
    cells: tuple[Cell, ...]
    foot: tuple[Line, ...]
    layout: BannerLayout
    missing_glyphs: tuple[str, ...]


def compose(
    spec: BannerSpec, template: Template, *, fonts: FontLibrary, logo_aspect: float | None
) -> Composition:
    """Lay out a banner.

    Args:
        spec: the order.
        template: gives styles and proportions.
        fonts: the template's fonts.
        logo_aspect: width over height of the prepared logo; None without one.
    """
    setter = Typesetter(fonts)
    entries = foot_entries(spec, setter=setter, style=template.text)
    rows = foot_rows(entries, spec)
    frame = arrange(spec, template.proportions, foot_lines=len(rows))
    head = Head(spec, display=template.display, text=template.text, logo_aspect=logo_aspect)
    spare = set_masthead(frame, head, setter=Typesetter(fonts)).slack - _AIR * frame.unit
    if spec.players and frame.arrangement != "side" and spare > 0:
        frame = arrange(spec, template.proportions, foot_lines=len(rows), header_cut=spare)
    masthead = set_masthead(frame, head, setter=setter)
    grid, cells = set_roster(
        spec.players, frame.body, setter=setter, display=template.display, text=template.text
    )
    foot = set_foot(rows, frame, setter=setter)
    layout = BannerLayout(
        columns=grid.columns if grid else 0,
        rows=grid.rows if grid else 0,
        name_size_pt=round(grid.name_size, 2) if grid and any(p.name.strip() for p in spec.players) else 0.0,
        shrunk=tuple(setter.shrunk),
        cut=tuple(setter.cut),
    )
    return Composition(frame, masthead, cells, foot, layout, tuple(setter.missing))
