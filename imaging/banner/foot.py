"""Coaches and sponsors at the foot of a banner."""

from dataclasses import dataclass, replace

from imaging.banner.fit import fit_box
from imaging.banner.fonts import Style
from imaging.banner.frame import FOOT_PAD, FOOT_PITCH, SAFE_IN, Box, Frame, frame_unit
from imaging.banner.grid import FLOOR_PT
from imaging.banner.spec import BannerSpec
from imaging.banner.typeset import Line, Typesetter

_SIZE = 2.0
"""Of the names, in units of the frame."""
_LABEL = 0.8
"""Size of the label as a share of the names'."""
_GAP = 0.6
"""Between label and names, in em of the names."""
_APART = 4.0
"""Between two entries on one line, in em of the names."""
_SMALLEST = 0.5
"""Share of the size that a long list goes down to before it is cut."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A label and its names, prepared."""

    source: str
    label: str
    label_style: Style
    names: str
    style: Style
    label_em: float
    """Width of the label with its gap, in em of the names."""
    names_em: float


def foot_entries(spec: BannerSpec, *, setter: Typesetter, style: Style) -> tuple[Entry, ...]:
    """Coaches and sponsors, those that have a name."""
    entries: list[Entry] = []
    for single, title, people in (
        ("Coach", "Coaches", spec.coaches),
        ("Sponsor", "Sponsors", tuple(s.name for s in spec.sponsors)),
    ):
        source = " • ".join(name.strip() for name in people if name.strip())
        names, names_style = setter.prepare(source, style)
        label, label_style = setter.prepare(title if len(people) > 1 else single, style)
        if names:
            label_em = setter.fonts.width_em(label, label_style) * _LABEL + _GAP
            names_em = setter.fonts.width_em(names, names_style)
            entries.append(Entry(source, label, label_style, names, names_style, label_em, names_em))
    return tuple(entries)


def foot_rows(entries: tuple[Entry, ...], spec: BannerSpec) -> tuple[tuple[Entry, ...], ...]:
    """All entries on one line when they fit at full size, else one a line."""
    ems = sum(entry.label_em + entry.names_em for entry in entries) + _APART * (len(entries) - 1)
    room = (spec.width_in - 2 * SAFE_IN) * 0.94 * 72
    if ems * _SIZE * frame_unit(spec) <= room:
        return (entries,) if entries else ()
    return tuple((entry,) for entry in entries)


def set_foot(rows: tuple[tuple[Entry, ...], ...], frame: Frame, *, setter: Typesetter) -> tuple[Line, ...]:
    """Every row centred in the safe area; long lists go smaller, then on two lines, then are cut."""
    lines: list[Line] = []
    pitch = FOOT_PITCH * frame.unit
    top = frame.foot.y + FOOT_PAD * frame.unit
    for index, row in enumerate(rows):
        slot = Box(frame.safe.x, top + index * pitch, frame.safe.w, min(pitch, frame.safe.bottom - top))
        lines.extend(_row(row, slot, frame, setter))
    return tuple(lines)


def _row(row: tuple[Entry, ...], slot: Box, frame: Frame, setter: Typesetter) -> list[Line]:
    size = _SIZE * frame.unit
    apart = _APART * size
    label_size = max(FLOOR_PT, _LABEL * size)
    taken = sum(entry.label_em * size for entry in row) + apart * (len(row) - 1)
    lines: list[Line] = []
    widths: list[float] = []
    for entry in row:
        room = (slot.w - taken if len(row) == 1 else entry.names_em * size * 1.001, 0.9 * slot.h)
        fitted = fit_box(
            entry.names,
            entry.style,
            fonts=setter.fonts,
            box_pt=room,
            max_lines=2,
            floor_pt=max(FLOOR_PT, _SMALLEST * size),
            ceiling_pt=size,
        )
        setter.note(entry.source, fitted, wanted_pt=size)
        label = fit_box(
            entry.label,
            entry.label_style,
            fonts=setter.fonts,
            box_pt=(slot.w, slot.h),
            max_lines=1,
            floor_pt=0.0,
            ceiling_pt=label_size,
        )
        left = slot.x + sum(widths) + apart * len(widths)
        names_left = left + entry.label_em * size
        lines += setter.lines(
            label,
            entry.label_style,
            Box(left, slot.y, label.width_pt, slot.h),
            align="left",
            ink="foot_label",
        )
        lines += setter.lines(
            fitted,
            entry.style,
            Box(names_left, slot.y, fitted.width_pt, slot.h),
            align="left",
            ink="foot_ink",
        )
        widths.append(entry.label_em * size + fitted.width_pt)
    shift = (slot.w - sum(widths) - apart * (len(widths) - 1)) / 2
    return [replace(line, x=line.x + shift) for line in lines]
