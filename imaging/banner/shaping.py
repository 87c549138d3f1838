"""A line of text shaped as Typst shapes it, so that what is measured is what is drawn.

The steps are those of Typst 0.15 (`crates/typst-layout/src/inline/shaping.rs`): the line is parted where the
direction or the script changes; each run is shaped with the first family, and what that lacks with the next.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import regex
from fontTools import unicodedata as scripts

from imaging.banner.bidi import is_rtl, levels
from imaging.banner.faces import Face, Glyph

_GENERIC = frozenset({"Zyyy", "Zinh", "Zzzz"})
"""Scripts of characters that go with any other: common, inherited, unknown."""
_INVISIBLE = regex.compile(r"[\p{Default_Ignorable_Code_Point}\n\t]*")


class Source(NamedTuple):
    """A font to draw with, and the characters it may draw: None for all it has."""

    face: Face
    covers: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Shaped:
    """A shaped line; lengths in em."""

    advance: float
    """How far the pen goes: the width that Typst reports."""
    left: float
    """How far ink reaches out at the left of where the pen starts; at least 0."""
    right: float
    """How far ink reaches out at the right of where the pen ends; at least 0."""
    above: float
    """Height of the ink over the baseline; at least 0."""
    below: float
    """Depth of the ink under it; at least 0."""
    lost: tuple[int, ...]
    """Indices of the characters that no font drew, in order."""
    families: tuple[str, ...]
    """Of the sources that may draw all they have, those that drew something: Typst needs no others."""


def shape_line(text: str, sources: Sequence[Source], *, tracking: float = 0.0) -> Shaped:
    """Shape and measure one line.

    Args:
        text: the line.
        sources: fonts in order of preference.
        tracking: space added between two clusters, in em.
    """
    glyphs, lost = _glyphs(text, sources, tracking)
    drew = {glyph.face for glyph in glyphs}
    families = tuple(face.family for face, covers in sources if covers is None and face in drew)
    return _measured(glyphs, lost, families)


def reach_line(text: str, sources: Sequence[Source], *, tracking: float = 0.0) -> list[float]:
    """How far the pen has gone after each character of a line, read in order, in em; never less than before.

    A cluster goes all its way with its last character.
    """
    ways = [0.0] * len(text)
    glyphs, _ = _glyphs(text, sources, tracking)
    ends = sorted({glyph.start for glyph in glyphs} | {len(text)})
    for glyph in glyphs:
        ways[ends[bisect_right(ends, glyph.start)] - 1] += max(0.0, glyph.advance)
    return list(accumulate(ways))


def _glyphs(text: str, sources: Sequence[Source], tracking: float) -> tuple[list[Glyph], tuple[int, ...]]:
    """Glyphs from left to right, and what no source drew."""
    shaper = _Shaper(sources, ligatures=not tracking)
    glyphs: list[Glyph] = []
    for start, end, level in _in_visual_order(runs(text)):
        run = shaper.run(text[start:end], start, rtl=bool(level % 2))
        if tracking:
            run = _tracked(run, tracking)
        glyphs += run
    return glyphs, tuple(sorted(shaper.lost))


def runs(text: str) -> list[tuple[int, int, int]]:
    """(start, end, level) of the stretches of one script and one direction, in the order of the text."""
    if text.isascii():
        return [(0, len(text), 0)] if text else []
    found: list[tuple[int, int, int]] = []
    start, before, script = 0, 0, "Zzzz"
    for index, (char, level) in enumerate(zip(text, levels(text, rtl=is_rtl(text)), strict=True)):
        current = _script(char)
        if level != before or not (current in _GENERIC or script in _GENERIC or current == script):
            if start < index:
                found.append((start, index, before))
            start, before, script = index, level, current
        elif script in _GENERIC:
            script = current
    return [*found, (start, len(text), before)]


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return str(scripts.script(char))


def _in_visual_order(parts: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Runs from left to right (rule L2 of UAX #9)."""
    ordered = list(parts)
    for level in range(max((part[2] for part in parts), default=0), 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end][2] >= level:
                end += 1
            ordered[start:end] = reversed(ordered[start:end])
            start = max(end, start + 1)
    return ordered


class _Shaper:
    """Shapes the runs of one line; collects what was lost."""

    def __init__(self, sources: Sequence[Source], *, ligatures: bool) -> None:
        self._sources = sources
        self._ligatures = ligatures
        self.lost: set[int] = set()

    def run(self, text: str, base: int, *, rtl: bool) -> list[Glyph]:
        """Glyphs of a run that starts at index `base` of the line, from left to right."""
        glyphs: list[Glyph] = []
        self._segment(text, base, self._sources, [], glyphs, rtl=rtl)
        return glyphs

    def _segment(
        self,
        text: str,
        base: int,
        sources: Sequence[Source],
        used: list[Face],
        out: list[Glyph],
        *,
        rtl: bool,
    ) -> None:
        """Shape with the first font of the sources not used yet, what it lacks with the next."""
        if not text or _INVISIBLE.fullmatch(text):
            return
        place = self._next(text, sources, used)
        if place is None:
            self._boxes(text, base, used, out, rtl=rtl)
            return
        (face, covers), rest = sources[place], sources[place + 1 :]
        used = [*used, face] if covers is None else used
        found = face.shape(text, rtl=rtl, ligatures=self._ligatures, base=base)
        drawn = [glyph.gid != 0 and (covers is None or text[glyph.start - base] in covers) for glyph in found]
        if all(drawn):
            out += found
            return
        index = 0
        while index < len(found):
            if drawn[index]:
                out.append(found[index])
                index += 1
                continue
            first = index
            while index + 1 < len(found) and not drawn[index + 1]:
                index += 1
            start = found[index if rtl else first].start
            after = first - 1 if rtl else index + 1
            end = found[after].start if 0 <= after < len(found) else base + len(text)
            if start >= end:  # the rest of the cluster is drawn: Typst leaves this part of it out
                self.lost.add(start)
            while out and start <= out[-1].start < end:
                out.pop()
            self._segment(text[start - base : end - base], start, rest, used, out, rtl=rtl)
            index += 1

    @staticmethod
    def _next(text: str, sources: Sequence[Source], used: list[Face]) -> int | None:
        """Place of the next source to try: the others would hand the text on whole, but for the first.

        The first font tried is the one whose boxes stand for what is lost.
        """
        spelled = text if text.isascii() else text + unicodedata.normalize("NFD", text)
        for index, (face, covers) in enumerate(sources):
            if face in used:
                continue
            if (not used and covers is None) or not face.characters.isdisjoint(spelled):
                return index
        return None

    def _boxes(self, text: str, base: int, used: list[Face], out: list[Glyph], *, rtl: bool) -> None:
        """A box of the first font for each character that no font has."""
        self.lost.update(range(base, base + len(text)))
        if not used:
            return
        boxes = [Glyph(used[0], 0, base + index, used[0].box_advance, 0.0, 0.0) for index in range(len(text))]
        out += reversed(boxes) if rtl else boxes


def _tracked(glyphs: list[Glyph], tracking: float) -> list[Glyph]:
    """Space after each cluster of a run but the last."""
    return [
        glyph._replace(advance=glyph.advance + tracking)
        if index + 1 < len(glyphs) and glyphs[index + 1].start != glyph.start
        else glyph
        for index, glyph in enumerate(glyphs)
    ]


def _measured(glyphs: list[Glyph], lost: tuple[int, ...], families: tuple[str, ...]) -> Shaped:
    pen = left = right = above = below = 0.0
    for glyph in glyphs:
        ink = glyph.face.ink(glyph.gid)
        if ink.right > ink.left:
            left = min(left, pen + glyph.x + ink.left)
            right = max(right, pen + glyph.x + ink.right)
            above = max(above, glyph.y + ink.top)
            below = max(below, -glyph.y - ink.bottom)
        pen += glyph.advance
    return Shaped(pen, -left, max(0.0, right - pen), above, below, lost, families)
