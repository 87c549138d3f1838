"""The whole banner solved: every text, picture, box and size, before anything is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from imaging.banner.contents import Contents
from imaging.banner.fallback import choose_han
from imaging.banner.fonts import FontLibrary
from imaging.banner.frame import Frame, arrange, frame_unit, type_floor
from imaging.banner.roster import SetRoster, set_roster
from imaging.banner.schema import RosterContent
from imaging.banner.spec import BannerLayout, BannerSpec, all_texts
from imaging.banner.stage import Art, Filled, Placed, Stage
from imaging.banner.template import Template
from imaging.banner.typeset import Typesetter

_AIR = 4.0
"""Height, in units, that a snug area may have over what it holds."""

_SQUEEZES = (1.0, 0.84, 0.7, 0.58)
"""What heads and photos give up, step by step, for rosters that would not fit at the smallest type."""
_SMALL = 1.3
"""Sizes of names, in smallest ones, from which more room would not mend what is cut."""


@dataclass(frozen=True, slots=True)
class Composition:
    """What the template draws, and what the caller is told of it."""

    frame: Frame
    filled: Mapping[str, Filled]
    """By area."""
    roster: SetRoster | None
    layout: BannerLayout
    missing_glyphs: tuple[str, ...]

    @property
    def lines(self) -> tuple[Placed, ...]:
        """Every line of text."""
        cells = self.roster.cells if self.roster else ()
        numbers = [cell.number for cell in cells if cell.number]
        return (
            *(line for filled in self.filled.values() for line in filled.lines),
            *numbers,
            *(line for cell in cells for line in cell.lines),
        )


def compose(spec: BannerSpec, template: Template, *, fonts: FontLibrary, art: Art) -> Composition:
    """Lay out a banner.

    Args:
        spec: the order.
        template: gives areas, styles and arrangements.
        fonts: the template's fonts.
        art: the pictures of the order.
    """
    han = choose_han(all_texts(spec))
    made: Composition | None = None
    for squeeze in _SQUEEZES:
        setter = Typesetter(fonts, han=han)
        stage = Stage(spec, setter, template.styles, art, frame_unit(spec), type_floor(spec))
        frame = _framed(spec, template, stage, fonts, squeeze)
        roster = _roster(frame, stage)
        whole = not setter.cut
        filled = Contents(stage).fill(frame)
        layout = _report(frame.arrangement, filled, roster, setter)
        made = Composition(frame, filled, roster, layout, tuple(setter.missing))
        if whole or not _crowded(roster, stage):
            break
    assert made is not None  # noqa: S101 - there is one try at least
    return made


def _roster(frame: Frame, stage: Stage) -> SetRoster | None:
    for area in frame.areas.values():
        if isinstance(area.content, RosterContent):
            return set_roster(area.content, area, stage)
    return None


def _crowded(roster: SetRoster | None, stage: Stage) -> bool:
    """Whether names are about as small as they may be."""
    return roster is not None and roster.grid.name_size < _SMALL * stage.floor


def _framed(spec: BannerSpec, template: Template, stage: Stage, fonts: FontLibrary, squeeze: float) -> Frame:
    """The divided page, areas that are snug cut down to what they hold."""
    plan = template.plan(spec)
    trial = replace(stage, setter=Typesetter(fonts, han=stage.setter.han))
    contents = Contents(trial)

    def divided(cuts: Mapping[str, float]) -> Frame:
        return arrange(spec, plan, contents, margin_share=template.margin, cuts=cuts, squeeze=squeeze)

    frame = divided({})
    snug = {name: area for name, area in frame.areas.items() if area.snug}
    if not snug or not spec.players:
        return frame
    filled = contents.fill(frame)
    cuts = {name: max(0.0, filled[name].slack - _AIR * stage.unit) for name in snug if name in filled}
    return divided(cuts) if any(cuts.values()) else frame


def _report(
    arrangement: str, filled: Mapping[str, Filled], roster: SetRoster | None, setter: Typesetter
) -> BannerLayout:
    lines = [placed for area in filled.values() for placed in area.lines]
    grid = roster.grid if roster else None
    named = roster is not None and any(line.role == "name" for cell in roster.cells for line in cell.lines)
    numbered = roster is not None and any(cell.number for cell in roster.cells)
    title = max((placed.line.size for placed in lines if placed.role == "title"), default=0.0)
    return BannerLayout(
        columns=grid.columns if grid else 0,
        rows=grid.rows if grid else 0,
        name_size_pt=round(grid.name_size, 2) if grid and named else 0.0,
        shrunk=tuple(dict.fromkeys(setter.shrunk)),
        cut=tuple(dict.fromkeys(setter.cut)),
        wrapped=tuple(dict.fromkeys(setter.wrapped)),
        kind=grid.kind if grid else "",
        arrangement=arrangement,
        title_size_pt=round(title, 2),
        number_size_pt=round(grid.number_size, 2) if grid and numbered else 0.0,
    )
