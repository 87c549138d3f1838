"""The players of a pack as jerseys: what stands on each back, and what its files are called."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imaging.banner.privacy import is_east_asian
from imaging.banner.spec import Player
from serve_app.domain import JerseyFile
from serve_app.services.pack_items import JERSEY

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_SUFFIX = re.compile(r"(?:jr|sr|jnr|snr)\.?|ii|iii|iv", re.IGNORECASE)
"""What stands behind a family name and goes with it."""
_BEFORE_FAMILY = frozenset(
    "al bin da das de del della den der di do dos du el ibn la le ten ter van von zu zur".split()  # noqa: SIM905 - a list to be read
)
"""What stands before one; with a capital it is taken for a given name."""
MOST_CHARS = 40


@dataclass(frozen=True, slots=True)
class Jersey:
    """One player's back."""

    part: str
    """Of the item: `jersey_1` …, in the order of the roster."""
    name: str
    number: str
    stem: str
    """Of its files: `7-duarte`; each once."""

    def paths(self) -> Mapping[str, str]:
        """Where each of its files lies in the archive, by role."""
        return {
            f"{self.part}_mockup": f"mockups/jerseys/{self.stem}.jpg",
            f"{self.part}_name": f"print/jerseys/{self.stem}-name.png",
            f"{self.part}_number": f"print/jerseys/{self.stem}-number.png",
        }


def jerseys_of(players: Sequence[Player], *, files: Sequence[JerseyFile]) -> tuple[Jersey, ...]:
    """A jersey for each player with a name or a number that may be printed; none where no file is asked."""
    found: list[Jersey] = []
    used: set[str] = set()
    for player in players if files else ():
        name, number = shirt_name(player.name), player.number.strip()
        if not name and not number:
            continue
        place = len(found) + 1
        stem = _stem(number, name) or f"player-{place}"
        while stem in used:
            stem = f"{stem}-{place}"
        used.add(stem)
        found.append(Jersey(f"{JERSEY}{place}", name, number, stem))
    return tuple(found)


def shirt_name(name: str) -> str:
    """What of a name stands on a back, in capitals: the family name, which comes last or before a comma.

    With what belongs to it: small words before it (`van Dijk`, `de la Cruz`), a suffix behind it (`Jr.`).
    Chinese, Japanese and Korean family names come first. Initials and first names, as privacy leaves them,
    stand as they are.
    """
    surname, comma, given = (part.strip() for part in name.partition(","))
    if comma and not _SUFFIX.fullmatch(given):
        return " ".join(surname.split()).upper()
    words = f"{surname} {given}".split()
    initials = all(word.endswith(".") for word in words)
    return " ".join(words if initials else _family(words)).upper()


def _family(words: Sequence[str]) -> Sequence[str]:
    """The words of a family name among those of a whole name; there is one word at least."""
    if all(map(is_east_asian, "".join(words))):
        return words[:1]
    last = len(words) - 1
    while last > 0 and _SUFFIX.fullmatch(words[last]):
        last -= 1
    first = last
    while first > 0 and words[first - 1] in _BEFORE_FAMILY:
        first -= 1
    return words[first:]


def _stem(number: str, name: str) -> str:
    plain = unicodedata.normalize("NFKD", f"{number} {name}".casefold()).encode("ascii", "ignore").decode()
    return _NOT_IN_NAMES.sub("-", plain).strip("-")[:MOST_CHARS].strip("-")
