"""Typed reading of a parsed YAML mapping; every complaint names the file and the field."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from imaging.color import ColorParseError, parse_color
from imaging.garment.errors import GarmentFileError
from imaging.garment.spec import Quad
from imaging.types import Color

_CORNERS = 4
_ID = re.compile(r"[a-z0-9_-]{1,40}")
_MAX_TEXT = 60


@dataclass(frozen=True, slots=True)
class Fields:
    """One mapping of a YAML file."""

    path: Path
    prefix: str
    """Dotted path of this mapping inside the file, empty at the top."""
    raw: object

    def __post_init__(self) -> None:
        if not isinstance(self.raw, Mapping) or not self.raw:
            raise GarmentFileError(
                f"{self._file}: {self.prefix or 'the file'} must be a mapping with fields."
            )

    def error(self, field: str, problem: str) -> GarmentFileError:
        """An error that says where it is."""
        return GarmentFileError(f"{self._file}: {self._at(field)}: {problem}.")

    def names(self) -> tuple[str, ...]:
        """Names of the fields that are there."""
        return tuple(str(name) for name in self._mapping())

    def ids(self) -> tuple[str, ...]:
        """Names of the fields, each checked to be an identifier."""
        for name in self.names():
            self._check_id(name, name)
        return self.names()

    def only(self, *known: str) -> None:
        """Refuse fields that nothing reads: they are misspellings."""
        for name in self.names():
            if name not in known:
                raise self.error(name, f"is not a field; known here: {', '.join(known)}")

    def section(self, field: str) -> "Fields":
        """A mapping inside this one."""
        return Fields(self.path, self._at(field), self._get(field))

    def text(self, field: str) -> str:
        """A short printable string that is not empty."""
        value = self._get(field)
        if not isinstance(value, str) or not value.strip():
            raise self.error(field, "must be text")
        if len(value) > _MAX_TEXT or not value.isprintable():
            raise self.error(field, f"must be at most {_MAX_TEXT} printable characters")
        return value

    def identifier(self, field: str) -> str:
        """A string that may be part of an address."""
        value = self.text(field)
        self._check_id(field, value)
        return value

    def number(self, field: str, *, above: float, at_most: float) -> float:
        """A number above one and at most another."""
        value = self._number(field, self._get(field))
        if not above < value <= at_most:
            raise self.error(field, f"must be above {above:g} and at most {at_most:g}")
        return value

    def pair(self, field: str) -> tuple[float, float]:
        """Two numbers."""
        return self._pair(field, self._get(field))

    def quad(self, field: str) -> Quad:
        """Four points."""
        value = self._get(field)
        if not isinstance(value, list) or len(value) != _CORNERS:
            raise self.error(field, "must be four points")
        a, b, c, d = (self._pair(field, point) for point in value)
        return a, b, c, d

    def color(self, field: str) -> Color:
        """A colour, as hex digits or a CSS name."""
        try:
            return parse_color(self.text(field))
        except ColorParseError as error:
            raise self.error(field, str(error).rstrip(".")) from error

    def _check_id(self, field: str, value: str) -> None:
        if not _ID.fullmatch(value):
            raise self.error(field, f"must be 1 to 40 of a-z, 0-9, _ and -: {value!r}")

    def _pair(self, field: str, value: object) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a pair is two
            raise self.error(field, "must be two numbers")
        return self._number(field, value[0]), self._number(field, value[1])

    def _number(self, field: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.error(field, "must be a number")
        return float(value)

    def _get(self, field: str) -> object:
        for name, value in self._mapping().items():
            if str(name) == field:
                return value
        raise self.error(field, "is missing")

    def _mapping(self) -> Mapping[object, object]:
        assert isinstance(self.raw, Mapping)  # noqa: S101 - __post_init__ has checked it
        return self.raw

    def _at(self, field: str) -> str:
        return f"{self.prefix}.{field}" if self.prefix else field

    @property
    def _file(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"
