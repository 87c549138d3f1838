"""Cut an image into tiles of one shape, and put the enlarged tiles back together without seams.

Along each axis the fewest tiles that fit are spread evenly, the outer ones flush with the image's edges, so a
network meets the true border where there is one; only an image smaller than a tile is padded, by reflection.
Neighbours cross-fade linearly in the middle of what they share. The outermost pixels of a tile, which the
network had to guess at for want of context, are dropped.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from imaging.types import Pixels


@dataclass(frozen=True, slots=True)
class Axis:
    """How one side of an image is cut."""

    length: int
    """Pixels of the image along this axis."""
    tile: int
    """Pixels of every tile along this axis; more than `length` where the tile is padded."""
    starts: tuple[int, ...]
    """First pixel of each tile."""

    def fade(self, index: int) -> tuple[int, int]:
        """Pixels [first, last) over which tile `index` takes over from the one before it.

        Half of the shared pixels, centred in them, but no wider than a step between tiles: so no pixel is
        ever mixed from more than two tiles, and every pair of weights sums to one.
        """
        if index == 0:
            return 0, 0
        step = min(after - before for before, after in pairwise(self.starts))
        shared = self.starts[index - 1] + self.tile - self.starts[index]
        width = min((shared + 1) // 2, step)
        first = self.starts[index] + (shared - width) // 2
        return first, first + width


def plan_axis(length: int, *, size: int, overlap: int, multiple: int) -> Axis:
    """Spread the fewest tiles over `length` pixels, then shrink them as far as the overlap allows."""
    if length <= size:
        return Axis(length=length, tile=_round_up(length, multiple), starts=(0,))
    count = -(-(length - overlap) // (size - overlap))
    tile = _round_up(-(-(length + (count - 1) * overlap) // count), multiple)
    starts = tuple(index * (length - tile) // (count - 1) for index in range(count))
    return Axis(length=length, tile=tile, starts=starts)


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


@dataclass(frozen=True, slots=True)
class TilePlan:
    """Tiles of one shape that cover an image, numbered row by row."""

    rows: Axis
    columns: Axis

    @property
    def count(self) -> int:
        """Number of tiles."""
        return len(self.rows.starts) * len(self.columns.starts)

    @property
    def tile_shape(self) -> tuple[int, int]:
        """Height and width of every tile, in input pixels."""
        return self.rows.tile, self.columns.tile

    def cut(self, image: Pixels, index: int) -> Pixels:
        """Tile `index` of an (H, W, C) image: (tile height, tile width, C), contiguous.

        Raises:
            ValueError: The image is not of the size the plan was made for.
            IndexError: There is no such tile.
        """
        if image.shape[:2] != (self.rows.length, self.columns.length):
            msg = f"the plan is for {self.rows.length}x{self.columns.length} pixels, not {image.shape[:2]}"
            raise ValueError(msg)
        row, column = self.position(index)
        top, left = self.rows.starts[row], self.columns.starts[column]
        part = image[top : top + self.rows.tile, left : left + self.columns.tile]
        missing = (self.rows.tile - part.shape[0], self.columns.tile - part.shape[1])
        if any(missing):
            return np.pad(part, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="reflect")
        return np.ascontiguousarray(part)

    def position(self, index: int) -> tuple[int, int]:
        """Row and column of tile `index`.

        Raises:
            IndexError: There is no such tile.
        """
        if not 0 <= index < self.count:
            raise IndexError(f"tile {index} of {self.count}")
        return divmod(index, len(self.columns.starts))


def plan_tiles(height: int, width: int, *, size: int, overlap: int, multiple: int = 1) -> TilePlan:
    """Plan tiles of one shape for an image.

    Args:
        height: Of the image, pixels, at least 1.
        width: Of the image, pixels, at least 1.
        size: Longest side of a tile, a multiple of `multiple`; a smaller image gets a smaller tile.
        overlap: Pixels that neighbours share at least; less than `size`.
        multiple: Tile sides are multiples of this.

    Raises:
        ValueError: A figure is out of its range.
    """
    if min(height, width, multiple) < 1 or not 0 <= overlap < size or size % multiple:
        msg = f"cannot tile {height}x{width} with {size=}, {overlap=}, {multiple=}"
        raise ValueError(msg)
    return TilePlan(
        rows=plan_axis(height, size=size, overlap=overlap, multiple=multiple),
        columns=plan_axis(width, size=size, overlap=overlap, multiple=multiple),
    )


class Stitcher:
    """Puts enlarged tiles, handed over in order, together again, and hands over rows as they are finished.

    Only one row of tiles is held, in uint8, and only cross-faded pixels are ever widened to float.

    Args:
        plan: What the tiles were cut by.
        scale: Output pixels per input pixel along one side.
        channels: Of every tile.
    """

    def __init__(self, plan: TilePlan, *, scale: int, channels: int) -> None:
        self._plan = plan
        self._scale = scale
        strip_height = min(plan.rows.tile, plan.rows.length) * scale
        self._strip: Pixels = np.empty((strip_height, plan.columns.length * scale, channels), np.uint8)
        self._carry: Pixels = self._strip[:0]
        self._added = 0

    def add(self, index: int, tile: Pixels) -> Pixels | None:
        """Take the enlarged tile `index`: (tile height * scale, tile width * scale, channels).

        Returns:
            After the last tile of a row: the rows of the image, (n, W * scale, channels), that no later tile
            changes and that were not returned before. All of them together are the image.

        Raises:
            ValueError: The tile is out of turn or of the wrong shape.
        """
        height, width = self._plan.tile_shape
        expected = (height * self._scale, width * self._scale, self._strip.shape[2])
        if index != self._added or tile.shape != expected:
            msg = f"expected tile {self._added} of shape {expected}, got tile {index} of shape {tile.shape}"
            raise ValueError(msg)
        row, column = self._plan.position(index)
        across = tile[: self._strip.shape[0]].swapaxes(0, 1)
        _lay(self._strip.swapaxes(0, 1), across, axis=self._plan.columns, index=column, scale=self._scale)
        self._added += 1
        return self._finished(row) if column == len(self._plan.columns.starts) - 1 else None

    def _finished(self, row: int) -> Pixels:
        """Fade the strip in over what the row above left, and keep what the row below will fade over."""
        axis, scale = self._plan.rows, self._scale
        start = axis.starts[row] * scale
        first, last = (edge * scale for edge in axis.fade(row))
        strip = self._strip
        if last > first:
            faded = strip[first - start : last - start]
            faded[...] = _mixed(self._carry[: last - first], faded)
        is_last = row == len(axis.starts) - 1
        end = axis.length * scale if is_last else axis.fade(row + 1)[0] * scale
        self._carry = strip[end - start :].copy()
        return strip[max(first - start, 0) : end - start].copy()


def stitch(plan: TilePlan, tiles: Iterable[Pixels], *, scale: int, channels: int) -> Pixels:
    """The whole image out of all of its enlarged tiles: (H * scale, W * scale, channels).

    Raises:
        ValueError: A tile is missing, or of the wrong shape.
    """
    stitcher = Stitcher(plan, scale=scale, channels=channels)
    parts = [stitcher.add(index, tile) for index, tile in enumerate(tiles)]
    if len(parts) != plan.count:
        raise ValueError(f"{len(parts)} of {plan.count} tiles were given")
    return np.concatenate([rows for rows in parts if rows is not None])


def _mixed(old: Pixels, new: Pixels) -> Pixels:
    """Cross-fade along the first axis, sampled at pixel centres: symmetric, never exactly 0 or 1."""
    length = old.shape[0]
    weight = ((np.arange(length, dtype=np.float32) + 0.5) / length)[:, None, None]
    before = old.astype(np.float32)
    mixed: Pixels = np.rint(before + (new - before) * weight).astype(np.uint8)
    return mixed


def _lay(canvas: Pixels, piece: Pixels, *, axis: Axis, index: int, scale: int) -> None:
    """Write `piece` into `canvas` along the first axis: fade in over what is there, then replace it."""
    start = axis.starts[index] * scale
    first, last = (edge * scale for edge in axis.fade(index))
    if index == 0:
        first = last = 0
    end = min(start + piece.shape[0], canvas.shape[0])
    if last > first:
        canvas[first:last] = _mixed(canvas[first:last], piece[first - start : last - start])
    canvas[last:end] = piece[last - start : end - start]
