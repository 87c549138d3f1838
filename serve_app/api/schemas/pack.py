"""`/generate-asset-pack`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from configs.leagues import League
from imaging.banner.text import clean
from imaging.color import parse_color
from serve_app.api.schemas.base import Answer, AssetId, ColorText, Flips, LogoSource, ShortText
from serve_app.api.schemas.roster import RosterBody
from serve_app.api.schemas.web_icons import shortened
from serve_app.domain import Enclosed, JerseyFile, PackGroup, PackItem
from serve_app.errors import FieldError, InvalidFieldsError
from serve_app.services.brand_studio import LogoSource as LogoFile
from serve_app.services.pack_items import LAST, chosen
from serve_app.services.pack_order import PackOrder
from serve_app.services.work import Task


class PackBody(RosterBody, LogoSource):
    """A team: who it is, its logo and its roster."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "team_name": "Harbor Foxes",
                    "sport": "soccer",
                    "logo_base64": "iVBORw0KGgo…",
                    "colors": ["#0b2545", "#f4b942"],
                    "players": [
                        {"number": "7", "name": "Mina Duarte"},
                        {"number": "10", "name": "Ana Reyes"},
                    ],
                }
            ]
        }
    )

    team_name: Annotated[str, Field(min_length=1, max_length=120)]
    sport: ShortText = ""
    season: ShortText = ""
    brand_kit_id: AssetId | None = None
    """A brand kit of yours in place of a logo: one that you keep, or that an earlier pack made."""
    colors: Annotated[list[ColorText], Field(max_length=3)] | None = None
    """Primary, secondary, accent; those of the brand kit, else of the logo, when absent."""
    garment_color: ColorText | None = None
    """Colour of the t-shirt; the brand kit's, else the one on which the logo shows best, when absent."""
    coaches: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=12)] = Field(
        default_factory=list
    )
    template: Annotated[str, Field(max_length=60)] = "bold"
    """Of the banners; `/capabilities` lists them."""
    include: Annotated[list[PackItem | PackGroup], Field(min_length=1, max_length=60)] | None = None
    """Only these items and groups; all of them when absent. `zip` alone is the archive of all."""
    exclude: Annotated[list[PackItem | PackGroup], Field(max_length=60)] = Field(default_factory=list)
    """Items and groups to leave out."""
    jerseys: Annotated[list[JerseyFile], Field(max_length=2)] = Field(default_factory=list)
    """For each player, the back of a jersey: a picture (`mockup`), the name and number to print (`print`)."""
    enclosed: Enclosed = "auto"
    """Regions of the ground's colour inside the logo: kept, cleared, or decided one by one."""
    flip: Flips = Field(default_factory=list)
    """Regions to decide the other way, by their place in the list that `/process-logo/optimized` gives."""
    remove_background: bool = True
    """False takes the logo with whatever it stands on."""

    def order(self, task: Task, *, leagues: Mapping[str, League]) -> PackOrder:
        """The values of the use case.

        Raises:
            InvalidFieldsError: no logo or two, nothing to make, two rosters, or a league that is not known.
        """
        items = chosen(self.include, self.exclude)
        if not set(items) - set(LAST) and not self.jerseys:
            raise _wrong("exclude", "nothing is left to make")
        return PackOrder(
            logo=self._logo(task.inputs.get("logo")),
            brand_kit_id=self.brand_kit_id,
            team_name=self.team_name,
            sport=self.sport,
            season=self.season,
            short_name=shortened(clean(self.team_name)) or "Team",
            colors=tuple(parse_color(text) for text in self.colors or ()),
            roster=self.roster_source(task.inputs.get("players_csv")),
            rules=self.roster_rules(leagues),
            coaches=tuple(self.coaches),
            template=self.template,
            garment_color=parse_color(self.garment_color) if self.garment_color else None,
            items=items,
            jerseys=tuple(dict.fromkeys(self.jerseys)),
        )

    def _logo(self, data: bytes | None) -> LogoFile | None:
        """Raises `InvalidFieldsError`: there is not exactly one logo."""
        if (data is None) == (self.brand_kit_id is None):
            raise _wrong("logo", "exactly one image source or brand_kit_id is needed")
        if data is None:
            return None
        return LogoFile(data, self.enclosed, tuple(self.flip), self.remove_background)


def _wrong(field: str, message: str) -> InvalidFieldsError:
    return InvalidFieldsError("The pack cannot be made.", (FieldError(field, message),))


class ItemAnswer(Answer):
    """How one item of the pack went."""

    name: str
    state: Literal["succeeded", "failed"]
    asset: str | None
    """The id of its asset, of its first one where it has several."""
    assets: list[str] = Field(default_factory=list)
    """The ids of all of its assets."""
    error: dict[str, str] | None
    """`code` and `detail` of what went wrong."""
    ms: float | None = None
    """From its beginning until it was stored, or had failed; items are made at the same time."""
    reused: bool = False
    """It was made for an earlier pack, of the same things."""


class BrandColorAnswer(Answer):
    """One colour of the brand."""

    part: Literal["primary", "secondary", "accent"]
    hex: str
    source: Literal["request", "kit", "logo"]
    text: str
    """White or black, whichever is read better on it."""
    text_contrast: float
    """WCAG ratio of that text."""
    aa: bool
    """The ratio is enough for text of any size (4.5)."""
    on_white: float
    on_black: float


class PackKitAnswer(Answer):
    """What everything in the pack was drawn from."""

    id: str
    """For `brand_kit_id` of a later request, which then does the logo's work no more."""
    colors: list[BrandColorAnswer]
    garment_color: str
    palette: list[dict[str, Any]]
    kind: str
    vector: dict[str, Any] | None
