"""Who is printed, and how: privacy, the league's rules, the order. Banners and packs share it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

from configs.leagues import Block, League
from imaging.banner.privacy import apply_privacy, is_east_asian
from imaging.banner.spec import Player
from imaging.banner.text import clean
from serve_app.domain import Notice, Privacy
from serve_app.errors import FieldError, InvalidFieldsError
from serve_app.services.roster_order import SortBy, in_order

STRICTNESS: tuple[Privacy, ...] = ("full", "first_name", "initials", "number_only")
"""From the freest to the strictest."""
LISTED = 10
"""Names that a warning lists before it says how many more there are."""
COACH_TITLES = frozenset({"asst", "assistant", "coach", "head", "manager", "team", "trainer"})
"""What may stand before a coach's name; after a colon anything may."""
BLOCK_FIELDS: dict[Block, str] = {
    "sponsor": "Send sponsors, by name or with a logo.",
    "league_logo": "Send league_logo.",
    "coaches": "Send coaches.",
}


@dataclass(frozen=True, slots=True)
class RosterPlayer:
    """One line of the roster, as the client gave it."""

    number: str = ""
    name: str = ""
    position: str = ""
    first: str = ""
    """The given name, where the roster has it apart."""
    privacy: Privacy | None = None
    """What this player's parents ask for, where it is stricter than the roster's."""


@dataclass(frozen=True, slots=True)
class PrintedRoster:
    """What may be printed."""

    players: tuple[Player, ...]
    coaches: tuple[str, ...]
    privacy: Privacy
    """What was applied."""
    duplicates: tuple[str, ...]
    """Numbers that more than one player wears, whether printed or not."""
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class RosterRules:
    """What the client and the league ask; of two rules the stricter one holds."""

    privacy: Privacy = "full"
    sort_by: SortBy = "none"
    show_numbers: bool = True
    league: League | None = None

    def apply(
        self,
        players: Sequence[RosterPlayer],
        *,
        coaches: Sequence[str] = (),
        has_photo: bool = False,
    ) -> PrintedRoster:
        """The roster as it is printed.

        Args:
            players: As the client gave them.
            coaches: Names, with a title or without.
            has_photo: A photo of the team goes beside it.

        Raises:
            InvalidFieldsError: the rules together leave nothing of any player.
        """
        privacy = self._privacy(has_photo=has_photo)
        if privacy == "number_only" and players and not self._numbers_shown:
            reason = "names and numbers are both left out, so that nothing of the roster is left"
            raise InvalidFieldsError("Nothing may be printed.", (FieldError("privacy", reason),))
        # Sorted before names are cut: the order of initials would say little.
        ordered = in_order(players, self.sort_by)
        shown = tuple(self._shown(player, privacy) for player in ordered)
        blank = [player for player, seen in zip(ordered, shown, strict=True) if not _shows(seen)]
        kept = tuple(seen for seen in shown if _shows(seen))
        found = [*self._about_privacy(privacy, has_photo=has_photo), *_about_players(ordered, privacy, blank)]
        return PrintedRoster(
            players=kept,
            coaches=self._coaches(coaches),
            privacy=privacy,
            duplicates=_twice(player.number.strip() for player in ordered),
            notices=tuple(found),
        )

    def on_shirts(
        self, players: Sequence[RosterPlayer], printed: PrintedRoster
    ) -> tuple[tuple[Player, ...], tuple[Notice, ...]]:
        """What may stand on the players' shirts, and what is to be told of it.

        Where the league keeps names off them, numbers alone: even those that it keeps off banners, where they
        would stand beside names.

        Args:
            players: As the client gave them.
            printed: The same, by `apply`.
        """
        if self.league is None or self.league.names_on_shirts:
            return printed.players, ()
        see = " and ".join(f"{source.url}" for source in self.league.sources)
        text = f"{self.league.title}: no child's name on a shirt, so jerseys have their numbers alone."
        ordered = in_order(players, self.sort_by) if self.show_numbers else ()
        numbers = tuple(Player(player.number, "") for player in ordered)
        return numbers, (Notice("names_off_shirts", text, f"See {see}"),)

    def missing_blocks(self, present: Sequence[Block]) -> tuple[Notice, ...]:
        """What the league requires of a banner and is not there."""
        if self.league is None:
            return ()
        return tuple(
            Notice(
                "league_block_missing",
                f"{self.league.title} requires this on a banner: {block.replace('_', ' ')}.",
                BLOCK_FIELDS[block],
            )
            for block in self.league.required
            if block not in present
        )

    @property
    def _numbers_shown(self) -> bool:
        return self.show_numbers and (self.league is None or self.league.numbers != "never")

    def _privacy(self, *, has_photo: bool) -> Privacy:
        wanted: list[Privacy] = [self.privacy]
        if self.league is not None:
            wanted.append(self.league.privacy)
            if has_photo and self.league.photo == "without_names":
                wanted.append("number_only")
        return _strictest(*wanted)

    def _shown(self, player: RosterPlayer, privacy: Privacy) -> Player:
        mode = _strictest(privacy, player.privacy or privacy)
        name = player.first if mode == "first_name" and player.first else player.name
        (seen,) = apply_privacy((Player(player.number, name, player.position or None),), mode)
        either = self.league is not None and self.league.numbers == "instead_of_names" and seen.name
        number = "" if either or not self._numbers_shown else seen.number
        return Player(number, seen.name, seen.position)

    def _coaches(self, coaches: Sequence[str]) -> tuple[str, ...]:
        if self.league is None or self.league.coaches == "full":
            return tuple(coaches)
        return tuple(_coach_by_first_name(name) for name in coaches)

    def _about_privacy(self, privacy: Privacy, *, has_photo: bool) -> list[Notice]:
        league = self.league
        if league is None:
            return []
        told: list[str] = []
        if privacy != self.privacy:
            told.append(f"names are shown as {privacy} instead of {self.privacy}")
        if league.numbers == "never" and self.show_numbers:
            told.append("numbers are left out")
        if league.numbers == "instead_of_names" and self.show_numbers and privacy != "number_only":
            told.append("numbers are left out beside names (privacy=number_only prints them alone)")
        if league.coaches == "first_name":
            told.append("coaches go by their first names")
        see = f"See {league.sources[0].url}"
        notices = [Notice("privacy_by_league", f"{league.title}: {'; '.join(told)}.", see)] if told else []
        if has_photo and league.photo == "unlabelled":
            text = f"{league.title}: nobody in the photo may be told apart by a name or number."
            notices.append(Notice("league_photo", text, see))
        notices += [
            Notice("consent_needed", f"{league.title}: parents have to agree to the {what}.", see)
            for what in league.consent
            if what == "names" or has_photo
        ]
        return notices + [
            Notice("league_reminder", f"{league.title}: {text}", see) for text in league.reminders
        ]


def _about_players(
    players: Sequence[RosterPlayer], privacy: Privacy, blank: Sequence[RosterPlayer]
) -> list[Notice]:
    notices: list[Notice] = []
    if blank:
        text = f"{len(blank)} of the players have nothing that may be printed, and are left out."
        notices.append(Notice("players_left_out", text, "Give them numbers, or show their names."))
    if twice := _twice(f"{p.number.strip()} {p.name.strip()}".strip() for p in players if p.name.strip()):
        text = f"These players are on the roster twice: {_list(twice)}."
        notices.append(Notice("duplicate_players", text, "Check the roster."))
    if privacy == "first_name" and (
        whole := tuple(p.name for p in players if not p.first and _may_be_whole(p.name))
    ):
        text = f"These names are one word, and printed whole: {_list(whole)}."
        notices.append(Notice("privacy_unsure", text, "Send the given name only, or use privacy=initials."))
    return notices


def _strictest(*wanted: Privacy) -> Privacy:
    return max(wanted, key=STRICTNESS.index)


def _shows(player: Player) -> bool:
    return bool(clean(player.number) or clean(player.name))


def _may_be_whole(name: str) -> bool:
    """Whether a name without spaces may be family and given name at once, as in Chinese or Japanese."""
    text = name.strip()
    return len(text) > 1 and not any(char.isspace() for char in text) and any(map(is_east_asian, text))


def _coach_by_first_name(text: str) -> str:
    """`Head coach: Dana Fox` and `Coach Dana Fox` as `Head coach: Dana` and `Coach Dana`."""
    title, colon, name = text.rpartition(":")
    words = name.split()
    titles = 0 if colon else sum(1 for _ in takewhile(_is_title, words[:-1]))
    (seen,) = apply_privacy((Player("", " ".join(words[titles:])),), "first_name")
    return " ".join(part for part in (f"{title}{colon}", *words[:titles], seen.name) if part)


def _is_title(word: str) -> bool:
    return word.casefold().strip(".") in COACH_TITLES


def _twice(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text, times in Counter(texts).items() if text and times > 1)


def _list(items: Sequence[str]) -> str:
    more = len(items) - LISTED
    return ", ".join(items[:LISTED]) + (f" and {more} more" if more > 0 else "")
