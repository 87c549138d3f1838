"""`/generate-asset-pack`: from a logo and a roster to everything the team needs."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from imaging.codec.svg import probe_logo
from imaging.garment.spec import SIDES
from imaging.types import Color
from serve_app.artwork import LogoSpec, PlacementSpec
from serve_app.domain import (
    BannerOrder,
    Enclosed,
    Encoded,
    EncodeSpec,
    ImageRef,
    MockupSpec,
    Notice,
    PackItem,
    Privacy,
)
from serve_app.errors import TooManyItemsError
from serve_app.pixel_budget import PixelBudget
from serve_app.services.garment_color import best_ground
from serve_app.services.logo_studio import LogoStudio, Master, Prepared
from serve_app.services.pack_items import ALL_ITEMS, FILES, MOCKUP_PX, Made, archive, manifest
from serve_app.telemetry import LOG

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
class Pack:
    """What was made, and what was not."""

    made: tuple[Made, ...]
    """In the order of `ALL_ITEMS`; the archive, when asked for, is last."""
    failed: Mapping[str, Exception]
    contents: Mapping[str, Any]
    """The archive's manifest."""
    notices: tuple[Notice, ...]
    master: Encoded


@dataclass(frozen=True, slots=True)
class AssetPackService:
    """The use case over its ports."""

    studio: LogoStudio
    max_players: int
    budget: PixelBudget

    async def run(self, order: PackOrder) -> Pack:
        """Make the master first, everything else from it at once, the archive of what succeeded last.

        Raises:
            TooManyItemsError: the roster is too long.
            ImagingError: the logo is not acceptable, so nothing can be made.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        if len(order.players) > self.max_players:
            raise TooManyItemsError(
                f"The roster has {len(order.players)} players; at most {self.max_players} are taken."
            )
        header = await asyncio.to_thread(probe_logo, order.data, limits=self.studio.limits)
        async with self.budget.hold(header.megapixels + MADE_MEGAPIXELS):
            return await self._make(order)

    async def _make(self, order: PackOrder) -> Pack:
        logo = await self.studio.prepare(order, spec=LogoSpec())
        master = self._master(logo)
        # Always encoded: it proves that the logo can be used before anything else starts.
        file = await self.studio.engines.codec.encode(master.image, spec=EncodeSpec("png", dpi=PRINT_DPI))
        results = await _settle(self._jobs(order, logo, master.image))
        notices = file.notices + logo.notices + master.notices
        return await _packed(order, master=file, results=results, notices=notices)

    def _master(self, logo: Prepared) -> Master:
        width, height = logo.facts.width, logo.facts.height
        longer = max(width, height)
        scale = PRINT_WIDTH_IN * PRINT_DPI / longer if longer < PRINT_WIDTH_IN * LEAST_DPI else 1.0
        size = {"width_px": max(1, round(width * scale)), "height_px": max(1, round(height * scale))}
        return self.studio.enlarge(logo, **size, dpi=PRINT_DPI)

    def _jobs(
        self, order: PackOrder, logo: Prepared, master: ImageRef
    ) -> dict[str, Coroutine[Any, Any, Encoded]]:
        codec, renderer = self.studio.engines.codec, self.studio.engines.renderer
        shirt = order.garment_color or best_ground(logo.facts.palette)
        colors = order.colors or tuple(part.color for part in logo.facts.palette[:3])
        makers: dict[str, Coroutine[Any, Any, Encoded]] = {}
        for side in SIDES:
            if f"tshirt_{side}" in order.include:
                placement = PlacementSpec(garment=GARMENT, side=side, color=shirt)
                artwork = renderer.dress(master, spec=placement)
                picture = renderer.mock_up(artwork, spec=MockupSpec(placement, size_px=MOCKUP_PX))
                makers[f"tshirt_{side}"] = codec.encode(picture, spec=MOCKUP_ENCODING)
        for kind in ("png", "pdf"):
            if f"banner_{kind}" in order.include:
                banner = _banner_order(order, colors, kind)
                makers[f"banner_{kind}"] = renderer.banner(master, order=banner)
        return makers


def _banner_order(order: PackOrder, colors: tuple[Color, ...], kind: Any) -> BannerOrder:
    return BannerOrder(
        team_name=order.team_name,
        sport=order.sport,
        season=order.season,
        colors=colors,
        players=order.players,
        template=BANNER_TEMPLATE,
        width_in=BANNER_WIDTH_IN,
        height_in=BANNER_HEIGHT_IN,
        bleed_in=BANNER_BLEED_IN,
        dpi=PROOF_DPI,
        format=kind,
        privacy=order.privacy,
    )


async def _settle(jobs: Mapping[str, Coroutine[Any, Any, Encoded]]) -> dict[str, Encoded | Exception]:
    """Wait for all; one that fails does not stop the others."""
    settled = await asyncio.gather(*jobs.values(), return_exceptions=True)
    results: dict[str, Encoded | Exception] = {}
    for name, result in zip(jobs, settled, strict=True):
        if isinstance(result, BaseException) and not isinstance(result, Exception):
            raise result
        if isinstance(result, Exception):
            LOG.warning("pack item %s failed", name, exc_info=result)
        results[name] = result
    return results


async def _packed(
    order: PackOrder,
    *,
    master: Encoded,
    results: Mapping[str, Encoded | Exception],
    notices: tuple[Notice, ...],
) -> Pack:
    files = {name: file for name, file in results.items() if isinstance(file, Encoded)}
    if "logo_master" in order.include:
        files["logo_master"] = master
    failed = {name: error for name, error in results.items() if isinstance(error, Exception)}
    made = [Made(name, files[name]) for name in FILES if name in files]
    contents = manifest(made, team_name=order.team_name, failed=tuple(failed))
    if "zip" in order.include:
        data = await asyncio.to_thread(archive, made, contents=contents)
        made.append(Made("zip", Encoded(data, "application/zip", 0, 0, None)))
    for file in files.values():
        notices += tuple(notice for notice in file.notices if notice not in notices)
    return Pack(tuple(made), failed, contents, notices, master)
