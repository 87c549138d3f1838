"""Logo, team name, sport and season: the head of a banner."""

from dataclasses import dataclass

from imaging.banner.fit import Fitted, fit_box, fit_line
from imaging.banner.fonts import Style
from imaging.banner.frame import Box, Frame
from imaging.banner.grid import FLOOR_PT
from imaging.banner.spec import BannerSpec
from imaging.banner.typeset import Line, Typesetter

_LOGO_WIDTH = 0.3
"""Widest logo beside a title, as a share of the masthead."""
_LOGO_HEIGHT = 0.5
"""Share of the masthead that a title leaves free for a logo above it."""
_LOGO_TALLEST = 0.68
"""Tallest logo above a title, as a share of the masthead."""
_GAP = 2.2
"""Between logo and title, in units of the frame."""
_TITLE_LINES = 3
_TITLE_LINES_NARROW = 4


@dataclass(frozen=True, slots=True)
class Masthead:
    """The head, set."""

    logo: Box | None
    title: tuple[Line, ...]
    group: Box
    """What logo and title cover together: stripes stay outside it."""
    tag: tuple[Line, ...]
    tag_group: Box
    """What sport and season cover."""
    slack: float
    """Height of the masthead that nothing fills."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head is made of."""

    spec: BannerSpec
    """Team name, sport and season count."""
    display: Style
    """Of the team name."""
    text: Style
    """Of sport and season."""
    logo_aspect: float | None
    """Width over height; None without a logo."""


def set_masthead(frame: Frame, head: Head, *, setter: Typesetter) -> Masthead:
    """Place logo and title as one centred group, and sport and season on the band.

    Args:
        frame: the areas.
        head: texts, styles and the logo's shape.
        setter: takes the report of what was cut.
    """
    spec, logo_aspect = head.spec, head.logo_aspect
    title, style = setter.prepare(spec.team_name, head.display)
    beside = frame.arrangement == "band"
    logo = _logo_beside(frame, logo_aspect, alone=not title) if beside else None
    room = _title_room(frame, logo, above=logo_aspect is not None and not beside)
    fitted = fit_box(
        title,
        style,
        fonts=setter.fonts,
        box_pt=(room.w, room.h),
        floor_pt=FLOOR_PT,
        max_lines=_TITLE_LINES if beside else _TITLE_LINES_NARROW,
    )
    if fitted.cut:
        setter.cut.append(spec.team_name)
    if not beside and logo_aspect is not None:
        logo = _logo_above(frame, logo_aspect, title_h=fitted.height_pt)
    logo, box = _grouped(frame, logo, fitted, beside=beside)
    set_title = setter.lines(fitted, style, box, align="center", ink="title")
    parts = [part for part in (logo, box if fitted.lines else None) if part]
    tag, tag_group = _tag(
        frame, spec, setter=setter, style=head.text, box=box, beside=bool(beside and logo and fitted.lines)
    )
    used = max((part.bottom for part in parts), default=0.0) - min((part.y for part in parts), default=0.0)
    return Masthead(
        logo,
        tuple(set_title),
        _union(parts, frame.masthead),
        tag,
        tag_group,
        slack=max(0.0, frame.masthead.h - used),
    )


def _title_room(frame: Frame, logo: Box | None, *, above: bool) -> Box:
    """What the logo leaves of the masthead: all to its right, or the lower part."""
    room, gap = frame.masthead, _GAP * frame.unit
    if logo is not None:
        return Box(logo.right + gap, room.y, room.right - logo.right - gap, room.h)
    return room.below(room.y + room.h * _LOGO_HEIGHT) if above else room


def _logo_beside(frame: Frame, aspect: float | None, *, alone: bool) -> Box | None:
    """A logo as tall as the masthead and the band, which it overlaps; a wide one keeps to the masthead."""
    if aspect is None:
        return None
    room = frame.masthead
    bottom = frame.band.bottom - 0.25 * frame.unit if frame.body.h > 0 and not alone else room.bottom
    width = min((bottom - room.y) * aspect, room.w * (1.0 if alone else _LOGO_WIDTH))
    height = width / aspect
    free = bottom - room.y if height > room.h else room.h
    return Box(room.x, room.y + (free - height) / 2, width, height)


def _logo_above(frame: Frame, aspect: float, *, title_h: float) -> Box:
    """A logo in what the title leaves of the masthead."""
    room = frame.masthead
    height = room.h - (title_h + _GAP * frame.unit if title_h else 0.0)
    height = min(height, _LOGO_TALLEST * room.h if title_h else room.h, room.w * 0.92 / aspect)
    return Box(room.x + (room.w - height * aspect) / 2, room.y, height * aspect, height)


def _grouped(frame: Frame, logo: Box | None, fitted: Fitted, *, beside: bool) -> tuple[Box | None, Box]:
    """Centre logo and title together in the masthead, side by side or one above the other."""
    room, gap = frame.masthead, _GAP * frame.unit if logo and fitted.lines else 0.0
    if beside or logo is None:
        total = (logo.w if logo else 0.0) + gap + fitted.width_pt
        left = room.x + (room.w - total) / 2
        moved = Box(left, logo.y, logo.w, logo.h) if logo else None
        left += logo.w + gap if logo else 0.0
        return moved, Box(left, room.y + (room.h - fitted.height_pt) / 2, fitted.width_pt, fitted.height_pt)
    top = room.y + (room.h - logo.h - gap - fitted.height_pt) / 2
    moved = Box(logo.x, top, logo.w, logo.h)
    left = room.x + (room.w - fitted.width_pt) / 2
    return moved, Box(left, moved.bottom + gap, fitted.width_pt, fitted.height_pt)


def _tag(
    frame: Frame, spec: BannerSpec, *, setter: Typesetter, style: Style, box: Box, beside: bool
) -> tuple[tuple[Line, ...], Box]:
    """Sport and season on the band, under the title."""
    source = " • ".join(part.strip() for part in (spec.sport, spec.season) if part.strip())
    text, style = setter.prepare(source, style)
    left = max(box.x, frame.safe.x) if beside else frame.masthead.x
    width = frame.masthead.right - left
    size = 0.66 * frame.band.h
    if not text:
        return (), Box(left + width / 2, frame.band.y, 0.0, frame.band.h)
    fitted = fit_line(
        text, style, fonts=setter.fonts, size_pt=size, width_pt=width, floor_pt=max(FLOOR_PT, 0.4 * size)
    )
    setter.note(source, fitted, wanted_pt=size)
    room = box.w if beside and box.w > fitted.width_pt else width if not beside else fitted.width_pt
    area = Box(left, frame.band.y, max(room, fitted.width_pt), frame.band.h)
    start = area.x + (area.w - fitted.width_pt) / 2
    return (
        (setter.line(fitted, style, area, align="center", ink="band_ink"),),
        Box(start, area.y, fitted.width_pt, area.h),
    )


def _union(boxes: list[Box], empty: Box) -> Box:
    if not boxes:
        return Box(empty.x + empty.w / 2, empty.y, 0.0, empty.h)
    x, y = min(b.x for b in boxes), min(b.y for b in boxes)
    return Box(x, y, max(b.right for b in boxes) - x, max(b.bottom for b in boxes) - y)
