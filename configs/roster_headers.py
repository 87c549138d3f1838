"""Spellings of a roster's columns, read from `roster_headers.yaml` and validated."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter

HEADERS_FILE = Path(__file__).with_name("roster_headers.yaml")

ColumnField = Literal["number", "name", "first", "last", "position"]
_FILE = TypeAdapter(dict[ColumnField, list[str]])


@cache
def load_headers(path: Path = HEADERS_FILE) -> Mapping[str, tuple[ColumnField, int]]:
    """Field and rank of every spelling, by `plain`; a smaller rank is more telling.

    Raises:
        pydantic.ValidationError: a field that rosters do not have.
        ValueError: a word that stands for two fields.
    """
    known: dict[str, tuple[ColumnField, int]] = {}
    for field, groups in _FILE.validate_python(yaml.safe_load(path.read_text(encoding="utf-8"))).items():
        for rank, group in enumerate(groups):
            for word in group.split(","):
                if known.setdefault(plain(word), (field, rank))[0] != field:
                    raise ValueError(f"{word.strip()!r} is a {field} and a {known[plain(word)][0]}")
    return known


def plain(text: str) -> str:
    """A header without what differs between two people who type it: case, accents, spaces, dots."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in letters if char == "#" or char.isalnum())
