"""`/generate-roster-banner`."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag

from configs.leagues import League
from imaging.banner.spec import BLEED_IN, MAX_COACHES, MAX_SPONSORS, SIDE_IN, Guide
from imaging.banner.text import clean
from imaging.color import parse_color
from serve_app.api.schemas.base import Answer, AssetId, Body, ColorText, Flips, LogoSource, ShortText, Url
from serve_app.api.schemas.image_object import ImageObject
from serve_app.api.schemas.roster import RosterAnswer, RosterBody
from serve_app.domain import BannerFormat, Enclosed
from serve_app.errors import FieldError, InvalidFieldsError
from serve_app.services.banner_pictures import PicturesAsked
from serve_app.services.banner_size import SizeAsked
from serve_app.services.brand_studio import LogoSource as LogoFile
from serve_app.services.roster_banner import RosterBannerOrder
from serve_app.services.work import Task

MAX_NAME_CHARS = 120
TITLE_CHARS = 400


def _seen(text: str) -> str:
    if not clean(text):
        raise ValueError("nothing of it would be seen")
    return text


class SponsorBody(Body):
    """A sponsor, by name, logo or both; the logo may come as a file part `sponsors.0.logo` instead."""

    name: Annotated[str, Field(max_length=MAX_NAME_CHARS)] = ""
    logo: ImageObject | None = None


def _sponsor_kind(value: object) -> str:
    return "name" if isinstance(value, str) else "sponsor"


Sponsor = Annotated[
    Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS), Tag("name")]
    | Annotated[SponsorBody, Tag("sponsor")],
    Discriminator(_sponsor_kind),
]
Side = Annotated[float, Field(ge=SIDE_IN[0], le=SIDE_IN[1])]


class BannerBody(RosterBody, LogoSource):
    """A team and its roster, and the banner that is made of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "team_name": "Harbor Foxes",
                    "sport": "soccer",
                    "season": "Spring 2026",
                    "colors": ["#0b2545", "#f4b942"],
                    "players": [
                        {"number": "7", "name": "Mina Duarte", "position": "FW"},
                        {"number": "10", "name": "Ana Reyes"},
                    ],
                    "coaches": ["Dana Fox"],
                    "sponsors": ["Harbor Bakery"],
                    "template": "bold",
                    "size": "3x6ft",
                    "formats": ["png", "pdf"],
                }
            ]
        }
    )

    team_name: Annotated[str, Field(min_length=1, max_length=MAX_NAME_CHARS), AfterValidator(_seen)]
    sport: ShortText = ""
    """Its motif is drawn, where the sport is known."""
    season: ShortText = ""
    record: ShortText = ""
    """Wins and losses, or a title won."""
    caption: Annotated[str, Field(max_length=TITLE_CHARS)] = ""
    """One sentence under or beside all the rest."""
    colors: Annotated[list[ColorText], Field(max_length=3)] | None = None
    """Primary, secondary, accent; those of the brand kit, else of the logo, when absent."""
    brand_kit_id: AssetId | None = None
    """A brand kit of yours, whose logo and colours are taken where the request has none."""
    coaches: Annotated[
        list[Annotated[str, Field(max_length=MAX_NAME_CHARS)]], Field(max_length=MAX_COACHES)
    ] = Field(default_factory=list)
    sponsors: Annotated[list[Sponsor], Field(max_length=MAX_SPONSORS)] = Field(default_factory=list)
    """Names, or objects with `name` and `logo`."""
    league_name: ShortText = ""
    """As printed; that of the league's preset when absent."""
    league_logo_url: Url | None = None
    """An http(s) address of the league's logo; a file part `league_logo` will do too."""
    league_logo_base64: str | None = None
    """The league's logo itself."""
    league_logo_id: AssetId | None = None
    """The id of an asset of yours."""
    photo_url: Url | None = None
    """An http(s) address of a photo of the team, for templates that show one; or a file part `photo`."""
    photo_base64: str | None = None
    """The photo itself."""
    photo_id: AssetId | None = None
    """The id of an asset of yours."""
    template: Annotated[str, Field(max_length=60)] = "bold"
    """Its name; `/capabilities` lists them with their sizes and what each one shows."""
    size: Annotated[str, Field(max_length=60)] | None = None
    """One of the template's sizes by name, such as `3x6ft`; the first one when absent."""
    width_in: Side | None = None
    """Instead of `size`: trimmed width. A side that is absent follows from the template's first size."""
    height_in: Side | None = None
    """Instead of `size`: trimmed height."""
    bleed_in: float | None = Field(default=None, ge=BLEED_IN[0], le=BLEED_IN[1])
    """Added on all four sides for cutting; that of the size when absent."""
    dpi: float | None = Field(default=None, ge=10, le=600)
    """Of the PNG. When absent: a screen's own, and 50 for print, where the PNG is a proof of the PDF."""
    formats: tuple[BannerFormat, ...] = Field(default=("png", "pdf"), min_length=1, max_length=8)
    """The PDF has trim and bleed boxes and embedded fonts, the SVG has outlines."""
    guides: tuple[Guide, ...] = Field(default=(), max_length=8)
    """Lines for the print shop: where to trim, the safe area, hems, grommets."""
    enclosed: Enclosed = "auto"
    """Regions of the ground's colour inside the logo: kept, cleared, or decided one by one."""
    flip: Flips = Field(default_factory=list)
    """Regions to decide the other way, by their place in the list that `/process-logo/optimized` gives."""
    remove_background: bool = True
    """False takes the logo with whatever it stands on."""

    def order(self, task: Task, *, leagues: Mapping[str, League]) -> RosterBannerOrder:
        """The values of the use case.

        Args:
            task: Its files, its owner and the format that the client takes as bytes.
            leagues: The presets.

        Raises:
            InvalidFieldsError: there is no such league, the roster comes twice, or a sponsor is empty.
        """
        pictures = self._pictures(task)
        names = tuple(one if isinstance(one, str) else one.name for one in self.sponsors)
        if empty := [i for i, name in enumerate(names) if not clean(name) and i not in pictures.sponsors]:
            reasons = tuple(FieldError(f"sponsors.{place}", "a name or a logo is needed") for place in empty)
            raise InvalidFieldsError("A sponsor has neither name nor logo.", reasons)
        return RosterBannerOrder(
            team_name=self.team_name,
            template=self.template,
            sport=self.sport,
            season=self.season,
            record=self.record,
            caption=self.caption,
            league_name=self.league_name,
            colors=tuple(parse_color(text) for text in self.colors or ()),
            roster=self.roster_source(task.inputs.get("players_csv")),
            rules=self.roster_rules(leagues),
            coaches=tuple(self.coaches),
            sponsors=names,
            pictures=pictures,
            size=SizeAsked(self.size, self.width_in, self.height_in, self.bleed_in, self.dpi),
            guides=tuple(dict.fromkeys(self.guides)),
            formats=tuple(dict.fromkeys(self.formats)),
            accepted=task.accepted,
        )

    def _pictures(self, task: Task) -> PicturesAsked:
        logo = task.inputs.get("logo")
        names = {place: f"sponsors.{place}.logo" for place in range(len(self.sponsors))}
        return PicturesAsked(
            logo=LogoFile(logo, self.enclosed, tuple(self.flip), self.remove_background)
            if logo is not None
            else None,
            photo=task.inputs.get("photo"),
            league=task.inputs.get("league_logo"),
            sponsors={place: task.inputs[name] for place, name in names.items() if name in task.inputs},
            kit_id=self.brand_kit_id,
            owner=task.owner,
        )


class BannerLayoutAnswer(Answer):
    """How the roster was set."""

    model_config = ConfigDict(extra="allow")

    columns: int
    rows: int
    name_size_pt: float
    """Size of names that were not shrunk, at print size; 0 without players."""
    shrunk: list[str]
    """Texts set smaller than their neighbours to fit."""
    cut: list[str]
    """Texts that did not fit and end in an ellipsis."""
    wrapped: list[str]
    """Names on two lines where their neighbours take one."""
    kind: str
    """Of the cells: `row`, `card` or `list`."""
    arrangement: str
    """Which of the template's arrangements was used."""


class BannerSizeAnswer(Answer):
    """The size, resolved."""

    name: str | None
    """Of the template's size; null for one of the request's own."""
    width_in: float
    height_in: float
    bleed_in: float
    dpi: float
    medium: Literal["print", "screen"]


class BannerLogoAnswer(Answer):
    """What became of the logo."""

    model_config = ConfigDict(extra="allow")

    kind: str
    route: str
    """`vector`: its drawing is in the banner, sharp at any size; else how it got its pixels."""


class BannerFacts(Answer):
    """What an answer about a banner has of its own."""

    template: str
    size: BannerSizeAnswer
    layout: BannerLayoutAnswer
    missing_glyphs: list[str]
    """Characters that no installed font has."""
    duplicates: list[str]
    """Numbers that more than one player wears, printed or not."""
    colors: list[str]
    """The team's colours that were used; empty where there were none to take."""
    logo: BannerLogoAnswer | None
    roster: RosterAnswer
