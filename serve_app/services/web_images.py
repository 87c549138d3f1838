"""`/prepare-web-assets`: from one image what a front end needs to show it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from imaging.codec.header import DecodeLimits, is_animated, probe
from imaging.errors import ImageTooLargeError
from imaging.web.responsive.markup import Markup
from imaging.web.responsive.plan import Crop, WebSpec, plan_crops
from imaging.web.responsive.share import FileOrder, file_orders, groups
from serve_app.domain import Encoded, Notice
from serve_app.errors import FieldError, InvalidFieldsError, TooLargeForNowError
from serve_app.ports import Engines
from serve_app.ports.web_images import WebFiles
from serve_app.services.made_files import MadeFiles
from serve_app.services.upscale import NOW, Patience
from serve_app.services.web_report import Page, report_of
from serve_app.services.work import Weight

FITTING = 3
"""Times as much work, about, where `max_bytes` is given."""
MOST_COST_MS = 30_000.0
"""Of one core, that a request may take: a job may take as many times that as it has more time."""

FIRST_FRAME = Notice(
    code="first_frame",
    message="The image is animated; its first frame was used.",
    fix="Serve animations as video, which is a fraction of the size.",
)


@dataclass(frozen=True, slots=True)
class WebImagesOrder:
    """What the client asks."""

    data: bytes
    spec: WebSpec
    name: str = "image"
    """What the file names begin with: `a-z`, `0-9`, `-`."""
    markup: Markup = field(default_factory=Markup)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an order comes to, known from the header."""

    source: tuple[int, int]
    crops: tuple[Crop, ...]
    orders: tuple[FileOrder, ...]
    fitted: bool
    """Files are held to a number of bytes, which takes several encodes of each."""

    @property
    def made_mp(self) -> float:
        """Megapixels of all sizes, each once."""
        return sum(crop.pixels for crop in self.crops) / 1e6

    @property
    def cost_ms(self) -> float:
        """Of one core, about."""
        return sum(order.cost_ms for order in self.orders) * (FITTING if self.fitted else 1)


@dataclass(frozen=True, slots=True)
class WebImagesService:
    """The use case over its ports."""

    engines: Engines
    limits: DecodeLimits
    max_output_megapixels: float
    patience: Patience = NOW

    async def weigh(self, order: WebImagesOrder) -> Weight:
        """The header, and every size.

        Raises:
            ImagingError: the input, or what is asked of it, is not acceptable (each by its own class).
        """
        plan = await self._plan(order)
        source_mp = plan.source[0] * plan.source[1] / 1e6
        return Weight(source_mp, 2 * source_mp + 2 * plan.made_mp)

    async def run(self, order: WebImagesOrder) -> MadeFiles:
        """Read and reduced once; files in groups, at once; then markup and the rest.

        Raises:
            ImagingError: the input, or what is asked of it, is not acceptable (each by its own class).
            InvalidFieldsError: no format that is asked for can hold the image.
            TooLargeForNowError: it would take longer than a request may; a job may ask for it.
            OverloadedError, UnavailableError: the deployments cannot take it now.
        """
        plan = await self._plan(order)
        self._check_cost(plan)
        codec = self.engines.codec
        ladder = codec.web_ladder(order.data, spec=order.spec)
        calls = (codec.web_files(ladder, orders=part, spec=order.spec) for part in groups(plan.orders))
        made, animated = await asyncio.gather(
            asyncio.gather(*calls), asyncio.to_thread(is_animated, order.data)
        )
        files = _in_order(plan, made)
        told = tuple(dict.fromkeys(notice for part in made for notice in part.notices))
        if not files:
            reason = " ".join(notice.message for notice in told) or "no size fits the image"
            raise InvalidFieldsError("None of the files can be made.", (FieldError("formats", reason),))
        page = Page(order.name, order.markup, order.spec.formats, len(order.data))
        return MadeFiles(
            files=files,
            report=report_of(files, facts=made[0].facts, page=page),
            notices=_notices(plan, files, animated=animated) + told,
            engine=None,
            timings_ms=_times(made),
        )

    async def _plan(self, order: WebImagesOrder) -> Plan:
        header = await asyncio.to_thread(probe, order.data, limits=self.limits)
        crops = plan_crops(header.width, header.height, spec=order.spec)
        plan = Plan(
            (header.width, header.height),
            crops,
            file_orders(crops, order.spec.formats),
            order.spec.max_bytes is not None,
        )
        if plan.made_mp > self.max_output_megapixels:
            raise ImageTooLargeError(
                f"The sizes asked for have {plan.made_mp:.1f} megapixels together; at most "
                f"{self.max_output_megapixels:g} are made."
            )
        return plan

    def _check_cost(self, plan: Plan) -> None:
        if plan.cost_ms <= MOST_COST_MS * self.patience.here:
            return
        words = f"These {len(plan.orders)} files take about {plan.cost_ms / 1e3:.0f} s of a processor core."
        if plan.cost_ms <= MOST_COST_MS * self.patience.elsewhere:
            raise TooLargeForNowError(words)
        raise ImageTooLargeError(f"{words} Ask for fewer or smaller widths, or fewer formats.")


def _in_order(plan: Plan, made: list[WebFiles]) -> Mapping[str, Encoded]:
    """The files by role, the largest of the first format first."""
    by_role = {role: file for part in made for role, file in part.files.items()}
    return {order.role: by_role[order.role] for order in plan.orders if order.role in by_role}


def _times(made: list[WebFiles]) -> dict[str, float]:
    """Reading once, and the work of all groups."""
    times = dict(made[0].timings_ms)
    times["encode"] = round(sum(part.timings_ms.get("encode", 0.0) for part in made), 2)
    return times


def _notices(plan: Plan, files: Mapping[str, Encoded], *, animated: bool) -> tuple[Notice, ...]:
    notices = [FIRST_FRAME] if animated else []
    notices += [_left_out(crop) for crop in plan.crops if crop.left_out]
    over = [role for role, file in files.items() if not file.report["fits"]]
    return (*notices, _over_bytes(over)) if over else tuple(notices)


def _left_out(crop: Crop) -> Notice:
    what = f"The crop {crop.label.replace('x', ':')}" if crop.label else "The source"
    widths = ", ".join(map(str, crop.left_out))
    return Notice(
        code="widths_left_out",
        message=f"{what} is {crop.box[0]} px wide, and nothing is enlarged: {widths} left out.",
        fix=f"Send a larger image, enlarge it first (/upscale), or ask for {crop.box[0]} px.",
    )


def _over_bytes(roles: list[str]) -> Notice:
    return Notice(
        code="max_bytes_not_met",
        message=f"Larger than max_bytes at the lowest quality worth having: {', '.join(roles)}.",
        fix="Allow more bytes, ask for smaller widths, or leave the format out.",
    )
