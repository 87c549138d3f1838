"""What a contact sheet shows."""

from dataclasses import dataclass

from imaging.types import Color


@dataclass(frozen=True, slots=True, eq=False)
class Tile:
    """One picture with what it stands for."""

    caption: str
    files: tuple[str, ...]
    """Lines under the caption: the file's name, its size."""
    picture: bytes | None = None
    """PNG, JPEG or SVG; None leaves a plain card with the first file's ending."""
    ground: Color | None = None
    """Behind a picture that is clear somewhere; None is the page's own pale gray."""
    bleed: bool = False
    """The picture fills its frame, as a photograph does; else it has a margin, as a logo does."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Tiles side by side, under a heading."""

    title: str
    tiles: tuple[Tile, ...]
    widths: tuple[float, ...]
    """Of the tiles, in columns of twelve; a row that is longer is broken."""
    height_in: float
    """Of the pictures."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of the team."""

    label: str
    color: Color
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SheetSpec:
    """A contact sheet."""

    title: str
    subtitle: str
    primary: Color
    """Of the head."""
    swatches: tuple[Swatch, ...]
    rows: tuple[Row, ...]
    mark: bytes | None = None
    """The logo for the head: PNG or SVG, shown on white."""
    notes: tuple[str, ...] = ()
    """Sentences at the foot: what could not be made, how many more there are."""
