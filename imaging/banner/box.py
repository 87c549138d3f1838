"""A rectangle on the page."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points, from the top left of the page, bleed included."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h

    def inset(self, by: float) -> "Box":
        """Smaller by `by` on every side."""
        return Box(self.x + by, self.y + by, self.w - 2 * by, self.h - 2 * by)

    def below(self, y: float) -> "Box":
        """What lies under the line `y`."""
        return Box(self.x, y, self.w, max(0.0, self.bottom - y))

    def above(self, y: float) -> "Box":
        """What lies over the line `y`."""
        return Box(self.x, self.y, self.w, max(0.0, y - self.y))

    def placed(self, w: float, h: float, *, align: str, valign: str) -> "Box":
        """A box of a size in this one, by its alignment."""
        free_x, free_y = self.w - w, self.h - h
        share_x = {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        share_y = {"top": 0.0, "middle": 0.5, "bottom": 1.0}[valign]
        return Box(self.x + free_x * share_x, self.y + free_y * share_y, w, h)

    def scaled(self, by: float) -> "Box":
        """All lengths, its place among them, multiplied."""
        return Box(self.x * by, self.y * by, self.w * by, self.h * by)

    def moved(self, x: float, y: float) -> "Box":
        """Elsewhere."""
        return Box(self.x + x, self.y + y, self.w, self.h)

    def mirrored_in(self, outer: "Box") -> "Box":
        """The box at the same distance from the other side of `outer`."""
        return Box(outer.x + outer.right - self.right, self.y, self.w, self.h)


def around(boxes: Iterable[Box]) -> Box | None:
    """The smallest box that holds all; None of none."""
    all_boxes = list(boxes)
    if not all_boxes:
        return None
    x, y = min(b.x for b in all_boxes), min(b.y for b in all_boxes)
    return Box(x, y, max(b.right for b in all_boxes) - x, max(b.bottom for b in all_boxes) - y)
