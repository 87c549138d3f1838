"""Where the areas of a banner lie: an arrangement's tree divided over one page."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from imaging.banner.arrangement import Part, Plan, share_of
from imaging.banner.box import Box
from imaging.banner.schema import AnyContent
from imaging.banner.spec import BannerSpec

PT_PER_IN = 72.0
SAFE_IN = 0.5
"""In print, no text or logo nearer to the cut."""
SEWN_SAFE_IN = 2.0
"""The same where the banner is hemmed or has grommets."""
SEWN_LEAST_IN, SEWN_SHARE = 1.25, 0.06
"""Small banners have less: this share of the shorter side, but clear of the grommets."""
SAFE_SHARE = {"print": 0.03, "screen": 0.035}
"""The same, of the shorter side."""
FLOOR_PT = 8.0
"""No text of a print is smaller."""
FLOOR_PX = 14.0
"""No text of a screen is smaller."""
_MOST_FIXED = 0.86
"""Of a length that has flexible parts, how much the others may take."""

_ROUND = ("top", "right", "bottom", "left")


@dataclass(frozen=True, slots=True)
class Reach:
    """How near a part comes to the page's edges."""

    touched: frozenset[str]
    """Sides at the edge: the ground runs into the bleed there."""
    due: Mapping[str, float]
    """Points that text must keep from a side: the margin, or what a strip at the edge leaves of it."""

    def without(self, *sides: str) -> "Reach":
        """Far from some sides."""
        return Reach(
            self.touched.difference(sides), {side: due for side, due in self.due.items() if side not in sides}
        )

    def inside(self, strips: Sequence[float | None], index: int, *, down: bool) -> "Reach":
        """Of the index-th of several parts; `strips` are the lengths of those that hold nothing."""
        first, last = ("top", "bottom") if down else ("left", "right")
        reach = self
        for side, between in ((first, strips[:index]), (last, strips[index + 1 :])):
            if between:
                left = self.due.get(side, 0.0) - sum(
                    math.inf if length is None else length for length in between
                )
                reach = Reach(reach.touched - {side}, {**reach.due, side: max(0.0, left)})
        return reach


class Needs(Protocol):
    """What the tree must know of contents before they are set."""

    def present(self, content: AnyContent) -> bool:
        """Whether there is anything to hold."""
        ...

    def height(self, content: AnyContent, width: float) -> float:
        """How tall it is, in points, at a width in points."""
        ...


@dataclass(frozen=True, slots=True)
class Area:
    """One area of a page."""

    name: str
    box: Box
    """Its ground, run into the bleed where it touches the page's edge."""
    inner: Box
    """Where what it holds may lie."""
    content: AnyContent
    snug: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """A divided page; lengths in points."""

    arrangement: str
    page: Box
    trim: Box
    safe: Box
    unit: float
    """A length that grows with the banner: 1/100 of its geometric mean side."""
    floor: float
    """Smallest size of type."""
    areas: Mapping[str, Area]


def frame_unit(spec: BannerSpec) -> float:
    """A hundredth of the banner's geometric mean side, in points."""
    return math.sqrt(spec.width_in * spec.height_in) * PT_PER_IN / 100


def type_floor(spec: BannerSpec) -> float:
    """The smallest size of type that can be read, in points."""
    return FLOOR_PT if spec.medium == "print" else FLOOR_PX * PT_PER_IN / spec.dpi


def safe_margin(spec: BannerSpec) -> float:
    """How far text keeps from the cut, in points."""
    shorter = min(spec.width_in, spec.height_in) * PT_PER_IN
    least = SAFE_IN * PT_PER_IN if spec.medium == "print" else 0.0
    if {"hem", "grommets"} & set(spec.guides):
        least = PT_PER_IN * min(SEWN_SAFE_IN, max(SEWN_LEAST_IN, SEWN_SHARE * shorter / PT_PER_IN))
    return max(least, SAFE_SHARE[spec.medium] * shorter)


def arrange(
    spec: BannerSpec,
    plan: Plan,
    needs: Needs,
    *,
    margin_share: float,
    cuts: Mapping[str, float],
    squeeze: float = 1.0,
) -> Frame:
    """Divide the page.

    Args:
        spec: sizes and number of players count.
        plan: the arrangement.
        needs: of the contents.
        margin_share: round everything, of the shorter side.
        cuts: points that areas give back, by name.
        squeeze: what shares without players in them are multiplied by, for rosters that need more room.
    """
    bleed = spec.bleed_in * PT_PER_IN
    trim = Box(bleed, bleed, spec.width_in * PT_PER_IN, spec.height_in * PT_PER_IN)
    safe = safe_margin(spec)
    divider = _Divider(
        page=trim.inset(-bleed),
        trim=trim,
        unit=frame_unit(spec),
        margin=max(safe, margin_share * min(trim.w, trim.h)),
        players=len(spec.players),
        needs=needs,
        cuts=cuts,
        squeeze=squeeze,
    )
    divider.divide(plan.part, trim, Reach(frozenset(_ROUND), dict.fromkeys(_ROUND, divider.margin)))
    return Frame(
        plan.name, divider.page, trim, trim.inset(safe), divider.unit, type_floor(spec), divider.areas
    )


@dataclass(slots=True)
class _Divider:
    page: Box
    trim: Box
    unit: float
    margin: float
    players: int
    needs: Needs
    cuts: Mapping[str, float]
    squeeze: float
    areas: dict[str, Area] = field(default_factory=dict)

    def divide(self, part: Part, box: Box, reach: Reach) -> None:
        """Note the part's area and go on to the parts in it."""
        if part.content is not None and part.area is not None:
            self.areas[part.area] = Area(
                part.area,
                self._ground(box, reach),
                self._inner(part.content, box, reach),
                part.content,
                part.snug,
            )
        down = bool(part.rows)
        kept = [child for child in part.rows or part.columns if self._length_of_empty(child) != 0]
        inner = self._reaches(kept, reach, down=down)
        total = box.h if down else box.w
        lengths = self._lengths(kept, inner, total, box.w, down=down)
        at = box.y if down else box.x
        for child, child_reach, length in zip(kept, inner, lengths, strict=True):
            sub = Box(box.x, at, box.w, length) if down else Box(at, box.y, length, box.h)
            self.divide(child, sub, child_reach)
            at += length

    def _lengths(
        self, parts: list[Part], reaches: list[Reach], total: float, width: float, *, down: bool
    ) -> list[float]:
        fixed = [
            self._fixed(part, near, total, width, down=down)
            for part, near in zip(parts, reaches, strict=True)
        ]
        taken = sum(length for length in fixed if length is not None)
        growing = sum(part.grow for part, length in zip(parts, fixed, strict=True) if length is None)
        if growing:
            most = _MOST_FIXED * total
            scale = min(1.0, most / taken) if taken else 1.0
            rest = total - taken * scale
            return [
                length * scale if length is not None else rest * part.grow / growing
                for part, length in zip(parts, fixed, strict=True)
            ]
        return self._spread(parts, [length or 0.0 for length in fixed], total)

    def _spread(self, parts: list[Part], lengths: list[float], total: float) -> list[float]:
        """Without a flexible part, those with a share take what is left; without these, all do."""
        taken = sum(lengths)
        shared = [length if part.share else 0.0 for part, length in zip(parts, lengths, strict=True)]
        if taken < total and any(shared):
            more = (total - taken) / sum(shared)
            return [length + more * own for length, own in zip(lengths, shared, strict=True)]
        return [length * total / taken if taken else total / len(lengths) for length in lengths]

    def _fixed(self, part: Part, reach: Reach, total: float, width: float, *, down: bool) -> float | None:
        """Length of a part that has one of its own, in points."""
        empty = self._length_of_empty(part)
        if empty is not None:
            return empty
        if part.share is not None:
            share = share_of(part.share, self.players) * (1.0 if part.has_roster else self.squeeze)
            return max(0.0, total * share - self._cut(part))
        if part.units is not None:
            return part.units * self.unit + (
                self._margins(part, reach, down=down) if not _is_space(part) else 0.0
            )
        return self._natural(part, reach, width) if part.fit else None

    def _cut(self, part: Part) -> float:
        return self.cuts.get(part.area, 0.0) if part.area else sum(self._cut(child) for child in part.rows)

    def _margins(self, part: Part, reach: Reach, *, down: bool) -> float:
        """What the page's margin adds to a part near its edge."""
        sides = ("top", "bottom") if down else ("left", "right")
        pads = dict(zip(_ROUND, part.content.pads, strict=True)) if part.content else {}
        return sum(max(0.0, reach.due.get(side, 0.0) - pads.get(side, 0.0) * self.unit) for side in sides)

    def _reaches(self, parts: list[Part], reach: Reach, *, down: bool) -> list[Reach]:
        strips = [self._length_of_empty(part) for part in parts]
        return [reach.inside(strips, index, down=down) for index in range(len(parts))]

    def _natural(self, part: Part, reach: Reach, width: float) -> float:
        """Height that a part needs at a width."""
        if part.rows:
            kept = [child for child in part.rows if self._length_of_empty(child) != 0]
            inner = self._reaches(kept, reach, down=True)
            return sum(
                self._fixed(child, near, 0.0, width, down=True) or self._natural(child, near, width)
                for child, near in zip(kept, inner, strict=True)
            )
        if part.columns:
            share = width / len(part.columns)
            return max(self._natural(child, reach.without("left", "right"), share) for child in part.columns)
        if part.content is None:
            return 0.0
        box = self._inner(part.content, Box(self.trim.x, 0.0, width, 0.0), reach.without("top", "bottom"))
        top, _, bottom, _ = part.content.pads
        pads = (top + bottom) * self.unit + self._margins(part, reach, down=True)
        return self.needs.height(part.content, box.w) + pads

    def _length_of_empty(self, part: Part) -> float | None:
        """Points of a part that has nothing to hold; None where it has, or is a space."""
        return None if self._present(part) or _is_space(part) else part.empty * self.unit

    def _present(self, part: Part) -> bool:
        children = part.rows or part.columns
        own = part.content is not None and self.needs.present(part.content)
        if children and (part.content is None or part.content.holds == "nothing"):
            return any(self._present(child) for child in children)
        return own or any(self._present(child) for child in children)

    def _ground(self, box: Box, reach: Reach) -> Box:
        """The box, run to the page's edge where it touches the trim."""
        left = self.page.x if "left" in reach.touched else box.x
        top = self.page.y if "top" in reach.touched else box.y
        right = self.page.right if "right" in reach.touched else box.right
        bottom = self.page.bottom if "bottom" in reach.touched else box.bottom
        return Box(left, top, right - left, bottom - top)

    def _inner(self, content: AnyContent, box: Box, reach: Reach) -> Box:
        pads = [
            max(pad * self.unit, reach.due.get(side, 0.0))
            for pad, side in zip(content.pads, _ROUND, strict=True)
        ]
        top, right, bottom, left = pads
        return Box(box.x + left, box.y + top, max(0.0, box.w - left - right), max(0.0, box.h - top - bottom))


def _is_space(part: Part) -> bool:
    return part.area is None and not part.rows and not part.columns
