"""Where a line may end: at spaces, after the bullets of a list, and where East Asian words change script."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

_BULLETS = frozenset("•·|")
"""Signs between the entries of a list; at the end of a line they go."""
_LONG = 7
"""Characters from which a word without spaces may be parted: names of people are shorter."""
_JUNCTIONS = regex.compile(
    r"(?<=\p{Hiragana})(?=[\p{Han}\p{Katakana}])"
    r"|(?<=\p{Han})(?=\p{Katakana})|(?<=[\p{Katakana}ー])(?=\p{Han})"
    r"|(?<=[\p{Latin}\p{Nd}])(?=[\p{Han}\p{Hiragana}\p{Katakana}])|(?<=[\p{Han}\p{Katakana}ー])(?=\p{Latin})",
    regex.V1,
)
"""Japanese writes no spaces; where kanji follow kana, or katakana or Latin letters begin, so does a word."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that stays on one line."""

    text: str
    gap: str
    """What stands between it and the piece before it on the same line."""


def pieces(text: str) -> list[Piece]:
    """The parts of a text in order; joined with their gaps they are the text."""
    found: list[Piece] = []
    gap = ""
    words = text.split()
    for index, word in enumerate(words):
        if word in _BULLETS and found and index + 1 < len(words):
            gap = f"{gap}{word} "
            continue
        first, *more = _parts(word)
        found.append(Piece(first, gap))
        found += [Piece(part, "") for part in more]
        gap = " "
    return found


def joined(parts: Sequence[Piece]) -> str:
    """The pieces as one line."""
    return "".join(part.gap + part.text if index else part.text for index, part in enumerate(parts))


def _parts(word: str) -> list[str]:
    if word.isascii() or len(word) < _LONG:
        return [word]
    return _JUNCTIONS.split(word)
