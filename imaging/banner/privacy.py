"""How much of a (young) player's name is printed."""

from dataclasses import replace
from typing import Literal

from imaging.banner.spec import Player
from imaging.banner.text import clean

PrivacyMode = Literal["full", "first_name", "initials", "number_only"]


def apply_privacy(players: tuple[Player, ...], mode: PrivacyMode) -> tuple[Player, ...]:
    """The same roster with names shown in full, as first names, as initials, or not at all.

    A name written `Surname, Given` gives its given name. Initials are `A. B.`, at most three.

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
        return words[0] if words else ""
    return " ".join(f"{_initial(word)}." for word in words[:3] if _initial(word))


def _initial(word: str) -> str:
    """First letter of a word, past quotes and brackets; empty if it has none."""
    return next((char for char in word if char.isalpha()), "")
