"""Delimited text as spreadsheets write it: encodings, delimiters, line ends, quotes that do not close."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from serve_app.errors import FieldError, InvalidFieldsError, TooManyItemsError

DELIMITERS = (",", ";", "\t", "|")
LOOK_AT = 40
"""Lines that the delimiter is told from."""
MAX_SPAN = 3
"""Lines that one quoted cell may run over; a quote that stays open longer is a slip."""
MAX_CELL = 10_000
MAX_LINES = 2000
"""Lines with something in them; no roster is near it."""
MAX_CELLS = 100
"""Cells of a line that are looked at: a sheet may go on to column XFD."""
_NOTHING = " \t\u00a0" + "".join(DELIMITERS)
"""What a line may have of which nothing is left."""
OPEN = "unexpected end of data"
"""What the csv module says of a quote that is open at the end."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BINARY = (
    (b"PK\x03\x04", "an Excel or OpenDocument workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich text document"),
)
_MARKUP = ("<!doctype", "<html", "<?xml", "<table")


@dataclass(frozen=True, slots=True)
class Line:
    """One record."""

    number: int
    """Of its first line in the file, from 1."""
    cells: tuple[str, ...]
    fault: str = ""
    """What is odd about it."""
    span: int = 1
    """Lines of the file."""


def read_text(data: str | bytes, *, field: str) -> tuple[str, str]:
    """The text of a file and the name of its encoding.

    Unicode by its mark, UTF-16 without one by its zeros, UTF-8 where it is valid, else Windows-1252.

    Args:
        data: The file, or its text.
        field: What to call it in an error.

    Raises:
        InvalidFieldsError: a workbook, or something else that is no text.
    """
    if isinstance(data, str):
        return data.removeprefix("\ufeff"), "utf-8"
    for magic, what in _BINARY:
        if data.startswith(magic):
            raise _no_text(field, f"this is {what}; save the sheet as CSV")
    encoding = _encoding(data)
    try:
        text = data.decode(encoding, errors="replace" if encoding == "cp1252" else "strict")
    except UnicodeDecodeError as error:
        raise _no_text(field, "this is no text") from error
    if "\x00" in text:
        raise _no_text(field, "this is no text")
    if text.lstrip().lower().startswith(_MARKUP):
        raise _no_text(field, "this is a web page or XML; save the sheet as CSV")
    return text, {"utf-8-sig": "utf-8", "cp1252": "windows-1252"}.get(encoding, encoding)


def _encoding(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return encoding
    head = data[:1000]
    if len(data) % 2 == 0 and head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def read_lines(text: str, *, telling: Callable[[str], bool]) -> list[Line]:
    """The records that have something in them.

    Args:
        text: Of the file.
        telling: Whether a cell is one that only the right delimiter leaves alone in its cell.

    Raises:
        TooManyItemsError: more lines than any roster has.
    """
    plain = io.StringIO(text, newline=None).read().split("\n")
    if (count := sum(1 for line in plain if line.strip(_NOTHING))) > MAX_LINES:
        raise TooManyItemsError(f"The file has {count} lines; at most {MAX_LINES} are read.")
    first, delimiter = 0, ""
    if plain[0].lower().startswith("sep=") and len(plain[0]) > len("sep="):
        first, delimiter = 1, plain[0][len("sep=")]  # written by Excel, for Excel
    delimiter = delimiter or _delimiter(plain, telling)
    return [line for line in _records(plain, first, delimiter) if any(cell.strip() for cell in line.cells)]


def _delimiter(lines: Sequence[str], telling: Callable[[str], bool]) -> str:
    """The one by which most lines fall into as many cells, and those into telling ones."""

    def worth(delimiter: str) -> tuple[int, int, int]:
        rows = [_cells(line, delimiter) for line in sample]
        counts = [len(row) for row in rows if len(row) > 1]
        usual = max(set(counts), key=lambda count: (counts.count(count), count), default=0)
        told = sum(any(map(telling, row)) for row in rows if len(row) > 1)
        return (counts.count(usual), told, usual)

    sample = [line for line in lines if line.strip()][:LOOK_AT]
    return max(DELIMITERS, key=worth)


def _records(lines: Sequence[str], first: int, delimiter: str) -> Iterator[Line]:
    place = first
    while place < len(lines):
        if not lines[place].strip(_NOTHING):  # sheets may end in a hundred thousand of these
            place += 1
            continue
        line = _record(lines[place : place + MAX_SPAN], delimiter, number=place + 1)
        yield line
        place += line.span


def _record(lines: Sequence[str], delimiter: str, *, number: int) -> Line:
    """The record that begins with these lines: the first one, or as many as its quotes take."""
    try:
        return Line(number, _strictly(lines[0], delimiter))
    except csv.Error as error:
        if OPEN not in str(error):  # a quote in the middle of a cell: taken as it stands
            return Line(number, _cells(lines[0], delimiter))
    for span in range(2, len(lines) + 1):
        with suppress(csv.Error):
            return Line(
                number, _strictly("\n".join(lines[:span]), delimiter), f"a cell runs over {span} lines", span
            )
    return Line(number, _cells(lines[0].replace('"', ""), delimiter), "a quote does not close")


def _strictly(text: str, delimiter: str) -> tuple[str, ...]:
    """The cells of a whole record; raises `csv.Error` where it is not one."""
    rows = list(csv.reader([text], delimiter=delimiter, strict=True))
    return tuple(rows[0][:MAX_CELLS]) if rows else ()


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    """The cells of one line, whatever its quotes are like."""
    try:
        rows = list(csv.reader([line], delimiter=delimiter))
    except csv.Error:  # a cell over the reader's limit
        return tuple(cell[:MAX_CELL] for cell in line.split(delimiter, MAX_CELLS)[:MAX_CELLS])
    return tuple(rows[0][:MAX_CELLS]) if rows else ()


def _no_text(field: str, why: str) -> InvalidFieldsError:
    return InvalidFieldsError("The roster cannot be read.", (FieldError(field, why),))
