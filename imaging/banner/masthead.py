"""The team's name with the logo beside or above it, set as one group."""

from collections.abc import Mapping

from imaging.banner.box import Box, around
from imaging.banner.fit import Fitted
from imaging.banner.fonts import Style
from imaging.banner.frame import Area
from imaging.banner.schema import TitleContent
from imaging.banner.stage import Filled, Shown, Stage, ink_of

_LOGO_TALLEST = 0.68
"""Tallest logo above a name, of the area, when the name leaves room."""
_TAPER_STEPS = 24


def set_title(content: TitleContent, area: Area, areas: Mapping[str, Area], stage: Stage) -> Filled:
    """Place logo and name.

    Args:
        content: settings.
        area: where.
        areas: all of them, for what the logo may reach over.
        stage: the order and its tools.
    """
    room = area.inner
    text, style = stage.setter.prepare(stage.spec.team_name, stage.style(content.style))
    aspect = stage.art.aspect("logo", content.ground) if content.logo != "none" else None
    beside = content.logo in {"left", "right"}
    logo = _logo_beside(content, area, areas, aspect, alone=not text) if aspect and beside else None
    gap = content.gap * stage.unit
    fitted = _fit_name(content, text, style, _room_for_name(content, room, logo, aspect, gap), stage)
    if (text and fitted is None) or (fitted is not None and fitted.cut):
        stage.setter.cut.append(stage.spec.team_name)
    if aspect and not beside:
        logo = _logo_above(content, room, aspect, fitted.height_pt + gap if fitted else 0.0)
    logo, box = _grouped(content, room, logo, fitted, gap if logo and fitted else 0.0)
    lines = (
        stage.put(
            fitted,
            style,
            box,
            align=content.align,
            ink=ink_of(content, content.ink),
            role="title",
            name=content.style,
        )
        if fitted
        else ()
    )
    used = around([part for part in (logo, box if fitted else None) if part])
    return Filled(
        lines=lines,
        pictures=(Shown("logo", "logo", logo, content.ground),) if logo else (),
        text=box if fitted else None,
        slack=max(0.0, room.h - used.h) if used else room.h,
    )


def _room_for_name(
    content: TitleContent, room: Box, logo: Box | None, aspect: float | None, gap: float
) -> Box:
    """What the logo leaves: all at its side, or the lower part."""
    if logo is not None:
        width = max(0.0, room.w - logo.w - gap)
        return Box(room.right - width if content.logo == "left" else room.x, room.y, width, room.h)
    if aspect and content.logo == "above":
        return room.below(room.y + room.h * content.logo_share)
    return room


def _fit_name(content: TitleContent, text: str, style: Style, room: Box, stage: Stage) -> Fitted | None:
    """As large as the room, the tallest capital and the taper allow."""
    cap = stage.setter.fonts.cap_em(style)
    size = content.largest * stage.unit / cap if cap else content.largest * stage.unit

    def fit(width: float, height: float) -> Fitted | None:
        return stage.fit(text, style, box=(width, height), lines=content.lines, size=size)

    if content.taper == 1:
        return fit(room.w, room.h)
    shares = [step / _TAPER_STEPS for step in range(_TAPER_STEPS, 2, -1)]
    # The group begins at the tall end, so its far corners decide how tall it may be.
    tried = [fit(share * room.w, room.h * (1 - (1 - content.taper) * share)) for share in shares]
    return max((fitted for fitted in tried if fitted), key=lambda fitted: fitted.size_pt, default=None)


def _logo_beside(
    content: TitleContent, area: Area, areas: Mapping[str, Area], aspect: float, *, alone: bool
) -> Box:
    """A logo as tall as the area and what it reaches over; a wide one keeps to the area."""
    room = area.inner
    reached = areas.get(content.reach) if content.reach and not alone else None
    bottom = max(room.bottom, reached.box.bottom - 0.12 * reached.box.h) if reached else room.bottom
    width = min((bottom - room.y) * aspect, room.w * (1.0 if alone else content.logo_share))
    height = width / aspect
    free = bottom - room.y if height > room.h else room.h
    left = room.x if content.logo == "left" else room.right - width
    return Box(left, room.y + max(0.0, (free - height) / 2), width, height)


def _logo_above(content: TitleContent, room: Box, aspect: float, taken: float) -> Box:
    """A logo in what the name leaves of the area."""
    height = min(room.h - taken, max(_LOGO_TALLEST, content.logo_share) * room.h if taken else room.h)
    height = max(0.0, min(height, room.w * 0.92 / aspect))
    return Box(room.x, room.y, height * aspect, height)


def _grouped(
    content: TitleContent, room: Box, logo: Box | None, fitted: Fitted | None, gap: float
) -> tuple[Box | None, Box]:
    """Align logo and name together, side by side or one above the other."""
    name_w, name_h = (fitted.width_pt, fitted.height_pt) if fitted else (0.0, 0.0)
    if logo is None:
        return None, room.placed(name_w, name_h, align=content.align, valign=content.valign)
    if content.logo == "above":
        whole = room.placed(
            max(logo.w, name_w), logo.h + gap + name_h, align=content.align, valign=content.valign
        )
        moved = Box(whole.x, whole.y, whole.w, logo.h).placed(
            logo.w, logo.h, align=content.align, valign="top"
        )
        under = whole.below(moved.bottom + gap)
        return moved, under.placed(name_w, name_h, align=content.align, valign="top")
    whole = room.placed(logo.w + gap + name_w, room.h, align=content.align, valign="top")
    logo_left = content.logo == "left"
    moved = Box(whole.x if logo_left else whole.right - logo.w, logo.y, logo.w, logo.h)
    left = whole.x + logo.w + gap if logo_left else whole.x
    return moved, Box(left, room.y, name_w, room.h).placed(
        name_w, name_h, align="left", valign=content.valign
    )
