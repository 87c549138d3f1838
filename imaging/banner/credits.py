"""Coaches and sponsors: a label and names, or a row of sponsors' logos in balance."""

from dataclasses import dataclass, replace

from imaging.banner.box import Box, around
from imaging.banner.fonts import Style
from imaging.banner.frame import Area
from imaging.banner.marks import Row, logo_row
from imaging.banner.schema import CreditsContent
from imaging.banner.spec import BannerSpec
from imaging.banner.stage import SMALLEST, Filled, Placed, Shown, Stage, ink_of
from imaging.banner.text import clean

_LABELS = {
    "coaches": ("Coach", "Coaches"),
    "sponsors": ("Sponsor", "Sponsors"),
    "league": ("League", "League"),
}
_LABEL = 0.8
"""Size of the label as a share of the names'."""
_GAP = 0.6
"""Between label and names beside it, in sizes of the names; half of it when above."""
_APART = 3.2
"""Between two entries on one line, in sizes of the names."""
_PITCH = 1.45
"""Height of a line of names, in their size."""
_BETWEEN = 0.35
"""Between two entries under each other, in their size."""
_ENDLESS = 1e6


@dataclass(frozen=True, slots=True)
class Entry:
    """One list, prepared."""

    source: str
    """Names as one line."""
    names: str
    style: Style
    names_w: float
    """At full size, points."""
    label: str
    label_style: Style
    label_w: float
    keys: tuple[str, ...]
    """Of the sponsors' logos."""


def credit_texts(
    content: CreditsContent, spec: BannerSpec, stage: Stage
) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """(label, names, logos' keys) of every list that has something."""
    found: list[tuple[str, str, tuple[str, ...]]] = []
    for kind in content.lists:
        names = [clean(name) for name in spec.coaches]
        keys: tuple[str, ...] = ()
        if kind == "sponsors":
            drawn = [
                s.picture for s in spec.sponsors if s.picture and stage.art.aspect(s.picture, content.ground)
            ]
            keys = tuple(dict.fromkeys(key for key in drawn if key))
            names = [clean(s.name) for s in spec.sponsors if s.picture not in keys]
        if kind == "league":
            keys = ("league",) if stage.art.aspect("league", content.ground) else ()
            names = [clean(spec.league)] if not keys else []
        names = [name for name in names if name]
        if names or keys:
            single, several = _LABELS[kind]
            found.append((several if len(names) + len(keys) > 1 else single, " • ".join(names), keys))
    return tuple(found)


def credits_height(content: CreditsContent, width: float, stage: Stage) -> float:
    """Height of all entries at a width, in points."""
    rows = _rows(content, _entries(content, stage), width, stage)
    size = content.size * stage.unit
    return sum(_row_height(content, row, width, stage) for row in rows) + _BETWEEN * size * max(
        0, len(rows) - 1
    )


def set_credits(content: CreditsContent, area: Area, stage: Stage) -> Filled:
    """All entries on one line when they fit at full size, else one under the other."""
    room = area.inner
    size = content.size * stage.unit
    rows = _rows(content, _entries(content, stage), room.w, stage)
    wanted = [_row_height(content, row, room.w, stage) for row in rows]
    gap = _BETWEEN * size
    total = sum(wanted) + gap * max(0, len(rows) - 1)
    scale = min(1.0, room.h / total) if total else 1.0
    top = room.y + (room.h - total * scale) / 2
    lines: list[Placed] = []
    shown: list[Shown] = []
    for row, height in zip(rows, wanted, strict=True):
        made = _set_row(content, row, Box(room.x, top, room.w, height * scale), stage)
        lines += made.lines
        shown += made.pictures
        top += (height + gap) * scale
    texts = [Box(p.line.x, p.line.baseline - p.line.cap, p.line.w, p.line.cap) for p in lines]
    return Filled(lines=tuple(lines), pictures=tuple(shown), text=around(texts))


def _entries(content: CreditsContent, stage: Stage) -> tuple[Entry, ...]:
    size, fonts = content.size * stage.unit, stage.setter.fonts
    entries: list[Entry] = []
    for title, source, keys in credit_texts(content, stage.spec, stage):
        names, style = stage.setter.prepare(source, stage.style(content.style))
        if not names and not keys:
            continue  # pictures that no font has, and nothing else
        label, label_style = stage.setter.prepare(
            title if content.label else "", stage.style(content.label or content.style)
        )
        label_w = fonts.width_em(label, label_style) * max(stage.floor, _LABEL * size)
        entries.append(
            Entry(
                source, names, style, fonts.width_em(names, style) * size, label, label_style, label_w, keys
            )
        )
    return tuple(entries)


def _rows(
    content: CreditsContent, entries: tuple[Entry, ...], width: float, stage: Stage
) -> tuple[tuple[Entry, ...], ...]:
    if not entries:
        return ()
    size = content.size * stage.unit
    needed = [_entry_width(content, entry, stage) for entry in entries]
    if sum(needed) + _APART * size * (len(entries) - 1) <= 0.98 * width:
        return (entries,)
    return tuple((entry,) for entry in entries)


def _entry_width(content: CreditsContent, entry: Entry, stage: Stage) -> float:
    gap = _GAP * content.size * stage.unit
    row = logo_row(entry.keys, _ENDLESS, content, stage)
    body = entry.names_w + row.width + (2 * gap if entry.names and entry.keys else 0.0)
    if content.labels == "above":
        return max(body, entry.label_w)
    return body + (entry.label_w + gap if entry.label else 0.0)


@dataclass(frozen=True, slots=True)
class _Body:
    """What an entry holds beside its label: logos and names, side by side or one above the other."""

    logos: Row
    beside: bool
    names_h: float
    height: float


def _body(content: CreditsContent, entry: Entry, width: float, stage: Stage) -> _Body:
    """The names go under the logos where there is no room beside them, on two lines where they are long."""
    size = content.size * stage.unit
    gap, line = _GAP * size, _PITCH * size
    names_h = 0.0 if not entry.names else line if entry.names_w <= 1.001 * width else 2 * line
    if not entry.keys or not entry.names:
        logos = logo_row(entry.keys, max(1.0, width), content, stage)
        return _Body(logos, beside=True, names_h=names_h, height=max(logos.height, names_h))
    logos = logo_row(entry.keys, _ENDLESS, content, stage)
    if logos.width + 2 * gap + entry.names_w <= 1.001 * width:
        return _Body(logos, beside=True, names_h=line, height=max(logos.height, line))
    logos = logo_row(entry.keys, max(1.0, width), content, stage)
    return _Body(logos, beside=False, names_h=names_h, height=logos.height + gap + names_h)


def _row_height(content: CreditsContent, row: tuple[Entry, ...], width: float, stage: Stage) -> float:
    size = content.size * stage.unit
    above = content.labels == "above"
    label = max(stage.floor, _LABEL * size) * 1.25 if above and any(entry.label for entry in row) else 0.0
    rooms = [
        _ENDLESS
        if len(row) > 1
        else width - (entry.label_w + _GAP * size if entry.label and not above else 0)
        for entry in row
    ]
    return label + max(
        _body(content, entry, room, stage).height for entry, room in zip(row, rooms, strict=True)
    )


def _set_row(content: CreditsContent, row: tuple[Entry, ...], slot: Box, stage: Stage) -> Filled:
    """Entries side by side from the left, then moved to where the row is aligned."""
    size = content.size * stage.unit
    lines: list[Placed] = []
    shown: list[Shown] = []
    at = slot.x
    for entry in row:
        room = Box(at, slot.y, slot.right - at, slot.h)
        if len(row) > 1:
            room = Box(at, slot.y, _entry_width(content, entry, stage) * 1.001, slot.h)
        made, right = _set_entry(content, entry, room, stage)
        lines += made.lines
        shown += made.pictures
        at = right + _APART * size
    free = slot.right - (at - _APART * size)
    shift = max(0.0, free) * {"left": 0.0, "center": 0.5, "right": 1.0}[content.align]
    return Filled(tuple(_moved(p, shift) for p in lines), tuple(_moved_picture(s, shift) for s in shown))


def _set_entry(content: CreditsContent, entry: Entry, room: Box, stage: Stage) -> tuple[Filled, float]:
    """One entry at the left of its room, and where it ends."""
    size = content.size * stage.unit
    lines: list[Placed] = []
    body, right = room, room.x
    if entry.label:
        label_size = max(stage.floor, _LABEL * size)
        above = content.labels == "above"
        slot = room.above(room.y + 1.25 * label_size) if above else room
        fitted = stage.fit(entry.label, entry.label_style, box=(room.w, slot.h), lines=1, size=label_size)
        if fitted:
            box = Box(room.x, slot.y, fitted.width_pt, slot.h)
            lines += stage.put(
                fitted,
                entry.label_style,
                box,
                align="left",
                ink=ink_of(content, content.label_ink, "soft"),
                role="label",
                name=content.label or content.style,
            )
            right = box.right
            gap = _GAP * size
            body = (
                room.below(slot.bottom)
                if above
                else Box(right + gap, room.y, room.right - right - gap, room.h)
            )
    made, body_right = _set_body(content, entry, body, stage)
    return Filled((*lines, *made.lines), made.pictures), max(right, body_right)


def _set_body(content: CreditsContent, entry: Entry, room: Box, stage: Stage) -> tuple[Filled, float]:
    """Logos and names, and where they end."""
    plan = _body(content, entry, room.w, stage)
    scale = min(1.0, room.h / plan.height)
    gap = _GAP * content.size * stage.unit
    top = room.y + (room.h - plan.height * scale) / 2
    logos_top = room.y + (room.h - plan.logos.height * scale) / 2 if plan.beside else top
    shown = tuple(
        Shown(
            place.key,
            "league" if place.key == "league" else "sponsor",
            place.box.scaled(scale).moved(room.x, logos_top),
            content.ground,
            place.chip.scaled(scale).moved(room.x, logos_top) if place.chip else None,
        )
        for place in plan.logos.places
    )
    right = room.x + plan.logos.width * scale if shown else room.x
    if not entry.names:
        return Filled((), shown), right
    left = right + 2 * gap if shown and plan.beside else room.x
    slot = Box(left, room.y, max(0.0, room.right - left), room.h)
    if not plan.beside:
        slot = Box(left, top + (plan.logos.height + gap) * scale, room.w, plan.names_h * scale)
    lines, names_right = _set_names(content, entry, slot, stage)
    return Filled(lines, shown), max(right, names_right)


def _set_names(
    content: CreditsContent, entry: Entry, slot: Box, stage: Stage
) -> tuple[tuple[Placed, ...], float]:
    size = content.size * stage.unit
    fitted = stage.fit(
        entry.names, entry.style, box=(slot.w, 0.96 * slot.h), lines=2, size=size, floor=SMALLEST * size
    )
    if fitted is None:
        stage.setter.cut.append(entry.source)
        return (), slot.x
    stage.setter.note(entry.source, fitted, wanted_pt=size)
    box = Box(slot.x, slot.y, fitted.width_pt, slot.h)
    ink = ink_of(content, content.ink)
    lines = stage.put(fitted, entry.style, box, align="left", ink=ink, role="text", name=content.style)
    return lines, box.right


def _moved(placed: Placed, by: float) -> Placed:
    return replace(placed, line=replace(placed.line, x=placed.line.x + by))


def _moved_picture(shown: Shown, by: float) -> Shown:
    chip = shown.chip.moved(by, 0.0) if shown.chip else None
    return replace(shown, box=shown.box.moved(by, 0.0), chip=chip)
