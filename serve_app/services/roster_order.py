"""The order of a roster: numbers as people count, names as people look them up, in any script."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, Protocol, TypeVar

SortBy = Literal["number", "name", "none"]

_NUMBER = re.compile(r"(\d+)(.*)", re.DOTALL)
_LETTERS = str.maketrans(
    {
        "æ": "ae",
        "ð": "d",
        "ø": "o",
        "þ": "th",
        "đ": "d",
        "ħ": "h",
        "\u0131": "i",
        "ł": "l",
        "ŋ": "ng",
        "œ": "oe",
    }
)
"""Latin letters that Unicode takes apart into no base letter and accent."""


class Listed(Protocol):
    """One line of a roster."""

    @property
    def number(self) -> str: ...  # noqa: D102 - the type says it
    @property
    def name(self) -> str: ...  # noqa: D102 - the type says it


Row = TypeVar("Row", bound=Listed)


def in_order(players: Sequence[Row], sort_by: SortBy) -> tuple[Row, ...]:
    """The roster by number, by name, or as it came; equal ones keep their order."""
    if sort_by == "number":
        return tuple(sorted(players, key=lambda player: (number_key(player.number), name_key(player.name))))
    if sort_by == "name":
        return tuple(sorted(players, key=lambda player: (name_key(player.name), number_key(player.number))))
    return tuple(players)


def number_key(number: str) -> tuple[int, int, str, int]:
    """A key by which 2 < 7 < 07 < 7A < 10, 0 < 00 < 1, letters follow figures and no number comes last."""
    text = unicodedata.normalize("NFKC", number).strip().casefold()
    if not text:
        return (2, 0, "", 0)
    found = _NUMBER.fullmatch(text)
    if found is None:
        return (1, 0, text, 0)
    return (0, int(found[1]), found[2].strip(), len(found[1]))


def name_key(name: str) -> tuple[bool, str, str, str]:
    """A key by which names sort alike on every machine: letters first, then accents, then capitals.

    Accents and case only decide between names that are else the same, as in the Unicode Collation Algorithm
    (UTS #10, levels 1-3); scripts follow one another as in Unicode. No name comes last.
    """
    whole = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(char for char in whole if not unicodedata.combining(char)).translate(_LETTERS)
    words = " ".join("".join(char if char.isalnum() else " " for char in letters).split())
    return (not words, words, whole, name)
