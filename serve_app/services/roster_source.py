"""Where a request's roster comes from: a list, or a file."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from serve_app.domain import Notice
from serve_app.errors import FieldError, InvalidFieldsError, PayloadTooLargeError, TooManyItemsError
from serve_app.services.roster import RosterPlayer
from serve_app.services.roster_csv import FIELD, MAX_BYTES, CsvRoster, parse_players_csv


@dataclass(frozen=True, slots=True)
class RosterRead:
    """A roster, and what was found when it was read."""

    players: tuple[RosterPlayer, ...]
    report: Mapping[str, Any]
    """JSON-ready facts of the file; empty without one."""
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterSource:
    """A list of players, or a file as text or bytes; nothing is an empty roster."""

    players: tuple[RosterPlayer, ...] = ()
    csv: str | bytes | None = None

    async def read(self, *, max_players: int) -> RosterRead:
        """The roster as the client gave it.

        Raises:
            InvalidFieldsError: both a list and a file, or a file that is no roster.
            PayloadTooLargeError: the file is larger than any roster.
            TooManyItemsError: more players than are taken.
        """
        return await asyncio.to_thread(self.read_now, max_players=max_players)

    def read_now(self, *, max_players: int) -> RosterRead:
        """The same in this thread, which a long file holds up for a while; raises the same."""
        if self.csv is None:
            _check_count(len(self.players), max_players)
            return RosterRead(self.players, {})
        if self.players:
            raise InvalidFieldsError(
                "Give one roster.", (FieldError(FIELD, "players or players_csv, not both"),)
            )
        if len(self.csv) > MAX_BYTES:
            raise PayloadTooLargeError(f"{FIELD} is larger than {MAX_BYTES // 10**6} MB.")
        found = parse_players_csv(self.csv)
        _check_count(len(found.players), max_players)
        return RosterRead(found.players, _report(found), found.notices())


def _check_count(players: int, most: int) -> None:
    if players > most:
        raise TooManyItemsError(f"The roster has {players} players; at most {most} are taken.")


def _report(found: CsvRoster) -> dict[str, Any]:
    return {
        "columns": dict(found.columns),
        "header_line": found.header_line,
        "encoding": found.encoding,
        "problems": [{"line": line, "message": text} for line, text in found.problems],
    }
