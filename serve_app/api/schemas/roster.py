"""A roster in a body: who is on it, and what may be shown of them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from configs.leagues import League
from serve_app.api.schemas.base import Answer, Body, RequestBody
from serve_app.domain import Privacy
from serve_app.errors import FieldError, InvalidFieldsError
from serve_app.services.roster import RosterPlayer, RosterRules
from serve_app.services.roster_csv import MAX_NAME_CHARS, MAX_POSITION_CHARS
from serve_app.services.roster_order import SortBy
from serve_app.services.roster_source import RosterSource


class PlayerBody(Body):
    """One line of the roster."""

    name: Annotated[str, Field(max_length=MAX_NAME_CHARS)] = ""
    number: Annotated[str, Field(max_length=4, coerce_numbers_to_str=True)] = ""
    """As on the shirt: `0` and `00` are two numbers, `7A` is one."""
    position: Annotated[str, Field(max_length=MAX_POSITION_CHARS)] = ""
    privacy: Privacy | None = None
    """What this player's parents ask for, where it is stricter than the roster's `privacy`."""


class RosterBody(RequestBody):
    """Players, and the rules for printing them."""

    players: list[PlayerBody] = Field(default_factory=list)
    players_csv: str | None = None
    """Instead of `players`: the text of a CSV file, or a file part of this name. Any common encoding,
    delimiter and spelling of the headers (number, name or first and last name, position) will do; lines that
    cannot be read are told in `warnings` and `roster.problems`. At most 1 MB."""
    privacy: Privacy = "full"
    """How much of the players' names is shown; a league's stricter rule goes first."""
    show_numbers: bool = True
    """False leaves the numbers out."""
    sort_by: SortBy = "none"
    """`number`: 2 before 10, 0 and 00 apart, none last. `name`: without regard to accents and case."""
    league: Annotated[str, Field(max_length=60)] | None = None
    """Id of a league preset, which says what may be shown and what must be; `/capabilities` lists them."""

    def roster_source(self, file: bytes | None) -> RosterSource:
        """The roster as the client gave it.

        Args:
            file: The file part `players_csv`.

        Raises:
            InvalidFieldsError: the file and its text at once.
        """
        if file is not None and self.players_csv is not None:
            reason = FieldError("players_csv", "a text or a file, not both")
            raise InvalidFieldsError("Give one roster.", (reason,))
        players = tuple(
            RosterPlayer(player.number, player.name, player.position, privacy=player.privacy)
            for player in self.players
        )
        return RosterSource(players, self.players_csv if file is None else file)

    def roster_rules(self, leagues: Mapping[str, League]) -> RosterRules:
        """What may be shown. Raises `InvalidFieldsError`: there is no such league."""
        if self.league is not None and self.league not in leagues:
            reason = FieldError("league", f"one of {', '.join(leagues)}")
            raise InvalidFieldsError("There is no preset for this league.", (reason,))
        league = leagues[self.league] if self.league is not None else None
        return RosterRules(self.privacy, self.sort_by, self.show_numbers, league)


class RowProblemAnswer(Answer):
    """A line of `players_csv` that is odd or was left out."""

    line: int
    """From 1."""
    message: str


class RosterAnswer(Answer):
    """The roster as it was printed."""

    players: int
    privacy: Privacy
    """What was applied: the strictest of the request's and the league's."""
    columns: dict[str, str] | None = None
    """Of `players_csv`: which header was taken for what; empty texts where it has no header."""
    header_line: int | None = None
    encoding: str | None = None
    problems: list[RowProblemAnswer] | None = None
    """Of `players_csv`: every line that is odd or was left out."""
