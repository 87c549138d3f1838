"""`/generate-asset-pack`: from a logo and a roster to everything the team needs."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from imaging.banner.privacy import apply_privacy
from imaging.banner.spec import BannerSpec, Player
from imaging.codec.svg import probe_logo
from imaging.garment.spec import Side
from imaging.types import Color
from serve_app.artwork import LogoSpec, PlacementSpec
from serve_app.domain import (
    BannerOrder,
    Enclosed,
    Encoded,
    EncodeSpec,
    ImageRef,
    MockupSpec,
    PackItem,
    Privacy,
)
from serve_app.errors import TooManyItemsError
from serve_app.records import PartResult
from serve_app.services.garment_color import best_ground
from serve_app.services.logo_studio import LogoStudio, Master, Prepared
from serve_app.services.made_files import MadeFiles, single
from serve_app.services.pack_items import (
    ALL_ITEMS,
    LOGO_MASTER,
    MOCKUP_PX,
    ZIP,
    Fact,
    FileFacts,
    archive,
    manifest,
)
from serve_app.services.work import Weight

PRINT_WIDTH_IN = 10.0
"""Longer side of a full-front print on an adult shirt."""
PRINT_DPI = 300.0
"""Resolution that print shops ask of transparent PNG for direct-to-garment printing."""
LEAST_DPI = 150.0
"""A logo that reaches this at `PRINT_WIDTH_IN` is printed as it is; a smaller one is enlarged."""
GARMENT = "tshirt"
MOCKUP_ENCODING = EncodeSpec("jpeg", quality=92)
BANNER_TEMPLATE = "bold"
BANNER_WIDTH_IN, BANNER_HEIGHT_IN = 72.0, 36.0
"""Three by six feet, what print shops sell most."""
BANNER_BLEED_IN = 0.25
PROOF_DPI = 50
"""A proof is for the screen; the PDF is what gets printed."""
MADE_MEGAPIXELS = (
    (PRINT_WIDTH_IN * PRINT_DPI) ** 2 + 2 * MOCKUP_PX**2 + BANNER_WIDTH_IN * BANNER_HEIGHT_IN * PROOF_DPI**2
) / 1e6
"""Master, two mock-ups and the proof: what one pack holds at most."""


@dataclass(frozen=True, slots=True)
class PackOrder:
    """What the client asks."""

    data: bytes
    team_name: str
    sport: str = ""
    season: str = ""
    colors: tuple[Color, ...] = ()
    players: tuple[tuple[str, str, str], ...] = ()
    """(number, name, position) each."""
    garment_color: Color | None = None
    privacy: Privacy = "full"
    include: tuple[PackItem, ...] = ALL_ITEMS
    enclosed: Enclosed = "auto"
    flip: tuple[int, ...] = ()
    remove_background: bool = True


@dataclass(frozen=True, slots=True)
class AssetPackService:
    """The use case over its ports."""

    studio: LogoStudio
    max_players: int

    def begin(self, order: PackOrder) -> "PackWork":
        """The pack as work in parts: nothing is done yet."""
        return PackWork(self, order)


class PackWork:
    """`Work` of one pack: the master first, everything else from it, the archive of what succeeded last."""

    def __init__(self, service: AssetPackService, order: PackOrder) -> None:
        self._studio = service.studio
        self._max_players = service.max_players
        self._order = order
        self._preparing = asyncio.Lock()
        self._prepared: tuple[Prepared, Master, Encoded] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """See the protocol."""
        return tuple(name for name in ALL_ITEMS if name in self._order.include)

    @property
    def last(self) -> tuple[str, ...]:
        """See the protocol."""
        return tuple(name for name in (ZIP,) if name in self._order.include)

    async def weigh(self) -> Weight:
        """Roster and header.

        Raises:
            TooManyItemsError: the roster is too long.
            ImagingError: the logo is not acceptable, so nothing can be made.
        """
        players = len(self._order.players)
        if players > self._max_players:
            raise TooManyItemsError(
                f"The roster has {players} players; at most {self._max_players} are taken."
            )
        header = await asyncio.to_thread(probe_logo, self._order.data, limits=self._studio.limits)
        return Weight(header.megapixels, header.megapixels + MADE_MEGAPIXELS)

    async def start(self) -> None:
        """Clean the logo and bring it to its size. Its file proves that the logo can be used at all.

        Raises:
            ImagingError: it cannot.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        async with self._preparing:
            if self._prepared is None:
                logo = await self._studio.prepare(self._order, spec=LogoSpec())
                master = self._master(logo)
                spec = EncodeSpec("png", dpi=PRINT_DPI)
                file = await self._studio.engines.codec.encode(master.image, spec=spec)
                self._prepared = (logo, master, file)

    async def make(self, part: str, done: Mapping[str, Encoded]) -> MadeFiles:
        """See the protocol."""
        if part == ZIP:
            return single(ZIP, await asyncio.to_thread(self._archive, done))
        if self._prepared is None:
            raise RuntimeError("start() comes before make()")
        logo, master, file = self._prepared
        made = file if part == LOGO_MASTER else await self._make(part, logo, master.image)
        shared = file.notices + logo.notices + master.notices
        more = tuple(notice for notice in made.notices if notice not in shared)
        return replace(single(part, made), notices=shared + more, report={}, engine=file.engine)

    def conclude(self, results: Mapping[str, PartResult]) -> Mapping[str, Any]:
        """How each item went, and the archive's manifest."""
        assets = {part: asset for part, result in results.items() for asset in result.assets}
        items = [
            {
                "name": part,
                "state": "failed" if result.error else "succeeded",
                "asset": assets[part].id if part in assets else None,
                "error": result.error,
            }
            for part, result in results.items()
        ]
        return {"items": items, "manifest": self._manifest(assets)}

    def _manifest(self, files: Mapping[str, FileFacts]) -> dict[str, Any]:
        failed = tuple(part for part in self.parts if part not in files and part != ZIP)
        return manifest(files, team_name=self._order.team_name, failed=failed)

    def _archive(self, done: Mapping[str, Encoded]) -> Encoded:
        facts = {name: Fact.of(file) for name, file in done.items()}
        data = archive(done, contents=self._manifest(facts))
        return Encoded(data, "application/zip", 0, 0, None)

    def _master(self, logo: Prepared) -> Master:
        width, height = logo.facts.width, logo.facts.height
        longer = max(width, height)
        scale = PRINT_WIDTH_IN * PRINT_DPI / longer if longer < PRINT_WIDTH_IN * LEAST_DPI else 1.0
        size = {"width_px": max(1, round(width * scale)), "height_px": max(1, round(height * scale))}
        return self._studio.enlarge(logo, **size, dpi=PRINT_DPI)

    async def _make(self, part: str, logo: Prepared, master: ImageRef) -> Encoded:
        codec, renderer = self._studio.engines.codec, self._studio.engines.renderer
        kind, _, which = part.partition("_")
        if kind == "banner":
            colors = self._order.colors or tuple(share.color for share in logo.facts.palette[:3])
            return await renderer.banner({"logo": master}, order=_banner_order(self._order, colors, which))
        shirt = self._order.garment_color or best_ground(logo.facts.palette)
        side: Side = "front" if which == "front" else "back"
        placement = PlacementSpec(garment=GARMENT, side=side, color=shirt)
        artwork = renderer.dress(master, spec=placement)
        picture = renderer.mock_up(artwork, spec=MockupSpec(placement, size_px=MOCKUP_PX))
        return await codec.encode(picture, spec=MOCKUP_ENCODING)


def _banner_order(order: PackOrder, colors: tuple[Color, ...], kind: Any) -> BannerOrder:
    players = tuple(Player(number, name, position or None) for number, name, position in order.players)
    spec = BannerSpec(
        team_name=order.team_name,
        sport=order.sport,
        season=order.season,
        colors=colors,
        players=apply_privacy(players, order.privacy),
        width_in=BANNER_WIDTH_IN,
        height_in=BANNER_HEIGHT_IN,
        bleed_in=BANNER_BLEED_IN,
        dpi=PROOF_DPI,
    )
    return BannerOrder(spec, BANNER_TEMPLATE, kind)
