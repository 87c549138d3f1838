"""From a logo to a brand kit: cleaned once, stored, and drawn from by everything else."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import get_args

from imaging.types import Color
from serve_app.artwork import LogoSpec, Variant, is_faithful
from serve_app.domain import Enclosed, Encoded, EncodeSpec, ImageRef
from serve_app.errors import (
    ExpiredError,
    FieldError,
    InvalidFieldsError,
    KitFileGoneError,
    NotFoundError,
)
from serve_app.ports import ResultCache
from serve_app.records import AssetRecord, BrandKitRecord
from serve_app.services.brand_kit import (
    BASE,
    MASTER,
    ORIGINAL,
    PDF,
    PREVIEW,
    SVG,
    Kit,
    LogoKnowledge,
    kit_ticket,
    knowledge_of,
)
from serve_app.services.ids import ID, asset_id
from serve_app.services.logo_studio import LogoStudio, Master, Prepared, choose_route
from serve_app.services.recorder import Recorder, sniffed
from serve_app.services.results import LEAST_LIFE
from serve_app.version import code_fingerprint

PRINT_WIDTH_IN = 10.0
"""Longer side of a full-front print on an adult shirt."""
PRINT_DPI = 300.0
"""Resolution that print shops ask of transparent PNG for direct-to-garment printing."""
LEAST_DPI = 150.0
"""A logo that reaches this at `PRINT_WIDTH_IN` is printed as it is; a smaller one is enlarged."""
PREVIEW_PX = 1024
"""Longer side of the small master, for screens and wherever the drawing is what gets printed."""
WAIT_S = 15.0
"""How long a request waits for an equal kit that is being made before it makes it itself."""
VARIANTS: Mapping[str, Variant] = {f"logo_{name}": name for name in get_args(Variant)}


@dataclass(frozen=True, slots=True)
class LogoSource:
    """A logo as a request brings it, and how it is to be cleaned."""

    data: bytes
    enclosed: Enclosed = "auto"
    flip: tuple[int, ...] = ()
    remove_background: bool = True

    def kit_id(self, *, owner: str, colors: tuple[Color, ...], garment_color: Color | None) -> str:
        """The id of the kit that is made of it: the same logo and wishes of an owner have one kit."""
        digest = hashlib.sha256(self.data).hexdigest()
        cleaning = (self.enclosed, list(self.flip), self.remove_background)
        parts = [owner, digest, cleaning, colors, garment_color, code_fingerprint()]
        return f"kit_{hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class BrandStudio:
    """Makes kits and opens them; see docs/decisions/0024-packs-and-brand-kits.md for how long they live."""

    studio: LogoStudio
    recorder: Recorder
    cache: ResultCache
    print_dpi: float = PRINT_DPI
    """Of masters and print files."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def find(self, kit_id: str, *, owner: str) -> BrandKitRecord:
        """A kit's row. Raises `NotFoundError`, `UnavailableError`."""
        records = self.recorder.database.brand_kits
        found = await records.get(kit_id, owner=owner) if ID.fullmatch(kit_id) else None
        if found is None or (found.expires_at is not None and found.expires_at <= self.now()):
            raise NotFoundError("There is no brand kit with this id.")
        return found

    async def open(self, kit_id: str, *, owner: str) -> Kit:
        """A kit by its id, prepared now where it was not.

        Raises:
            NotFoundError: the owner has no such kit.
            InvalidFieldsError: it has no logo.
            ExpiredError: its logo is gone.
            ImagingError: its logo cannot be used.
            UnavailableError: database, store or deployments do not answer.
        """
        record = await self.find(kit_id, owner=owner)
        return await self._whole(record) or await self._made_once(record, None)

    async def of_logo(
        self,
        source: LogoSource,
        *,
        owner: str,
        team_name: str = "",
        sport: str = "",
        colors: tuple[Color, ...] = (),
        garment_color: Color | None = None,
    ) -> Kit:
        """The kit of a logo: the one that an earlier request made, or a new one, kept for the usual time.

        Raises:
            ImagingError: the logo cannot be used.
            OverloadedError, UnavailableError: it cannot be made now.
        """
        kit_id = source.kit_id(owner=owner, colors=colors, garment_color=garment_color)
        records, now = self.recorder.database.brand_kits, self.now()
        record = await records.get(kit_id, owner=owner)
        if record is None:
            name = team_name or "Brand kit"
            until = now + self.recorder.asset_ttl
            new = BrandKitRecord(kit_id, owner, name, team_name, sport, (), None, now, now, expires_at=until)
            own = asset_id(kit_ticket(new), ORIGINAL)
            return await self._made_once(replace(new, logo_asset_id=own), source, is_new=True)
        return await self._whole(record) or await self._made_once(record, source)

    async def file(self, kit: Kit, role: str) -> AssetRecord:
        """One of a kit's files; a variant is made and kept when it is first asked for.

        Raises:
            KeyError: kits have no such file.
            ImagingError: it cannot be made.
            NotFoundError: the kit was deleted meanwhile.
            OverloadedError, UnavailableError: it cannot be made now.
        """
        if role in kit.files:
            return kit.files[role]
        artwork = await self.artwork(kit)
        picture = self.studio.engines.renderer.logo_variant(artwork, variant=VARIANTS[role])
        file = await self.studio.engines.codec.encode(picture, spec=EncodeSpec("png", dpi=self.print_dpi))
        (record,) = await self.recorder.keep({role: file}, kit_ticket(kit.record))
        await self._check_kept(kit.record)
        return record

    async def artwork(self, kit: Kit, *, small: bool = False) -> ImageRef:
        """The clean logo with what is known of it, from its file.

        Args:
            kit: The kit.
            small: `PREVIEW_PX` are enough: for a screen, or where the drawing takes their place.

        Raises:
            KitFileGoneError: the file is gone; see `renew`.
            UnavailableError: the store does not answer.
        """
        svg, pixels = await asyncio.gather(self.drawing(kit), self._read(kit, PREVIEW if small else MASTER))
        return self.studio.engines.renderer.open_logo(pixels, work=kit.logo.work(svg=svg))

    async def drawing(self, kit: Kit) -> bytes | None:
        """The logo's SVG where it stands for the logo at any size; raises as `artwork`."""
        return await self._read(kit, SVG) if kit.logo.faithful else None

    async def _read(self, kit: Kit, role: str) -> bytes:
        try:
            return (await self.recorder.store.get(kit.files[role].key)).data
        except NotFoundError as error:
            raise KitFileGoneError("A file of the brand kit is gone.") from error

    async def renew(self, kit: Kit, source: LogoSource | None) -> Kit:
        """A kit whose files are gone, made again; raises as `open`."""
        made = await self._make(kit.record, source or LogoSource(await self._original(kit.record)))
        return replace(made, asked=kit.asked, shirt=kit.shirt)

    async def _whole(self, record: BrandKitRecord) -> Kit | None:
        """The kit, where all of its base is there and stays for a while; one that is used lives on."""
        logo = knowledge_of(record)
        if logo is None:
            return None
        assets, soon = self.recorder.database.assets, self.now() + LEAST_LIFE
        rows = await assets.of_parent(record.id, owner=record.owner)
        files = {row.role: row for row in rows if row.expires_at > soon}
        if not all(role in files for role in BASE):
            return None
        ends = record.expires_at
        if ends is not None and ends - self.now() < self.recorder.asset_ttl / 2:
            until = self.now() + self.recorder.asset_ttl
            await self.recorder.database.brand_kits.extend(record.id, owner=record.owner, expires_at=until)
            await assets.extend(record.id, owner=record.owner, expires_at=until)
        return Kit(record, files, logo)

    async def _made_once(
        self, record: BrandKitRecord, source: LogoSource | None, *, is_new: bool = False
    ) -> Kit:
        """Make a kit's files, one of many equal requests at once."""
        async with self.cache.single_flight(f"kit {record.id}", wait_s=WAIT_S):
            records = self.recorder.database.brand_kits
            if is_new:
                await records.add(record)
            held = await records.get(record.id, owner=record.owner)
            if held is None:
                raise NotFoundError("There is no brand kit with this id.")
            if found := await self._whole(held):
                return found
            held = await self._with_time(held)
            return await self._make(held, source or LogoSource(await self._original(held)))

    async def _with_time(self, record: BrandKitRecord) -> BrandKitRecord:
        """A kit whose time was nearly over begins anew: its files may be on their way out."""
        if record.expires_at is None or record.expires_at > self.now() + LEAST_LIFE:
            return record
        until = self.now() + self.recorder.asset_ttl
        await self.recorder.database.brand_kits.extend(record.id, owner=record.owner, expires_at=until)
        return replace(record, expires_at=until)

    async def _original(self, record: BrandKitRecord) -> bytes:
        """The logo as it was sent: the kit's own copy, else the asset that it names."""
        if record.logo_asset_id is None:
            reason = FieldError("brand_kit_id", "this brand kit has no logo; PUT one with logo_id")
            raise InvalidFieldsError("The brand kit has no logo.", (reason,))
        assets = self.recorder.database.assets
        own = [row for row in await assets.of_parent(record.id, owner=record.owner) if row.role == ORIGINAL]
        named = await assets.get(record.logo_asset_id, owner=record.owner)
        for row in (*own, *([named] if named else [])):
            if row.expires_at > self.now():
                try:
                    return (await self.recorder.store.get(row.key)).data
                except NotFoundError:
                    continue
        raise ExpiredError("The logo of this brand kit is gone; PUT the kit with a new logo_id.")

    async def _make(self, record: BrandKitRecord, source: LogoSource) -> Kit:
        logo = await self.studio.prepare(source, spec=LogoSpec())
        master = self._master(logo)
        files = await self._files(logo, master)
        original = Encoded(source.data, sniffed(source.data), 0, 0, None)
        # What a half-made or dying kit has left has the same ids, and would stand in the way.
        await self.recorder.database.assets.delete_of_parent(record.id, owner=record.owner)
        kept = await self.recorder.keep({ORIGINAL: original, **files}, kit_ticket(record))
        known = _knowledge(logo, master, files[MASTER])
        learn = self.recorder.database.brand_kits.learn
        await learn(record.id, owner=record.owner, logo_facts=known.as_json(), updated_at=record.updated_at)
        await self._check_kept(record)
        return Kit(record, {row.role: row for row in kept}, known, fresh=True)

    async def _check_kept(self, record: BrandKitRecord) -> None:
        """Leave no files of a kit that was deleted while they were made; raises `NotFoundError` then."""
        database, store = self.recorder.database, self.recorder.store
        if await database.brand_kits.get(record.id, owner=record.owner) is None:
            for key in await database.assets.delete_of_parent(record.id, owner=record.owner):
                await store.delete(key)
            raise NotFoundError("There is no brand kit with this id.")

    async def _files(self, logo: Prepared, master: Master) -> dict[str, Encoded]:
        codec, renderer = self.studio.engines.codec, self.studio.engines.renderer
        width_px, height_px = logo.facts.width, logo.facts.height
        width_in = PRINT_WIDTH_IN * width_px / max(width_px, height_px)
        jobs = {
            MASTER: codec.encode(master.image, spec=EncodeSpec("png", dpi=self.print_dpi)),
            PREVIEW: codec.encode(self._preview(logo, master), spec=EncodeSpec("png")),
            SVG: renderer.draw_logo(logo.image, kind="svg", width_in=width_in),
            PDF: renderer.draw_logo(logo.image, kind="pdf", width_in=width_in),
        }
        return dict(zip(jobs, await asyncio.gather(*jobs.values()), strict=True))

    def _master(self, logo: Prepared) -> Master:
        longer = max(logo.facts.width, logo.facts.height)
        scale = PRINT_WIDTH_IN * self.print_dpi / longer if longer < PRINT_WIDTH_IN * LEAST_DPI else 1.0
        return self.studio.enlarge(logo, **_scaled(logo, scale), dpi=self.print_dpi)

    def _preview(self, logo: Prepared, master: Master) -> ImageRef:
        """The logo at `PREVIEW_PX`: of a network's large one where only a network could enlarge it."""
        scale = PREVIEW_PX / max(logo.facts.width, logo.facts.height)
        plan = choose_route(logo.facts, **_scaled(logo, scale), dpi=self.print_dpi)
        source = logo.image
        if plan.route == "network":
            plan, source = replace(plan, route="resampled", reason="of the master"), master.image
        return self.studio.engines.renderer.enlarge_logo(source, plan=plan)


def _scaled(logo: Prepared, scale: float) -> dict[str, int]:
    return {
        "width_px": max(1, round(logo.facts.width * scale)),
        "height_px": max(1, round(logo.facts.height * scale)),
    }


def _knowledge(logo: Prepared, master: Master, file: Encoded) -> LogoKnowledge:
    notices = dict.fromkeys((*file.notices, *logo.notices, *master.notices))
    return LogoKnowledge(
        kind=logo.facts.kind,
        palette=logo.facts.palette,
        score=logo.facts.score,
        faithful=is_faithful(logo.facts.score),
        enlargement={"route": master.plan.route, "reason": master.plan.reason},
        notices=tuple(notices),
        engine=file.engine,
        timings_ms=file.timings_ms,
    )
