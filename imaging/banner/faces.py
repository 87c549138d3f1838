"""One font file at one weight and width, shaped by HarfBuzz and measured in em."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import typst
import uharfbuzz as hb

_LANGUAGE = "en"
"""What Typst shapes with when a template names no language."""
_WITHOUT_LIGATURES = {"liga": False, "clig": False}
_HANGUL = {"calt": False}
"""HarfBuzz gives Korean its own spaces through this feature; the shaper in Typst does not use it there."""


class Glyph(NamedTuple):
    """A glyph of a shaped text; lengths in em."""

    face: "Face"
    gid: int
    """Its number in the font; 0 is the box for what the font lacks."""
    start: int
    """Index of the first character of its cluster."""
    advance: float
    x: float
    """From the pen to its origin."""
    y: float
    """Up from the baseline."""


class Ink(NamedTuple):
    """What a glyph covers around its origin, in em; empty (all 0) for a space."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Variant:
    """Which of a family's faces."""

    weight: int
    """100-900."""
    stretch: float
    """1 is normal, 0.75 condensed."""


class Face:
    """A font ready for shaping; safe to use from several threads.

    Args:
        info: as Typst listed it.
        variant: sets the axes of a variable font as Typst sets them.
    """

    def __init__(self, info: typst.FontInfo, variant: Variant) -> None:
        self.family = info.family
        self._info = info
        self._variant = variant
        self._inks: dict[int, Ink] = {}

    @cached_property
    def _font(self) -> hb.Font:
        """Opened when first used: of a long chain of fallbacks most never are."""
        face = _opened(self._info)
        font = hb.Font(face)
        font.scale = (face.upem, face.upem)
        wanted = {"wght": float(self._variant.weight), "wdth": self._variant.stretch * 100}
        axes = {axis.tag: axis for axis in face.axis_infos if axis.tag in wanted}
        font.set_variations({tag: _within(axis, wanted[tag]) for tag, axis in axes.items()})
        return font

    @cached_property
    def _em(self) -> int:
        return int(self._font.face.upem)

    @cached_property
    def characters(self) -> frozenset[str]:
        """All that the font maps to a glyph."""
        return frozenset(map(chr, self._font.face.unicodes))

    @property
    def box_advance(self) -> float:
        """Width of the glyph drawn for what the font lacks, in em."""
        return float(self._font.get_glyph_h_advance(0)) / self._em

    def shape(self, text: str, *, rtl: bool, ligatures: bool, base: int = 0) -> list[Glyph]:
        """Glyphs in visual order, from left to right.

        Args:
            text: of one script and one direction.
            rtl: its direction.
            ligatures: whether letters may join where the script does not ask for it.
            base: index of its first character in the line.
        """
        buffer = hb.Buffer()
        buffer.add_codepoints([ord(char) for char in text])
        buffer.language = _LANGUAGE
        buffer.direction = "rtl" if rtl else "ltr"
        buffer.guess_segment_properties()
        buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
        features = {} if ligatures else _WITHOUT_LIGATURES
        hb.shape(self._font, buffer, features | _HANGUL if buffer.script == "Hang" else features)
        em, made = self._em, zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        return [
            Glyph(
                self,
                info.codepoint,
                base + info.cluster,
                at.x_advance / em,
                at.x_offset / em,
                at.y_offset / em,
            )
            for info, at in made
        ]

    def ink(self, gid: int) -> Ink:
        """What a glyph covers."""
        found = self._inks.get(gid)
        if found is None:
            found = self._inks[gid] = self._read_ink(gid)
        return found

    def _read_ink(self, gid: int) -> Ink:
        extents = self._font.get_glyph_extents(gid)
        if extents is None or not extents.width or not extents.height:
            return Ink(0.0, 0.0, 0.0, 0.0)
        left, top = extents.x_bearing, extents.y_bearing
        return Ink(*(side / self._em for side in (left, top + extents.height, left + extents.width, top)))


def nearest(infos: Sequence[typst.FontInfo], variant: Variant) -> typst.FontInfo:
    """The face of a family that Typst picks: the nearest in width, then in weight, the first of equals."""
    return infos[0] if len(infos) == 1 else min(infos, key=lambda info: _distance(info, variant))


def _distance(info: typst.FontInfo, variant: Variant) -> tuple[float, float]:
    """How far a face is from a variant in width and weight; a variable font covers all of its axes."""
    axes = {axis.tag: axis for axis in _opened(info).axis_infos}
    width, weight = variant.stretch * 100, float(variant.weight)
    own_width = _within(axes["wdth"], width) if "wdth" in axes else info.stretch * 100
    own_weight = _within(axes["wght"], weight) if "wght" in axes else info.weight
    return abs(own_width - width), abs(own_weight - weight)


def _within(axis: hb.OTVarAxisInfo, value: float) -> float:
    return min(float(axis.max_value), max(float(axis.min_value), value))


def _opened(info: typst.FontInfo) -> hb.Face:
    return hb.Face(hb.Blob.from_file_path(str(info.path)), info.index)
