"""`/generate-asset-pack`: from a logo and a roster to everything the team needs."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from imaging.codec.svg import probe_logo
from imaging.color import to_hex
from serve_app.domain import Notice
from serve_app.errors import KitFileGoneError, TooLargeForNowError
from serve_app.records import AssetRecord, PartResult
from serve_app.services.banner_size import find_template
from serve_app.services.brand_kit import Kit
from serve_app.services.brand_studio import BrandStudio
from serve_app.services.made_files import Copied, MadeFiles
from serve_app.services.pack_banner import SHEETS, BannerWords
from serve_app.services.pack_items import BY_NAME, JERSEY, LAST, OF_KIT, README, WEB, Need
from serve_app.services.pack_jerseys import Jersey, jerseys_of
from serve_app.services.pack_maker import PackMaker
from serve_app.services.pack_manifest import entries, items, manifest
from serve_app.services.pack_order import PackOrder
from serve_app.services.pack_reuse import PackReuse, given_again
from serve_app.services.pack_sheet import ContactSheets, Team
from serve_app.services.pack_zip import write_archive
from serve_app.services.roster import PrintedRoster
from serve_app.services.web_icons import WebIconsService
from serve_app.services.work import Weight

AT_ONCE = 6
"""Items of one pack under way: enough to keep every deployment busy, few enough to leave queues open."""
HELD_MP = 60.0
"""Megapixels that one pack holds at most while it is made: the master, and print files on their way."""
JERSEYS_NOW = 24
"""More jerseys than this take longer than a request may; they become a job."""


@dataclass(frozen=True, slots=True)
class AssetPackService:
    """The use case over its ports."""

    brand: BrandStudio
    reuse: PackReuse
    sheets: ContactSheets
    web: WebIconsService
    max_players: int
    as_job: bool = False

    def begin(self, order: PackOrder, *, owner: str, fresh: bool = False) -> "PackWork":
        """The pack as work in parts: nothing is done yet.

        Args:
            order: What the client asks.
            owner: Whose kits and packs may be drawn from.
            fresh: Make every item, whatever earlier packs have; a brand kit, as an asset, is used anyway.
        """
        return PackWork(self, order, owner, fresh=fresh)


class PackWork:
    """`Work` of one pack: the brand kit first, each item from its files, the archive of what succeeded."""

    def __init__(
        self, service: AssetPackService, order: PackOrder, owner: str, *, fresh: bool = False
    ) -> None:
        self._fresh = fresh
        self._service = service
        self._order = order
        self._owner = owner
        self._starting = asyncio.Lock()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._read: tuple[PrintedRoster, tuple[Jersey, ...]] | None = None
        self._of_shirts: tuple[Notice, ...] = ()
        self._maker: PackMaker | None = None
        self._inputs: dict[Need, Any] = {}
        self._report: dict[str, Any] = {}
        self._earlier: dict[str, tuple[AssetRecord, ...]] = {}

    @property
    def parts(self) -> tuple[str, ...]:
        """See the protocol."""
        made = [name for name in self._order.items if name not in LAST]
        return (*made, *(jersey.part for jersey in self._roster[1]), *self.last)

    @property
    def last(self) -> tuple[str, ...]:
        """See the protocol."""
        return tuple(name for name in LAST if name in self._order.items)

    async def weigh(self) -> Weight:
        """Roster and header.

        Raises:
            TooManyItemsError, PayloadTooLargeError: the roster is too long.
            InvalidFieldsError: the roster is no roster, its rules leave nothing of it, or no such template.
            NotFoundError: the owner has no such brand kit.
            ImagingError: the logo is not acceptable, so nothing can be made.
            OverloadedError, UnavailableError: the Renderer, which knows the templates, does not answer.
        """
        await asyncio.to_thread(lambda: self._roster)
        if SHEETS.keys() & set(self._order.items):
            catalogue = await self._service.brand.studio.engines.renderer.catalogue()
            find_template(catalogue["banner_templates"], self._order.template)
        if self._order.logo is None:
            found = await self._service.brand.find(self._order.brand_kit_id or "", owner=self._owner)
            return Weight(0.0, HELD_MP, f"{found.id} {found.updated_at.isoformat()}")
        limits = self._service.brand.studio.limits
        header = await asyncio.to_thread(probe_logo, self._order.logo.data, limits=limits)
        return Weight(header.megapixels, header.megapixels + HELD_MP)

    async def start(self) -> None:
        """Open the brand kit, or make it, and see what earlier packs have of this one.

        Raises:
            NotFoundError, ExpiredError: there is no such kit, or its logo is gone.
            ImagingError: the logo cannot be used.
            TooLargeForNowError: a job has to do it.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        async with self._starting:
            if self._maker is not None:
                return
            if len(self._roster[1]) > JERSEYS_NOW and not self._service.as_job:
                raise TooLargeForNowError(f"More than {JERSEYS_NOW} jerseys take a job.")
            self._draw_from(await self._kit())
            if not self._fresh:
                keys = {key for part in self.parts if (key := self._key(part))}
                self._earlier = await self._service.reuse.find(keys, owner=self._owner)

    async def make(self, part: str, done: Mapping[str, PartResult]) -> MadeFiles:
        """See the protocol."""
        if part in LAST:
            return await self._of_all(part, done)
        async with self._turns:
            made = await self._item(part)
            if README in self.parts and not part.startswith(JERSEY):
                await self._service.sheets.foresee(part, made)
            return made

    async def _item(self, part: str) -> MadeFiles:
        if part in OF_KIT:
            return await self._of_kit(part)
        key = self._key(part)
        return self._given(part, key) if key in self._earlier else await self._made(part)

    def conclude(self, results: Mapping[str, PartResult]) -> Mapping[str, Any]:
        """How each item went, and the archive's manifest with their times."""
        return {"items": items(results), "manifest": self._manifest(results, with_times=True)}

    @property
    def _roster(self) -> tuple[PrintedRoster, tuple[Jersey, ...]]:
        """The roster as it is printed; read once, which takes a while of a long file."""
        if self._read is None:
            order = self._order
            read = order.roster.read_now(max_players=self._service.max_players)
            printed = order.rules.apply(read.players, coaches=order.coaches)
            missing = order.rules.missing_blocks(("coaches",) if order.coaches else ())
            printed = replace(printed, notices=(*read.notices, *printed.notices, *missing))
            on_shirts, self._of_shirts = order.rules.on_shirts(read.players, printed)
            self._read = printed, jerseys_of(on_shirts, files=order.jerseys)
        return self._read

    async def _kit(self) -> Kit:
        order, brand = self._order, self._service.brand
        if order.logo is None:
            kit = await brand.open(order.brand_kit_id or "", owner=self._owner)
        else:
            kit = await brand.of_logo(
                order.logo,
                owner=self._owner,
                team_name=order.team_name,
                sport=order.sport,
                colors=order.colors,
                garment_color=order.garment_color,
            )
        return kit.for_request(colors=order.colors, garment_color=order.garment_color)

    def _draw_from(self, kit: Kit) -> PackMaker:
        order, printed = self._order, self._roster[0]
        words = BannerWords(
            order.team_name,
            order.sport,
            order.season,
            order.template,
            printed.coaches,
            order.short_name,
            order.league,
        )
        self._inputs = self._inputs_of(kit)
        self._report = {"brand_kit": kit.as_json()}
        self._maker = PackMaker(self._service.brand, kit, words, printed.players, self._service.web)
        return self._maker

    @property
    def _started(self) -> PackMaker:
        if self._maker is None:
            raise RuntimeError("start() comes before make()")
        return self._maker

    async def _of_kit(self, part: str) -> MadeFiles:
        """One of the kit's own files."""
        kit = self._started.kit
        there = part in kit.files
        try:
            file = await self._service.brand.file(kit, part)
        except KitFileGoneError:
            return await self._of_new_kit(kit, part)
        made = MadeFiles({part: Copied(file)}, {}, (), kit.logo.engine, reused=there and not kit.fresh)
        return replace(self._told(made), otherwise=lambda: self._of_new_kit(kit, part))

    async def _of_new_kit(self, kit: Kit, part: str) -> MadeFiles:
        await self._renew(kit)
        return await self._of_kit(part)

    def _given(self, part: str, key: str) -> MadeFiles:
        """An item of an earlier pack."""
        made = given_again(self._earlier[key], part=part, key=key)
        times = self._started.kit.logo.timings_ms
        return replace(made, report=self._report, timings_ms=times, otherwise=lambda: self._made(part))

    async def _made(self, part: str) -> MadeFiles:
        kit = self._started.kit
        try:
            made = await self._drawn(part)
        except KitFileGoneError:
            await self._renew(kit)
            made = await self._drawn(part)
        made = replace(made, engine=self._started.kit.logo.engine, content_key=self._key(part))
        return self._told(made, needs=self._needs(part))

    async def _renew(self, kit: Kit) -> None:
        """Draw from a kit that is made again: a file of the one at hand is gone. Once for all who find so."""
        async with self._starting:
            if self._started.kit is kit:
                self._draw_from(await self._service.brand.renew(kit, self._order.logo))

    async def _drawn(self, part: str) -> MadeFiles:
        maker = self._started
        if part == WEB:
            return await maker.web_assets()
        if part.startswith(JERSEY):
            jersey = next(each for each in self._roster[1] if each.part == part)
            files = await maker.jersey(jersey, self._order.jerseys)
        else:
            files = {part: await maker.make(BY_NAME[part].name)}
        found = [notice for file in files.values() for notice in file.notices]
        found += self._of_shirts if part.startswith(JERSEY) else ()
        return MadeFiles(files, {}, tuple(dict.fromkeys(found)), None)

    def _told(self, made: MadeFiles, *, needs: tuple[Need, ...] = ("logo",)) -> MadeFiles:
        """With what is to be said of the logo and of the roster, before what is the item's own."""
        logo = self._started.kit.logo
        first = (*logo.notices, *(self._roster[0].notices if "roster" in needs else ()))
        notices = tuple(dict.fromkeys((*first, *made.notices)))
        return replace(made, notices=notices, report=self._report, timings_ms=logo.timings_ms)

    async def _of_all(self, part: str, done: Mapping[str, PartResult]) -> MadeFiles:
        kit, order = self._started.kit, self._order
        found = entries(done, jerseys=self._roster[1])
        if part == README:
            team = Team(order.team_name, order.sport, order.season)
            failed = [name for name, result in done.items() if result.error]
            sheet = await self._service.sheets.make(found, kit=kit, team=team, failed=failed)
            return MadeFiles({part: sheet}, self._report, sheet.notices, None)
        contents = self._manifest(done, with_times=False)
        archive = await write_archive(found, contents=contents, store=self._service.brand.recorder.store)
        return MadeFiles({part: archive}, self._report, (), None)

    def _manifest(self, results: Mapping[str, PartResult], *, with_times: bool) -> dict[str, Any]:
        order = self._order
        kit = next((result.report["brand_kit"] for result in results.values() if result.report), None)
        return manifest(
            results,
            jerseys=self._roster[1],
            team={"team_name": order.team_name, "sport": order.sport, "season": order.season},
            brand_kit=kit,
            with_times=with_times,
        )

    def _needs(self, part: str) -> tuple[Need, ...]:
        return ("logo", "garment") if part.startswith(JERSEY) else BY_NAME[part].needs

    def _key(self, part: str) -> str | None:
        """What decides on an item, as one text; None for what is drawn from the kit or made of all others."""
        if part in LAST or part in OF_KIT:
            return None
        made_of: dict[str, Any] = {need: self._inputs[need] for need in self._needs(part)}
        if part.startswith(JERSEY):
            jersey = next(each for each in self._roster[1] if each.part == part)
            told = [asdict(notice) for notice in self._of_shirts]
            made_of["jersey"] = [jersey.name, jersey.number, list(self._order.jerseys), told]
            return self._service.reuse.content_key(JERSEY, made_of)
        return self._service.reuse.content_key(part, made_of)

    def _inputs_of(self, kit: Kit) -> dict[Need, Any]:
        order, printed = self._order, self._roster[0]
        return {
            "logo": kit.digest,
            "garment": to_hex(kit.garment_color),
            "name": [order.team_name, order.short_name],
            "brand": [to_hex(color) for color in kit.colors],
            "team": [order.team_name, order.sport, order.season, order.template, order.league],
            "roster": [
                [asdict(player) for player in printed.players],
                list(printed.coaches),
                [asdict(notice) for notice in printed.notices],
            ],
        }
