"""The fonts a template may use, and how wide and high they set a text.

Texts are shaped by HarfBuzz as Typst shapes them: kerning, ligatures, joined Arabic, marks and Indic clusters
are in the figures, and ink that reaches out of its advance width counts.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

import fontpkg
import regex
import typst

from imaging.banner import fallback
from imaging.banner.errors import BannerTemplateError
from imaging.banner.faces import Face, Variant, nearest
from imaging.banner.fallback import Han
from imaging.banner.shaping import Shaped, Source, reach_line, shape_line
from imaging.banner.text import clusters, is_picture

_KEPT = 16_384
"""Shaped texts that a library remembers, about 300 bytes each."""
_STYLES = 256
_LIBRARIES = 64
"""Sets of fonts that stay loaded: one a template, and those of lettering and of contact sheets."""
_LETTER = regex.compile(r"[\p{L}\p{M}\p{N}]")
_WESTERN = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}]")
_VISIBLE = regex.compile(r"[^\s\p{Default_Ignorable_Code_Point}]")
_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_SIMPLE = regex.compile(
    r"(?:[[\p{Latin}\p{Cyrillic}\p{Greek}\p{Han}\p{Hiragana}\p{Katakana}\p{Nd}]--\p{M}])*", regex.V1
)
"""Letters that a font which has them can set in any order."""
_TRACKED = regex.compile(
    r"(?:[\p{Latin}\p{Cyrillic}\p{Greek}\p{Armenian}\p{Georgian}\p{Hebrew}\p{Han}\p{Hiragana}\p{Katakana}"
    r"\p{Hangul}\p{Common}\p{Inherited}])*"
)
"""Scripts whose letters may stand apart: in others they join, or share a head line."""


@dataclass(frozen=True, slots=True)
class Style:
    """A way of setting text: families in order of preference, the first that has a character sets it."""

    families: tuple[str, ...]
    """Family names as the fonts spell them; what they lack is set by those of `imaging.banner.fallback`."""
    weight: int
    """100-900."""
    stretch: float
    """1 is normal, 0.75 condensed; families without that width come as they are."""
    caps: bool = True
    """Whether text is set in capitals."""
    tracking_em: float = 0.0
    """Space added between letters, in em; none where letters join."""


@dataclass(frozen=True, slots=True)
class Covering:
    """A family that sets only some characters of a text, as Typst's `covers` has it."""

    name: str
    covers: str
    """A class of characters for a regular expression."""


class FontLibrary:
    """The loaded fonts: what Typst renders with and what the layout measures with; safe for threads.

    Args:
        packages: folders of fonts, all of which may be used.
        folders: further ones, of which the families of the fallback are used.
    """

    def __init__(self, packages: tuple[Path, ...], folders: tuple[Path, ...] = ()) -> None:
        self.fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in (*packages, *folders)],
        )
        known = fallback.chain()
        own = tuple(f"{folder}/" for folder in packages)
        self._infos: dict[str, list[typst.FontInfo]] = {}
        for info in self.fonts.fonts():
            if info.style != "normal" or info.path is None:
                continue
            if info.family in known or str(info.path).startswith(own):
                self._infos.setdefault(info.family, []).append(info)
        self._faces: dict[tuple[str, Variant], Face] = {}
        self._opening = Lock()
        self._shaped = lru_cache(maxsize=_KEPT)(self._shape)
        self._sources = lru_cache(maxsize=_STYLES)(self._fonts_of)
        self._leading = lru_cache(maxsize=_KEPT)(self._lead)

    @property
    def families(self) -> tuple[str, ...]:
        """Names of the families that may be used, sorted."""
        return tuple(sorted(self._infos))

    def lead(self, text: str, style: Style, *, han: Han = "SC") -> Style:
        """The style with all families that may set the text, in front the one that has every letter of it.

        A word half in one typeface and half in another looks like a mistake; one set wholly in the second
        choice does not. Where other scripts stand beside Latin, Greek or Cyrillic letters, those decide.

        Args:
            text: as it will be set.
            style: its own families in order of preference.
            han: whose forms Han characters take.
        """
        return self._leading(text, style, han)

    def width_em(self, text: str, style: Style) -> float:
        """Width of the text, in em: the way of the pen, and ink that reaches out of it on either side."""
        shaped = self._shaped(text, style)
        return shaped.left + shaped.advance + shaped.right

    def shaped(self, text: str, style: Style) -> Shaped:
        """All measures of a text."""
        return self._shaped(text, style)

    def reach_em(self, text: str, style: Style) -> list[float]:
        """Width of the text up to and with each character, about: without ink that reaches out."""
        return reach_line(text, self._sources_for(text, style), tracking=self.tracking_em(text, style))

    def extent_em(self, text: str, style: Style) -> tuple[float, float]:
        """Height of the ink above and depth below the baseline, in em."""
        shaped = self._shaped(text, style)
        return shaped.above, shaped.below

    def cap_em(self, style: Style) -> float:
        """Height of a capital H of the first family that has one, in em."""
        return self._shaped("H", style).above

    def missing(self, text: str, style: Style) -> tuple[str, ...]:
        """What no family of the style can draw, each once: characters, with their marks if any."""
        lost = self._shaped(text, style).lost
        if not lost:
            return ()
        found: list[str] = []
        start = 0
        for cluster in clusters(text):
            end = start + len(cluster)
            if any(start <= index < end for index in lost) and _VISIBLE.search(cluster):
                found.append(cluster)
            start = end
        return tuple(dict.fromkeys(found))

    def named(self, text: str, style: Style) -> tuple[str | Covering, ...]:
        """Families for Typst's `font`: those that draw something, in order, at least one.

        Emoji come first, for the pictures of the text alone: otherwise a font that has one sign of a
        sequence, as many have the sign of a sex, would part it.
        """
        families = self._shaped(text, style).families or self._chain(style)[:1]
        pictures = self._pictures(text) if fallback.EMOJI in self._infos else frozenset()
        if not pictures:
            return families
        return (Covering(fallback.EMOJI, f"[{''.join(sorted(pictures))}]"), *families)

    def tracking_em(self, text: str, style: Style) -> float:
        """Space between the letters of a text: the style's, or 0 where its letters join."""
        return style.tracking_em if style.tracking_em and _TRACKED.fullmatch(text) else 0.0

    def _shape(self, text: str, style: Style) -> Shaped:
        return shape_line(text, self._sources_for(text, style), tracking=self.tracking_em(text, style))

    def _sources_for(self, text: str, style: Style) -> tuple[Source, ...]:
        pictures = self._pictures(text) if fallback.EMOJI in self._infos else frozenset()
        if not pictures:
            return self._sources(style)
        return (Source(self._face(fallback.EMOJI, style), pictures), *self._sources(style))

    def _fonts_of(self, style: Style) -> tuple[Source, ...]:
        return tuple(Source(self._face(family, style), None) for family in self._chain(style))

    @staticmethod
    def _pictures(text: str) -> frozenset[str]:
        """First characters of its pictures, but for keycaps, whose digits are also letters."""
        if text.isascii():
            return frozenset()
        return frozenset(c[0] for c in clusters(text) if is_picture(c) and not c[0].isascii())

    def _lead(self, text: str, style: Style, han: Han) -> Style:
        families = self._chain(style, han)
        parts = [c for c in clusters(text) if _LETTER.match(c) and not is_picture(c)]
        if any(map(_WESTERN.match, parts)):  # a second script beside it comes from its own font
            parts = [c for c in parts if c.isascii() or _WESTERN.match(c)]
        letters = _IGNORABLE.sub("", "".join(parts))
        first = next((f for f in families if self._sets_all(f, letters, style)), None) if letters else None
        if first is None:
            return replace(style, families=families)
        return replace(style, families=(first, *(f for f in families if f != first)))

    def _sets_all(self, family: str, letters: str, style: Style) -> bool:
        face = self._face(family, style)
        if not face.characters.issuperset(letters):
            return False
        return bool(_SIMPLE.fullmatch(letters)) or not shape_line(letters, (Source(face, None),)).lost

    def _chain(self, style: Style, han: Han = "SC") -> tuple[str, ...]:
        """The loaded families of the style and of the fallback, each once."""
        families = dict.fromkeys((*style.families, *fallback.chain(han)))
        return tuple(family for family in families if family in self._infos)

    def _face(self, family: str, style: Style) -> Face:
        variant = Variant(style.weight, style.stretch)
        key = (family, variant)
        face = self._faces.get(key)
        if face is None:
            with self._opening:
                face = self._faces.setdefault(key, Face(nearest(self._infos[family], variant), variant))
        return face


@lru_cache(maxsize=_LIBRARIES)
def load_library(
    required: tuple[str, ...], optional: tuple[str, ...] = (), folders: tuple[Path, ...] = ()
) -> FontLibrary:
    """Load the fonts of `fontpkg-*` packages, those of the fallback among them, and of further folders.

    Args:
        required: package slugs such as `barlow-condensed`.
        optional: slugs that are used when installed, as those of the fallback are.
        folders: further folders of font files, e.g. of the CJK fonts of a Linux distribution; absent ones
            are skipped.

    Raises:
        BannerTemplateError: a required package is not installed.
    """
    installed = fontpkg.families()
    absent = [slug for slug in required if slug not in installed]
    if absent:
        names = ", ".join(f"fontpkg-{slug}" for slug in absent)
        raise BannerTemplateError(f"fonts are not installed: {names}")
    slugs = dict.fromkeys((*required, *optional, *fallback.SLUGS))
    found = {file.path.parent for slug in slugs if slug in installed for file in installed[slug].files}
    there = tuple(folder for folder in folders if folder.is_dir())
    return FontLibrary(tuple(sorted(found)), there)
