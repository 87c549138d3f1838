"""Fields of an order as lines of text, and the league's mark."""

from collections.abc import Mapping
from dataclasses import dataclass

from imaging.banner.box import Box
from imaging.banner.fit import Fitted
from imaging.banner.fonts import Style
from imaging.banner.frame import Area
from imaging.banner.schema import LeagueContent, TextContent
from imaging.banner.spec import BannerSpec
from imaging.banner.stage import SMALLEST, Filled, Placed, Shown, Stage, ink_of
from imaging.banner.text import clean

_LINE_GAP = 0.45
"""Between two fields under each other, in sizes of their type."""
_LEAGUE_LOGO = 2.4
"""Height of the league's logo, in sizes of its name."""
_ENDLESS = 1e6


@dataclass(frozen=True, slots=True)
class _Text:
    source: str
    style: Style
    fitted: Fitted | None


def field_texts(content: TextContent, spec: BannerSpec) -> tuple[str, ...]:
    """The fields that are not empty, joined; one text for each line that the join asks for."""
    fields = [clean(getattr(spec, field)) for field in content.fields]
    joined = content.join.join(field for field in fields if field)
    return tuple(line for line in joined.split("\n") if line)


def text_height(content: TextContent, width: float, stage: Stage) -> float:
    """Height of the lines at a width, in points."""
    return _stacked_height(_fit_all(content, width, _ENDLESS, stage), content, stage)


def set_words(content: TextContent, area: Area, filled: Mapping[str, Filled], stage: Stage) -> Filled:
    """Lines under each other, all at the size of the smallest.

    Args:
        content: settings.
        area: where.
        filled: areas that are set already, for what the lines follow.
        stage: the order and its tools.
    """
    room = _followed(content, area.inner, filled)
    texts = _fit_all(content, room.w, room.h, stage)
    for text in texts:
        if text.fitted is None:
            stage.setter.cut.append(text.source)
        else:
            stage.setter.note(text.source, text.fitted, wanted_pt=content.size * stage.unit)
    tall = _stacked_height(texts, content, stage)
    widest = max((text.fitted.width_pt for text in texts if text.fitted), default=0.0)
    whole = room.placed(widest, tall, align=content.align, valign=content.valign)
    lines: list[Placed] = []
    top = whole.y
    for text in texts:
        if text.fitted is None:
            continue
        slot = Box(whole.x, top, whole.w, text.fitted.height_pt)
        ink = ink_of(content, content.ink)
        lines += stage.put(
            text.fitted, text.style, slot, align=content.align, ink=ink, role="text", name=content.style
        )
        top += text.fitted.height_pt + _gap(content, stage)
    return Filled(lines=tuple(lines), text=whole if lines else None)


def league_height(content: LeagueContent, width: float, stage: Stage) -> float:
    """Height of the league's logo, or of its name, at a width, in points."""
    size = content.size * stage.unit
    aspect = stage.art.aspect("league", content.ground)
    return min(_LEAGUE_LOGO * size, width / aspect) if aspect else size


def set_league(content: LeagueContent, area: Area, stage: Stage) -> Filled:
    """The league's logo as large as its area; its name without one."""
    room, aspect = area.inner, stage.art.aspect("league", content.ground)
    if aspect:
        height = min(room.h, room.w / aspect)
        box = room.placed(height * aspect, height, align=content.align, valign=content.valign)
        return Filled(pictures=(Shown("league", "league", box, content.ground),))
    text, style = stage.setter.prepare(stage.spec.league, stage.style(content.style))
    size = content.size * stage.unit
    fitted = stage.fit(text, style, box=(room.w, room.h), lines=2, size=size, floor=SMALLEST * size)
    if fitted is None:
        stage.setter.cut.append(stage.spec.league)
        return Filled()
    stage.setter.note(stage.spec.league, fitted, wanted_pt=size)
    box = room.placed(fitted.width_pt, fitted.height_pt, align=content.align, valign=content.valign)
    ink = ink_of(content, content.ink)
    lines = stage.put(fitted, style, box, align=content.align, ink=ink, role="text", name=content.style)
    return Filled(lines=lines, text=box)


def _fit_all(content: TextContent, width: float, height: float, stage: Stage) -> tuple[_Text, ...]:
    """Every text fitted; the second time round at the size of the smallest, so that they are even."""
    texts = field_texts(content, stage.spec)
    size = content.size * stage.unit
    each = height / len(texts) - _gap(content, stage) * (len(texts) - 1) / len(texts) if texts else height
    prepared = [(text, *stage.setter.prepare(text, stage.style(content.style))) for text in texts]
    for _ in range(2):
        fits = [
            _Text(
                source,
                style,
                stage.fit(
                    text, style, box=(width, each), lines=content.lines, size=size, floor=SMALLEST * size
                ),
            )
            for source, text, style in prepared
        ]
        size = min((text.fitted.size_pt for text in fits if text.fitted), default=size)
    return tuple(fits)


def _stacked_height(texts: tuple[_Text, ...], content: TextContent, stage: Stage) -> float:
    heights = [text.fitted.height_pt for text in texts if text.fitted]
    return sum(heights) + _gap(content, stage) * max(0, len(heights) - 1)


def _gap(content: TextContent, stage: Stage) -> float:
    return _LINE_GAP * content.size * stage.unit


def _followed(content: TextContent, room: Box, filled: Mapping[str, Filled]) -> Box:
    """The part of the area under the name that the text follows, when a logo stands beside the name."""
    leader = filled.get(content.follow) if content.follow else None
    if leader is None or leader.text is None or not leader.pictures:
        return room
    logo, name = leader.pictures[0].box, leader.text
    if logo.right <= name.x:
        left = max(room.x, name.x)
        right = room.right if name.w < 0.3 * room.w else max(name.right, left)
        return Box(left, room.y, min(right, room.right) - left, room.h)
    if logo.x >= name.right:
        return Box(room.x, room.y, max(0.0, min(room.right, name.right) - room.x), room.h)
    return room
