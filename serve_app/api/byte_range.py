"""The headers `Range`, `If-Range` and `If-None-Match` (RFC 9110, sections 13 and 14), for strong ETags."""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.ASCII | re.IGNORECASE)
_MAX_DIGITS = 18  # more is past the end of every file, and would be slow to read as a number


@dataclass(frozen=True, slots=True)
class ByteRange:
    """One range as it was asked for: from `first` to `last`, both within, or the last `suffix` bytes."""

    first: int = 0
    last: int | None = None
    """None is the end of the file."""
    suffix: int | None = None

    def within(self, size: int) -> tuple[int, int] | None:
        """(start, end) of it in a file of `size` bytes, `end` excluded; None where no byte of it is there."""
        if self.suffix is not None:
            start, end = max(0, size - self.suffix), size
        else:
            start, end = self.first, size if self.last is None else min(size, self.last + 1)
        return (start, end) if start < end else None


def parse_range(header: str) -> ByteRange | None:
    """The range that a request asks for; None where the whole file is the right answer.

    That is so without the header, for another unit, for what is malformed (a server ignores it) and for
    several ranges (a server may).
    """
    found = _ONE_RANGE.fullmatch(header.strip(" \t"))
    if found is None or found.groups() == ("", ""):
        return None
    first, last = (_number(digits) for digits in found.groups())
    if first is None:
        return ByteRange(suffix=last)
    if last is not None and last < first:
        return None
    return ByteRange(first, last)


def range_applies(if_range: str | None, etag: str) -> bool:
    """Whether a request's `If-Range` lets its `Range` stand: a date does not, files here have none."""
    return if_range is None or if_range.strip(" \t") == etag


def is_unchanged(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has the file already; weak comparison, as 13.1.2 has it."""
    if if_none_match is None:
        return False
    tags = {tag.strip(" \t").removeprefix("W/") for tag in if_none_match.split(",")}
    return etag in tags or "*" in tags


def _number(digits: str) -> int | None:
    """None for no digits."""
    significant = digits.lstrip("0")
    if len(significant) > _MAX_DIGITS:
        return int("9" * _MAX_DIGITS)
    return int(significant or "0") if digits else None
