"""Capitals, where a script has them and as its typesetters write them."""

import re
import unicodedata
from functools import lru_cache

_BICAMERAL = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_GREEK_ACCENTS = re.compile("[\u0300\u0301\u0342\u0313\u0314]")
"""Accents and breathings, which Greek capitals go without; the diaeresis stays."""
_GREEK_HIATUS = re.compile("([ΑΕΟΥΗΩαεουηω])\u0301([ιυΙΥ])(?![\u0301\u0308])")  # noqa: RUF001 - Greek letters
"""An accent that alone told two vowels from a diphthong."""
_GREEK_OR = re.compile("(?<!\\w)[ήΉ](?!\\w)")
"""The word for `or` keeps its accent, which tells it from the article."""
_ARMENIAN_EV = "\N{ARMENIAN SMALL LIGATURE ECH YIWN}"


def capitals(text: str) -> str:
    """Capitals for Latin, Cyrillic, Greek and Armenian letters; every other script unchanged.

    - ß becomes SS, as Unicode has it and as every font can set it; who wrote ẞ keeps it.
    - Greek drops accents and breathings and keeps the diaeresis, which it puts where only an accent parted
      two vowels (Μάιος, ΜΑΪΟΣ).
    - The Armenian ligature և becomes ԵՎ, as Armenia spells it.
    - Georgian is left alone: few fonts hold its Mtavruli capitals, and names are not set in them.
    - The dot of a Turkish i cannot be known from a name, so i becomes I.
    """
    if text.isascii():
        return text.upper()
    return "".join(_capital(char) for char in _bare_greek(text))


def _bare_greek(text: str) -> str:
    """Greek letters without what their capitals lack; all else as it was."""
    if not _GREEK.search(text):
        return text
    kept = _GREEK_OR.sub("\0", text)
    parts = re.split("([\u0370-\u03ff\u1f00-\u1fff\u0300-\u036f]+)", kept)
    for index in range(1, len(parts), 2):
        if not unicodedata.combining(parts[index][0]):
            spread = unicodedata.normalize("NFD", parts[index])
            spread = _GREEK_HIATUS.sub("\\1\\2\u0308", spread)
            parts[index] = unicodedata.normalize("NFC", _GREEK_ACCENTS.sub("", spread))
    return "".join(parts).replace("\0", "Ή")


@lru_cache(maxsize=4096)
def _capital(char: str) -> str:
    if char == _ARMENIAN_EV:
        return "ԵՎ"
    return char.upper() if unicodedata.name(char, "").startswith(_BICAMERAL) else char
