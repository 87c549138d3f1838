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

_LABELS = {"coaches": ("Coach", "Coaches"), "sponsors": ("Sponsor", "Sponsors")}
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


def _row_height(content: CreditsContent, row: tuple[Entry, ...], width: float, stage: Stage) -> float:
    size = content.size * stage.unit
    logos = max((_logos_in(content, entry, width, stage).height for entry in row if entry.keys), default=0.0)
    names = _PITCH * size if any(entry.names for entry in row) else 0.0
    # A long list alone on its row may take a second line.
    if len(row) == 1 and _entry_width(content, row[0], stage) > width and names:
        names = 2 * _PITCH * size
    label = max(stage.floor, _LABEL * size) * 1.25 if content.labels == "above" else 0.0
    return max(logos, names) + label


def _logos_in(content: CreditsContent, entry: Entry, width: float, stage: Stage) -> Row:
    taken = (
        entry.label_w + _GAP * content.size * stage.unit
        if content.labels == "beside" and entry.label
        else 0.0
    )
    return logo_row(entry.keys, max(1.0, (width - taken) * (0.6 if entry.names else 1.0)), content, stage)


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
    shown, logos_right = _set_logos(content, entry, body, stage)
    right = max(right, logos_right)
    names = Box(logos_right + 2 * _GAP * size, body.y, 0.0, body.h) if shown else body
    names = Box(names.x, names.y, max(0.0, room.right - names.x), names.h)
    if entry.names:
        fitted = stage.fit(
            entry.names, entry.style, box=(names.w, 0.96 * names.h), lines=2, size=size, floor=SMALLEST * size
        )
        if fitted is None:
            stage.setter.cut.append(entry.source)
        else:
            stage.setter.note(entry.source, fitted, wanted_pt=size)
            box = Box(names.x, names.y, fitted.width_pt, names.h)
            ink = ink_of(content, content.ink)
            lines += stage.put(
                fitted, entry.style, box, align="left", ink=ink, role="text", name=content.style
            )
            right = max(right, box.right)
    return Filled(tuple(lines), shown), right


def _set_logos(
    content: CreditsContent, entry: Entry, body: Box, stage: Stage
) -> tuple[tuple[Shown, ...], float]:
    if not entry.keys:
        return (), body.x
    row = logo_row(entry.keys, max(1.0, body.w * (0.6 if entry.names else 1.0)), content, stage)
    scale = min(1.0, body.h / row.height)
    shown: list[Shown] = []
    for place in row.places:
        box = place.box.scaled(scale).moved(body.x, body.y + (body.h - row.height * scale) / 2)
        chip = (
            place.chip.scaled(scale).moved(body.x, body.y + (body.h - row.height * scale) / 2)
            if place.chip
            else None
        )
        shown.append(Shown(place.key, "sponsor", box, content.ground, chip))
    return tuple(shown), body.x + row.width * scale


def _moved(placed: Placed, by: float) -> Placed:
    return replace(placed, line=replace(placed.line, x=placed.line.x + by))


def _moved_picture(shown: Shown, by: float) -> Shown:
    chip = shown.chip.moved(by, 0.0) if shown.chip else None
    return replace(shown, box=shown.box.moved(by, 0.0), chip=chip)
