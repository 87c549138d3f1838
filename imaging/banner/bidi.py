"""Levels of direction, as the Unicode bidirectional algorithm (UAX #9) gives them.

Marks that embed, override or isolate do not occur: `clean` takes them out of every text, so that a name
cannot turn its neighbours round. What is left are the rules W1 to W7, N0 to N2, I1 and I2 over one sequence.
"""

import unicodedata
from itertools import groupby

_RTL = frozenset({"R", "AL", "AN"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_PAIRS = dict(zip("([{（［｛「『【〔〈《⟨⟦", ")]}）］｝」』】〕〉》⟩⟧", strict=True))  # noqa: RUF001 - brackets of East Asian text


def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction of its own runs right to left (rules P2 and P3)."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def levels(text: str, *, rtl: bool) -> list[int]:
    """The level of every character: even ones run left to right, odd ones right to left.

    Args:
        text: one paragraph.
        rtl: its direction.
    """
    base = int(rtl)
    classes = [unicodedata.bidirectional(char) or "L" for char in text]
    if not rtl and _RTL.isdisjoint(classes):
        return [0] * len(text)
    # Rule X9: joiners and other boundary neutrals take no part, and get the level of what is before them.
    parts = [index for index, name in enumerate(classes) if name != "BN"]
    kinds = [classes[index] for index in parts]
    side = "R" if rtl else "L"
    _resolve_weak(kinds, side)
    _resolve_brackets([text[index] for index in parts], kinds, side)
    _resolve_neutral(kinds, side)
    found: list[int] = [base] * len(text)
    for index, kind in zip(parts, kinds, strict=True):
        found[index] = base + _RAISED[base][kind]
    for index, name in enumerate(classes):
        if name == "BN" and index:
            found[index] = found[index - 1]
    return found


_RAISED = (
    {"L": 0, "R": 1, "AN": 2, "EN": 2},
    {"L": 1, "R": 0, "AN": 1, "EN": 1},
)
"""By how much a class raises the level (rules I1 and I2), for even and for odd levels."""


def _resolve_weak(kinds: list[str], side: str) -> None:
    """Rules W1 to W7: marks, numbers and what stands between numbers."""
    for index, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[index] = kinds[index - 1] if index else side
    _after_strong(kinds, side, number="AN", strong="AL")
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]
    for index in range(1, len(kinds) - 1):
        left, kind, right = kinds[index - 1 : index + 2]
        if left == right and (kind, left) in {("ES", "EN"), ("CS", "EN"), ("CS", "AN")}:
            kinds[index] = left
    for start, end, kind in _stretches(kinds):
        if kind == "ET" and "EN" in {*kinds[max(0, start - 1) : start], *kinds[end : end + 1]}:
            kinds[start:end] = ["EN"] * (end - start)
    kinds[:] = ["ON" if kind in {"ES", "ET", "CS"} else kind for kind in kinds]
    _after_strong(kinds, side, number="L", strong="L")


def _after_strong(kinds: list[str], side: str, *, number: str, strong: str) -> None:
    """Make European numbers `number` where the letter before them is `strong`."""
    last = side
    for index, kind in enumerate(kinds):
        if kind in {"L", "R", "AL"}:
            last = kind
        elif kind == "EN" and last == strong:
            kinds[index] = number


def _stretches(kinds: list[str]) -> list[tuple[int, int, str]]:
    """(start, end, class) of neighbours of one class."""
    found: list[tuple[int, int, str]] = []
    for kind, group in groupby(kinds):
        start = found[-1][1] if found else 0
        found.append((start, start + len(list(group)), kind))
    return found


def _resolve_brackets(chars: list[str], kinds: list[str], side: str) -> None:
    """Rule N0: both brackets of a pair run as what they hold, or as what is before them."""
    for start, end in _bracket_pairs(chars, kinds):
        inside = {_direction(kind) for kind in kinds[start + 1 : end]} - {None}
        if side in inside:
            kinds[start] = kinds[end] = side
        elif inside:
            known = (_direction(kind) for kind in reversed(kinds[:start]))
            kinds[start] = kinds[end] = next((name for name in known if name), side)


def _bracket_pairs(chars: list[str], kinds: list[str]) -> list[tuple[int, int]]:
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for index, char in enumerate(chars):
        if kinds[index] != "ON":
            continue
        if char in _PAIRS:
            stack.append((_PAIRS[char], index))
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth][0] == char:
                pairs.append((stack[depth][1], index))
                del stack[depth:]
                break
    return sorted(pairs)


def _resolve_neutral(kinds: list[str], side: str) -> None:
    """Rules N1 and N2: what has no direction takes that of both its neighbours, or the paragraph's."""
    merged = ["ON" if kind in _NEUTRAL else kind for kind in kinds]
    for start, end, kind in _stretches(merged):
        if kind == "ON":
            left = _direction(kinds[start - 1]) if start else side
            right = _direction(kinds[end]) if end < len(kinds) else side
            kinds[start:end] = [left if left is not None and left == right else side] * (end - start)


def _direction(kind: str) -> str | None:
    """The side a class counts for among neutrals: numbers count as right to left."""
    return {"L": "L", "R": "R", "EN": "R", "AN": "R"}.get(kind)
