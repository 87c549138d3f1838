"""What a template's YAML may say; `configs/banners/README.md` tells it to designers.

Every model is strict: unknown keys and values out of range are errors. Lengths are in units, hundredths
of the banner's geometric mean side, unless a name says otherwise.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from imaging.banner.palette import Recipe
from imaging.banner.spec import ASPECT, MAX_PLAYERS, Medium

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
InkName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.(ink|soft|accent)$")]
Share = Annotated[float, Field(gt=0, lt=1)]
Units = Annotated[float, Field(ge=0, le=100)]
Align = Literal["left", "center", "right"]
Vertical = Literal["top", "middle", "bottom"]
TextField = Literal["team_name", "sport", "season", "record", "caption", "league"]
CellKind = Literal["row", "card", "list"]


class Strict(BaseModel):
    """Refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Size(Strict):
    """A real size that the template is made for."""

    name: str
    width_in: float
    height_in: float
    medium: Medium = "print"
    bleed_in: float = 0.0
    dpi: float = 100.0


class StyleSpec(Strict):
    """A way of setting text."""

    families: Annotated[tuple[str, ...], Field(min_length=1)]
    weight: Annotated[int, Field(ge=100, le=900)] = 400
    stretch: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    case: Literal["upper", "as_is"] = "upper"
    tracking: Annotated[float, Field(ge=-0.05, le=0.6)] = 0.0
    """Letterspacing in em; left out where a script's letters join."""


class Content(Strict):
    """What every area has."""

    ground: Name = "page"
    pad: Units | tuple[Units, Units] | tuple[Units, Units, Units, Units] = 1.6
    """Between the area's edge and what it holds: one; (top and bottom, sides); (top, right, bottom, left)."""

    @property
    def pads(self) -> tuple[float, float, float, float]:
        """Top, right, bottom, left."""
        if isinstance(self.pad, tuple):
            return self.pad if len(self.pad) == 4 else (*self.pad, *self.pad)  # noqa: PLR2004 - four sides
        return (self.pad,) * 4


class Nothing(Content):
    """Ground or ornament only."""

    holds: Literal["nothing"] = "nothing"


class TitleContent(Content):
    """The team's name, with the logo."""

    holds: Literal["title"]
    style: Name = "display"
    ink: InkName | None = None
    logo: Literal["left", "right", "above", "none"] = "left"
    logo_share: Share = 0.3
    """Widest logo beside the name, of the width; tallest above it, of the height."""
    gap: Units = 2.2
    align: Align = "center"
    valign: Vertical = "middle"
    lines: Annotated[int, Field(ge=1, le=4)] = 3
    largest: Annotated[float, Field(gt=0, le=100)] = 100.0
    """Height of a capital at most."""
    taper: Annotated[float, Field(gt=0, le=1)] = 1.0
    """The shape's height at its right end, as a share of that at its left: a pennant has 0.1."""
    reach: Name | None = None
    """The logo, when beside, may reach down over this area."""


class TextContent(Content):
    """One or more fields of the order as a line or lines."""

    holds: Literal["text"]
    fields: Annotated[tuple[TextField, ...], Field(min_length=1)]
    join: str = " • "
    style: Name = "text"
    ink: InkName | None = None
    size: Annotated[float, Field(gt=0, le=60)] = 2.4
    """Of the type."""
    lines: Annotated[int, Field(ge=1, le=6)] = 1
    align: Align = "center"
    valign: Vertical = "middle"
    follow: Name | None = None
    """Centred under the name in this area, when it stands beside a logo."""


class CellStyle(Strict):
    """How one kind of cell is made."""

    gap: Annotated[float, Field(ge=0, lt=0.6)] = 0.12
    """Between two lines of cells, as a share of their pitch."""
    gutter: Units = 1.2
    """Between two columns, at least."""
    pad: Annotated[float, Field(ge=0, le=1)] = 0.31
    """At the sides of the text, as a share of the number's height (`row`, `list`) or the card's width."""
    number: InkName | None = None
    name: InkName | None = None
    position: InkName | None = None
    largest: Annotated[float, Field(gt=0, le=60)] = 60.0
    """Size of names at most."""
    lines: Literal[1, 2] = 2
    """Of names as a rule; 1: only a name too long for its cell takes a second one."""
    align: Align | None = None
    """Of the name: `left` in a row or list, `center` on a card, unless said."""


class RowStyle(CellStyle):
    """Number in a badge, name beside it."""

    fillers: bool = True
    """Blank cells under the columns that are one player short."""


class ListStyle(CellStyle):
    """Number and name on the ground itself, for rules between them."""

    gap: Annotated[float, Field(ge=0, lt=0.6)] = 0.0
    gutter: Units = 4.0
    pad: Annotated[float, Field(ge=0, le=1)] = 0.0


class CardStyle(CellStyle):
    """Number above, name on a plate below."""

    pad: Annotated[float, Field(ge=0, le=0.4)] = 0.06
    plate: Annotated[float, Field(ge=0.12, le=0.6)] = 0.3
    """Height of the name's plate, as a share of the card's."""
    shape: Annotated[float, Field(ge=0.3, le=3)] = 1.1
    """Height over width that looks best."""
    widest: Annotated[float, Field(ge=0.5, le=10)] = 1.3
    """Width over height at most; narrower lines of cards stand in the middle."""
    number_align: Align = "center"


class Cells(Strict):
    """The kinds of cell that the solver may choose from; one at least."""

    row: RowStyle | None = None
    card: CardStyle | None = None
    list: ListStyle | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not (self.row or self.card or self.list):
            raise ValueError("name one kind of cell at least: row, card or list")
        return self


class RosterContent(Content):
    """The players."""

    holds: Literal["roster"]
    cells: Cells
    number: Name = "display"
    name: Name = "text"
    position: Name = "text"


class CreditsContent(Content):
    """Coaches, sponsors and the league: names, or logos where there are any."""

    holds: Literal["credits"]
    lists: Annotated[tuple[Literal["coaches", "sponsors", "league"], ...], Field(min_length=1)] = (
        "coaches",
        "sponsors",
        "league",
    )
    style: Name = "text"
    label: Name | None = "text"
    """Style of "Coaches" and "Sponsors"; none leaves the labels out."""
    labels: Literal["beside", "above"] = "beside"
    size: Annotated[float, Field(gt=0, le=20)] = 2.0
    """Of the names."""
    logos: Annotated[float, Field(gt=0, le=30)] = 4.0
    """Optical height of a sponsor's logo."""
    align: Align = "center"
    ink: InkName | None = None
    label_ink: InkName | None = None


class LogoContent(Content):
    """The logo alone."""

    holds: Literal["logo"]
    align: Align = "center"
    valign: Vertical = "middle"


class LeagueContent(Content):
    """The league's logo, or its name."""

    holds: Literal["league"]
    style: Name = "text"
    size: Annotated[float, Field(gt=0, le=20)] = 2.0
    ink: InkName | None = None
    align: Align = "center"
    valign: Vertical = "middle"


class PhotoContent(Content):
    """A photo that covers the area; without one the template draws what it likes there."""

    holds: Literal["photo"]
    focus: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]] = (0.5, 0.35)
    """The point of the photo that stays in view, from the left and from the top."""


AnyContent = Annotated[
    Nothing
    | TitleContent
    | TextContent
    | RosterContent
    | CreditsContent
    | LogoContent
    | LeagueContent
    | PhotoContent,
    Field(discriminator="holds"),
]


class Node(Strict):
    """A part of an arrangement: an area, rows, columns, or an area that holds rows or columns."""

    area: Name | None = None
    share: Share | Annotated[tuple[tuple[int, Share], ...], Field(min_length=2)] | None = None
    """Of the length that is divided; by number of players, from few to many, linear in between."""
    units: Units | None = None
    fit: bool = False
    """As tall as what it holds."""
    grow: Annotated[float, Field(gt=0)] = 1.0
    """Its part of what is left, for a node without share, units and fit."""
    empty: Units = 0.0
    """Its length when it has nothing to hold; 0 leaves it out."""
    snug: bool = False
    """Gives back what the title in it does not need."""
    rows: tuple["Node", ...] = ()
    columns: tuple["Node", ...] = ()
    settings: dict[str, Any] = Field(default_factory=dict, alias="with")
    """Overrides of the area's own settings, in this arrangement."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.rows and self.columns:
            raise ValueError("rows or columns, not both")
        if sum((self.share is not None, self.units is not None, self.fit)) > 1:
            raise ValueError("one of share, units and fit")
        return self


class Arrangement(Strict):
    """How the page is divided, for some shapes of page."""

    name: Name
    aspect: tuple[float, float] = ASPECT
    """Width over height: from, up to."""
    players: tuple[int, int] = (0, MAX_PLAYERS)
    rows: tuple[Node, ...] = ()
    columns: tuple[Node, ...] = ()

    @property
    def node(self) -> Node:
        """The whole page."""
        return Node(rows=self.rows, columns=self.columns)


class TemplateSpec(Strict):
    """The whole YAML."""

    title: str
    description: str
    sizes: Annotated[tuple[Size, ...], Field(min_length=1)]
    fonts: tuple[str, ...]
    """Packages of the styles' families: `fontpkg-<slug>`. Fonts of other scripts come by themselves."""
    styles: dict[Name, StyleSpec]
    palette: dict[Name, Recipe]
    margin: Annotated[float, Field(ge=0, le=0.2)] = 0.03
    """Around everything, as a share of the shorter side; never less than the safe margin."""
    areas: dict[Name, AnyContent]
    arrangements: Annotated[tuple[Arrangement, ...], Field(min_length=1)]
