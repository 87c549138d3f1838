"""Which files are made together: groups of about equal cost, for threads and replicas."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

from imaging.web.responsive.plan import Crop, WebFormat

COST_MS_PER_MP: dict[WebFormat, float] = {"avif": 450.0, "webp": 110.0, "jpeg": 50.0, "png": 60.0}
"""On one core of the processor that the formats were measured on, with trials and measuring."""
COST_MS = 8.0
"""Of any file, however small."""
GROUP_MS = 250.0
"""Under this a group is not worth a call of its own."""
MOST_GROUPS = 8


@dataclass(frozen=True, slots=True)
class FileOrder:
    """One file to be made."""

    label: str
    width: int
    format: WebFormat
    cost_ms: float

    @property
    def role(self) -> str:
        """Its name in the answer: `avif_640`, `avif_640_16x9`."""
        return f"{self.format}_{self.width}{'_' if self.label else ''}{self.label}"


def file_orders(crops: Sequence[Crop], formats: Sequence[WebFormat]) -> tuple[FileOrder, ...]:
    """Every file of a set: crop by crop, format by format, the largest first."""
    return tuple(
        FileOrder(crop.label, width, kind, COST_MS + COST_MS_PER_MP[kind] * width * height / 1e6)
        for crop in crops
        for kind in formats
        for width, height in reversed(crop.sizes)
    )


def groups(orders: Sequence[FileOrder]) -> tuple[tuple[FileOrder, ...], ...]:
    """The files in few groups, the costliest group first.

    The costliest file goes to the group that has least so far, then the next one, and so on: at most a third
    over the best division there is (Graham 1969).
    """
    total = sum(order.cost_ms for order in orders)
    count = min(MOST_GROUPS, len(orders), max(1, round(total / GROUP_MS)))
    heap: list[tuple[float, int, list[FileOrder]]] = [(0.0, place, []) for place in range(count)]
    for order in sorted(orders, key=lambda one: (-one.cost_ms, one.role)):
        cost, place, held = heapq.heappop(heap)
        heapq.heappush(heap, (cost + order.cost_ms, place, [*held, order]))
    return tuple(tuple(held) for _, _, held in sorted(heap, key=lambda one: (-one[0], one[1])))
