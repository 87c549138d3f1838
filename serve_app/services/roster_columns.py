"""Which column of a roster holds what: by its header, or without one by its content."""

import re
from collections.abc import Callable, Sequence

from configs.roster_headers import ColumnField, load_headers, plain

Columns = dict[ColumnField, int]
"""Place of each column that is there, from 0."""

_LEAST_TELLING = 99
_NUMBER = re.compile(r"(?:no\.?|nr\.?|#)?\s*\d{1,3}\s*[a-z]?", re.IGNORECASE)
_MOSTLY = 0.6
"""Share of a column's cells that have to look alike."""
_REPEATED = 0.7
"""Different values over cells, up to which a column of words holds positions."""
_POSITION_CHARS = 4
"""GK, DEF, 1B/OF: positions are short where nothing else tells them."""


def read_header(cells: Sequence[str]) -> Columns:
    """Which columns a header line names; empty when it is no header line.

    A first name beside a name makes the name a surname (`Vorname, Name`), a surname makes it a first name
    (`Nombre, Apellidos`).
    """
    if any(cell.strip().lstrip("#").isdecimal() for cell in cells):
        return {}
    found: Columns = {}
    ranks: dict[ColumnField, int] = {}
    for place, cell in enumerate(cells):
        known = load_headers().get(plain(cell))
        if known and known[1] < ranks.get(known[0], _LEAST_TELLING):
            found[known[0]], ranks[known[0]] = place, known[1]
    if "name" in found and ranks["name"] > 0:
        if "first" in found and "last" not in found:
            found["last"] = found.pop("name")
        elif "last" in found and "first" not in found:
            found["first"] = found.pop("name")
    return found if found.keys() & {"number", "name", "first", "last"} else {}


def guess_columns(rows: Sequence[Sequence[str]]) -> Columns:
    """Which columns rows without a header have, by what is in them."""
    width = max((len(row) for row in rows), default=0)
    columns = [
        [cell.strip() for row in rows for cell in row[i : i + 1] if cell.strip()] for i in range(width)
    ]
    found: Columns = {}
    words: list[int] = []
    for place, cells in enumerate(columns):
        if not cells:
            continue
        if _share(cells, looks_like_number) >= _MOSTLY:
            # Of two, the first one counts lines where it does so exactly.
            if "number" not in found or _counts(columns[found["number"]]):
                found["number"] = place
        elif _share(cells, _has_letter) >= _MOSTLY:
            words.append(place)
    return found | _guess_words(words, columns)


def _guess_words(words: Sequence[int], columns: Sequence[Sequence[str]]) -> Columns:
    positions = [place for place in words if _are_positions(columns[place])]
    names = [place for place in words if place not in positions] or list(words[:1])
    found: Columns = {}
    if positions and positions[0] not in names:
        found["position"] = positions[0]
    if not names:
        return found
    single = [place for place in names[:2] if _share(columns[place], _is_one_word) >= _MOSTLY]
    if len(single) == 2 and names[1] == names[0] + 1:  # noqa: PLR2004 - a first name and a surname
        return found | {"first": names[0], "last": names[1]}
    return found | {"name": names[0]}


def is_header(cell: str) -> bool:
    """Whether a cell is the known name of a column."""
    return plain(cell) in load_headers()


def looks_like_number(cell: str) -> bool:
    """Whether a cell can be a shirt number: `7`, `#7`, `00`, `7A`."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(1 for cell in cells if fits(cell)) / len(cells) if cells else 0.0


def _counts(cells: Sequence[str]) -> bool:
    return [cell.lstrip("#") for cell in cells] == [str(i + 1) for i in range(len(cells))]


def _has_letter(cell: str) -> bool:
    return any(char.isalpha() for char in cell)


def _is_one_word(cell: str) -> bool:
    return len(cell.split()) == 1


def _are_positions(cells: Sequence[str]) -> bool:
    short = _share(cells, lambda cell: len(cell) <= _POSITION_CHARS and cell == cell.upper())
    return short >= _MOSTLY or (len(cells) > 3 and len(set(cells)) / len(cells) <= _REPEATED)  # noqa: PLR2004 - of fewer rows nothing can be told
