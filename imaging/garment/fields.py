"""Typed reading of a parsed YAML mapping; every complaint names the file and the field."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from imaging.color import ColorParseError, parse_color
from imaging.garment.errors import GarmentFileError
from imaging.garment.spec import Quad
from imaging.types import Color

_CORNERS = 4


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
                f"{self.path.name}: {self.prefix or 'the file'} must be a mapping with fields."
            )

    def error(self, field: str, problem: str) -> GarmentFileError:
        """An error that says where it is."""
        return GarmentFileError(f"{self.path.name}: {self._at(field)}: {problem}.")

    def names(self) -> tuple[str, ...]:
        """Names of the fields that are there."""
        return tuple(str(name) for name in self._mapping())

    def only(self, *known: str) -> None:
        """Refuse fields that nothing reads: they are misspellings."""
        for name in self.names():
            if name not in known:
                raise self.error(name, f"is not a field; known here: {', '.join(known)}")

    def section(self, field: str) -> "Fields":
        """A mapping inside this one."""
        return Fields(self.path, self._at(field), self._get(field))

    def text(self, field: str) -> str:
        """A string that is not empty."""
        value = self._get(field)
        if not isinstance(value, str) or not value:
            raise self.error(field, "must be text")
        return value

    def positive(self, field: str, *, at_most: float = 1e6) -> float:
        """A number above 0."""
        value = self._number(field, self._get(field))
        if not 0 < value <= at_most:
            raise self.error(field, f"must be above 0 and at most {at_most:g}")
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

    def _pair(self, field: str, value: object) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - a pair is two
            raise self.error(field, "must be two numbers")
        return self._number(field, value[0]), self._number(field, value[1])

    def _number(self, field: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(field, "must be a number")
        return float(value)

    def _get(self, field: str) -> object:
        if field not in self._mapping():
            raise self.error(field, "is missing")
        return self._mapping()[field]

    def _mapping(self) -> Mapping[str, object]:
        assert isinstance(self.raw, Mapping)  # noqa: S101 - __post_init__ has checked it
        return self.raw

    def _at(self, field: str) -> str:
        return f"{self.prefix}.{field}" if self.prefix else field
