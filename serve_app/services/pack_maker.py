"""Makes the items of a pack, all of them from the files of one brand kit."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from imaging.banner.spec import Player
from imaging.banner.text import clean
from serve_app.artwork import PlacementSpec, PrintPart, PrintSpec
from serve_app.domain import Encoded, EncodeSpec, ImageRef, JerseyFile, MockupSpec, PackItem
from serve_app.ports.engines import Codec, Renderer
from serve_app.services.brand_kit import Kit
from serve_app.services.brand_studio import BrandStudio
from serve_app.services.made_files import MadeFiles
from serve_app.services.pack_banner import SHEETS, BannerWords
from serve_app.services.pack_items import MOCKUP_PX
from serve_app.services.pack_jerseys import Jersey
from serve_app.services.pack_web import make_web_assets
from serve_app.services.web_icons import WebIconsService

GARMENT = "tshirt"
NAMELESS = "Team"
"""Of a site whose team has a name that cannot be written."""
MOCKUP = EncodeSpec("jpeg", quality=92)
Side = Literal["front", "back"]


@dataclass(slots=True)
class PackMaker:
    """Of one pack: what several items share is made once, when the first of them needs it."""

    brand: BrandStudio
    kit: Kit
    words: BannerWords
    players: tuple[Player, ...]
    web: WebIconsService
    _masters: dict[bool, "asyncio.Task[ImageRef]"] = field(default_factory=dict)
    _shared: dict[tuple[str, str], ImageRef] = field(default_factory=dict)

    async def make(self, item: PackItem) -> Encoded:
        """One of the table's items, except the kit's own files and the archive's.

        Raises:
            KitFileGoneError: the kit has to be made again.
            ImagingError, AppError: it cannot be made (each case by its own class).
        """
        if item in SHEETS:
            return await self._banner(item)
        side: Side = "front" if "front" in item else "back"
        if item.endswith("print_pdf"):
            return await self._renderer.print_pdf(await self._printed(side))
        if item.endswith("print"):
            return await self._codec.encode(await self._printed(side), spec=self._png)
        return await self._mock_up(self._placement(side), await self._dressed(side))

    async def jersey(self, jersey: Jersey, files: tuple[JerseyFile, ...]) -> Mapping[str, Encoded]:
        """The files of one player's back, by role; raises as `make`."""
        placement = self._placement("back", name=jersey.name, number=jersey.number)
        dressed = self._renderer.dress(await self._master(), spec=placement)
        made: dict[str, Encoded] = {}
        if "mockup" in files:
            made[f"{jersey.part}_mockup"] = await self._mock_up(placement, dressed)
        texts: tuple[tuple[PrintPart, str], ...] = (("name", jersey.name), ("number", jersey.number))
        for part, text in texts if "print" in files else ():
            if text:
                printed = self._renderer.print_file(
                    dressed, placement=placement, spec=self._printing, part=part
                )
                made[f"{jersey.part}_{part}"] = await self._codec.encode(printed, spec=self._png)
        return made

    async def web_assets(self) -> MadeFiles:
        """A site's icons, cards and head; raises as `make`."""
        logo = await self._master(small=True)
        svg = await self.brand.drawing(self.kit)
        names = {"name": clean(self.words.team_name) or NAMELESS, "short_name": self.words.short_name}
        return await make_web_assets(self.web, kit=self.kit, logo=logo, svg=svg, **names)

    @property
    def _renderer(self) -> Renderer:
        return self.brand.studio.engines.renderer

    @property
    def _codec(self) -> Codec:
        return self.brand.studio.engines.codec

    @property
    def _printing(self) -> PrintSpec:
        return PrintSpec(dpi=self.brand.print_dpi)

    @property
    def _png(self) -> EncodeSpec:
        return EncodeSpec("png", dpi=self.brand.print_dpi)

    def _placement(self, side: Side, *, name: str = "", number: str = "") -> PlacementSpec:
        return PlacementSpec(GARMENT, side, self.kit.garment_color, name=name, number=number)

    async def _banner(self, item: PackItem) -> Encoded:
        # A drawing takes the place of the pixels; a screen shows no more than the small ones.
        small = self.kit.logo.faithful or SHEETS[item].medium == "screen"
        logo = await self._master(small=small)
        order = self.words.order(item, players=self.players, colors=self.kit.colors)
        return await self._renderer.banner({"logo": logo}, order=order)

    async def _mock_up(self, placement: PlacementSpec, dressed: ImageRef) -> Encoded:
        picture = self._renderer.mock_up(dressed, spec=MockupSpec(placement, size_px=MOCKUP_PX))
        return await self._codec.encode(picture, spec=MOCKUP)

    async def _dressed(self, side: Side) -> ImageRef:
        master = await self._master()
        if ("dressed", side) not in self._shared:
            self._shared["dressed", side] = self._renderer.dress(master, spec=self._placement(side))
        return self._shared["dressed", side]

    async def _printed(self, side: Side) -> ImageRef:
        dressed = await self._dressed(side)
        if ("printed", side) not in self._shared:
            self._shared["printed", side] = self._renderer.print_file(
                dressed, placement=self._placement(side), spec=self._printing, part="logo"
            )
        return self._shared["printed", side]

    async def _master(self, *, small: bool = False) -> ImageRef:
        """The kit's logo, opened once."""
        if small not in self._masters:
            self._masters[small] = asyncio.ensure_future(self.brand.artwork(self.kit, small=small))
        # Shielded: who gives up waiting must not take it from the others.
        return await asyncio.shield(self._masters[small])
