"""Lays tiles of any sizes into canvases of few sizes, so that a GPU meets the same shapes again and again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SIDE_STEP_PX = 64
"""Sides of canvases are multiples of this. Over images of 64 to 1024 pixels a side, of any proportion,
canvases then hold 1.15 times the tiles' pixels; with six square sizes up to 512 they hold 1.5 times."""

GUTTER_PX = 1
"""Zeros between tiles that share a canvas: as far as one 3 x 3 convolution sees."""

COUNTS = (16, 8, 4, 2, 1)
"""Canvases of one pass: any number is a sum of these, so none is ever computed in vain."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tile lies in its canvas, in pixels."""

    tile: int
    """Its place in the list that was planned for."""
    top: int
    left: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Canvas:
    """One canvas and the tiles in it."""

    height: int
    width: int
    places: tuple[Place, ...]

    @property
    def is_full(self) -> bool:
        """Whether one tile covers it, so that nothing needs to be masked."""
        first = self.places[0]
        return (first.height, first.width) == (self.height, self.width)


@dataclass(slots=True)
class _Shelf:
    """A row of tiles in an open canvas."""

    top: int
    height: int
    used: int = 0


@dataclass(slots=True)
class _Open:
    """A canvas that is being filled."""

    height: int
    width: int
    shelves: list[_Shelf] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)

    def take(self, tile: int, height: int, width: int) -> bool:
        """Put a tile on the first shelf, or on a new one, where it fits; False where there is none."""
        for shelf in self.shelves:
            if height <= shelf.height and shelf.used + width <= self.width:
                break
        else:
            top = sum(shelf.height + GUTTER_PX for shelf in self.shelves)
            if top + height > self.height or width > self.width:
                return False
            shelf = _Shelf(top, height)
            self.shelves.append(shelf)
        self.places.append(Place(tile, shelf.top, shelf.used, height, width))
        shelf.used += width + GUTTER_PX
        return True


def plan_canvases(sizes: Sequence[tuple[int, int]], *, step: int = SIDE_STEP_PX) -> list[Canvas]:
    """Plan canvases for tiles, the tallest first, each into the first canvas with room.

    A new canvas is the smallest that holds its first tile, so small tiles fill what larger ones leave free,
    but never make a canvas larger.

    Args:
        sizes: (height, width) of each tile, pixels, at least 1.
        step: What the sides of canvases are multiples of.
    """
    opened: list[_Open] = []
    for tile in sorted(range(len(sizes)), key=lambda index: sizes[index], reverse=True):
        height, width = sizes[tile]
        if not any(canvas.take(tile, height, width) for canvas in opened):
            canvas = _Open(_up(height, step), _up(width, step))
            canvas.take(tile, height, width)
            opened.append(canvas)
    return [Canvas(item.height, item.width, tuple(item.places)) for item in opened]


def _up(value: int, step: int) -> int:
    return -(-value // step) * step


def passes(canvases: Sequence[Canvas], *, max_px: int) -> Iterator[list[Canvas]]:
    """Group canvases into passes: one shape each, masked or not, as many as `COUNTS` and the memory allow.

    Args:
        canvases: In any order.
        max_px: Input pixels of one pass; one canvas alone may be larger.
    """
    groups: dict[tuple[int, int, bool], list[Canvas]] = {}
    for canvas in canvases:
        groups.setdefault((canvas.height, canvas.width, canvas.is_full), []).append(canvas)
    for group in groups.values():
        room = max(1, max_px // (group[0].height * group[0].width))
        while group:
            count = next(count for count in COUNTS if count <= min(room, len(group)))
            yield group[:count]
            del group[:count]
