"""Text from strangers made printable: no control characters, one line, capitals where a script has them."""

import re
import unicodedata

_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: format characters that Persian and Indic spelling needs."""
_SELECTORS = "\ufe0e\ufe0f"
_MAX_MARKS = 3
"""Combining marks kept per letter; Vietnamese and Thai need two, stacked 'zalgo' text uses dozens."""
_SPACES = re.compile(r"\s+")
_BICAMERAL = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")
_TONOS = "\u0301"


def clean(text: str) -> str:
    """One printable line: NFC, without control, format and private characters and lone surrogates.

    Bidirectional overrides go too (a name must not turn its neighbours round); joiners stay.
    """
    printable = (char for char in _SPACES.sub(" ", text) if _is_printable(char))
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", "".join(printable)):
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        if marks <= _MAX_MARKS:
            kept.append(char)
    return _SPACES.sub(" ", "".join(kept)).strip(" " + _JOINERS)


def _is_printable(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char) not in _UNPRINTABLE


def capitals(text: str) -> str:
    """Capitals for Latin, Cyrillic, Greek and Armenian letters; every other script unchanged.

    Georgian is left alone (few fonts hold its Mtavruli capitals), and Greek capitals drop the tonos,
    as Greek typesetting does.
    """
    return unicodedata.normalize("NFC", "".join(_capital(char) for char in text))


def _capital(char: str) -> str:
    name = unicodedata.name(char, "")
    if not name.startswith(_BICAMERAL):
        return char
    upper = char.upper()
    if name.startswith("GREEK"):
        return unicodedata.normalize("NFD", upper).replace(_TONOS, "")
    return upper


def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction of its own runs right to left."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def shorten(text: str, keep: int) -> str:
    """The first `keep` characters and an ellipsis, never parting a letter from its marks."""
    end = min(keep, len(text))
    while 0 < end < len(text) and (unicodedata.category(text[end])[0] == "M" or text[end - 1] in _JOINERS):
        end -= 1
    return text[:end].rstrip() + "…"


def drop_pictures(text: str, missing: tuple[str, ...]) -> str:
    """The text without missing characters that are symbols; missing letters stay, to be seen and mended.

    Args:
        text: cleaned text.
        missing: characters no font has.
    """
    lost = {char for char in missing if unicodedata.category(char)[0] == "S"} | set(_SELECTORS)
    return _SPACES.sub(" ", "".join(char for char in text if char not in lost)).strip(" " + _JOINERS)
