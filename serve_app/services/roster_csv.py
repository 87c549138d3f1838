"""`players_csv`: rosters as people keep them, from any spreadsheet, with every doubtful line told.

What can be read is taken; a line that cannot be is left out, and told with its number and the reason.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from configs.roster_headers import ColumnField
from imaging.banner.privacy import is_east_asian
from imaging.banner.spec import MAX_NUMBER_CHARS
from serve_app.domain import Notice
from serve_app.errors import FieldError, InvalidFieldsError
from serve_app.services.csv_text import Line, read_lines, read_text
from serve_app.services.roster import RosterPlayer
from serve_app.services.roster_columns import (
    Columns,
    guess_columns,
    is_header,
    looks_like_number,
    read_header,
)

FIELD = "players_csv"
MAX_BYTES = 1_000_000
MAX_NAME_CHARS = 120
MAX_POSITION_CHARS = 40
HEADER_WITHIN = 20
"""Lines with something in them, among which a header is looked for."""
LISTED = 20
"""Lines that are told one by one."""
NO_NUMBER = frozenset({"-", "\u2013", "\u2014", "?", "n/a", "na", "none", "tba", "tbd", "x"})
"""What people write where there is none."""
_PROTECTED = re.compile(r"=\"(.*)\"", re.DOTALL)
"""How spreadsheets keep `="00"` from becoming a number."""
_LEAD = re.compile(r"\s*(?:#\s*|n[o\u00b0\u00ba]\.?\s*(?=\d))", re.IGNORECASE)
_WHOLE_FLOAT = re.compile(r"(\d+)[.,]0+")
_NUMBER_FIRST = re.compile(r"#?\s*(\d{1,3}[A-Za-z]?)[\s.):\u2013-]+(\S.*)", re.DOTALL)
_NUMBER_LAST = re.compile(r"(\S.*?)[\s,:\u2013-]+#?(\d{1,3}[A-Za-z]?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CsvRoster:
    """What a file holds."""

    players: tuple[RosterPlayer, ...]
    columns: Mapping[ColumnField, str]
    """The header of each column that is used; empty texts where there is no header."""
    header_line: int | None
    """Its number in the file, from 1."""
    encoding: str
    problems: tuple[tuple[int, str], ...]
    """(line, what is wrong with it)."""

    def notices(self) -> tuple[Notice, ...]:
        """What the client should look at."""
        fix = f"Mend the line in {FIELD}, or send the players as JSON."
        told = [Notice("csv_row", f"Line {line}: {text}", fix) for line, text in self.problems[:LISTED]]
        if more := len(self.problems) - LISTED:
            told += [Notice("csv_row", f"And {more} more lines; roster.problems has all.", fix)] * (more > 0)
        if self.encoding == "windows-1252":
            text = "The file is not in Unicode; it was read as Windows-1252."
            told.append(Notice("csv_encoding", text, "Look at the accents, or save it as UTF-8."))
        return tuple(told)


def parse_players_csv(data: str | bytes) -> CsvRoster:
    """Read a roster.

    Args:
        data: The file, or its text.

    Raises:
        InvalidFieldsError: it is no text, or has no player at all.
        TooManyItemsError: it has more lines than any roster.
    """
    text, encoding = read_text(data, field=FIELD)
    lines = [
        replace(line, cells=tuple(map(_unwrapped, line.cells)))
        for line in read_lines(text, telling=_is_telling)
    ]
    header, columns = _find_header(lines)
    if header is not None:
        above, rows = lines[: lines.index(header)], lines[lines.index(header) + 1 :]
        problems = [(line.number, "it stands above the header") for line in above if _is_player(line)]
        rows = [line for line in rows if line.cells != header.cells]  # repeated on each printed page
    else:
        columns = guess_columns([line.cells for line in lines])
        above, rows = _split_titles(lines, columns)
        problems = [(line.number, "it stands above the players, without a number") for line in above]
    players: list[RosterPlayer] = []
    for line in rows:
        player, wrong = _read_row(line, columns, width=len(header.cells) if header else None)
        problems += [(line.number, text) for text in wrong]
        players += [player] if player else []
    if not players:
        raise _nothing(problems)
    named = {field: header.cells[place].strip() if header else "" for field, place in columns.items()}
    return CsvRoster(tuple(players), named, header.number if header else None, encoding, tuple(problems))


def _is_telling(cell: str) -> bool:
    return looks_like_number(cell) or is_header(cell)


def _find_header(lines: Sequence[Line]) -> tuple[Line | None, Columns]:
    """The line with most known names of columns, and what it names; (None, {}) without one."""
    best: tuple[Line | None, Columns] = (None, {})
    for place, line in enumerate(lines[:HEADER_WITHIN]):
        columns = read_header(line.cells)
        if len(columns) > len(best[1]) and not _is_title(line, lines[place + 1 :]):
            best = (line, columns)
    return best


def _is_title(line: Line, after: Sequence[Line]) -> bool:
    """Whether a line has one cell and others after it have more."""
    return _filled(line) <= 1 and any(_filled(other) > 1 for other in after)


def _split_titles(lines: list[Line], columns: Columns) -> tuple[list[Line], list[Line]]:
    """Lines of one cell above the first number, where there is a column of numbers, and the rest."""
    place = columns.get("number")
    if place is None:
        return [], lines
    for i, line in enumerate(lines):
        if _filled(line) > 1 or (place < len(line.cells) and looks_like_number(line.cells[place])):
            return lines[:i], lines[i:]
    return [], lines


def _filled(line: Line) -> int:
    return sum(1 for cell in line.cells if cell.strip())


def _is_player(line: Line) -> bool:
    cells = [cell for cell in line.cells if cell.strip()]
    return len(cells) > 1 and any(map(looks_like_number, cells))


def _read_row(line: Line, columns: Columns, *, width: int | None) -> tuple[RosterPlayer | None, list[str]]:
    """The player of a line, and what is wrong with it."""
    wrong = [line.fault] if line.fault else []
    cells = dict(enumerate(line.cells))
    if width is not None:
        wrong += _join_overflow(cells, columns, width=width)
    got = {field: cells.get(place, "").strip() for field, place in columns.items()}
    number, name, first = _number(got.get("number", "")), _name(got), got.get("first", "")
    if "number" not in columns:
        number, name = _split(name)
    if len(name) > MAX_NAME_CHARS:
        return None, [*wrong, f"the name has more than {MAX_NAME_CHARS} characters"]
    if len(number) > MAX_NUMBER_CHARS:
        return None, [
            *wrong,
            f"{number[:20]!r} is no shirt number: they have at most {MAX_NUMBER_CHARS} characters",
        ]
    position = got.get("position", "")
    if len(position) > MAX_POSITION_CHARS:
        wrong.append(f"the position has more than {MAX_POSITION_CHARS} characters, and is left out")
        position = ""
    if not number and not name:
        return None, wrong or ["it has neither number nor name"]
    return RosterPlayer(number, name, position, first if first != name else ""), wrong


def _join_overflow(cells: dict[int, str], columns: Columns, *, width: int) -> list[str]:
    """Cells past the header: a comma within the last column's name, or too many."""
    extra = [cells.pop(place) for place in sorted(cells) if place >= width]
    if not any(cell.strip() for cell in extra):
        return []
    if columns.get("name") == width - 1:
        cells[width - 1] = ", ".join(part for part in (cells[width - 1], *extra) if part)
        return []
    return [f"it has {len(extra)} cells more than the header, which are left out"]


def _name(got: Mapping[ColumnField, str]) -> str:
    name, first, last = (got.get(field, "") for field in ("name", "first", "last"))
    if name or not (first and last):
        return name or first or last
    family_first = all(is_east_asian(part[0]) for part in (first, last))
    return f"{last} {first}" if family_first else f"{first} {last}"


def _number(cell: str) -> str:
    text = _LEAD.sub("", cell, count=1).removeprefix("'").strip()
    whole = _WHOLE_FLOAT.fullmatch(text)
    number = whole[1] if whole else text.rstrip(".")
    return "" if number.casefold() in NO_NUMBER else number


def _split(name: str) -> tuple[str, str]:
    """Number and name of a line that holds both: `7 Mina Duarte`, `Ana Reyes #10`."""
    if found := _NUMBER_FIRST.fullmatch(name):
        return found[1], found[2].strip()
    if found := _NUMBER_LAST.fullmatch(name):
        return found[2], found[1].strip()
    return (_number(name), "") if looks_like_number(name) else ("", name)


def _unwrapped(cell: str) -> str:
    """The text of a cell; a formula is its own text, never worked out."""
    found = _PROTECTED.fullmatch(cell.strip())
    return " ".join((found[1].replace('""', '"') if found else cell).split())


def _nothing(problems: Sequence[tuple[int, str]]) -> InvalidFieldsError:
    errors = [FieldError(f"{FIELD}.{line}", text) for line, text in problems[:LISTED]]
    return InvalidFieldsError(
        "No player was found in the file.",
        tuple(errors) or (FieldError(FIELD, "it has no line with a number or a name"),),
    )
