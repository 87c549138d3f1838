"""The pictures of a banner: the team's logo made ready for print, the photo, sponsors' and league's logos."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from imaging.codec.header import probe
from imaging.codec.svg import probe_logo
from imaging.color import parse_color
from imaging.types import Color
from serve_app.artwork import LogoFacts, LogoSpec, is_faithful
from serve_app.domain import CutSpec, ImageRef, Notice
from serve_app.services.brand_colors import brand_colors
from serve_app.services.brand_kit import Kit
from serve_app.services.brand_studio import BrandStudio, LogoSource
from serve_app.services.logo_studio import LogoStudio
from serve_app.services.work import Weight

LIGHT = 235
"""Least level of a ground that is paper: a logo is taken off it; a coloured ground belongs to the logo."""
LOGO_SHARE = 0.35
"""Of the banner's longer side, what a logo takes up at most."""
MOST_LOGO_PX = 2400
"""A banner shows no more of a logo (`imaging.banner.logo`)."""
WORTH_ENLARGING = 2.0
"""Factor from which more pixels show: a banner is looked at from an arm's length and more."""
PIXELS_DPI = 100.0
"""Tag of an enlarged logo; a banner places it by its shape alone."""
MOST_COLORS = 3
"""Primary, secondary, accent."""
KIT_MP = 9.0
"""Megapixels of a brand kit's master, 10 in at 300 DPI, at most."""


@dataclass(frozen=True, slots=True)
class PicturesAsked:
    """The files of a request, each None when absent, and the kit that stands in for a logo."""

    logo: LogoSource | None = None
    photo: bytes | None = None
    league: bytes | None = None
    sponsors: Mapping[int, bytes] = field(default_factory=dict)
    """By the sponsor's place in the list."""
    kit_id: str | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class BannerPictures:
    """The pictures on their way, and what they tell."""

    images: Mapping[str, ImageRef]
    """By the place that they go to."""
    colors: tuple[Color, ...]
    """The kit's, else the logo's; empty without either."""
    logo: Mapping[str, Any] | None
    """JSON-ready facts of the logo; None without one."""
    notices: tuple[Notice, ...]


NOTHING = BannerPictures({}, (), None, ())
"""Of an order without a logo."""


@dataclass(frozen=True, slots=True)
class PictureDesk:
    """Gets pictures ready."""

    studio: LogoStudio
    brand: BrandStudio

    async def weigh(self, asked: PicturesAsked) -> Weight:
        """What the pictures hold once they are read, by their headers.

        Raises:
            NotFoundError: the owner has no such brand kit.
            ImagingError: a picture is not acceptable.
            UnavailableError: the database does not answer.
        """
        state = ""
        if asked.kit_id is not None:
            kit = await self.brand.find(asked.kit_id, owner=asked.owner)
            state = f"{kit.id} {kit.updated_at.isoformat()}"
        sizes = await asyncio.to_thread(self._sizes, asked)
        by_kit = KIT_MP if asked.kit_id is not None and asked.logo is None else 0.0
        return Weight(max(sizes, default=0.0), sum(sizes) + by_kit, state)

    def _sizes(self, asked: PicturesAsked) -> list[float]:
        """Megapixels of each picture; the logo's twice: it is there before and after it is cleaned."""
        limits = self.studio.limits
        logo = [probe_logo(asked.logo.data, limits=limits).megapixels] * 2 if asked.logo else []
        marks = [*asked.sponsors.values(), *([asked.league] if asked.league else [])]
        photo = [probe(asked.photo, limits=limits).megapixels] if asked.photo else []
        return [*logo, *(probe_logo(data, limits=limits).megapixels for data in marks), *photo]

    async def prepare(self, asked: PicturesAsked, *, longer_in: float, dpi: float) -> BannerPictures:
        """Start every picture on its way.

        Args:
            asked: The files.
            longer_in: Longer side of the banner, inches.
            dpi: Of the finest file that is made.

        Raises:
            NotFoundError, ExpiredError: the brand kit, or its logo, is gone.
            ImagingError: the logo cannot be used.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        team = await self._team(asked, wanted_px=_wanted_px(longer_in, dpi))
        marks = {f"sponsor_{place}": data for place, data in asked.sponsors.items()}
        marks |= {"league": asked.league} if asked.league is not None else {}
        ready = await asyncio.gather(*(self._mark(data) for data in marks.values()))
        images = {**team.images, **dict(zip(marks, ready, strict=True))}
        if asked.photo is not None:
            images["photo"] = self.studio.engines.codec.decode(asked.photo)
        return replace(team, images=images)

    async def _team(self, asked: PicturesAsked, *, wanted_px: int) -> BannerPictures:
        """The logo, of the request or the kit, and the colours, of the kit or the logo."""
        own = await self._cleaned(asked.logo, wanted_px=wanted_px) if asked.logo else NOTHING
        if asked.kit_id is None:
            return own
        record = await self.brand.find(asked.kit_id, owner=asked.owner)
        if record.logo_asset_id is None or (asked.logo and record.colors):
            kept = tuple(map(parse_color, record.colors[:MOST_COLORS]))
            return replace(own, colors=kept or own.colors)
        kit = await self.brand.open(record.id, owner=asked.owner)
        return replace(own, colors=kit.colors) if asked.logo else await self._of_kit(kit)

    async def _cleaned(self, source: LogoSource, *, wanted_px: int) -> BannerPictures:
        """Cleaned; enlarged where its drawing cannot stand for it and its pixels are too few."""
        logo = await self.studio.prepare(source, spec=LogoSpec())
        width_px, height_px = logo.facts.width, logo.facts.height
        image, notices = logo.image, logo.notices
        route = "vector" if is_faithful(logo.facts.score) else "as_it_is"
        scale = wanted_px / max(width_px, height_px)
        if route != "vector" and scale > WORTH_ENLARGING:
            size = {
                "width_px": max(1, round(width_px * scale)),
                "height_px": max(1, round(height_px * scale)),
            }
            master = self.studio.enlarge(logo, **size, dpi=PIXELS_DPI)
            image, notices, route = master.image, (*notices, *master.notices), master.plan.route
        return BannerPictures({"logo": image}, _colors(logo.facts), _told(logo.facts, route), notices)

    async def _of_kit(self, kit: Kit) -> BannerPictures:
        faithful = kit.logo.faithful
        image = await self.brand.artwork(kit, small=faithful)
        told = {"kind": kit.logo.kind, "route": "vector" if faithful else "as_it_is"}
        return BannerPictures({"logo": image}, kit.colors, told, kit.logo.notices)

    async def _mark(self, data: bytes) -> ImageRef:
        """A sponsor's or league's logo, off its paper where it lies on some."""
        image = self.studio.engines.codec.decode_logo(data)
        facts = await self.studio.engines.codec.inspect(image)
        on_paper = facts.ground is not None and min(facts.ground) >= LIGHT and facts.kind == "graphic"
        if facts.has_alpha or not on_paper:
            return image
        spec = CutSpec(model=self.studio.routes.segment.model)
        return self.studio.engines.renderer.key_logo(image, spec=spec)


def _wanted_px(longer_in: float, dpi: float) -> int:
    return min(MOST_LOGO_PX, max(1, round(LOGO_SHARE * longer_in * dpi)))


def _colors(facts: LogoFacts) -> tuple[Color, ...]:
    return tuple(each.color for each in brand_colors(facts.palette))


def _told(facts: LogoFacts, route: str) -> dict[str, Any]:
    return {"kind": facts.kind, "route": route}
