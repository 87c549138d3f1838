"""How much of a (young) player's name is printed."""

from dataclasses import replace
from typing import Literal

from imaging.banner.spec import Player
from imaging.banner.text import clean

PrivacyMode = Literal["full", "first_name", "initials", "number_only"]
_EAST_ASIAN = (("\u3040", "\u9fff"), ("\uac00", "\ud7a3"), ("\U00020000", "\U0003ffff"))
"""Kana and Han, Hangul, the further Han: first and last character."""


def is_east_asian(char: str) -> bool:
    """Whether a character is of a script whose family names come first, often without a space behind."""
    return any(low <= char <= high for low, high in _EAST_ASIAN)


def apply_privacy(players: tuple[Player, ...], mode: PrivacyMode) -> tuple[Player, ...]:
    """The same roster with names shown in full, as first names, as initials, or not at all.

    A name written `Surname, Given` gives its given name, and so does a Chinese, Japanese or Korean one, whose
    last word that is. Initials are `A. B.`, at most three.

    Args:
        players: the roster.
        mode: `full`, `first_name`, `initials` or `number_only`.
    """
    return tuple(replace(player, name=_shown(clean(player.name), mode)) for player in players)


def _shown(name: str, mode: PrivacyMode) -> str:
    if mode == "full":
        return name
    if mode == "number_only":
        return ""
    surname, comma, given = name.partition(",")
    words = f"{given} {surname}".split() if comma else name.split()
    if mode == "first_name":
        family_first = not comma and all(map(is_east_asian, "".join(words)))
        return (words[-1] if family_first else words[0]) if words else ""
    return " ".join(f"{_initial(word)}." for word in words[:3] if _initial(word))


def _initial(word: str) -> str:
    """First letter of a word, past quotes and brackets; empty if it has none."""
    return next((char for char in word if char.isalpha()), "")
