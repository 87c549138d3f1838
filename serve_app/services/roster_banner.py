"""`/generate-roster-banner`: a team's roster as a banner, to look at and to print."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from configs.leagues import Block
from imaging.banner.spec import BannerSpec, Guide, Sponsor
from imaging.color import to_hex
from imaging.errors import ImageTooLargeError
from imaging.types import Color
from serve_app.domain import BannerFormat, BannerOrder, Encoded, EncodeSpec, ImageFormat, ImageRef, Notice
from serve_app.services.banner_pictures import PictureDesk, PicturesAsked
from serve_app.services.banner_size import BannerSize, SizeAsked, banner_size, find_template
from serve_app.services.made_files import MadeFiles, gathered
from serve_app.services.roster import PrintedRoster, RosterRules
from serve_app.services.roster_source import RosterRead, RosterSource
from serve_app.services.work import Weight

PRINT_DPI = 100.0
"""What a PDF's pictures are wanted at: a banner is looked at from an arm's length and more."""


@dataclass(frozen=True, slots=True)
class RosterBannerOrder:
    """What the client asks."""

    team_name: str
    template: str = "bold"
    sport: str = ""
    season: str = ""
    record: str = ""
    caption: str = ""
    league_name: str = ""
    """As printed; that of the league's preset where it is empty."""
    colors: tuple[Color, ...] = ()
    roster: RosterSource = field(default_factory=RosterSource)
    rules: RosterRules = field(default_factory=RosterRules)
    coaches: tuple[str, ...] = ()
    sponsors: tuple[str, ...] = ()
    """Names; empty ones have a logo."""
    pictures: PicturesAsked = field(default_factory=PicturesAsked)
    size: SizeAsked = field(default_factory=SizeAsked)
    guides: tuple[Guide, ...] = ()
    formats: tuple[BannerFormat, ...] = ("png", "pdf")
    accepted: ImageFormat | None = None
    """The one picture that the client takes instead of JSON."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """An order understood: nothing is drawn yet."""

    spec: BannerSpec
    size: BannerSize
    read: RosterRead
    roster: PrintedRoster
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class RosterBannerService:
    """The use case over its ports."""

    desk: PictureDesk
    max_players: int

    async def weigh(self, order: RosterBannerOrder) -> Weight:
        """The order, the headers of its pictures, and the picture that is made.

        Raises:
            InvalidFieldsError: no such template or size, a roster that cannot be read, nothing that may be
                printed.
            TooManyItemsError: the roster is too long.
            NotFoundError: no such brand kit.
            ImagingError: a picture, or the size asked for, is not acceptable.
            OverloadedError, UnavailableError: the Renderer, which knows the templates, does not answer.
        """
        plan = await self._plan(order)
        made_mp = plan.size.megapixels if "png" in _formats(order) else 0.0
        most = self.desk.studio.max_output_megapixels
        if made_mp > most:
            raise ImageTooLargeError(
                f"The picture would have {made_mp:.1f} megapixels; at most {most:g} are made: lower dpi."
            )
        pictures = await self.desk.weigh(order.pictures)
        return replace(pictures, held_mp=pictures.held_mp + made_mp)

    async def run(self, order: RosterBannerOrder) -> MadeFiles:
        """Read the roster, get the pictures ready, draw every format at once.

        Raises:
            As `weigh`; and
            ExpiredError: the brand kit's logo is gone.
            NoForegroundError: a logo is blank, or clear throughout.
        """
        plan = await self._plan(order)
        size, formats = plan.size, _formats(order)
        printed = size.medium == "print" and formats != ("png",)
        pictures = await self.desk.prepare(
            order.pictures,
            longer_in=max(size.width_in, size.height_in),
            dpi=max(size.dpi, PRINT_DPI) if printed else size.dpi,
        )
        colors = order.colors or pictures.colors
        spec = replace(plan.spec, colors=colors)
        jobs = {f"banner_{kind}": self._draw(spec, order, kind, pictures.images) for kind in formats}
        files = dict(zip(jobs, await asyncio.gather(*jobs.values()), strict=True))
        main = next(iter(files.values()))
        report = {
            "template": order.template,
            "size": asdict(size),
            "colors": [to_hex(color) for color in colors],
            "logo": pictures.logo,
            "duplicates": list(plan.roster.duplicates),
            "roster": {
                "players": len(plan.roster.players),
                "privacy": plan.roster.privacy,
                **plan.read.report,
            },
        }
        notices = (*plan.notices, *pictures.notices)
        if order.accepted not in (None, "png"):
            files = await self._converted(main, order.accepted)
        return gathered(files, main=main, report=report, notices=notices)

    async def _plan(self, order: RosterBannerOrder) -> _Plan:
        catalogue = await self.desk.studio.engines.renderer.catalogue()
        template = find_template(catalogue["banner_templates"], order.template)
        size = banner_size(order.size, template=template)
        read = await order.roster.read(max_players=self.max_players)
        photo = order.pictures.photo is not None
        roster = order.rules.apply(read.players, coaches=order.coaches, has_photo=photo)
        blocks = order.rules.missing_blocks(_blocks(order, template["uses"]))
        unused = _unused(order, roster, template["uses"])
        notices = (*read.notices, *roster.notices, *blocks, *unused)
        return _Plan(_spec(order, roster, size), size, read, roster, notices)

    async def _draw(
        self, spec: BannerSpec, order: RosterBannerOrder, kind: BannerFormat, pictures: Mapping[str, ImageRef]
    ) -> Encoded:
        most = self.desk.studio.max_output_megapixels
        one = BannerOrder(spec, order.template, kind, max_megapixels=most)
        return await self.desk.studio.engines.renderer.banner(pictures, order=one)

    async def _converted(self, file: Encoded, to: ImageFormat) -> dict[str, Encoded]:
        codec = self.desk.studio.engines.codec
        picture = await codec.encode(codec.decode(file.data), spec=EncodeSpec(to, dpi=file.dpi))
        return {f"banner_{to}": picture}


def _formats(order: RosterBannerOrder) -> tuple[BannerFormat, ...]:
    return ("png",) if order.accepted else order.formats


def _spec(order: RosterBannerOrder, roster: PrintedRoster, size: BannerSize) -> BannerSpec:
    """Raises `BannerSpecError`: a size or a text is outside what can be printed."""
    sponsors = tuple(
        Sponsor(name, f"sponsor_{place}" if place in order.pictures.sponsors else None)
        for place, name in enumerate(order.sponsors)
    )
    return BannerSpec(
        team_name=order.team_name,
        sport=order.sport,
        season=order.season,
        record=order.record,
        caption=order.caption,
        league=_league_name(order),
        players=roster.players,
        coaches=roster.coaches,
        sponsors=sponsors,
        width_in=size.width_in,
        height_in=size.height_in,
        bleed_in=size.bleed_in,
        dpi=size.dpi,
        medium=size.medium,
        guides=order.guides,
    )


def _league_name(order: RosterBannerOrder) -> str:
    league = order.rules.league
    return order.league_name or (league.printed if league else "")


def _blocks(order: RosterBannerOrder, uses: Sequence[str]) -> tuple[Block, ...]:
    """What a league may require and will find on the banner."""
    there: dict[Block, bool] = {
        "sponsor": bool(order.sponsors) and "sponsors" in uses,
        "league_logo": order.pictures.league is not None and "league" in uses,
        "coaches": bool(order.coaches) and "coaches" in uses,
    }
    return tuple(block for block, is_there in there.items() if is_there)


def _unused(order: RosterBannerOrder, roster: PrintedRoster, uses: Sequence[str]) -> tuple[Notice, ...]:
    """What was sent and the template has no place for."""
    sent = {
        "logo": order.pictures.logo is not None,
        "photo": order.pictures.photo is not None,
        "league": order.pictures.league is not None or bool(_league_name(order)),
        "sponsors": bool(order.sponsors),
        "coaches": bool(order.coaches),
        "positions": any(player.position for player in roster.players),
        "record": bool(order.record),
        "season": bool(order.season),
        "caption": bool(order.caption),
    }
    left = [name for name, is_sent in sent.items() if is_sent and name not in uses]
    if not left:
        return ()
    text = f"The template {order.template} has no place for: {', '.join(left)}."
    return (Notice("not_shown", text, "Choose another template; /capabilities tells what each one uses."),)
