"""Which font sets a script that a template's own families lack: one chain for banners and lettering.

Order matters: a character is set by the first family that has it. Families that are not installed are
skipped, so the chain also names those of Debian's `fonts-noto-core`, which further font folders may hold.
"""

from collections.abc import Iterable
from typing import Final, Literal, get_args

import regex

Han = Literal["SC", "TC", "JP", "KR"]
"""Whose forms Han characters take: mainland China, Taiwan, Japan, Korea."""

SLUGS: Final = (
    "noto-sans",
    "noto-sans-arabic",
    "noto-sans-devanagari",
    "noto-sans-thai",
    "heebo",
    "noto-sans-tamil",
    "noto-sans-telugu",
    "noto-sans-khmer",
)
"""The `fontpkg-*` packages of the chain."""
EMOJI: Final = "Noto Color Emoji"
_PACKAGED: Final = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Heebo",
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Khmer",
)
_FURTHER: Final = (
    *(
        f"Noto Sans {script}"
        for script in (
            "Hebrew", "Armenian", "Georgian", "Bengali", "Gujarati", "Gurmukhi", "Kannada", "Malayalam",
            "Oriya", "Sinhala", "Lao", "Myanmar", "Ethiopic", "Cherokee", "Canadian Aboriginal", "Syriac",
            "Thaana", "NKo", "Tifinagh", "Adlam", "Ol Chiki", "Meetei Mayek", "Mongolian", "Javanese",
            "Balinese", "Yi",
        )
    ),
    "Noto Serif Tibetan",
    "Noto Sans Symbols",
    "Noto Sans Symbols 2",
    "Noto Sans Symbols2",
    "Noto Sans Math",
    "DejaVu Sans",
)  # fmt: skip
_KANA: Final = regex.compile(r"[\p{Hiragana}\p{Katakana}--[・ー]]", regex.V1)
_HANGUL: Final = regex.compile(r"\p{Hangul}")
_BOPOMOFO: Final = regex.compile(r"\p{Bopomofo}")
_HAN: Final = regex.compile(r"\p{Han}")


def chain(han: Han = "SC") -> tuple[str, ...]:
    """The families in order, Han characters in the forms of `han`."""
    forms = (han, *(form for form in get_args(Han) if form != han))
    east_asian = (f"{family} {form}" for form in forms for family in ("Noto Sans CJK", "Noto Sans"))
    return (*_PACKAGED, *east_asian, *_FURTHER, EMOJI)


def choose_han(texts: Iterable[str]) -> Han:
    """Whose forms the Han characters of an order take, from all of its texts.

    Kana mean Japan, hangul Korea, bopomofo Taiwan. Where there are only Han characters, the national standard
    decides that holds the most of them: GB 2312 before Big5 before JIS X 0208 where they are even.
    """
    text = "".join(texts)
    if _KANA.search(text):
        return "JP"
    if _HANGUL.search(text):
        return "KR"
    if _BOPOMOFO.search(text):
        return "TC"
    characters = _HAN.findall(text)
    return max(_STANDARDS, key=lambda form: sum(_holds(_STANDARDS[form], char) for char in characters))


_STANDARDS: Final[dict[Han, str]] = {"SC": "gb2312", "TC": "big5", "JP": "shift_jis"}


def _holds(codec: str, char: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
